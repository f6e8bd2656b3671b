"""All states of a small model and the steps between them, by the reference interpreter: for pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from modelcheck.frozen import Frozen, field
from modelcheck.ir.expression import EvaluationError
from modelcheck.semantics.execute import Cut, Fail, Next, State, action_paths, holds, initial_paths, is_resting
from modelcheck.semantics.rerun import describe
from modelcheck.semantics.show import cell_name, show_cell, show_id

if TYPE_CHECKING:
    from modelcheck.ir.model import Action, Model
    from modelcheck.semantics.execute import Path


class TooManyStatesError(Exception):
    """A check has more states than were asked for."""


class Move(Frozen):
    """A step from state to state, in words. `violated` are the properties of steps that it violates."""

    source: int
    target: int
    text: str
    fault: bool
    violated: tuple[str, ...] = ()


class ShownState(Struct, eq=False):
    """A state: its components in words, and what is to be said of it.

    `violated` are invariants, `deadlock` and `errors`; `reached` are what a `reachable` asks for; `cuts` are bounds
    beyond which it would go on.
    """

    components: tuple[tuple[str, str], ...]
    initial: bool
    violated: list[str] = field(default_factory=list)
    reached: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    cuts: list[str] = field(default_factory=list)


class StateGraph(Struct, eq=False):
    """The states in the order in which a breadth-first search meets them, and the moves in the order of choices."""

    states: list[ShownState]
    moves: list[Move]
    statuses: frozenset[str]
    """The components that tell what a fault left of an agent."""
    failures: list[str] = field(default_factory=list)
    """What fails at the very start, before there is a state."""


def state_graph(model: Model, most: int) -> StateGraph:
    """All states of a model. Raises `TooManyStatesError` where there are more than `most`."""
    numbers: dict[State, int] = {}
    statuses = frozenset(cell_name(cell, model) for cell in model.cells if cell.role == "status")
    graph = StateGraph([], [], statuses)

    def number_of(state: State, *, initial: bool) -> int:
        if state not in numbers:
            if len(numbers) == most:
                raise TooManyStatesError(f'the check "{model.check}" has more than {most} states')
            numbers[state] = len(numbers)
            graph.states.append(_shown(model, state, initial=initial))
        return numbers[state]

    for path in initial_paths(model):
        match path.outcome:
            case Next(state):
                number_of(state, initial=True)
            case Fail(_, problem):
                graph.failures += [] if problem in graph.failures else [problem]
            case Cut():
                pass
    todo = list(numbers)
    # The list grows while it is gone through: first in, first out.
    for state in todo:
        known = len(numbers)
        shown = graph.states[numbers[state]]
        moved = False
        for index, action in enumerate(model.actions):
            for path in action_paths(model, state, index):
                moved = moved or action.origin != "fault"
                match path.outcome:
                    case Next(after):
                        target = number_of(after, initial=False)
                        graph.moves.append(_move(model, action, path, (state, after), (numbers[state], target)))
                    case Fail(_, problem):
                        shown.failures.append(f"{_named(model, action, path)}: {problem}")
                    case Cut(bound):
                        shown.cuts += [] if bound in shown.cuts else [bound]
        if not moved and not is_resting(model, state):
            shown.violated.append("deadlock")
        todo += list(numbers)[known:]
    return graph


def _shown(model: Model, state: State, *, initial: bool) -> ShownState:
    pairs = zip(model.cells, state, strict=True)
    found = ShownState(tuple((cell_name(cell, model), show_cell(cell, value, model)) for cell, value in pairs), initial)
    for prop in model.properties:
        if prop.kind == "transition":
            continue
        try:
            value = holds(model, prop.expression, state)
        except EvaluationError as error:
            found.failures.append(f"{prop.name}: {error.problem}")
            continue
        if prop.kind == "reachable" and value:
            found.reached.append(prop.name)
        elif prop.kind == "invariant" and not value:
            found.violated.append(prop.name)
    return found


def _move(model: Model, action: Action, path: Path, states: tuple[State, State], numbers: tuple[int, int]) -> Move:
    violated = []
    for prop in model.properties:
        if prop.kind == "transition":
            try:
                if not holds(model, prop.expression, *states):
                    violated.append(prop.name)
            except EvaluationError as error:
                violated.append(f"{prop.name}: {error.problem}")
    return Move(*numbers, _named(model, action, path), action.origin == "fault", tuple(violated))


def _named(model: Model, action: Action, path: Path) -> str:
    actor = "environment" if action.actor is None else show_id(action.actor, model)
    return f"{actor}: {describe(model, action, path)}"
