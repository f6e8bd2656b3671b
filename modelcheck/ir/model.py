"""A model: one specification instantiated for one check, its environment elaborated into cells and guarded actions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from modelcheck.diagnostics import Diagnostic, InputError
from modelcheck.frozen import Frozen, field
from modelcheck.ir.domains import Domain, PacketDomain, RecordDomain
from modelcheck.ir.expression import Env
from modelcheck.ir.values import Id, Packet, Value

if TYPE_CHECKING:
    from modelcheck.ir.constructs.temporal import Instance
    from modelcheck.ir.expression import Expr
    from modelcheck.ir.network import Network
    from modelcheck.ir.observers import Observer
    from modelcheck.ir.spec import DetectorDecl, FaultDecl, Property, Spec, Transition, Variable
    from modelcheck.ir.statement import Body, Statement
    from modelcheck.ir.type_expressions import TypeExpr
    from modelcheck.ltl.formula import Formula

Origin = Literal["protocol", "network", "fault"]
MAX_VALUES = 1 << 16
"""The most values of a type that is used as a set."""

Role = Literal["control", "variable", "network", "status", "environment", "budget", "observer"]

Oracle = tuple[str, ...]
"""What a variable of a failure detector holds.

`("suspects", O, K)`: whom of kind K each agent of kind O suspects; `("leader", K)`: whom each agent of kind K takes for
the leader; `("trusted", K)`: those of kind K that nobody may suspect any more, at most one of all kinds, or the leader;
`("stable",)`: whether the detector keeps its promises from now on.
"""

Label = Callable[["Model", Mapping[str, Value]], str]
"""What a step did, in words, by the names bound on its way."""


class Cell(Frozen, eq=False):
    """One component of a state. `owner` is the agent it belongs to; `domain` is None for a network's contents."""

    name: str
    role: Role
    owner: Id | None
    domain: Domain | None
    network: Network | None = None
    show: str = ""
    """The variable's name for people, without its owner."""


class Action(Frozen, eq=False):
    """A guarded action of one actor (None: the environment). `transition` is where it was written, if it was."""

    name: str
    actor: Id | None
    origin: Origin
    body: Body
    transition: Transition | None = None
    label: Label | None = None
    """What a step did where no transition tells it."""
    together: tuple[Transition, ...] = ()
    """The transitions of many agents of which a step takes some at once."""


class TemporalProperty(Frozen, eq=False):
    """A property of infinite runs; the atoms of the formula are numbers into `Model.atoms`."""

    property: Property
    formula: Formula


