"""Two workers, one task and two leases for it: what a tool sees that checks no token."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.specs.oracles.search import put, search

Call = tuple[str, int]
Fleet = tuple[
    tuple[int, bool, bool, bool, bool],
    tuple[tuple[int, ...], ...],
    tuple[int, ...],
    tuple[tuple[Call, ...], ...],
    int,
    tuple[int, int, bool, frozenset[tuple[int, int]]],
]
"""The orchestrator: last token, leased, done, down, has crashed. For each worker: its assignments, its lease (0: none),
its calls to the tool. Then reports under way, and the tool: token of the draft, effects, torn, who acted on which.
"""


def unfenced(wrong: Callable[[Fleet], bool], *, crash: bool = False) -> int | None:
    """Steps to something wrong. With `crash` the orchestrator may come back once and counts from zero again."""

    def orchestrate(fleet: Fleet) -> Iterator[Fleet]:
        (last, leased, done, down, used), assigned, held, calls, reports, tool = fleet
        if down:
            yield (0, False, done, False, used), assigned, held, calls, reports, tool
            return
        if crash and not used:
            yield (last, leased, done, True, True), assigned, held, calls, reports, tool
        if leased:
            yield (last, False, done, down, used), assigned, held, calls, reports, tool
        elif not done and last < 2:
            for worker in (0, 1):
                told = put(assigned, worker, (*assigned[worker], last + 1))
                yield (last + 1, True, done, down, used), told, held, calls, reports, tool
        if reports:
            yield (last, False, True, down, used), assigned, held, calls, reports - 1, tool

    def work(fleet: Fleet) -> Iterator[Fleet]:
        boss, assigned, held, calls, reports, tool = fleet
        for me in (0, 1):
            if held[me]:
                called = put(calls, me, (*calls[me], ("publish", held[me])))
                yield boss, assigned, put(held, me, 0), called, reports, tool
            elif assigned[me]:
                token, *later = assigned[me]
                called = put(calls, me, (*calls[me], ("write", token)))
                yield boss, put(assigned, me, tuple(later)), put(held, me, token), called, reports, tool

    def act(fleet: Fleet) -> Iterator[Fleet]:
        boss, assigned, held, calls, reports, (draft, effects, torn, acted) = fleet
        for me in (0, 1):
            if calls[me]:
                (what, token), *later = calls[me]
                left, seen = put(calls, me, tuple(later)), acted | {(token, me)}
                if what == "write":
                    yield boss, assigned, held, left, reports, (token, effects, torn, seen)
                else:
                    tool = (draft, min(2, effects + 1), torn or draft != token, seen)
                    yield boss, assigned, held, left, reports + 1, tool

    def successors(fleet: Fleet) -> Iterator[Fleet]:
        yield from orchestrate(fleet)
        yield from work(fleet)
        yield from act(fleet)

    start: Fleet = ((0, False, False, False, False), ((), ()), (0, 0), ((), ()), 0, (0, 0, False, frozenset()))
    return search([start], successors, until=wrong).first(wrong)


def twice(fleet: Fleet) -> bool:
    return fleet[-1][1] > 1


def torn(fleet: Fleet) -> bool:
    return fleet[-1][2]


def shared_token(fleet: Fleet) -> bool:
    acted = fleet[-1][3]
    return len(acted) > len({token for token, _ in acted})
