"""Temporal properties of a check as LTL formulas over numbered atoms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from msgspec import Struct, field

from modelcheck.diagnostics import Diagnostic, InputError
from modelcheck.graph.layout import MOST_STATE_ATOMS, MOST_STEP_ATOMS
from modelcheck.ir.constructs.atoms import DefinitionCall, Literal
from modelcheck.ir.constructs.logic import And, Iff, IfThenElse, Implies, Not, Or
from modelcheck.ir.constructs.quantifiers import Quantified
from modelcheck.ir.constructs.temporal import Binding, Instance, Temporal, is_temporal, reads_names
from modelcheck.ir.expression import Env
from modelcheck.ir.model import TemporalProperty
from modelcheck.ir.order import can_be_chosen, in_order
from modelcheck.ir.types import BOOL, SetT
from modelcheck.ltl import formula as ltl

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from modelcheck.ir.constructs.temporal import Operator
    from modelcheck.ir.expression import Expr
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Property
    from modelcheck.ir.types import Type
    from modelcheck.ir.values import Value


def elaborate(model: Model, properties: list[Property]) -> None:
    """Enter the temporal properties. Raises `InputError` for a formula that cannot be written out, or is too large."""
    for prop in properties:
        writer = Writer(model, prop)
        model.temporal.append(TemporalProperty(prop, writer.formula(prop.expression, {})))


class _ReadsStateError(Exception):
    """Something that must be the same in every state reads one."""


class _NoState(list[Any]):
    def __getitem__(self, _: object) -> NoReturn:
        raise _ReadsStateError

    def __iter__(self) -> NoReturn:
        raise _ReadsStateError


class Writer(Struct):
    """Takes one property apart. Equal atoms of a model are one."""

    model: Model
    prop: Property
    numbers: dict[tuple[int, tuple[Binding, ...]], int] = field(default_factory=dict)

    def formula(self, expression: Expr, names: dict[str, Binding]) -> ltl.Formula:
        """The formula that an expression is, with these values of the names around it."""
        if not is_temporal(expression):
            return self.atom(expression, names)
        match expression:
            case Temporal(_, _, op, operands):
                return _combined(op, [self.formula(operand, names) for operand in operands])
            case Not():
                return ltl.negation(self.formula(expression.operand, names))
            case And():
                return ltl.conjunction(self.formula(side, names) for side in (expression.left, expression.right))
            case Or():
                return ltl.disjunction(self.formula(side, names) for side in (expression.left, expression.right))
            case Implies():
                return ltl.implication(self.formula(expression.left, names), self.formula(expression.right, names))
            case Iff():
                left, right = self.formula(expression.left, names), self.formula(expression.right, names)
                return ltl.conjunction((ltl.implication(left, right), ltl.implication(right, left)))
            case IfThenElse():
                return self.either(expression, names)
            case Quantified():
                combine = ltl.conjunction if expression.op == "forall" else ltl.disjunction
                return combine(self.formula(expression.body, inner) for inner in self.bound(expression, names))
            case DefinitionCall():
                return self.formula(expression.body, self.called(expression, names))
            case _:
                raise AssertionError(f"{type(expression).__name__} is no formula: the type checker told")

    def either(self, expression: IfThenElse, names: dict[str, Binding]) -> ltl.Formula:
        """`if c then a else b`, where the condition is looked at now."""
        condition = self.formula(expression.condition, names)
        then, orelse = self.formula(expression.then, names), self.formula(expression.orelse, names)
        return ltl.conjunction((ltl.implication(condition, then), ltl.disjunction((condition, orelse))))

    def bound(self, expression: Quantified, names: dict[str, Binding]) -> list[dict[str, Binding]]:
        """The values of the names around a quantifier's body."""
        found = [names]
        for generator in expression.generators:
            assert isinstance(generator.domain.type, SetT)
            element = generator.domain.type.element
            found = [
                {**around, generator.name: Binding(generator.name, element, value)}
                for around in found
                for value in self.ordered(self.constant(generator.domain, around), element)
            ]
        return found

    def ordered(self, values: Iterable[Value], type_: Type) -> list[Value]:
        """Values in an order that is always the same: atoms are numbered in it."""
        return in_order(values, type_, self.model) if can_be_chosen(type_) else sorted(values, key=repr)

    def called(self, call: DefinitionCall, names: dict[str, Binding]) -> dict[str, Binding]:
        """The parameters of a definition by their values."""
        found = {}
        for parameter, argument in zip(call.parameters, call.arguments, strict=True):
            value = self.constant(argument, names)
            if why := self.model.domain(parameter.type_expr).misfit(value):
                problem = f"the argument '{parameter.name}' of '{call.name}' does not fit: {why}"
                raise InputError([Diagnostic("MC403", argument.span, problem)])
            found[parameter.name] = Binding(parameter.name, parameter.type_expr.type, value)
        return found

    def constant(self, expression: Expr, names: dict[str, Binding]) -> Value:
        """The value of what must be the same in every state."""
        env = Env(self.model, _NoState())
        env.locals.update((name, binding.value) for name, binding in names.items())
        try:
            return expression.evaluate(env)
        except _ReadsStateError:
            problem = "a temporal formula is written out before there is a state, and this reads one"
            help_ = "let the name run over a fixed set, and say in the formula which elements are meant"
            raise InputError([Diagnostic("MC331", expression.span, problem, help_)]) from None

    def atom(self, expression: Expr, names: dict[str, Binding]) -> ltl.Formula:
        """A part without temporal operators."""
        if isinstance(expression, Literal):
            return ltl.Constant(expression.value)
        used = reads_names(expression)
        instance = Instance(expression.span, BOOL, tuple(b for name, b in names.items() if name in used), expression)
        key = (id(expression), instance.bindings)
        if key not in self.numbers:
            self.numbers[key] = len(self.model.atoms)
            self.model.atoms.append(instance)
            self.limit()
        return ltl.Atom(self.numbers[key])

    def limit(self) -> None:
        """Raise `InputError` where there are more atoms than compiled code has bits for."""
        of_steps = sum(atom.is_of_steps for atom in self.model.atoms)
        if len(self.model.atoms) - of_steps > MOST_STATE_ATOMS or of_steps > MOST_STEP_ATOMS:
            most, which = (MOST_STEP_ATOMS, " with next()") if of_steps > MOST_STEP_ATOMS else (MOST_STATE_ATOMS, "")
            problem = f"the temporal properties of this check have more than {most} parts{which}"
            help_ = "put quantifiers inside the temporal operators, or expect them in checks of their own"
            raise InputError([Diagnostic("MC405", self.prop.span, problem, help_)])


def _combined(op: Operator, operands: Sequence[ltl.Formula]) -> ltl.Formula:
    match op:
        case "always":
            return ltl.always(operands[0])
        case "eventually":
            return ltl.eventually(operands[0])
        case "until":
            return ltl.until(*operands)
        case "leads to":
            return ltl.leads_to(*operands)
