"""Single-decree Paxos as in Lamport's Paxos.tla, with acceptors that may crash and come back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations

from tests.specs.oracles.search import Explored, put, search

Vote = tuple[int, int]
"""A ballot and a value; (-1, -1) is none."""

NONE: Vote = (-1, -1)
VALUES = (0, 1)
BALLOTS = (0, 1)

World = tuple[tuple[int, ...], tuple[Vote, ...], frozenset[tuple[str, int, int, Vote]], tuple[bool, ...], int]
"""Promises, votes, all messages (kind, acceptor or -1, ballot, vote), who is down, crashes so far."""


def paxos(
    acceptors: int,
    quorum: int,
    *,
    crashes: int = 0,
    forgetful: bool = False,
    until: Callable[[World], bool] = lambda _: False,
) -> Explored[World]:
    quorums = list(combinations(range(acceptors), quorum))

    def lead(world: World) -> Iterator[World]:
        promised, voted, sent, down, used = world
        for ballot in BALLOTS:
            yield promised, voted, sent | {("1a", -1, ballot, NONE)}, down, used
            if any(kind == "2a" and at == ballot for kind, _, at, _ in sent):
                continue
            for members in quorums:
                promises = [(who, vote) for kind, who, at, vote in sent if kind == "1b" and at == ballot]
                answers = {who: vote for who, vote in promises if who in members}
                if len(answers) == quorum:
                    latest = max(answers.values())
                    for value in VALUES if latest == NONE else latest[1:]:
                        yield promised, voted, sent | {("2a", -1, ballot, (ballot, value))}, down, used

    def accept(world: World) -> Iterator[World]:
        promised, voted, sent, down, used = world
        for kind, _, ballot, vote in sent:
            for who in (w for w in range(acceptors) if not down[w]):
                if kind == "1a" and ballot > promised[who]:
                    answer = ("1b", who, ballot, voted[who])
                    yield put(promised, who, ballot), voted, sent | {answer}, down, used
                if kind == "2a" and ballot >= promised[who]:
                    answer = ("2b", who, ballot, vote)
                    yield put(promised, who, ballot), put(voted, who, vote), sent | {answer}, down, used

    def successors(world: World) -> Iterator[World]:
        yield from lead(world)
        yield from accept(world)
        promised, voted, sent, down, used = world
        for who in range(acceptors):
            if down[who]:
                yield put(promised, who, -1) if forgetful else promised, voted, sent, put(down, who, value=False), used
            elif used < crashes:
                yield promised, voted, sent, put(down, who, value=True), used + 1

    start: World = ((-1,) * acceptors, (NONE,) * acceptors, frozenset(), (False,) * acceptors, 0)
    return search([start], successors, until)


def chosen(world: World, quorum: int) -> set[int]:
    """The values that a quorum has voted for in one ballot."""
    votes = [vote for kind, _, _, vote in world[2] if kind == "2b"]
    return {value for ballot, value in votes if votes.count((ballot, value)) >= quorum}
