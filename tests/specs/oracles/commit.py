"""Commit protocols: two-phase commit with agents and a bag of messages, Lamport's TwoPhase.tla and TCommit.tla."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tests.specs.oracles.search import Explored, put, search

Commit = tuple[str, frozenset[int], tuple[str, ...], tuple[tuple[int, ...], ...], str, int]
"""The coordinator, whom it has heard, the participants, counts of the messages to or from each, up or down, crashes used."""

PREPARE, YES, NO, COMMIT, ABORT = range(5)


def two_phase_commit(
    participants: int, *, crash: str = "", forgetful: bool = False
) -> tuple[Explored[Commit], int | None]:
    """All states, and the least number of steps to one in which a participant is blocked for ever.

    `crash`: empty, `for good` or `with recovery`: of the coordinator, once.
    """
    everybody = frozenset(range(participants))

    def send(mail: tuple[tuple[int, ...], ...], to: Iterable[int], kind: int, change: int = 1) -> tuple[tuple[int, ...], ...]:
        for who in to:
            mail = put(mail, who, put(mail[who], kind, mail[who][kind] + change))
        return mail

    def coordinate(state: Commit) -> Iterator[Commit]:
        boss, heard, parts, mail, status, used = state
        if boss == "start":
            yield "collecting", heard, parts, send(mail, everybody, PREPARE), status, used
        if boss == "collecting":
            for who in everybody:
                if mail[who][YES]:
                    yield boss, heard | {who}, parts, send(mail, [who], YES, -1), status, used
                if mail[who][NO]:
                    told = send(send(mail, [who], NO, -1), everybody, ABORT)
                    yield "aborted", heard, parts, told, status, used
            if heard == everybody:
                yield "committed", heard, parts, send(mail, everybody, COMMIT), status, used
            yield "aborted", heard, parts, send(mail, everybody, ABORT), status, used

    def take_part(state: Commit) -> Iterator[Commit]:
        boss, heard, parts, mail, status, used = state
        for who, part in enumerate(parts):
            if mail[who][PREPARE] and part in {"working", "prepared"}:
                read = send(mail, [who], PREPARE, -1)
                reply = 0 if status == "gone" else 1  # what is sent to the dead is lost
                yield boss, heard, put(parts, who, "prepared"), send(read, [who], YES, reply), status, used
                if part == "working":
                    yield boss, heard, put(parts, who, "aborted"), send(read, [who], NO, reply), status, used
            if mail[who][COMMIT] and part == "prepared":
                yield boss, heard, put(parts, who, "committed"), send(mail, [who], COMMIT, -1), status, used
            if mail[who][ABORT] and part in {"working", "prepared"}:
                yield boss, heard, put(parts, who, "aborted"), send(mail, [who], ABORT, -1), status, used

    def fail(state: Commit) -> Iterator[Commit]:
        boss, heard, parts, mail, status, used = state
        if crash and status == "up" and not used:
            gone = crash == "for good"
            left = tuple(put(put(m, YES, 0), NO, 0) for m in mail) if gone else mail
            yield boss, heard, parts, left, "gone" if gone else "down", 1
        if status == "down":
            kept = boss in {"committed", "aborted"} and not forgetful
            yield boss if kept else "start", frozenset(), parts, mail, "up", used

    def work(state: Commit) -> Iterator[Commit]:
        if state[4] == "up":
            yield from coordinate(state)
        yield from take_part(state)

    def successors(state: Commit) -> Iterator[Commit]:
        yield from work(state)
        yield from fail(state)

    empty = ((0,) * 5,) * participants
    def blocked(state: Commit) -> bool:
        return "prepared" in state[2] and not any(True for _ in work(state))

    start: Commit = ("start", frozenset(), ("working",) * participants, ((0,) * 5,) * participants, "up", 0)
    explored = search([start], successors)
    return explored, explored.first(blocked)


def disagree(state: Commit) -> bool:
    return {"committed", "aborted"} <= set(state[2])


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
