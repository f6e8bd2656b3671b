"""Looks for lemmas: clauses that hold in all states that were seen and not in one that a proof must exclude.

After Schultz, Dardik and Tripakis, Plain and simple inductive invariant inference for distributed protocols in TLA+
(2022): candidates from a small grammar are filtered by reachable states, and kept for the counterexamples to induction
that they exclude. Here they are not enumerated: a clause that is false in a given state has its literals from what is
false there, so it is looked for as a cover of the states seen by these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from modelcheck.diagnostics import InputError
from modelcheck.engines.base import spread
from modelcheck.engines.lemmas.covers import covers, nobody, patterns
from modelcheck.engines.lemmas.evidence import Evidence, instances, truth
from modelcheck.engines.lemmas.vocabulary import Names, Vocabulary, names_for, uses
from modelcheck.engines.lemmas.wording import clause
from modelcheck.frozen import Frozen
from modelcheck.ir.expression import Env
from modelcheck.ir.lowered import NoRoomError
from modelcheck.kernel.evaluate import evaluate
from modelcheck.lowering.symmetry import partialities

if TYPE_CHECKING:
    from modelcheck.engines.lemmas.evidence import Bindings
    from modelcheck.ir.constructs.quantifiers import Quantified
    from modelcheck.ir.expression import Expr
    from modelcheck.ir.model import Model
    from modelcheck.kernel import program as ir
    from modelcheck.lowering import LoweredModel
    from modelcheck.semantics.execute import State

Typed = Callable[[str], "Expr"]
"""Types a condition of the language. Raises `InputError`."""

MOST_STATES = 2000
"""How many states candidates are held against: what is false in another one is not proved, only tried in vain."""

MOST_LEMMAS = 40
"""How many candidates against one state are told."""


class _Condition(Frozen, eq=False):
    text: str
    expression: Expr
    uses: Names


class _Level(Frozen, eq=False):
    """Clauses of so many literals in which some names stand for ids."""

    names: Names
    constants: tuple[str, ...]
    literals: int


class Miner:
    """One model's candidates, from what holds in `states`. `look` is called now and then, and may raise."""

    def __init__(self, model: Model, states: Sequence[State], typed: Typed, look: Callable[[], None] = nobody) -> None:
        self.model = model
        self.look = look
        self.typed = typed
        states = spread(states, MOST_STATES)
        self.evidence = Evidence(model, states, look)
        self._conditions: dict[tuple[Names, tuple[str, ...]], list[_Condition]] = {}
        self._typed: dict[str, Expr | None] = {}
        self._rows: dict[tuple[str, tuple[object, ...]], int | None] = {}
        self._columns: dict[tuple[Names, tuple[str, ...]], tuple[int, list[int | None]]] = {}
        self.levels = list(self._levels())

    def _levels(self) -> Iterator[_Level]:
        """What is tried in turn: more names, the ids themselves where they are not alike, more literals."""
        constants = tuple(sort for sort in partialities(self.model) if self.model.sizes[sort] > 1)
        few = list(names_for(self.model, 2))
        yield from (_Level(names, (), 3) for names in few)
        if constants:
            # There are few of them to choose among, so that it is soon known whether more literals help.
            yield from (_Level((), constants, literals) for literals in range(3, 7))
        more = [names for names in names_for(self.model, 3) if len(names) == 3]  # noqa: PLR2004 - three names
        yield from (_Level(names, (), 3) for names in more)
        yield from (_Level(names, (), 4) for names in few)
        yield from (_Level(names, (), 4) for names in more)

    @property
    def most_in_flight(self) -> int:
        """How many messages are in flight in a state, at most."""
        most = 0
        for state in self.evidence.states:
            self.look()
            env = Env(self.model, list(state))
            most = max(most, sum(len(list(network.packets(env))) for network in self.model.networks))
        return most

    def always(self, lowered: LoweredModel, holds: ir.Expr) -> bool:
        """Whether a condition on kernel states holds in all states that were seen, of which there are some.

        Nothing is known of a state that the program has no room for.
        """
        for state in self.evidence.states:
            self.look()
            try:
                coded = lowered.codec.encode(state)
            except NoRoomError:
                return False
            if not evaluate(lowered.program, holds, coded):
                return False
        return bool(self.evidence.states)

    def holds(self, condition: Expr) -> bool:
        """The same of a condition of the language, without names that are open."""
        return bool(self.evidence.states) and self.evidence.row(condition, {}) == self.evidence.all

    def against(self, state: State, refused: set[str]) -> list[str]:
        """Clauses that are false in a state and were true in all others, the best first, none that was refused."""
        for level in self.levels if self.evidence.states else ():
            found = self._at(level, state, refused)
            if found:
                return found
        return []

    def _at(self, level: _Level, state: State, refused: set[str]) -> list[str]:
        conditions, (universe, columns) = self._conditions_of(level), self._columns_of(level)
        scored: dict[str, int] = {}
        for binding in instances(self.model, level.names):
            literals, bits = [], []
            for condition, column in zip(conditions, columns, strict=True):
                self.look()
                value = None if column is None else truth(self.model, condition.expression, state, binding)
                if column is None or value is None:
                    continue
                literals.append((condition.text, not value))
                bits.append(universe & ~column if value else column)
            for cover in covers(universe, bits, level.literals, self.look):
                text = clause([literals[number] for number in cover], level.names)
                if text not in refused:
                    scored.setdefault(text, sum(bits[number].bit_count() for number in cover))
        best = sorted(scored, key=lambda text: (scored[text], len(text), text))
        return best[:MOST_LEMMAS]

    def _conditions_of(self, level: _Level) -> list[_Condition]:
        key = level.names, level.constants
        if key not in self._conditions:
            texts = Vocabulary(self.model, level.names, level.constants).conditions()
            found = ((text, self._expression(text, level.names)) for text in texts)
            self._conditions[key] = [
                _Condition(text, expression, uses(text, level.names))
                for text, expression in found
                if expression is not None
            ]
        return self._conditions[key]

    def _expression(self, text: str, names: Names) -> Expr | None:
        """The condition with its names open, or None where it cannot be said."""
        self.look()
        used = uses(text, names)
        closed = "".join(f"forall {name.text} in {name.sort}: " for name in used) + text
        if closed not in self._typed:
            try:
                expression = self.typed(closed)
            except InputError:
                self._typed[closed] = None
            else:
                for _ in used:
                    quantified: Quantified = expression  # type: ignore[assignment]  # as it was written
                    expression = quantified.body
                self._typed[closed] = expression
        return self._typed[closed]

    def _columns_of(self, level: _Level) -> tuple[int, list[int | None]]:
        """In which of all patterns of conditions each is true, over the states and all choices of ids."""
        key = level.names, level.constants
        if key not in self._columns:
            bindings = list(instances(self.model, level.names))
            universe = (1 << len(self.evidence.states) * len(bindings)) - 1
            columns = [self._column(condition, bindings) for condition in self._conditions_of(level)]
            self._columns[key] = patterns(universe, columns, self.look)
        return self._columns[key]

    def _column(self, condition: _Condition, bindings: Sequence[Bindings]) -> int | None:
        """The states in which a condition is true, for one choice of ids after the other."""
        self.look()
        column, width = 0, len(self.evidence.states)
        for at, binding in enumerate(bindings):
            used = {name.text: binding[name.text] for name in condition.uses}
            key = condition.text, tuple(used.items())
            if key not in self._rows:
                self._rows[key] = self.evidence.row(condition.expression, used)
            row = self._rows[key]
            if row is None:
                return None
            column |= row << at * width
        return column
