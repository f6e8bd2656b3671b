"""Why an agent cannot take a step: the first of its conditions that is not met, and what decides that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.frozen import Frozen
from modelcheck.ir.expression import BlockedError, Chooser, CutError, Env, EvaluationError, all_runs
from modelcheck.ir.statements.timers import Expired
from modelcheck.ir.statements.transitions import PACKET, Guard, PickMessage, RequireState
from modelcheck.ir.written import written
from modelcheck.semantics.execute import Next, Path, State
from modelcheck.semantics.explain import explain_in
from modelcheck.semantics.rerun import describe
from modelcheck.semantics.show import show_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from modelcheck.ir.model import Action, Model
    from modelcheck.ir.statement import Statement

_MOST_PATHS = 1000


class _Obstacle(Frozen):
    """Where a path of an action ends; `depth` counts the statements before it."""

    depth: int
    action: Action
    statement: Statement
    env: Env


def why_not(model: Model, state: State, actor: str, what: str) -> tuple[str, ...]:
    """Why `actor` cannot do `what`, both as a trace tells them; empty where that is not known.

    Of several ways to do it, the one counts that comes farthest.
    """
    found = [one for one in _obstacles(model, state, actor) if _is_meant(model, state, one, what)]
    if not found:
        return ()
    return tuple(_reasons(model, max(found, key=lambda one: one.depth), actor))


def _obstacles(model: Model, state: State, actor: str) -> Iterator[_Obstacle]:
    for action in model.actions:
        if action.transition is None or action.actor is None or show_id(action.actor, model) != actor:
            continue
        found: list[_Obstacle] = []

        def once(chooser: Chooser, action: Action = action, found: list[_Obstacle] = found) -> None:
            env = Env(model, list(state), action.actor, chooser)
            for depth, statement in enumerate(action.body):
                try:
                    statement.execute(env)
                except BlockedError:
                    found.append(_Obstacle(depth, action, statement, env))
                    return
                except (CutError, EvaluationError):
                    return

        for number, _ in enumerate(all_runs(once)):
            if number == _MOST_PATHS:
                break
        yield from found


def _is_meant(model: Model, state: State, obstacle: _Obstacle, what: str) -> bool:
    """Whether a step in words can be what the path was about to do, by the names that it has bound so far."""
    transition, names = obstacle.action.transition, obstacle.env.locals
    assert transition is not None
    what = _as_receipt(what)
    if transition.message is not None and PACKET not in names:
        return what.startswith((f"receives {transition.message.name}(", f"receives {transition.message.name} from "))
    told = _as_receipt(describe(model, obstacle.action, Path((), Next(state), names)))
    return what == told or what.startswith((f"{told}, chooses ", f"{told}("))


def _as_receipt(what: str) -> str:
    """A receipt in words, whatever comes of it: that may have changed since."""
    return f"receives {what.removeprefix('ignores ')}" if what.startswith("ignores ") else what


def _reasons(model: Model, obstacle: _Obstacle, actor: str) -> Iterator[str]:
    statement, env = obstacle.statement, obstacle.env
    assert obstacle.action.actor is not None
    match statement:
        case RequireState():
            status = model.status(obstacle.action.actor)
            if status is not None and env.cells[status] != "up":
                yield f"{actor} is {env.cells[status]}"
            else:
                wanted = " or ".join(sorted(statement.states))
                yield f"{actor} is {env.cells[model.control(obstacle.action.actor)]}, not {wanted}"
        case PickMessage():
            yield f"there is no {statement.message.name} that {actor} can receive"
        case Expired():
            yield f"{statement.timer.name} of {actor} has not expired"
        case Guard():
            yield f"`when {written(statement.condition.span)}` is false"
            yield from explain_in(env, statement.condition)
        case _:
            yield f"there is no way through `{written(statement.span)}`"
