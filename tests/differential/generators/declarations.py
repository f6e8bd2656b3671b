"""Random declarations outside agents, and the variables of agents."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tests.differential.generators.alike import AlikeTypes, needs_id
from tests.differential.generators.broad import BroadTypes
from tests.differential.generators.dice import Dice
from tests.differential.generators.expressions import Expressions
from tests.differential.generators.scope import Definition, Draft, Kind, Message, Name, Scope
from tests.differential.generators.text import Text
from tests.differential.generators.types import (
    BOOL,
    Enum,
    Ids,
    Int,
    Map,
    Option,
    Record,
    Seq,
    Set,
    Type,
    interval,
    size,
)

Lines = list[str]

NETWORKS = (
    "unordered capacity 1",
    "unordered capacity 2",
    "unordered capacity 2 blocks",
    "unordered capacity 2 drops",
    "unordered",
    "set capacity 2",
    "set capacity 1 drops",
    "set capacity 2 blocks",
    "set",
    "soup",
    "fifo capacity 1",
    "fifo capacity 2 blocks",
    "fifo capacity 1 drops",
    "fifo capacity PA",
    "fifo",
)


PLAIN: tuple[Type, ...] = (BOOL, interval(0, 2))
"""Types without ids."""


def keeps_order(network: str) -> bool:
    """Whether the order of sending matters on a network, so that a loop cannot send to just anybody."""
    return network.startswith("fifo") or network.endswith("drops")


def absorbs(network: str) -> bool:
    """Whether equal messages are one on a network, so that no field can be a ghost."""
    return network.startswith(("set", "soup", "rounds"))


@dataclass
class Declarations:
    """Fills a draft."""

    expressions: Expressions
    draft: Draft

    @property
    def dice(self) -> Dice:
        return self.expressions.dice

    def items(self) -> tuple[Lines, Lines]:
        """The declarations before the agents and those behind them."""
        before = self._params() + self._enums() + self._sorts()
        self._kinds()
        before += self._aliases() + self._records() + self._consts()
        self._variables()
        if not self.draft.lock_step:
            self.draft.shared += [self._new("sa"), self._new("sb")][: self.dice.draw(3)]
        messages = self._messages()
        before += messages
        before += [self._shared(variable) for variable in self.draft.shared]
        definitions = self._definitions()
        return before, definitions

    # ----------------------------------------------------------------------------------------------------------- types

    def _params(self) -> Lines:
        self.draft.params += [Name("PA", Int(1, 1, 2, "1..2")), Name("PB", BOOL)]
        types, value = self.dice.pick(["", ": 1..2"]), self.dice.pick(["true", "false"])
        return [f"param PA{types} = 1", f"param PB{self.dice.pick(['', ': bool'])} = {value}"]

    def _enums(self) -> Lines:
        members = ("red", "green", "blue", "grey", "pink", "gold", "plum", "teal", "jade")
        many = self.draft.broad and self.dice.chance(30)
        enum = Enum("Colour", members if many else members[: self.dice.between(2, 3)])
        self.draft.enums.append(enum)
        return [f"enum Colour {{ {', '.join(enum.members)} }}"]

    def _sorts(self) -> Lines:
        if self.draft.alike:
            self.draft.sorts += [Ids("Item", 2, self.dice.between(2, 4)), Ids("Tag", 2, 3)][: self.dice.between(1, 2)]
            return [f"ids {', '.join(map(str, self.draft.sorts))}"]
        if not self.dice.chance(40):
            return []
        self.draft.sorts.append(Ids("Item", 1, 2))
        if self.dice.chance(80):
            return ["ids Item"]
        self.draft.sorts.append(Ids("Tag", 1, 2))
        return ["ids Item, Tag"]

    def _kinds(self) -> None:
        names = ["Node", "Client", "Store"][: self.dice.weighted([(5, 1), (4, 2), (1, 3)])]
        room = 4
        for name in names:
            most = self.dice.between(1, max(1, min(3, room - len(names) + 1)))
            room -= most - 1
            states = ("Idle", "Busy", "Done")[: self.dice.between(1, 3)]
            initial = tuple(self.dice.some(states, 1, 2 if self.dice.chance(30) else 1))
            faults = tuple(fault for fault in ("slip", "slide") if self.dice.chance(20))
            ids = Ids(name, self.dice.between(1, most), most)
            self.draft.kinds.append(Kind(ids, states, initial, faults=faults))

    def _aliases(self) -> Lines:
        lines = []
        if self.dice.chance(50):
            alias = Int(0, 1, 2, "Level")
            self.draft.aliases.append(("Level", alias))
            lines.append("type Level = 0..PA")
        if self.dice.chance(30):
            self.draft.aliases.append(("Paint", self.draft.enums[0]))
            lines.append("type Paint = Colour")
        return lines

    def _records(self) -> Lines:
        if not self.dice.chance(50):
            return []
        lines = [self._record("Pair", ("f", "g")[: self.dice.between(1, 2)])]
        if self.draft.broad and self.dice.chance(50):
            lines.append(self._record("Deep", ("h", "i", "j")[: self.dice.between(2, 3)]))
        return lines

    def _record(self, name: str, names: tuple[str, ...]) -> str:
        fields = tuple((field, self._part()) for field in names)
        self.draft.records.append(Record(name, fields))
        shown = ", ".join(f"{field}: {self._written(type_)}" for field, type_ in fields)
        return f"record {name} {{ {shown} }}"

    def _part(self) -> Type:
        """The type of a field of a record."""
        if self.draft.alike and self.dice.chance(60):
            return AlikeTypes(self.dice, self.draft).small()
        if self.draft.broad and self.dice.chance(60):
            return BroadTypes(self.dice, self.draft).small(1 << 33)
        return self._small(3)

    def _small(self, most: int) -> Type:
        """A type without parts."""
        draft = self.draft
        ranges = [interval(0, 1), interval(0, 2), interval(-1, 1), interval(-2, -1), interval(0, 3)]
        named: list[Type] = [target for name, target in draft.aliases if name == "Level"]
        ids = [*(kind.ids for kind in draft.kinds), *draft.sorts]
        found: list[Type] = [BOOL, *ranges, *draft.enums, *ids, *named]
        return self.dice.pick([type_ for type_ in found if size(type_) <= most])

    def _written(self, type_: Type) -> str:
        """The type as a declaration writes it: by an alias now and then."""
        named = [name for name, target in self.draft.aliases if target == type_]
        return self.dice.pick([*named, str(type_)])

    def type(self, most: int) -> Type:
        """A type with at most so many values, or a broad one or one of ids where they are asked for."""
        if self.draft.alike and self.dice.chance(65):
            return AlikeTypes(self.dice, self.draft).any()
        if self.draft.broad and self.dice.chance(75):
            return BroadTypes(self.dice, self.draft).any()
        small = self._small(min(most, 4))
        shape = self.dice.weighted(
            [(7, "small"), *((3, s) for s in ("set", "map", "option", "seq", "record")), (1, "deep")]
        )
        found: Type = small
        match shape:
            case "set":
                found = Set(self._small(3))
            case "map":
                found = Map(self._small(3), self._small(3))
            case "option":
                found = Option(self._small(3))
            case "seq":
                found = Seq(self._small(2), self.dice.between(1, 2))
            case "record" if self.draft.records:
                found = self.draft.records[0]
            case "deep":
                found = self._deep()
        return found if size(found) <= most else small

    def _deep(self) -> Type:
        small = self._small(2)
        found: list[Type] = [Set(Set(small)), Option(Set(small)), Option(Option(small)), Seq(Option(small), 1)]
        found += [Map(small, Option(small)), Map(small, Set(small)), Set(Option(small))]
        for record in self.draft.records:
            found += [Option(record), Map(small, record), Set(record), Seq(record, 1)]
        return self.dice.pick(found)

    # ------------------------------------------------------------------------------------------------------- variables

    def _new(self, name: str, most: int = 8) -> Name:
        ghost = self.dice.chance(15)
        return Name(name, self.type(most), ghost, not ghost and self.dice.chance(25))

    def _variables(self) -> None:
        for kind in self.draft.kinds:
            most = {1: 16, 2: 8, 3: 4}[kind.ids.most]
            for name in ("va", "vb", "vc")[: self.dice.between(0, 3 if kind.ids.most == 1 else 2)]:
                kind.variables.append(self._new(name, most))

    def variable(self, variable: Name, kind: Kind | None) -> str:
        """`var x: T = e`."""
        scope = Scope(self.draft, "initial", kind)
        expressions = self.expressions if self.dice.chance(20) else replace(self.expressions, risky=False)
        few = size(variable.type) <= (3 if kind is None or kind.ids.most > 1 else 6)
        likely = 30
        if self.draft.alike and needs_id(variable.type):
            few, likely = size(variable.type) <= (6 if kind is None or kind.ids.most == 1 else 3), 95
        if not variable.ghost and few and self.dice.chance(likely):
            value = "any"
        elif isinstance(variable.type, Map) and self.dice.chance(50):
            value = f"all {expressions.of(variable.type.value, scope, 1)}"
        else:
            depth = 0 if self.draft.alike else self.dice.draw(3)
            value = str(expressions.of(variable.type, scope, depth))
        return f"var {variable.name}: {self._written(variable.type)} = {value}"

    def _shared(self, variable: Name) -> str:
        return f"{'ghost ' * variable.ghost}shared {self.variable(variable, None)}"

    def _consts(self) -> Lines:
        lines = []
        for name in ("ca", "cb")[: self.dice.draw(3)]:
            type_: Type = self.dice.pick(PLAIN) if self.draft.alike else self.type(8)
            # A constant that fails leaves nothing to explore.
            value = replace(self.expressions, risky=False).of(type_, Scope(self.draft, "constant"), 2)
            lines.append(f"const {name}: {self._written(type_)} = {value}")
            self.draft.consts.append(Name(name, type_))
        if self.draft.has_unknowns:
            type_ = self.type(4)
            lines.append(f"const cu: {self._written(type_)} = any")
            self.draft.unknowns.append(Name("cu", type_))
        return lines

    # -------------------------------------------------------------------------------------------------------- messages

    def _messages(self) -> Lines:
        kinds = [kind.name for kind in self.draft.kinds]
        lines = []
        default = "rounds" if self.draft.lock_step else self.dice.pick(NETWORKS)
        if self.draft.lock_step or self.dice.chance(80):
            lines.append(f"network {default}")
        else:
            default = "unordered"
        for name in ("Ask", "Tell", "Note")[: self.dice.weighted([(1, 0), (5, 1), (4, 2), (1, 3)])]:
            sources = tuple(self.dice.some(kinds, 1, 2 if self.dice.chance(20) else 1))
            targets = tuple(self.dice.some(kinds, 1, 2 if self.dice.chance(20) else 1))
            own = self.dice.pick(NETWORKS) if not self.draft.lock_step and self.dice.chance(30) else None
            used = own or default
            fields = tuple(self._field(f, may_be_ghost=not absorbs(used)) for f in ("a", "b")[: self.dice.draw(3)])
            shares_room = used.endswith("drops") and not used.startswith("fifo")
            # A check may put what has no network of its own on another one, but never on one that keeps the order.
            self.draft.messages.append(Message(name, fields, sources, targets, own, keeps_order(used), shares_room))
            shown = ", ".join(f"{'ghost ' * f.ghost}{f.name}: {self._written(f.type)}" for f in fields)
            forged = f" forgeable when {self._forgeable(fields)}" if self.dice.chance(15) else ""
            lines.append(f"message {name}{f'({shown})' if fields else ''}{f' over {own}' if own else ''}{forged}")
        return lines

    def _forgeable(self, fields: tuple[Name, ...]) -> Text:
        """What can be said before there are agents; the fields stand for themselves."""
        seen = tuple(field for field in fields if not field.ghost)
        return replace(self.expressions, risky=False).of(BOOL, Scope(self.draft, "constant", locals=seen), 2)

    def _field(self, name: str, *, may_be_ghost: bool) -> Name:
        if self.draft.alike and self.dice.chance(60):
            return Name(name, AlikeTypes(self.dice, self.draft).small())
        if self.draft.broad:
            # Both together have fewer values than there can be messages.
            most = self.dice.pick([8, 1 << 14, 1 << 41 if name == "a" else 1 << 10])
            return Name(name, BroadTypes(self.dice, self.draft).small(most))
        deep = self.dice.chance(15)
        ghost = may_be_ghost and self.dice.chance(15)
        return Name(name, self.type(6) if deep else self._small(3), ghost)

    # ----------------------------------------------------------------------------------------------------- definitions

    def _argument(self) -> Type:
        broad = self.draft.broad and self.dice.chance(60)
        return BroadTypes(self.dice, self.draft).small(1 << 62) if broad else self._small(4)

    def _definitions(self) -> Lines:
        lines = []
        for name in ("da", "db")[: self.dice.draw(3)]:
            kind = self.dice.pick(self.draft.kinds) if self.dice.chance(30) else None
            reads_state = kind is not None or self.dice.chance(70)
            ghost = kind is None and reads_state and self.dice.chance(20)
            place = "transition" if kind is not None else "property" if reads_state else "constant"
            # In lock-step, what an agent calls is called in its rounds.
            private = self.draft.lock_step and kind is not None
            scope = Scope(self.draft, place, kind, ghosts=ghost, private=private)  # type: ignore[arg-type]  # one of three
            parameters = []
            for _ in range(self.dice.draw(4 if self.draft.broad else 3)):
                type_ = self._argument()
                scope, parameter = scope.bind(type_, prefix="d")
                parameters.append(Name(parameter, type_))
            result = BOOL if self.dice.chance(50) else self.type(8)
            if isinstance(result, Set):
                # Nothing but the body tells the type.
                body = self.expressions.set_of(result.element, scope, 2)
            else:
                body = self.expressions.of(result, scope, 2)
            shown = ", ".join(f"{p.name}: {self._written(p.type)}" for p in parameters)
            lines.append(f"def {name}{f'({shown})' if parameters else self.dice.pick(['', '()'])} = {body}")
            owner = kind.name if kind else None
            self.draft.definitions.append(Definition(name, tuple(parameters), result, reads_state, owner, ghost))
        return lines
