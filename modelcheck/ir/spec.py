"""Declarations of one specification, typed but not yet instantiated: sizes and parameters are still open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from modelcheck.frozen import Frozen, field
from modelcheck.ir.written import written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelcheck.diagnostics import Diagnostic
    from modelcheck.ir.expression import Expr
    from modelcheck.ir.statement import Body
    from modelcheck.ir.type_expressions import TypeExpr
    from modelcheck.ir.types import Type
    from modelcheck.source import Source, Span
    from modelcheck.syntax import Node


class Param(Frozen, eq=False):
    """A value that a check or the command line may set."""

    name: str
    type: Type
    type_expr: TypeExpr | None
    default: Expr
    span: Span


class Const(Frozen, eq=False):
    """A value computed once for a check."""

    name: str
    type_expr: TypeExpr
    value: Expr
    span: Span


class Enum(Frozen, eq=False):
    """An enumeration."""

    name: str
    members: tuple[str, ...]
    span: Span


class Field(Frozen, eq=False):
    """A field of a record or message, or a parameter of a def."""

    name: str
    type_expr: TypeExpr
    ghost: bool
    span: Span


class Record(Frozen, eq=False):
    """A record."""

    name: str
    fields: tuple[Field, ...]
    span: Span


class Alias(Frozen, eq=False):
    """A name for a type."""

    name: str
    type_expr: TypeExpr
    span: Span


class NetworkDecl(Frozen, eq=False):
    """A choice of network: its kind, capacity (None where the engine finds the room) and what a full one does."""

    kind: str
    capacity: Expr | None
    on_full: Literal["cut", "blocks", "drops"]
    span: Span


class Delay(Frozen, eq=False):
    """`delay lo..hi`: the ticks that a message takes; `promised`: at most `hi` only `after gst`."""

    lo: Expr
    hi: Expr
    promised: bool
    span: Span


class DetectorDecl(Frozen, eq=False):
    """A choice of failure detector: `kind` is a key of `environment.registry.DETECTORS`."""

    kind: str
    span: Span


class Message(Struct, eq=False):
    """A message. `sources` and `targets` are the agent kinds that send it and that it is sent to."""

    name: str
    fields: tuple[Field, ...]
    network: NetworkDecl | None
    span: Span
    sources: set[str] = field(default_factory=set)
    targets: set[str] = field(default_factory=set)
    forgeable: dict[str, Expr] = field(default_factory=dict)
    """What a Byzantine sender can put into it, by the sender's kind; anything where there is none."""
    delay: Delay | None = None


class Definition(Frozen, eq=False):
    """A named expression; its body is checked anew for every kind of caller, whose `self` it may use."""

    name: str
    parameters: tuple[Field, ...]
    body: Node
    span: Span


class Variable(Frozen, eq=False):
    """A variable of every agent of kind `owner`, or a shared one (`owner` None).

    `initial` is an expression, `"any"` for every value, or, with `everywhere`, the value of a map at all keys.
    `unknown` (a constant that is `any`): it keeps its initial value, and may be given one in `Model.settled`.
    """

    name: str
    owner: str | None
    type_expr: TypeExpr
    initial: Expr | Literal["any"]
    everywhere: bool
    durable: bool
    ghost: bool
    span: Span
    unknown: bool = False

    @property
    def type(self) -> Type:
        """The static type."""
        return self.type_expr.type

    def __str__(self) -> str:
        return f"{self.owner}.{self.name}" if self.owner else self.name


class State(Frozen, eq=False):
    """A control state."""

    name: str
    initial: bool
    final: bool
    durable: bool
    span: Span


class Parameter(Frozen, eq=False):
    """A parameter of a step: `name in domain`; `some` only matters to fairness."""

    name: str
    domain: Expr
    some: bool


class Transition(Frozen, eq=False):
    """A transition of an agent. `states` are the control states in which it may be taken.

    An `on` transition has a message, the names bound to its fields (None for `_`) and to its sender; a `step` has a
    name and parameters; one that `expires` has a timer; a `round` is taken in lock-step with those of all agents; a
    `fault` is one of the protocol's own, taken where a check allows it.
    `target` is the state of a `->` in the header. `fairness` is how strongly the transition is owed, if it is written
    (None: weakly, or not at all from a soup); only the choices that satisfy `fair_when` are.
    """

    kind: Literal["on", "step", "expires", "round", "fault"]
    name: str
    states: tuple[str, ...]
    message: Message | None
    binders: tuple[str | None, ...]
    sender: str | None
    parameters: tuple[Parameter, ...]
    guard: Expr | None
    target: str | None
    body: Body
    span: Span
    fairness: Literal["unfair", "strong"] | None = None
    fair_when: Expr | None = None
    timer: Variable | None = None

    @property
    def is_ignored(self) -> bool:
        """Whether a message is received to no effect at all, as `ignore M` says; `on M` without more says it too."""
        return (self.kind, self.guard, self.target, self.body) == ("on", None, None, ())


