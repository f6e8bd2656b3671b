"""The same steps in the order in which the actor changes least often.

Each actor keeps the order of its own steps and every choice; whether a step can be taken where another order has it is
seen by taking it. So every order is a run, also one in which steps that depend on one another have changed places.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from modelcheck.analysis.counterexamples.cheapest import LONGEST, MOST_KEPT, actor_of
from modelcheck.frozen import replace
from modelcheck.semantics.execute import Next, Path, State, follow
from modelcheck.verdict import NOTHING, Run

if TYPE_CHECKING:
    from modelcheck.ir.model import Model

MOST_STEPS = 30_000
"""How many steps are taken before the order stays as it is: about a second."""

Ends = Callable[[State, Path], bool]
"""Whether the last step, from a state, shows what is to be shown."""


def calmest(model: Model, run: Run, ends: Ends) -> Run | None:
    """The run, or the way to its loop, in the order with the fewest changes of actor; of these the nearest to its own.

    None if there are too many orders to try.
    """
    length = len(run.choices) if run.loop is None else run.loop
    rows: dict[object, list[int]] = {}
    for number, choice in enumerate(run.choices[:length]):
        rows.setdefault(actor_of(model, choice.action), []).append(number)
    start = follow(model, None, None, run.initial)
    assert start is not None
    if length > LONGEST:
        return None
    if not length or NOTHING in run.choices[:length] or not isinstance(start.outcome, Next):
        return run
    own, taken, kept = list(rows.values()), 0, 0
    # Changes of actor, the steps by number, how many each actor has taken, the state, and who acted.
    heap: list[tuple[int, tuple[int, ...], tuple[int, ...], State, int | None]] = []
    heappush(heap, (0, (), (0,) * len(own), start.outcome.state, None))
    seen: set[tuple[tuple[int, ...], State, int | None]] = set()
    while heap:
        cost, order, at, state, last = heappop(heap)
        kept -= len(order)
        if len(order) == length:
            return replace(run, choices=(*(run.choices[number] for number in order), *run.choices[length:]))
        if (at, state, last) in seen:
            continue
        seen.add((at, state, last))
        for actor, numbers in enumerate(own):
            if at[actor] == len(numbers):
                continue
            number, taken = numbers[at[actor]], taken + 1
            if taken > MOST_STEPS or kept > MOST_KEPT:
                return None
            path = follow(model, state, run.choices[number].action, run.choices[number].digits)
            if path is None or not (ends(state, path) if len(order) + 1 == length else isinstance(path.outcome, Next)):
                continue
            after = path.outcome.state if isinstance(path.outcome, Next) else state
            further = (*at[:actor], at[actor] + 1, *at[actor + 1 :])
            heappush(heap, (cost + (last not in {None, actor}), (*order, number), further, after, actor))
            kept += len(order) + 1
    raise AssertionError("the order of the run itself is one")
