"""Random expressions of a wanted type, well typed by construction.

Unless the specification is `risky`, values fit where they are stored and partial operations are guarded, so that errors
stay the exception; the guards are as varied as the ways to write them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from tests.differential.generators import text as tx
from tests.differential.generators.alike import needs_id
from tests.differential.generators.broad import LOOPS, UNIVERSES
from tests.differential.generators.dice import Dice
from tests.differential.generators.literals import MANY, Literals
from tests.differential.generators.numbers import Numbers
from tests.differential.generators.scope import Definition, Draft, Scope
from tests.differential.generators.text import Text, infix, opened
from tests.differential.generators.truths import Truths
from tests.differential.generators.types import (
    BOOL,
    Bool,
    Enum,
    Ids,
    Int,
    Map,
    Option,
    Packet,
    Record,
    Seq,
    Set,
    Type,
    choosable,
    fits,
    interval,
    size,
)

MOST_IN_SUBSETS = 4

Production = Callable[[], "Text | None"]


@dataclass(frozen=True)
class Expressions:
    """Makes expressions. `risky`: now and then one that fails to evaluate or gives a value that does not fit."""

    dice: Dice
    risky: bool = False

    @property
    def literals(self) -> Literals:
        return Literals(self.dice)

    def take_risk(self) -> bool:
        return self.risky and self.dice.chance(20)

    # ------------------------------------------------------------------------------------------------------ any type

    def of(self, type_: Type, scope: Scope, depth: int) -> Text:
        """An expression whose values fit a type, unless a risk is taken."""
        if depth <= 0:
            return self.leaf(type_, scope)
        productions: list[tuple[int, Production]] = [
            (4, lambda: self.leaf(type_, scope)),
            (2, lambda: self._if(type_, scope, depth)),
            (1, lambda: self._let(type_, scope, depth)),
            (3, lambda: self._part(type_, scope, depth)),
            (3, lambda: self._foreign(type_, scope, depth)),
            (2, lambda: self._call(type_, scope, depth)),
            (1, lambda: self._coalesce(type_, scope, depth)),
            (10, lambda: self._own(type_, scope, depth)),
        ]
        if scope.place == "step" and not scope.behind:
            productions.append((6, lambda: Text(f"next({self.of(type_, replace(scope, behind=True), depth - 1)})")))
        for _ in range(3):
            found = self.dice.weighted(productions)()
            if found is not None:
                return found
        return self.leaf(type_, scope)

    def leaf(self, type_: Type, scope: Scope) -> Text:
        """A name or a literal."""
        names = [name.name for name in scope.names() if fits(name.type, type_)]
        if names and self.dice.chance(70):
            return Text(self.dice.pick(names))
        if isinstance(type_, Ids) and scope.kind is not None and scope.kind.ids == type_ and self.dice.chance(50):
            return Text("self")
        if isinstance(type_, Int) and self.take_risk():
            return tx.number(type_.hi + 1)
        if scope.draft.alike and scope.place in {"constant", "initial"} and not needs_id(type_):
            empty = {Set: "{}", Option: "none", Seq: "[]"}
            if type(type_) in empty:
                # Nothing holds an id that could be in it yet.
                return Text(empty[type(type_)])
        return Literals(self.dice, (lambda ids: self._id(ids, scope)) if scope.draft.alike else None).of(type_)

    def _id(self, ids: Ids, scope: Scope) -> Text:
        """An id that is not called by its number, if there is one."""
        names = [name.name for name in scope.names() if name.type == ids]
        if scope.kind is not None and scope.kind.ids == ids:
            names.append("self")
        return Text(self.dice.pick(names)) if names else Text(f"{ids.sort}[0]")

    def _if(self, type_: Type, scope: Scope, depth: int) -> Text:
        condition = self.of(BOOL, scope, depth - 1)
        then, orelse = self.of(type_, scope, depth - 1), self.of(type_, scope, depth - 1)
        return opened(f"if {condition} then {then} else {orelse}")

    def _let(self, type_: Type, scope: Scope, depth: int) -> Text:
        bound = self.simple_type(scope)
        value = self.of(bound, scope, depth - 1)
        # Which ghosts a value reads is not followed: a name bound where ghosts may be read may hold one.
        inner, name = scope.bind(bound, ghost=scope.ghosts)
        return opened(f"let {name} = {value}: {self.of(type_, inner, depth - 1)}")

    def simple_type(self, scope: Scope) -> Type:
        """A type of something that can be named here, or a small one."""
        found = [name.type for name in scope.names() if not isinstance(name.type, Packet)]
        return self.dice.pick([BOOL, interval(0, 2), *found])

    def _call(self, type_: Type, scope: Scope, depth: int) -> Text | None:
        found = [d for d in scope.draft.definitions if fits(d.result, type_) and _callable(d, scope)]
        return self.call(self.dice.pick(found), scope, depth) if found else None

    def call(self, definition: Definition, scope: Scope, depth: int) -> Text:
        """A definition applied."""
        if not definition.parameters:
            return Text(definition.name if self.dice.chance(50) else f"{definition.name}()")
        arguments = ", ".join(str(self.of(p.type, scope, depth - 1)) for p in definition.parameters)
        return Text(f"{definition.name}({arguments})")

    def _foreign(self, type_: Type, scope: Scope, depth: int) -> Text | None:
        found = [(kind, v) for kind, v in scope.foreign() if fits(v.type, type_)]
        if not found:
            return None
        kind, variable = self.dice.pick(found)
        return Text(f"{self.of(kind.ids, scope, depth - 1).at(tx.POST)}.{variable.name}")

    def _coalesce(self, type_: Type, scope: Scope, depth: int) -> Text:
        option = self.of(Option(type_), scope, depth - 1)
        return infix(option, "??", self.of(type_, scope, depth - 1))

    def _own(self, type_: Type, scope: Scope, depth: int) -> Text | None:
        match type_:
            case Bool():
                return Truths(self).of(scope, depth)
            case Int():
                return Numbers(self).fitted(type_, scope, depth)
            case Enum() | Ids():
                return self._the(type_, scope, depth)
            case Set():
                return self._set(type_, scope, depth)
            case Map():
                return self._map(type_, scope, depth)
            case Option(element):
                some = f"some({self.of(element, scope, depth - 1)})"
                if self.dice.chance(60):
                    return Text(some)
                return opened(f"if {self.of(BOOL, scope, depth - 1)} then none else {some}")
            case Seq():
                return self._seq(type_, scope, depth)
            case Record():
                return self._record(type_, scope, depth)
            case Packet():
                return None

    # ----------------------------------------------------------------------------------------------- parts of others

    def _part(self, type_: Type, scope: Scope, depth: int) -> Text | None:
        """A part of something that can be named here: `r.f`, `m[k]`, `o.value`, `q.first`, `q[i]`, `x.from`."""
        found: list[Production] = []
        for name in scope.names():
            found += self._parts_of(Text(name.name), name.type, type_, scope, depth)
        return self.dice.pick(found)() if found else None

    def _parts_of(self, whole: Text, held: Type, type_: Type, scope: Scope, depth: int) -> Iterator[Production]:
        match held:
            case Record():
                yield from (self._field(whole, f) for f, t in held.fields if fits(t, type_))
            case Map() if fits(held.value, type_):
                yield lambda: Text(f"{whole}[{self.of(held.key, scope, depth - 1)}]")
            case Option() if fits(held.element, type_):
                yield lambda: self._guarded(f"{whole} != none", Text(f"{whole}.value"), type_, scope)
            case Seq() if fits(held.element, type_):
                yield lambda: self._element(whole, held, type_, scope, depth)
            case Packet():
                shown = [(f, t) for f, t in held.fields if scope.ghosts or f not in held.ghosts]
                ends = [(end, t) for end, t in (("from", held.source), ("to", held.target)) if t is not None]
                yield from (self._field(whole, f) for f, t in [*shown, *ends] if fits(t, type_))

    @staticmethod
    def _field(whole: Text, name: str) -> Production:
        return lambda: Text(f"{whole}.{name}")

    def _guarded(self, condition: str, partial: Text, type_: Type, scope: Scope) -> Text:
        if self.take_risk():
            return partial
        return opened(f"if {condition} then {partial} else {self.leaf(type_, scope)}")

    def _element(self, whole: Text, held: Seq, type_: Type, scope: Scope, depth: int) -> Text:
        shape = self.dice.draw(3)
        if shape < 2:
            return self._guarded(f"size({whole}) > 0", Text(f"{whole}.{('first', 'last')[shape]}"), type_, scope)
        if not self.take_risk() and self.dice.chance(50):
            return self._guarded(f"size({whole}) > 0", Text(f"{whole}[size({whole}) - 1]"), type_, scope)
        index = self.of(interval(0, max(0, held.longest - 1)), scope, depth - 1)
        return self._guarded(f"{index.at(tx.DEFAULT)} < size({whole})", Text(f"{whole}[{index}]"), type_, scope)

    # ---------------------------------------------------------------------------------------------------- structures

    def _the(self, type_: Enum | Ids, scope: Scope, depth: int) -> Text:
        inner, name = scope.bind(type_)
        if self.take_risk():
            return Text(f"the({name} in {type_}: {self.of(BOOL, inner, depth - 1)})")
        other = replace(inner, unreadable=inner.unreadable | {name})
        return Text(f"the({name} in {type_}: {infix(Text(name), '==', self.of(type_, other, depth - 1))})")

    def _set(self, type_: Set, scope: Scope, depth: int) -> Text | None:
        element = type_.element
        shape = self.dice.draw(8)
        if shape == 0:
            elements = [self.of(element, scope, depth - 1).at(tx.SETS) for _ in range(self.dice.draw(3))]
            return Text("{" + ", ".join(elements) + "}")
        if shape <= 2:
            op = self.dice.pick(["union", "intersect", "minus"])
            return infix(self.of(type_, scope, depth - 1), op, self.of(type_, scope, depth - 1))
        if shape == 3 and isinstance(element, Int):
            return infix(self.of(element, scope, depth - 1), "..", self.of(element, scope, depth - 1))
        if shape == 4 and isinstance(element, Set) and size(element.element) <= (6 if scope.draft.broad else 3):
            return Text(f"subsets({self.of(element, scope, depth - 1)})")
        if shape == 5:
            return self._image(element, scope, depth)
        if shape == 6:
            inner, name = scope.bind(element, ghost=scope.ghosts)
            return Text(f"{{{name} in {self.set_of(element, scope, depth - 1)}: {self.of(BOOL, inner, depth - 1)}}}")
        if isinstance(element, Ids) and scope.kind is not None and scope.kind.ids == element and self.dice.chance(60):
            return Text("others")
        return self.literals.all_of(element, scope.draft)

    def _image(self, element: Type, scope: Scope, depth: int) -> Text:
        generators, inner = self.generators(scope, depth, most=2)
        where = f": {self.of(BOOL, inner, depth - 1)}" if self.dice.chance(40) else ""
        return Text(f"{{{self.of(element, inner, depth - 1).at(tx.SETS)} for {generators}{where}}}")

    def _map(self, type_: Map, scope: Scope, depth: int) -> Text:
        if self.dice.chance(50):
            updates = [self._key_update(type_, scope, depth) for _ in range(self.dice.between(1, 2))]
            return Text(f"{self.of(type_, scope, depth - 1).at(tx.POST)} with {{ {', '.join(updates)} }}")
        inner, name = scope.bind(type_.key)
        # Exactly the keys of the type: `map` fits nothing else.
        keys = self.literals.all_of(type_.key, scope.draft, exactly=True)
        return opened(f"map {name} in {keys}: {self.of(type_.value, inner, depth - 1)}")

    def _key_update(self, type_: Map, scope: Scope, depth: int) -> str:
        return f"[{self.of(type_.key, scope, depth - 1)}]: {self.of(type_.value, scope, depth - 1)}"

    def _seq(self, type_: Seq, scope: Scope, depth: int) -> Text | None:
        names = [name.name for name in scope.names() if fits(name.type, type_)]
        if not names or self.dice.chance(20):
            elements = [str(self.of(type_.element, scope, depth - 1)) for _ in range(self.dice.draw(type_.longest + 1))]
            return Text(f"[{', '.join(elements)}]")
        name, shape = Text(self.dice.pick(names)), self.dice.draw(4)
        if shape == 0:
            longer = infix(name, "+", Text(f"[{self.of(type_.element, scope, depth - 1)}]"))
            return self._guarded(f"size({name}) < {type_.longest}", longer, type_, scope)
        if shape == 1:
            return self._guarded(f"size({name}) > 0", Text(f"{name}.rest"), type_, scope)
        if shape == 2:
            last = self.of(interval(-1, type_.longest - 1), scope, depth - 1)
            guard = f"{last.at(tx.DEFAULT)} < size({name})"
            return self._guarded(guard, Text(f"{name}[0..{last.at(tx.SETS)}]"), type_, scope)
        return Text(f"{name}[1..size({name}) - 1]")

    def _record(self, type_: Record, scope: Scope, depth: int) -> Text:
        if self.dice.chance(50):
            changed = self.dice.some(type_.fields, 1, 2)
            updates = ", ".join(f"{name}: {self.of(t, scope, depth - 1)}" for name, t in changed)
            return Text(f"{self.of(type_, scope, depth - 1).at(tx.POST)} with {{ {updates} }}")
        fields = list(type_.fields)
        if self.dice.chance(30):
            fields.reverse()
        return Text(f"{type_.name}({', '.join(f'{name}: {self.of(t, scope, depth - 1)}' for name, t in fields)})")

    # -------------------------------------------------------------------------------------------------------- domains

    def domain(self, scope: Scope, depth: int) -> tuple[Text, Type, bool]:
        """A set to run over, whose elements have digits, their type, and whether there surely are any."""
        draft = scope.draft
        whole: list[Type] = [BOOL, interval(0, 2), *(k.ids for k in draft.kinds), *draft.sorts, *draft.enums]
        whole += [k.ids for k in draft.kinds]
        sets = [(name.name, name.type.element) for name in scope.names() if isinstance(name.type, Set)]
        if draft.broad or draft.alike:
            sequences = [(name.name, name.type.element) for name in scope.names() if isinstance(name.type, Seq)]
            sets += [(f"elements({name})", element) for name, element in sequences]
        sets = [(name, element) for name, element in sets if choosable(element)]
        if draft.broad:
            # One loop over very many in another is one too many.
            is_long = any(MANY < size(local.type) <= LOOPS for local in scope.locals)
            sets = [(name, element) for name, element in sets if size(element) <= (MANY if is_long else LOOPS)]
            found = None if is_long else self._broad_domain(draft, whole, sets)
            if found is not None:
                return found
        shape = self.dice.draw(10)
        if shape <= 4 or (depth <= 0 and not sets):
            element = self.dice.pick(whole)
            return self.literals.all_of(element, draft), element, True
        if shape <= 6 and sets:
            name, element = self.dice.pick(sets)
            return Text(name), element, False
        packets = self._in_flight(scope)
        if shape == 7 and packets:
            shown, packet = self.dice.pick(packets)
            return shown, packet, False
        element = self.dice.pick(whole)
        return self.set_of(element, scope, depth - 1), element, False

    def _broad_domain(
        self, draft: Draft, whole: list[Type], sets: list[tuple[str, Type]]
    ) -> tuple[Text, Type, bool] | None:
        """A set of which there are many elements, or the subsets of one."""
        if not self.dice.chance(35):
            return None
        if self.dice.chance(20):
            few = self.dice.pick([BOOL, *(found for found in whole if isinstance(found, Enum | Ids))])
            if size(few) <= MOST_IN_SUBSETS:
                return Text(f"subsets({self.literals.all_of(few, draft)})"), Set(few), True
        large = [(name, element) for name, element in sets if size(element) > MANY]
        universe: Type = interval(*self.dice.pick(UNIVERSES))
        name, element = self.dice.pick([*large, *large, (str(universe), universe)])
        return Text(name, tx.RANGE if ".." in name else tx.POST), element, ".." in name

    def set_of(self, element: Type, scope: Scope, depth: int) -> Text:
        """A set whose elements have a type that can be told: of `{}`, or what is made of it alone, it cannot."""
        found = self.of(Set(element), scope, depth)
        return infix(found, "intersect", self.literals.all_of(element, scope.draft)) if "{}" in found.text else found

    @staticmethod
    def _in_flight(scope: Scope) -> list[tuple[Text, Packet]]:
        if not scope.reads_state or scope.quiet:
            return []
        with_ghosts = scope.ghosts and scope.place != "transition"
        messages = [m for m in scope.draft.messages if with_ghosts or not any(f.ghost for f in m.fields)]
        if scope.draft.broad:
            messages = [m for m in messages if size(scope.draft.packet(m)) <= LOOPS]
        everything = [] if scope.private else messages
        found = [(Text(f"messages {m.name}"), scope.draft.packet(m)) for m in everything]
        kind = scope.kind
        if kind is not None:
            own = [m for m in messages if kind.name in m.targets]
            found += [(Text(f"inbox {m.name}"), scope.draft.packet(m)) for m in own]
        return found

    def generators(self, scope: Scope, depth: int, most: int) -> tuple[str, Scope]:
        """`x, y in s, z in t`."""
        parts = []
        for _ in range(self.dice.between(1, most)):
            found, element, _ = self.domain(scope, depth - 1)
            names = []
            inner = scope
            for _ in range(2 if self.dice.chance(20) and size(element) <= 4 else 1):
                inner, name = inner.bind(element, ghost=scope.ghosts)
                names.append(name)
            parts.append(f"{', '.join(names)} in {found}")
            scope = inner
        return ", ".join(parts), scope


def _callable(definition: Definition, scope: Scope) -> bool:
    if definition.reads_state and (not scope.reads_state or scope.unreadable or scope.quiet):
        return False
    if definition.ghost and (not scope.ghosts or scope.place == "transition"):
        return False
    if definition.kind is None:
        return not (definition.reads_state and scope.private)
    return scope.place == "transition" and scope.kind is not None and scope.kind.name == definition.kind