class Agent(Frozen, eq=False):
    """A kind of process."""

    name: str
    variables: tuple[Variable, ...]
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    at_start: Body
    span: Span
    timers: tuple[Variable, ...] = ()
    faults: tuple[Transition, ...] = ()

    @property
    def behaviour(self) -> tuple[Transition, ...]:
        """All transitions, those that are faults among them."""
        return (*self.transitions, *self.faults)

    def state(self, name: str) -> State:
        """The state with this name."""
        return next(state for state in self.states if state.name == name)


class Property(Frozen, eq=False):
    """A named property."""

    name: str
    kind: Literal["invariant", "transition", "reachable", "temporal"]
    expression: Expr
    span: Span
    built_in: str = ""
    """What it says, in words, where no specification writes it."""

    @property
    def text(self) -> str:
        """What it says, as it is written."""
        return self.built_in or written(self.expression.span)


class Setting(Frozen, eq=False):
    """`name = value` in a check: a size or a parameter."""

    name: str
    value: Expr
    span: Span


class FaultDecl(Frozen, eq=False):
    """One line of a `faults` block.

    `kind` is a key of `environment.registry.FAULTS`; `subject` the agent kind it strikes, if the fault has one, or the
    name under which agents declare a `fault`; `budget` None for `any`; `options` what follows, for example `recovery`.
    """

    kind: str
    subject: str | None
    budget: Expr | None
    options: frozenset[str]
    span: Span

    @property
    def name(self) -> str:
        """`lose`, `crash Node`, or the name of a fault that agents declare."""
        if self.subject is None:
            return self.kind
        return self.subject if self.kind == "fault" else f"{self.kind} {self.subject}"


class Expectation(Frozen):
    """What a check expects. `subject` is a property's name, `deadlock`, `states` or `inductive` with a property's name.

    That is another question than the property itself, for a solver.
    """

    subject: str
    negated: bool
    steps: int | None
    states: int | None
    span: Span

    @property
    def inductive(self) -> str | None:
        """The invariant that is to be inductive, if that is expected."""
        word, _, name = self.subject.partition(" ")
        return name if word == "inductive" and name else None

    def is_about(self, names: Sequence[str]) -> bool:
        """Whether it is about one of some properties."""
        return self.subject in names or self.inductive in names


class Check(Frozen, eq=False):
    """An instance of the protocol with the verdicts it must give."""

    name: str
    settings: tuple[Setting, ...]
    network: NetworkDecl | None
    detector: DetectorDecl | None
    faults: tuple[FaultDecl, ...]
    bound: Expr | None
    allow_deadlock: bool
    expectations: tuple[Expectation, ...]
    span: Span


class Spec(Struct, eq=False):
    """A whole specification. Dictionaries keep the order of declaration, which is the order of choices."""

    name: str
    source: Source
    params: dict[str, Param] = field(default_factory=dict)
    consts: dict[str, Const] = field(default_factory=dict)
    enums: dict[str, Enum] = field(default_factory=dict)
    records: dict[str, Record] = field(default_factory=dict)
    aliases: dict[str, Alias] = field(default_factory=dict)
    sorts: dict[str, Span] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    definitions: dict[str, Definition] = field(default_factory=dict)
    shared: dict[str, Variable] = field(default_factory=dict)
    agents: dict[str, Agent] = field(default_factory=dict)
    network: NetworkDecl | None = None
    timed: Span | None = None
    """Where it says `time discrete`."""
    detector: DetectorDecl | None = None
    initially: list[Expr] = field(default_factory=list)
    properties: dict[str, Property] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)
    warnings: tuple[Diagnostic, ...] = ()

    @property
    def unknowns(self) -> dict[str, Variable]:
        """The constants whose value is not known, by name; they are among the shared variables."""
        return {name: variable for name, variable in self.shared.items() if variable.unknown}
