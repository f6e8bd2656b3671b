"""Random runs, and what can be concluded at the end of any of them."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from modelcheck.frozen import replace
from modelcheck.ir.constructs.messages import InFlight
from modelcheck.ir.expression import Env, EvaluationError, Expr
from modelcheck.ir.spec import Property
from modelcheck.ir.types import BOOL, MessageT, SetT
from modelcheck.semantics.execute import Cut, Fail, Next, Path, State, action_paths, holds, initial_paths
from modelcheck.source import Source, Span
from modelcheck.verdict import Choice, Run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from modelcheck.ir.model import Model
    from modelcheck.ir.values import Value
    from tests.differential.generators.dice import Dice

MOST_STARTS = 30
SPAN = Span(Source("walk.mc", "it is so"), 0, 8)


class CellIs(Expr):
    """A cell has a value."""

    cell: int
    value: Value

    def evaluate(self, env: Env) -> Value:
        return env.cells[self.cell] == self.value


class Sees(Expr):
    """These messages are in flight, and no others of their name."""

    seen: InFlight
    value: Value

    def evaluate(self, env: Env) -> Value:
        return self.seen.evaluate(env) == self.value


class Walk:
    """A random run of a model without its bound: that is no part of what the agents do."""

    def __init__(self, model: Model, dice: Dice, length: int) -> None:
        self.model = model
        self.states: list[State] = []
        self.failed = False
        self.run = Run((), ())
        starts = [p for p in islice(initial_paths(model), MOST_STARTS) if isinstance(p.outcome, Next)]
        choices: list[Choice] = []
        path = dice.pick(starts) if starts else None
        start = path.digits if path is not None else ()
        while path is not None and isinstance(path.outcome, Next):
            self.states.append(path.outcome.state)
            drawn = self._draw(dice) if len(choices) < length else None
            if drawn is None:
                break
            number, path = drawn
            choices.append(Choice(number, path.digits))
            self.failed = isinstance(path.outcome, Fail)
        self.run = Run(start, tuple(choices))

    def _draw(self, dice: Dice) -> tuple[int, Path] | None:
        """A step: as often of each action, however many ways there are to take it."""
        left = list(range(len(self.model.actions)))
        while left:
            number = left.pop(dice.draw(len(left)))
            found = [p for p in action_paths(self.model, self.states[-1], number) if not isinstance(p.outcome, Cut)]
            if found:
                return number, dice.pick(found)
        return None

    def conclusions(self) -> Iterator[Property]:
        """What is so at the end: of each property, each cell and the messages of each name."""
        state = self.states[-1]
        for found in self.model.properties:
            try:
                if found.kind != "transition":
                    word = "reachable" if holds(self.model, found.expression, state) else "invariant"
                    yield replace(found, kind=word)
                elif len(self.states) > 1 and not holds(self.model, found.expression, self.states[-2], state):
                    yield found
            except EvaluationError:
                continue
        for number, cell in enumerate(self.model.cells):
            if cell.network is None and cell.role != "budget":
                yield Property(cell.name, "reachable", CellIs(SPAN, BOOL, number, state[number]), SPAN)
        for name in self.model.network_of:
            seen = InFlight(SPAN, SetT(MessageT(name)), self.model.spec.messages[name], own=False)
            value = seen.evaluate(Env(self.model, list(state)))
            yield Property(name, "reachable", Sees(SPAN, BOOL, seen, value), SPAN)
