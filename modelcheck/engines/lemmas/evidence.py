"""In which of some states conditions are true: a bit a state, and a row of such bits for each choice of ids."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product
from typing import TYPE_CHECKING

from modelcheck.engines.lemmas.covers import nobody
from modelcheck.ir.constructs.messages import InFlight
from modelcheck.ir.constructs.quantifiers import Quantified
from modelcheck.ir.expression import Env, EvaluationError
from modelcheck.ir.happenings import Watch, WatchedCells

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelcheck.engines.lemmas.vocabulary import Names
    from modelcheck.ir.expression import Expr
    from modelcheck.ir.model import Model
    from modelcheck.ir.values import Id, Packet, Value
    from modelcheck.semantics.execute import State

Bindings = dict[str, "Id"]


def instances(model: Model, names: Names) -> Iterator[Bindings]:
    """All ways in which different ids can be meant."""
    for chosen in product(*(model.ids(name.sort) for name in names)):
        if len(set(chosen)) == len(chosen):
            yield {name.text: id_ for name, id_ in zip(names, chosen, strict=True)}


def truth(model: Model, condition: Expr, state: State, bindings: Mapping[str, Value]) -> bool | None:
    """The value of a condition in one state; None where it has none."""
    env = Env(model, state)  # type: ignore[arg-type]  # conditions do not write
    env.locals.update(bindings)
    try:
        return bool(condition.evaluate(env))
    except EvaluationError:
        return None


class Evidence:
    """The states that were seen, in which conditions are evaluated once for all states that look alike to them.

    `look` is called now and then, and may raise.
    """

    def __init__(self, model: Model, states: Sequence[State], look: Callable[[], None] = nobody) -> None:
        self.model = model
        self.look = look
        self.states = states
        self.all = (1 << len(states)) - 1
        self._parts: dict[int, dict[Value, int]] = {}
        self._packets: dict[str, dict[Packet, int]] = {}

    def row(self, condition: Expr, bindings: Bindings) -> int | None:
        """The states in which a condition is true, as bits; None where it has no value in some state."""
        if _is_of_messages(condition):
            found = self._of_messages(condition, bindings)
            if found is not None:
                return found
        return self._grouped(condition, bindings)

    def _grouped(self, condition: Expr, bindings: Bindings) -> int | None:
        """States in which all cells have equal values that the condition reads are asked once."""
        reads: set[int] = set()
        while True:
            known, row = set(reads), 0
            for example, group in self._groups(sorted(known)):
                self.look()
                watch = Watch()
                env = Env(self.model, WatchedCells(self.states[example], watch))
                env.locals.update(bindings)
                try:
                    value = bool(condition.evaluate(env))
                except EvaluationError:
                    return None
                reads |= watch.reads
                if reads != known:
                    break
                row |= group if value else 0
            if reads == known:
                return row

    def _groups(self, cells: Sequence[int]) -> Iterable[tuple[int, int]]:
        groups = [self.all] if self.states else []
        for cell in cells:
            parts = self._parts_of(cell).values()
            split = []
            for group in groups:
                self.look()
                split += [both for part in parts if (both := group & part)]
            groups = split
        return (((group & -group).bit_length() - 1, group) for group in groups)

    def _parts_of(self, cell: int) -> dict[Value, int]:
        if cell not in self._parts:
            parts: dict[Value, int] = {}
            for at, state in enumerate(self.states):
                parts[state[cell]] = parts.get(state[cell], 0) | 1 << at
            self._parts[cell] = parts
        return self._parts[cell]

    # ----------------------------------------------------------------------------------------------------- messages

    def _of_messages(self, condition: Expr, bindings: Bindings) -> int | None:
        """Of each packet it is known in which states it is in flight. None where states themselves are to be asked."""
        assert isinstance(condition, Quantified)
        (generator,) = condition.generators
        domain, row = generator.domain, 0
        assert isinstance(domain, InFlight)
        for packet, present in self._present(domain).items():
            self.look()
            watch = Watch()
            env = Env(self.model, WatchedCells(self.states[0], watch))
            env.locals.update(bindings)
            env.locals[generator.name] = packet
            try:
                value = bool(condition.body.evaluate(env))
            except EvaluationError:
                return None
            if watch.reads:
                return None
            row |= present if value else 0
        return row

    def _present(self, domain: InFlight) -> dict[Packet, int]:
        name = domain.message.name
        if name not in self._packets:
            found: dict[Packet, int] = {}
            network = self.model.network_of[name]
            for contents, states in self._parts_of(network.cell).items():
                self.look()
                cells = [None] * len(self.model.cells)
                cells[network.cell] = contents
                for packet in domain.evaluate(Env(self.model, cells)):
                    found[packet] = found.get(packet, 0) | states
            self._packets[name] = found
        return self._packets[name]


def _is_of_messages(condition: Expr) -> bool:
    if not isinstance(condition, Quantified) or condition.op != "exists" or len(condition.generators) != 1:
        return False
    domain = condition.generators[0].domain
    return isinstance(domain, InFlight) and not domain.own
