"""OM(2) of Lamport, Shostak and Pease, 1982: every message of every round, and every lie that traitors can tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product

Heard = dict[tuple[int, int], bool]
"""What each lieutenant (first) says, or is told by another (second). `True` is to attack; silence is to retreat."""


def broken(lieutenants: int, traitors: Sequence[int]) -> tuple[bool, bool]:
    """Whether IC1 and IC2 can be broken by these traitors; general 0 commands."""
    loyal = [general for general in range(1, lieutenants + 1) if general not in traitors]
    disagreement = disobedience = False
    for order, told, heard in _first_two_rounds(lieutenants, loyal, commander_is_loyal=0 not in traitors):
        possible = [set(_decisions(lieutenants, loyal, me, told[me], heard)) for me in loyal]
        disagreement = disagreement or any(len(one | other) > 1 for one, other in combinations(possible, 2))
        disobedience = disobedience or (0 not in traitors and any(decided != {order} for decided in possible))
    return disagreement, disobedience


def _first_two_rounds(
    lieutenants: int, loyal: Sequence[int], *, commander_is_loyal: bool
) -> Iterator[tuple[bool, dict[int, bool], Heard]]:
    """The order, what each loyal lieutenant was told, and what each has heard from each other."""
    for order in (False, True):
        for said in product((order,) if commander_is_loyal else (False, True), repeat=len(loyal)):
            told = dict(zip(loyal, said, strict=True))
            free = [(me, other) for me in loyal for other in range(1, lieutenants + 1) if other not in loyal]
            for lies in product((False, True), repeat=len(free)):
                heard = dict(zip(free, lies, strict=True))
                yield order, told, heard | {(me, other): told[other] for me in loyal for other in loyal if other != me}


def _decisions(lieutenants: int, loyal: Sequence[int], me: int, told: bool, heard: Heard) -> Iterator[bool]:  # noqa: FBT001
    """What one lieutenant decides, for each way in which traitors lie to him about what they heard."""
    others = [general for general in range(1, lieutenants + 1) if general != me]
    free = [(liar, about) for liar in others if liar not in loyal for about in others if about != liar]
    for lies in product((False, True), repeat=len(free)):
        said = dict(zip(free, lies, strict=True))
        honest = [other for other in loyal if other != me]
        said |= {(other, about): heard[other, about] for other in honest for about in others if about != other}
        votes = {about: [said[other, about] for other in others if other != about] for about in others}
        yield _majority([told, *(_majority([heard[me, about], *votes[about]]) for about in others)])


def _majority(votes: Sequence[bool]) -> bool:
    return 2 * sum(votes) > len(votes)
