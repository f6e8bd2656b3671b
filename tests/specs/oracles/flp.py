"""Candidates for consensus among asynchronous processes: exchange the inputs once; a rotating coordinator."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

from tests.specs.oracles.search import Explored, put, search

Packet = tuple[int, int]
"""Sender and receiver of an input in flight."""
Exchange = tuple[tuple[bool, ...], tuple[frozenset[int] | None, ...], tuple[bool | None, ...], frozenset[Packet]]
"""The inputs; whom each has heard, itself included, and None before it starts; the decisions; what is in flight."""


def waiting(processes: int, enough: int) -> Explored[Exchange]:
    """Nobody crashes."""

    def successors(state: Exchange) -> Iterator[Exchange]:
        inputs, heard, decisions, flight = state
        for p, of_p in enumerate(heard):
            if of_p is None:
                sent = {(p, q) for q in range(processes) if q != p}
                yield inputs, put(heard, p, frozenset({p})), decisions, flight | sent
            elif decisions[p] is None and len(of_p) >= enough:
                yield inputs, heard, put(decisions, p, min(inputs[q] for q in of_p)), flight
        for packet in flight:
            sender, p = packet
            of_p = heard[p]
            if of_p is not None:
                after = of_p if decisions[p] is not None else of_p | {sender}
                yield inputs, put(heard, p, after), decisions, flight - {packet}

    nobody = (None,) * processes
    return search(((i, nobody, nobody, frozenset()) for i in product((False, True), repeat=processes)), successors)


def differ(state: Exchange) -> bool:
    return {False, True} <= set(state[2])


Mail = tuple[str, int, int, bool | None]
"""A kind of message, its sender and receiver, and a value or none."""
Local = tuple[str, bool, bool, int]
"""Where a process is in its round, its estimate, whether it has decided, and its round's coordinator."""
Rounds = tuple[frozenset[bool], tuple[Local, ...], tuple[Mail, ...]]
"""The inputs, the processes, and the bag of messages in flight, sorted."""
ALL = (0, 1, 2)


def rotating() -> Explored[Rounds]:
    """Three processes that may run out of patience at any time; nobody crashes."""
    start = [tuple(("waits", e, False, 0) for e in row) for row in product((False, True), repeat=3)]
    return search(((frozenset(local[1] for local in row), row, ()) for row in start), moves)


def moves(state: Rounds) -> Iterator[Rounds]:
    inputs, processes, flight = state
    for p in ALL:
        for local, kind, value in on_its_own(p, processes, flight):
            yield inputs, put(processes, p, local), sent(flight, p, kind, value)
    for mail in set(flight):
        rest = list(flight)
        rest.remove(mail)
        for local, vote in received(processes[mail[2]], mail):
            yield inputs, put(processes, mail[2], local), sent(tuple(rest), mail[2], vote and "vote", mail[3])


def decisions_ahead(states: Iterable[Rounds]) -> dict[Rounds, frozenset[bool]]:
    """The valence of every configuration: what may still be decided, or has been."""
    before: dict[Rounds, list[Rounds]] = {}
    ahead = {state: frozenset(e for _, e, decided, _ in state[1] if decided) for state in states}
    for state in ahead:
        for after in moves(state):
            before.setdefault(after, []).append(state)
    changed = [state for state, found in ahead.items() if found]
    while changed:
        after = changed.pop()
        for state in before.get(after, ()):
            if not ahead[after] <= ahead[state]:
                ahead[state] |= ahead[after]
                changed.append(state)
    return ahead


def sent(flight: tuple[Mail, ...], sender: int, kind: str, value: bool | None) -> tuple[Mail, ...]:  # noqa: FBT001 - a vote
    new = [(kind, sender, q, value) for q in ALL if q != sender and kind]
    return tuple(sorted([*flight, *new], key=repr))


def on_its_own(
    p: int, processes: tuple[Local, ...], flight: tuple[Mail, ...]
) -> Iterator[tuple[Local, str, bool | None]]:
    where, estimate, decided, chief = processes[p]
    following = (chief + 1) % 3
    if where == "waits" and all(local[3] == chief for local in processes):
        if p == chief:
            yield ("leads", estimate, decided, chief), "estimate", estimate
        else:
            yield ("doubts", estimate, decided, chief), "vote", None
    finished = all(local[0] == "ends" or local[3] == following for local in processes)
    if where == "ends" and finished and not any(mail[2] == p for mail in flight):
        yield ("waits", estimate, decided, following), "", None


def received(local: Local, mail: Mail) -> Iterator[tuple[Local, str]]:
    """What one message makes of its receiver, and whether that tells its vote then."""
    where, estimate, decided, chief = local
    kind, _, _, value = mail
    if where == "ends":
        yield local, ""
    elif where == "leads":
        yield ("ends", estimate, decided or value is not None, chief), ""
    elif where == "doubts":
        yield ("ends", estimate if value is None else value, decided, chief), ""
    elif kind == "estimate":
        assert value is not None
        yield ("ends", value, True, chief), "vote"