class Model(Struct, eq=False, dict=True):
    """Everything the judge and the lowering need to know of one check.

    A state is a tuple with one value for each of `cells`. `bases` gives the first cell of a variable, of the control
    state or crash status of a kind (the agents of a kind follow one another), or of a network or fault's own cell, by
    key.
    """

    spec: Spec
    check: str
    sizes: dict[str, int]
    params: dict[str, Value] = field(default_factory=dict)
    consts: dict[str, Value] = field(default_factory=dict)
    settled: dict[str, int] = field(default_factory=dict)
    """The unknown constants that have been given a value: its number in the constant's domain, by name."""
    cells: list[Cell] = field(default_factory=list)
    bases: dict[object, int] = field(default_factory=dict)
    initial: list[Statement] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    networks: list[Network] = field(default_factory=list)
    network_of: dict[str, Network] = field(default_factory=dict)
    packets: dict[str, PacketDomain] = field(default_factory=dict)
    kept: set[object] = field(default_factory=set)
    """The ghost variables and ghost message fields that an expectation reads."""
    properties: list[Property] = field(default_factory=list)
    temporal: list[TemporalProperty] = field(default_factory=list)
    """Those that are about infinite runs; `properties` are about states and steps."""
    atoms: list[Instance] = field(default_factory=list)
    """What the formulas of the temporal properties are about, by number."""
    observers: list[Observer] = field(default_factory=list)
    """What counts the ticks of the properties about deadlines."""
    bound: Expr | None = None
    detector: str | None = None
    """The class of the failure detector, if anything asks it."""
    unasked: DetectorDecl | None = None
    """The detector of the check, if nothing asks it."""
    oracle: dict[Oracle, Variable] = field(default_factory=dict)
    """What the failure detector tells and remembers: variables that no specification declares."""
    partitions: dict[str, list[int]] = field(default_factory=dict)
    """The cells with the sides of the partitions of a kind."""
    strikes: list[tuple[FaultDecl, range]] = field(default_factory=list)
    """The faults of the check, each with the numbers of the actions that it added."""
    idle_faults: list[FaultDecl] = field(default_factory=list)
    """Faults that cannot do anything on the network chosen."""
    _domains: dict[TypeExpr, Domain] = field(default_factory=dict)
    _records: dict[str, RecordDomain] = field(default_factory=dict)
    _values: dict[TypeExpr, frozenset[Value]] = field(default_factory=dict)

    @property
    def is_fair(self) -> bool:
        """Whether it matters what runs owe: not where only finite runs are asked about."""
        return bool(self.temporal)

    def constant(self, expression: Expr) -> Value:
        """The value of an expression that reads no state. Raises `EvaluationError`."""
        return expression.evaluate(Env(self, []))

    def domain(self, type_expr: TypeExpr) -> Domain:
        """The values of a written type in this instance."""
        found = self._domains.get(type_expr)
        if found is None:
            found = self._domains[type_expr] = type_expr.domain(self)
        return found

    def record_domain(self, name: str) -> RecordDomain:
        """The values of a record."""
        found = self._records.get(name)
        if found is None:
            fields = self.spec.records[name].fields
            domains = tuple(self.domain(field.type_expr) for field in fields)
            found = self._records[name] = RecordDomain(name, tuple(field.name for field in fields), domains)
        return found

    def values_of(self, type_expr: TypeExpr) -> frozenset[Value]:
        """All values of a written type as a set."""
        found = self._values.get(type_expr)
        if found is None:
            domain = self.domain(type_expr)
            if domain.size > MAX_VALUES:
                problem = f"'{type_expr.span.text}' has too many values ({domain.size:,}) to be used as a set"
                raise InputError([Diagnostic("MC405", type_expr.span, problem)])
            found = self._values[type_expr] = frozenset(domain.values())
        return found

    def ids(self, sort: str) -> tuple[Id, ...]:
        """The ids of a sort, in order."""
        return self._ids[sort][0]

    def id_set(self, sort: str) -> frozenset[Id]:
        """The same as a set."""
        return self._ids[sort][1]

    @cached_property
    def _ids(self) -> dict[str, tuple[tuple[Id, ...], frozenset[Id]]]:
        ids = {sort: tuple(Id(sort, index) for index in range(size)) for sort, size in self.sizes.items()}
        return {sort: (members, frozenset(members)) for sort, members in ids.items()}

    @cached_property
    def agents(self) -> tuple[Id, ...]:
        """All agents, by kind and index."""
        return tuple(agent for kind in self.spec.agents for agent in self.ids(kind))

    @cached_property
    def agent_number(self) -> dict[Id, int]:
        """Where an agent stands in `agents`."""
        return {agent: number for number, agent in enumerate(self.agents)}

    @cached_property
    def packet_offsets(self) -> dict[str, int]:
        """What to add to a packet's ordinal within its message to get its number among all packets."""
        offsets, total = {}, 0
        for name, domain in self.packets.items():
            offsets[name] = total
            total += domain.size
        return offsets

    def packet_number(self, packet: Packet) -> int:
        """The number of a packet among all that are possible, by message, target, source and fields."""
        return self.packet_offsets[packet.message] + self.packets[packet.message].ordinal(packet)

    def control(self, agent: Id) -> int:
        """The cell with an agent's control state."""
        return self.control_cells[agent]

    @cached_property
    def control_cells(self) -> dict[Id, int]:
        """The cells with the agents' control states. Raises `KeyError` before there are any."""
        return {agent: self.bases["control", agent.sort] + agent.index for agent in self.agents}

    def status(self, agent: Id) -> int | None:
        """The cell with an agent's crash status, or None where its kind cannot crash."""
        base = self.bases.get(("status", agent.sort))
        return None if base is None else base + agent.index

    def settled_number(self, variable: Variable) -> int | None:
        """The number of the value that an unknown constant has been given, if `variable` is one."""
        return self.settled.get(variable.name) if variable.unknown else None

    def variable(self, variable: Variable, owner: Id | None) -> int:
        """The cell of a variable."""
        return self.bases[variable] + (owner.index if owner else 0)

    def add_cells(self, key: object, cells: Iterable[Cell]) -> int:
        """Append cells under a key and return the number of the first."""
        base = self.bases[key] = len(self.cells)
        self.cells.extend(cells)
        return base
