"""What the type checker knows at one point of a specification."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from modelcheck.diagnostics import Diagnostics, did_you_mean
from modelcheck.frozen import Frozen, field, replace
from modelcheck.ir.types import BOOL, UNKNOWN, BoolT, IdT, IntT, OptionT, SeqT, SetT, Type, UnknownT, join
from modelcheck.source import Source, Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from modelcheck.ir.expression import Expr
    from modelcheck.ir.spec import Message, Spec, State, Variable
    from modelcheck.syntax import Node

MAX_CALLS = 32
"""The longest chain of definitions that use one another: each is evaluated inside the one before."""

Place = Literal["parameter", "constant", "initial", "transition", "property", "step", "temporal"]
"""Where an expression stands.

A parameter's or size's value (sizes are not known yet), a constant or the bound of a type, an initial value, a
transition (guard or body), a property of states, a property of steps, a formula about runs.
"""

BUILTINS = frozenset(
    {
        "elements",
        "index",
        "size",
        "subsets",
        "some",
        "next",
        "knows",
        "everyone_knows",
        "common_knowledge",
        "suspects",
        "leader",
    }
)
"""Functions of the language; not keywords, but no declaration may take their names."""


QUESTIONS = frozenset({"suspects", "leader"})
"""Those that are functions only where arguments follow: what an agent remembers often goes by the same name."""


class LocalName(Frozen):
    """A name bound by a quantifier, `let`, `choose`, a parameter or the fields of a message."""

    type: Type
    ghost: bool
    span: Span


class AgentNames(Frozen):
    """What is visible inside one agent: its variables, states and timers, while its transitions are being checked."""

    name: str
    variables: dict[str, Variable]
    states: dict[str, State]
    timers: dict[str, Variable] = field(default_factory=dict)


class Scope(Frozen):
    """Names visible at one place. A frozen value: binding a name gives a new scope.

    `elsewhere` says of variables, which only some places can read, what they are: `a variable of A`.
    A variable of an agent stands there as `x` and as `A.x`.
    `forgiven` holds names that stood in text which a syntax error hid: that they are unknown is not the user's mistake.
    """

    spec: Spec
    agents: dict[str, AgentNames]
    diagnostics: Diagnostics
    source: Source
    check_expression: Callable[[Node, Scope], Expr]
    forgiven: frozenset[str] = frozenset()
    place: Place = "constant"
    agent: str | None = None
    handled: Message | None = None
    locals: dict[str, LocalName] = field(default_factory=dict)
    calls: tuple[str, ...] = ()
    elsewhere: dict[str, str] = field(default_factory=dict)
    bodies: dict[tuple[str, Place, str | None], Expr] = field(default_factory=dict)

    # ------------------------------------------------------------------------------------------------------- moving

    def at(self, place: Place, agent: str | None = None) -> Scope:
        """The same names at another place, without locals."""
        return replace(self, place=place, agent=agent, handled=None, locals={})

    def bind(self, name: str, type_: Type, span: Span, *, ghost: bool = False) -> Scope:
        """The scope with one more local name; reports a name that would hide another."""
        hidden = self.what_is(name)
        if name in self.locals:
            self.error(
                "MC202", span, f"'{name}' is bound already around this", "no name may hide another: choose a new one"
            )
        elif hidden is not None:
            self.error(
                "MC202", span, f"'{name}' is already the name of {hidden}", "no name may hide another: choose a new one"
            )
        return replace(self, locals={**self.locals, name: LocalName(type_, ghost, span)})

    def what_is(self, name: str) -> str | None:
        """What a name stands for here, in words, or None for a free name."""
        spec = self.spec
        if name in self.locals:
            return "a name bound around it"
        if self.agent and name in self.agents[self.agent].variables:
            return f"a variable of {self.agent}"
        if self.agent and name in self.agents[self.agent].timers:
            return f"a timer of {self.agent}"
        if name in BUILTINS - QUESTIONS:
            return "a function of the language"
        if name == "others":
            return "the other agents of a kind"
        kinds: list[tuple[str, Iterable[str]]] = [
            ("a constant", (*spec.consts, *spec.unknowns)),
            ("a shared variable", spec.shared),
            ("a parameter", spec.params),
            ("a definition", spec.definitions),
            ("an agent kind", self.agents),
            ("a sort of ids", spec.sorts),
            ("an enumeration", spec.enums),
            ("a record", spec.records),
            ("a type", spec.aliases),
            ("a message", spec.messages),
            ("a member of an enumeration", (m for e in spec.enums.values() for m in e.members)),
        ]
        return next((what for what, names in kinds if name in names), None)

    def visible_names(self) -> set[str]:
        """All names that could stand in an expression here."""
        spec = self.spec
        names = {*self.locals, *spec.shared, *spec.params, *spec.consts, *spec.definitions, *self.agents, *spec.sorts}
        names |= {
            *spec.enums,
            *spec.records,
            *spec.aliases,
            *BUILTINS,
            "others",
            *(m for e in spec.enums.values() for m in e.members),
        }
        if self.agent:
            names |= set(self.agents[self.agent].variables)
        return names

    # ------------------------------------------------------------------------------------------------------ errors

    def span(self, node: Node) -> Span:
        """The place of a node."""
        return Span(self.source, node.start, node.end)

    def error(self, code: str, place: Node | Span, problem: str, help: str = "") -> None:  # noqa: A002 - the field's name
        """Record an error at a node or a span."""
        span = place if isinstance(place, Span) else self.span(place)
        self.diagnostics.error(code, span, problem, help)

    def unknown(self, what: str, name: str, place: Node, known: Iterable[str], also: str = "") -> None:
        """Record that `name` is not the name of a `what`, unless a syntax error hid its declaration.

        `also` says what there is without a name.
        """
        if name not in self.forgiven:
            known = list(known)
            hint = did_you_mean(name, known)
            if not hint and 0 < len(known) <= 6:  # noqa: PLR2004 - a list that fits a line
                hint = f"there {'is' if len(known) == 1 else 'are'} {', '.join(known)}"
                hint += f", and {also}" if also else ""
            elif not hint and also:
                hint = f"there are also {also}"
            self.error("MC201", place, f"there is no {what} '{name}'" if what else f"unknown name '{name}'", hint)

    def untyped(self, found: Expr) -> None:
        """Record that an expression's type cannot be known, unless an error is the reason.

        Without one it comes out of nothing: an element of `{}` or `[]`, the value of `none`.
        """
        if not self.diagnostics.errors:
            self.error(
                "MC301", found.span, "the type of this cannot be known", "it is taken out of an empty {}, [] or none"
            )

    def unsupported(self, place: Node, what: str, help: str = "") -> None:  # noqa: A002 - the field's name
        """Record that a construct of the language is not supported yet."""
        self.error(
            "MC901", place, f"{what} is not supported yet", help or "this version cannot check it, and will not guess"
        )

    # ------------------------------------------------------------------------------------------------- expressions

    def check(self, node: Node) -> Expr:
        """The typed expression of a node; errors are recorded and give an expression of unknown type."""
        return self.check_expression(node, self)

    def check_as(self, node: Node, expected: Type, role: str) -> Expr:
        """Like `check`, and record an error unless the type fits. `role` names the expression in the message."""
        found = self.check(node)
        self.expect(found, expected, role)
        return found

    def expect(self, found: Expr, expected: Type, role: str) -> bool:
        """Record an error unless an expression's type fits."""
        if join(found.type, expected) is not None:
            return True
        self.error("MC301", found.span, f"{role} must be {describe(expected)}, but this is {describe(found.type)}")
        return False

    def definition_body(self, name: str) -> Expr:
        """The body of a definition as seen from here: its `self`, `others` and `inbox` are the caller's."""
        key = (name, self.place, self.agent)
        if key not in self.bodies:
            definition = self.spec.definitions[name]
            if len(self.calls) >= MAX_CALLS:
                from modelcheck.ir.constructs.atoms import Invalid  # noqa: PLC0415 - they need one another

                problem = f"more than {MAX_CALLS} definitions use one another in a chain"
                self.error("MC206", definition.span, problem, "write some of them out")
                return Invalid(definition.span, UNKNOWN)
            inner = replace(self, locals={}, handled=None, calls=(*self.calls, name))
            for parameter in definition.parameters:
                inner = inner.bind(parameter.name, parameter.type_expr.type, parameter.span)
            self.bodies[key] = inner.check(definition.body)
        return self.bodies[key]

    def condition(self, node: Node, role: str) -> Expr:
        """A boolean expression."""
        return self.check_as(node, BOOL, role)

    def self_type(self) -> Type:
        """The type of `self` here."""
        return IdT(self.agent) if self.agent else UNKNOWN


def describe(type_: Type) -> str:
    """A type in a sentence."""
    match type_:
        case UnknownT():
            return "of unknown type"
        case IdT(sort):
            return f"an id of {sort}"
        case BoolT():
            return "a truth value (bool)"
        case IntT():
            return "a number"
        case SetT(UnknownT()):
            return "a set"
        case SeqT(UnknownT()):
            return "a sequence"
        case OptionT(UnknownT()):
            return "an option"
        case OptionT():
            return f"an {type_}"
        case _:
            return f"a {type_}"
