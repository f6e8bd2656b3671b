"""Typed expressions and statements of the kind that an oracle is made of, all at the place of its declaration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.frozen import Frozen
from modelcheck.ir.constructs.agents import HasStatus
from modelcheck.ir.constructs.atoms import LocalRead, Others, SelfId, SortValues, VariableRead
from modelcheck.ir.constructs.detectors import LooksCrashed, Suspects
from modelcheck.ir.constructs.logic import And, Not, Or
from modelcheck.ir.constructs.maps import MapElement
from modelcheck.ir.constructs.numbers import Compare
from modelcheck.ir.constructs.quantifiers import Generator, Quantified
from modelcheck.ir.constructs.sets import Contains, Filter
from modelcheck.ir.spec import Parameter, Variable
from modelcheck.ir.statements.assign import Assign, Target
from modelcheck.ir.statements.fairness import Owe
from modelcheck.ir.statements.transitions import Guard, TakeParameter
from modelcheck.ir.type_expressions import TypeExpr
from modelcheck.ir.types import BOOL, IdT, MapT, SetT

if TYPE_CHECKING:
    from modelcheck.ir.expression import Expr
    from modelcheck.ir.model import Model, Oracle
    from modelcheck.ir.statement import Statement
    from modelcheck.source import Span

OTHER = "the other agent"
"""The name of the agent that a step is about; it contains a space, so no name of a specification hides it."""


class Terms(Frozen):
    """Makes terms of one model at one place."""

    model: Model
    span: Span

    # ---------------------------------------------------------------------------------------------------- expressions

    def me(self, kind: str) -> Expr:
        """The agent whose step it is."""
        return SelfId(self.span, IdT(kind))

    def other(self, kind: str) -> Expr:
        """The agent that the step is about."""
        return self.named(OTHER, kind)

    def named(self, name: str, kind: str) -> Expr:
        """A name bound to an id."""
        return LocalRead(self.span, IdT(kind), name, ghost=False)

    def all_of(self, kind: str) -> Expr:
        """The agents of a kind."""
        return SortValues(self.span, SetT(IdT(kind)), kind)

    def other_agents(self, observer: str, watched: str) -> Expr:
        """The agents of a kind without the one whose step it is."""
        return Others(self.span, SetT(IdT(observer))) if observer == watched else self.all_of(watched)

    def crashed(self, agent: Expr) -> Expr:
        """Whether an agent has crashed, as far as a detector can know."""
        return LooksCrashed(self.span, BOOL, agent)

    def runs(self, kind: str) -> Expr:
        """Whether the agent whose step it is has not crashed."""
        return HasStatus(self.span, BOOL, self.me(kind), "correct")

    def suspected(self, observer: str, agent: Expr) -> Expr:
        """Whether the agent whose step it is suspects another."""
        return Suspects(self.span, BOOL, None, agent, observer)

    def stable(self) -> Expr:
        """Whether the detector keeps its promises from now on."""
        return self.value("stable")

    def trusted(self, agent: Expr, kind: str) -> Expr:
        """Whether nobody may suspect an agent any more."""
        return Contains(self.span, BOOL, agent, self.value("trusted", kind))

    def value(self, *key: str) -> Expr:
        """What a variable of the detector holds."""
        variable = self.model.oracle[key]
        return VariableRead(self.span, variable.type, variable, None)

    def entry(self, key: Oracle, index: Expr) -> Expr:
        """What a map of the detector holds for one agent."""
        variable = self.model.oracle[key]
        assert isinstance(variable.type, MapT)
        return MapElement(self.span, variable.type.value, self.value(*key), index)

    def differ(self, left: Expr, right: Expr) -> Expr:
        """Whether two values are not equal."""
        return Compare(self.span, BOOL, "!=", left, right)

    def negation(self, operand: Expr) -> Expr:
        """Logical not."""
        return Not(self.span, BOOL, operand)

    def both(self, left: Expr, right: Expr) -> Expr:
        """Logical and."""
        return And(self.span, BOOL, left, right)

    def either(self, left: Expr, right: Expr) -> Expr:
        """Logical or."""
        return Or(self.span, BOOL, left, right)

    def some(self, domain: Expr, name: str, condition: Expr) -> Expr:
        """Whether there is an element like that in a set."""
        return Quantified(self.span, BOOL, "exists", (Generator(name, domain),), condition, total=True)

    def those(self, domain: Expr, name: str, condition: Expr) -> Expr:
        """The elements like that in a set."""
        return Filter(self.span, domain.type, Generator(name, domain), condition)

    # ----------------------------------------------------------------------------------------------------- statements

    def when(self, condition: Expr) -> Statement:
        """The step is possible only where the condition holds."""
        return Guard(self.span, condition)

    def choose(self, domain: Expr, name: str = OTHER) -> Statement:
        """The step is possible once for each element of a set."""
        return TakeParameter(self.span, Parameter(name, domain, some=False))

    def owed(self, *names: str) -> tuple[Statement, ...]:
        """The step is taken again and again if it stays possible, for each value of the names."""
        return (Owe(self.span, "weak", names),) if self.model.is_fair else ()

    def change(self, key: Oracle, index: Expr | None, op: str, value: Expr) -> Statement:
        """Assign to a variable of the detector, or to its entry for one agent."""
        variable = self.model.oracle[key]
        type_ = variable.type
        path: tuple[Expr, ...] = ()
        if index is not None:
            assert isinstance(type_, MapT)
            type_, path = type_.value, (index,)
        return Assign(self.span, Target(variable, path, type_), op, value)  # type: ignore[arg-type]  # one of its words

    # ------------------------------------------------------------------------------------------------------ variables

    def ids(self, kind: str) -> TypeExpr:
        """The type of a kind's ids."""
        return TypeExpr(self.span, IdT(kind), "named_t")

    def sets(self, kind: str) -> TypeExpr:
        """The type of sets of ids of a kind."""
        return TypeExpr(self.span, SetT(IdT(kind)), "set_t", (self.ids(kind),))

    def maps(self, kind: str, value: TypeExpr) -> TypeExpr:
        """The type of maps from the ids of a kind."""
        return TypeExpr(self.span, MapT(IdT(kind), value.type), "map_t", (self.ids(kind), value))

    def bools(self) -> TypeExpr:
        """The type of truth values."""
        return TypeExpr(self.span, BOOL, "bool_t")

    def variable(self, name: str, type_expr: TypeExpr, initial: Expr, *, everywhere: bool = False) -> Variable:
        """A variable that no specification declares."""
        return Variable(name, None, type_expr, initial, everywhere, durable=False, ghost=False, span=self.span)
