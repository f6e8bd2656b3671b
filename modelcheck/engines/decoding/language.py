"""What the language says about the places of a state: for each the conditions that read nothing else.

They are made from what the specification declares, lowered, and looked at for every value of the place, so that nothing
here knows how values are stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import z3

from modelcheck.diagnostics import InputError
from modelcheck.engines.decoding.places import Place, Places, Values
from modelcheck.engines.lemmas.vocabulary import Vocabulary
from modelcheck.engines.symbolic.expressions import Scope, truth
from modelcheck.engines.symbolic.system import System
from modelcheck.engines.symbolic.words import Term
from modelcheck.frozen import Frozen
from modelcheck.ir.domains import (
    BoolDomain,
    Domain,
    EnumDomain,
    IdDomain,
    IntDomain,
    MapDomain,
    OptionDomain,
    RecordDomain,
    SetDomain,
)
from modelcheck.ir.expression import Env
from modelcheck.kernel.program import Array
from modelcheck.kernel.types import least
from modelcheck.semantics.show import show_value

if TYPE_CHECKING:
    from modelcheck.ir.expression import Expr
    from modelcheck.ir.model import Model
    from modelcheck.ir.values import Packet, Value
    from modelcheck.lowering import LoweredModel

Typed = Callable[[str], "Expr"]

MOST_ELEMENTS = 64
"""So many values of a type are named one by one."""


class Condition(Frozen):
    """A text, and the values of a place for which it is true."""

    text: str
    true: Values


class Part(Frozen):
    """A part of the state that has a name: `text` is a condition, or a `number` that can be compared with others.

    `values` are what it can be equal to, each as text.
    """

    text: str
    values: tuple[str, ...] = ()
    is_number: bool = False

    @property
    def probe(self) -> str:
        """A condition that reads it."""
        return f"{self.text} == {self.values[0]}" if self.values else self.text

    @property
    def conditions(self) -> list[str]:
        """All that is said of it alone."""
        return [f"{self.text} == {value}" for value in self.values] if self.values else [self.text]


class Language:
    """The conditions of one model about the places that `wanted` formulas read. `look` may raise."""

    def __init__(self, model: Model, lowered: LoweredModel, system: System, typed: Typed, wanted: set[Place]) -> None:
        self.model, self.lowered, self.system = model, lowered, system
        self._typed = typed
        self.places = Places(system.state)
        self.conditions: dict[Place, list[Condition]] = {}
        self.numbers: dict[Place, str] = {}
        """The texts of what can be compared."""
        self.there: dict[Place, Place] = {}
        """Of the place of what an option holds, the place that says whether it holds anything."""
        self.control: set[Place] = set()
        self.ranges: dict[Place, str] = {}
        """The texts of whole numbers, which can also be compared with `<=`."""
        self._gather(wanted)

    def term(self, text: str) -> Term | None:
        """What a text says of the cells; None where it is no condition of the language."""
        self.system.watch()
        try:
            holds = self.lowered.condition(self._typed(text))
        except InputError:
            return None
        return truth(holds, Scope(self.system.program, self.system.state, watch=self.system.watch))

    def _gather(self, wanted: set[Place]) -> None:
        for kind, agent in self.model.spec.agents.items():
            for index in range(self.model.sizes[kind]):
                who = f"{kind}[{index}]"
                self.control.update(self._keep([f"{who} is {state.name}" for state in agent.states], wanted))
                if ("status", kind) in self.model.bases:
                    self._keep([f"{who} is crashed"], wanted)
        for part in self._parts({self._array_of(place).name for place in wanted}):
            read = self._places_of(part.probe)
            if len(read) == 1 and read[0] in wanted:
                self._keep_part(part, read[0])
            elif len(read) == 2 and wanted.issuperset(read):  # noqa: PLR2004 - whether it is there, and what it is
                self._keep_held(part.probe, read)
        for place in sorted(wanted):
            text = self._message(place)
            if text is not None:
                self._keep([text], {place})

    def _keep_part(self, part: Part, place: Place) -> None:
        if part.values:
            self.numbers[place] = part.text
        if part.is_number:
            self.ranges[place] = part.text
        if not part.is_number:
            self._keep(part.conditions, {place})

    def _keep_held(self, text: str, read: Sequence[Place]) -> None:
        """Keep a condition on what an option holds, if it is one: it is false where there is nothing."""
        term = self.term(text)
        if term is None or self.places.values(read[0]) != range(2):
            return
        there, place = read
        values = self.places.values(place) or range(0)
        if not any(self.places.is_true(term, read, (0, value)) for value in values):
            true = frozenset(value for value in values if self.places.is_true(term, read, (1, value)))
            self.conditions.setdefault(place, []).append(Condition(text, true))
            self.there[place] = there

    def _places_of(self, text: str) -> tuple[Place, ...]:
        """The places that a condition reads."""
        term = self.term(text)
        return () if term is None else self.places.of(z3.simplify(term))

    def _keep(self, texts: list[str], wanted: set[Place]) -> set[Place]:
        """Keep conditions that are about one of the places wanted, and say which."""
        kept = set()
        for text in texts:
            term = self.term(text)
            if term is None:
                continue
            term = z3.simplify(term)
            read = self.places.of(term)
            if len(read) != 1 or read[0] not in wanted:
                # The others of the same part are about the same.
                break
            values = self.places.values(read[0])
            if values is None:
                break
            true = frozenset(value for value in values if self.places.is_true(term, read, (value,)))
            self.conditions.setdefault(read[0], []).append(Condition(text, true))
            kept.add(read[0])
        return kept

    # -------------------------------------------------------------------------------------------------------- values

    def _parts(self, arrays: set[str]) -> Iterator[Part]:
        """The parts of variables that may be in some arrays, whose names begin as theirs."""
        spec = self.model.spec
        for variable in spec.shared.values():
            if variable in self.model.bases and any(name.startswith(variable.name) for name in arrays):
                yield from self._inside(variable.name, self.model.domain(variable.type_expr))
        for kind, agent in spec.agents.items():
            for variable in agent.variables:
                begin = f"{kind}.{variable.name}"
                if variable in self.model.bases and any(name.startswith(begin) for name in arrays):
                    domain = self.model.domain(variable.type_expr)
                    for index in range(self.model.sizes[kind]):
                        yield from self._inside(f"{kind}[{index}].{variable.name}", domain)

    def _inside(self, text: str, domain: Domain) -> Iterator[Part]:
        """The parts of a value."""
        match domain:
            case BoolDomain():
                yield Part(text)
            case IntDomain(lo, _):
                yield Part(text, (str(lo),), is_number=True)
            case EnumDomain() | IdDomain():
                yield Part(text, tuple(self._named(value) for value in domain.values()))
            case OptionDomain(element):
                yield Part(f"{text} == none")
                for part in self._inside(f"{text}.value", element):
                    yield from (Part(f"{text} != none and {condition}") for condition in part.conditions)
            case SetDomain(element) if element.size <= MOST_ELEMENTS:
                yield from (Part(f"{self._named(value)} in {text}") for value in element.values())
            case MapDomain(key, value) if key.size <= MOST_ELEMENTS:
                for at in key.values():
                    yield from self._inside(f"{text}[{self._named(at)}]", value)
            case RecordDomain(_, field_names, fields):
                for name, inner in zip(field_names, fields, strict=True):
                    yield from self._inside(f"{text}.{name}", inner)

    def _named(self, value: Value) -> str:
        """A value as text, ids with their numbers: they may become names."""
        return f"{value.sort}[{value.index}]" if hasattr(value, "sort") else show_value(value, self.model)

    # ------------------------------------------------------------------------------------------------------ messages

    def _message(self, place: Place) -> str | None:
        """That the message is in flight that alone is there where a place is 1, if it is the place of one."""
        program = self.lowered.program
        if self._array_of(place).role != "network" or self.places.values(place) != range(2):
            return None
        state = [least(each.type) for each in program.arrays for _ in range(each.length)]
        state[place.cell] = 1 << max(0, place.number)
        try:
            env = Env(self.model, list(self.lowered.codec.decode(tuple(state))))
        except LookupError:
            # It has what stands for nothing: a packet that cannot be.
            return None
        packets = [packet for network in self.model.networks for packet in network.packets(env)]
        return self._in_flight(packets[0]) if len(packets) == 1 else None

    def _array_of(self, place: Place) -> Array:
        program = self.lowered.program
        starts = zip(program.offsets, program.arrays, strict=True)
        return next(array for first, array in starts if first + array.length > place.cell)

    def _in_flight(self, packet: Packet) -> str:
        declared = self.model.spec.messages[packet.message]
        m = Vocabulary(self.model, ()).message
        ends = ((packet.source, declared.sources, "from"), (packet.target, declared.targets, "to"))
        parts = [
            f"{m}.{what} == {self._named(end)}"
            for end, kinds, what in ends
            if len(kinds) > 1 or self.model.sizes[end.sort] > 1
        ]
        for field, value in zip(declared.fields, packet.fields, strict=True):
            if not field.ghost or field in self.model.kept:
                text = f"{m}.{field.name}"
                truths = {True: text, False: f"not {text}"}
                parts.append(truths[value] if isinstance(value, bool) else f"{text} == {self._named(value)}")
        inside = " and ".join(parts)
        return f"exists {m} in messages {packet.message}: {inside}" if parts else f"messages {packet.message} != {{}}"
