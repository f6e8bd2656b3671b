"""The least of the steps that a solver allows, which shows no more than what matters."""

from __future__ import annotations

from collections.abc import Callable

import z3

from modelcheck.engines.symbolic import words
from modelcheck.engines.symbolic.least import Least
from modelcheck.engines.symbolic.solving import Solving
from modelcheck.engines.symbolic.system import Moment, System, state_in
from modelcheck.engines.symbolic.words import Word
from modelcheck.frozen import Frozen

State = tuple[int, ...]

EFFORT = 200_000
"""How much a solver may do for one value of a counterexample to induction, in its own unit."""

MOST_TRIES = 50
"""How many states that stand for no state of the model are left out before it is given up."""


class LeastStep(Frozen, eq=False):
    """A step from a state; `model` is the solver's, in which it is taken."""

    state: State
    action: int
    digits: tuple[int, ...]
    model: z3.ModelRef


def least_step(  # noqa: PLR0913 - what is searched, by whom, and how far
    system: System,
    solving: Solving,
    solver: z3.Solver,
    here: Moment,
    is_state: Callable[[State], bool],
    *,
    effort: int | None = None,
) -> LeastStep | None:
    """The first step from the least state that a solver allows, None if there is none within some tries.

    States are compared cell by cell, the first cell before the others; those that are none by `is_state` are left out.
    `effort` is that of `Least`, which holds the solver to what is found. Raises what `Solving` raises.
    """
    least = Least(solving, solver, effort)
    for _ in range(MOST_TRIES):
        if solving.check(solver) == z3.unsat:
            break
        found = solver.model()
        solver.push()
        found = least.settle(here.cells, found)
        state = tuple(state_in(found, here.cells))
        if is_state(state):
            found = least.settle([Word(here.action, system.selector.type)], found)
            action = found.eval(here.action, model_completion=True).as_long()
            digits = system.actions[action].digits
            chosen, found = least.digits(digits, lambda term: system.at(term, here), found)
            return LeastStep(state, action, chosen, found)
        solver.pop()
        same = [w.term == words.constant(v, w.type).term for w, v in zip(here.cells, state, strict=True)]
        solver.add(words.negation(words.conjunction(same)))
    return None
