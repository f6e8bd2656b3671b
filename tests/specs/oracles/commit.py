"""Commit protocols: two-phase commit with agents and a bag of messages, Lamport's TwoPhase.tla and TCommit.tla."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tests.specs.oracles.search import Explored, put, search

Mail = tuple[tuple[int, ...], ...]
"""For each participant, how many messages of each kind are on their way to or from it."""

Commit = tuple[str, frozenset[int], tuple[str, ...], Mail, str, int]
"""The coordinator, whom it has heard, the participants, the mail, up or down, crashes used."""

PREPARE, YES, NO, COMMIT, ABORT = range(5)


def two_phase_commit(
    participants: int, *, crash: str = "", forgetful: bool = False
) -> tuple[Explored[Commit], int | None]:
    """All states, and the least number of steps to one in which a participant is blocked for ever.

    `crash`: empty, `for good` or `with recovery`: of the coordinator, once.
    """

    def successors(state: Commit) -> Iterator[Commit]:
        yield from _work(state)
        yield from _fail(state, crash, forgetful=forgetful)

    def blocked(state: Commit) -> bool:
        return "prepared" in state[2] and not any(True for _ in _work(state))

    start: Commit = ("start", frozenset(), ("working",) * participants, ((0,) * 5,) * participants, "up", 0)
    explored = search([start], successors)
    return explored, explored.first(blocked)


def _work(state: Commit) -> Iterator[Commit]:
    if state[4] == "up":
        yield from _coordinate(state)
    yield from _take_part(state)


def _send(mail: Mail, to: Iterable[int], kind: int, change: int = 1) -> Mail:
    for who in to:
        mail = put(mail, who, put(mail[who], kind, mail[who][kind] + change))
    return mail


def _coordinate(state: Commit) -> Iterator[Commit]:
    boss, heard, parts, mail, status, used = state
    everybody = frozenset(range(len(parts)))

    def after(boss: str, heard: frozenset[int], mail: Mail) -> Commit:
        return boss, heard, parts, mail, status, used

    if boss == "start":
        yield after("collecting", heard, _send(mail, everybody, PREPARE))
    if boss == "collecting":
        for who in everybody:
            if mail[who][YES]:
                yield after(boss, heard | {who}, _send(mail, [who], YES, -1))
            if mail[who][NO]:
                yield after("aborted", heard, _send(_send(mail, [who], NO, -1), everybody, ABORT))
        if heard == everybody:
            yield after("committed", heard, _send(mail, everybody, COMMIT))
        yield after("aborted", heard, _send(mail, everybody, ABORT))


def _take_part(state: Commit) -> Iterator[Commit]:
    boss, heard, parts, mail, status, used = state
    reply = 0 if status == "gone" else 1  # what is sent to the dead is lost
    for who, part in enumerate(parts):

        def after(part: str, mail: Mail, who: int = who) -> Commit:
            return boss, heard, put(parts, who, part), mail, status, used

        if mail[who][PREPARE] and part in {"working", "prepared"}:
            read = _send(mail, [who], PREPARE, -1)
            yield after("prepared", _send(read, [who], YES, reply))
            if part == "working":
                yield after("aborted", _send(read, [who], NO, reply))
        if mail[who][COMMIT] and part == "prepared":
            yield after("committed", _send(mail, [who], COMMIT, -1))
        if mail[who][ABORT] and part in {"working", "prepared"}:
            yield after("aborted", _send(mail, [who], ABORT, -1))


def _fail(state: Commit, crash: str, *, forgetful: bool) -> Iterator[Commit]:
    boss, heard, parts, mail, status, used = state
    if crash and status == "up" and not used:
        gone = crash == "for good"
        left = tuple(put(put(box, YES, 0), NO, 0) for box in mail) if gone else mail
        yield boss, heard, parts, left, "gone" if gone else "down", 1
    if status == "down":
        told = {"committed": COMMIT, "aborted": ABORT}
        if boss in told and not forgetful:
            again = _send(mail, range(len(parts)), told[boss])
            yield boss, frozenset(), parts, again, "up", used
        else:
            yield "start", frozenset(), parts, mail, "up", used


def disagree(decisions: Iterable[str]) -> bool:
    return {"committed", "aborted"} <= set(decisions)


Managers = tuple[str, ...]
SharedSet = tuple[Managers, str, frozenset[int], frozenset[int | str]]
"""The resource managers, the transaction manager, whom it knows to be prepared, and all messages ever sent."""


def lamport_two_phase(managers: int, early: int = 0) -> Explored[SharedSet]:
    def successors(state: SharedSet) -> Iterator[SharedSet]:
        rms, tm, prepared, sent = state
        if tm == "init":
            if len(prepared) >= managers - early:
                yield rms, "committed", prepared, sent | {"committed"}
            yield rms, "aborted", prepared, sent | {"aborted"}
            yield from ((rms, tm, prepared | {rm}, sent) for rm in range(managers) if rm in sent)
        for rm, at in enumerate(rms):
            if at == "working":
                yield put(rms, rm, "prepared"), tm, prepared, sent | {rm}
                yield put(rms, rm, "aborted"), tm, prepared, sent
            for order in ("committed", "aborted"):
                if order in sent:
                    yield put(rms, rm, order), tm, prepared, sent

    return search([(("working",) * managers, "init", frozenset[int](), frozenset[int | str]())], successors)


def transaction_commit(managers: int) -> Explored[Managers]:
    def successors(rms: Managers) -> Iterator[Managers]:
        for rm, at in enumerate(rms):
            if at == "working":
                yield put(rms, rm, "prepared")
            if at == "prepared" and set(rms) <= {"prepared", "committed"}:
                yield put(rms, rm, "committed")
            if at in {"working", "prepared"} and "committed" not in rms:
                yield put(rms, rm, "aborted")

    return search([("working",) * managers], successors)
