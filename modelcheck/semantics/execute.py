"""Initial states and successors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from modelcheck.frozen import Frozen
from modelcheck.ir.constructs.urgency import is_urgent
from modelcheck.ir.expression import BlockedError, Chooser, CutError, Env, EvaluationError, all_runs
from modelcheck.ir.happenings import WatchedCells
from modelcheck.ir.statement import run
from modelcheck.ir.statements.transitions import RequireState
from modelcheck.ir.values import Value

if TYPE_CHECKING:
    from modelcheck.ir.expression import Expr
    from modelcheck.ir.happenings import Watch
    from modelcheck.ir.model import Model
    from modelcheck.ir.statement import Body
    from modelcheck.ir.values import Id
    from modelcheck.source import Span

State = tuple[Value, ...]
"""One value for each cell of the model."""

BEYOND_THE_BOUND = "the declared bound"


class Next(Frozen):
    """The path leads to a state."""

    state: State


class Fail(Frozen):
    """An evaluation failed: the built-in property `no errors` is violated."""

    span: Span
    problem: str


class Cut(Frozen):
    """A bound was hit: the action counts as enabled, but the path leads nowhere."""

    bound: str


Outcome = Next | Fail | Cut


class Path(Frozen):
    """One choice path of an action: the digits chosen, where it ends, and the names bound on the way (for people)."""

    digits: tuple[int, ...]
    outcome: Outcome
    names: dict[str, Value]


def _blank(model: Model) -> list[Value]:
    return [cell.network.empty() if cell.network else _least(cell.domain) for cell in model.cells]


def _least(domain: object) -> Value:
    return domain.least  # type: ignore[attr-defined]  # every cell but a network has a domain


def _paths(model: Model, before: list[Value], body: Body, actor: Id | None, tick: Callable[[], None]) -> Iterator[Path]:
    last: list[tuple[Outcome | None, dict[str, Value]]] = []

    def once(chooser: Chooser) -> None:
        env = Env(model, list(before), actor, chooser)
        last[:] = [(_outcome(model, env, body), env.locals)]

    for chooser in all_runs(once):
        tick()
        outcome, names = last[0]
        if outcome is not None:
            yield Path(tuple(chooser.taken), outcome, names)


def _outcome(model: Model, env: Env, body: Body) -> Outcome | None:
    try:
        run(body, env)
        state = tuple(env.cells)
        if model.bound is not None and not holds(model, model.bound, state):
            return Cut(BEYOND_THE_BOUND)
    except BlockedError:
        return None
    except CutError as cut:
        return Cut(cut.bound)
    except EvaluationError as error:
        return Fail(error.span, error.problem)
    return Next(state)


def holds(
    model: Model, expression: Expr, state: State, after: State | None = None, watches: tuple[Watch, Watch] | None = None
) -> bool:
    """The value of a property on a state, or on a step. Raises `EvaluationError`.

    `watches` take notes of what is read in the state and in the one behind the step.
    """
    env = Env(model, state, after=after)  # type: ignore[arg-type]  # properties do not write
    if watches is not None:
        env.cells, env.watch = WatchedCells(state, watches[0]), watches[0]
        env.after = None if after is None else WatchedCells(after, watches[1])
    return bool(expression.evaluate(env))


def _silent() -> None:
    pass


def initial_paths(model: Model, tick: Callable[[], None] = _silent) -> Iterator[Path]:
    """The ways in which a run can begin, in the order of their digits; equal states may repeat.

    `tick` is called for each path that is tried, also one that is blocked.
    """
    return _paths(model, _blank(model), tuple(model.initial), None, tick)


def action_paths(model: Model, state: State, action: int, tick: Callable[[], None] = _silent) -> Iterator[Path]:
    """What one action can do in a state, in the order of its digits; `tick` as in `initial_paths`."""
    found = model.actions[action]
    first = found.body[0]
    if found.actor is not None and isinstance(first, RequireState) and first.rules_out(model, state, found.actor):
        # Most actions are ruled out in most states: seeing it before anything is copied makes the search faster.
        return iter(())
    return _paths(model, list(state), found.body, found.actor, tick)


def follow(
    model: Model, state: State | None, action: int | None, digits: tuple[int, ...], watch: Watch | None = None
) -> Path | None:
    """The one path of an action (or of the start, without state and action) with these digits, or None.

    `watch` takes notes of the step.
    """
    cells = _blank(model) if state is None else list(state)
    cells = cells if watch is None else WatchedCells(cells, watch)
    body = tuple(model.initial) if action is None else model.actions[action].body
    actor = None if action is None else model.actions[action].actor
    chooser = Chooser(digits)
    env = Env(model, cells, actor, chooser)
    env.watch = watch
    outcome = _outcome(model, env, body)
    if outcome is None or tuple(chooser.taken) != digits:
        return None
    return Path(digits, outcome, env.locals)


def is_resting(model: Model, state: State) -> bool:
    """Whether every live agent is in a final state and nothing is due, so that doing nothing is no deadlock."""
    if is_urgent(model, state):
        return False
    for agent in model.agents:
        status = model.status(agent)
        if status is not None and state[status] != "up":
            continue
        if not model.spec.agents[agent.sort].state(state[model.control(agent)]).final:
            return False
    return True
