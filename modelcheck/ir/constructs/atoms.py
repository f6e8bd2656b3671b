"""Literals and names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.counts import counted
from modelcheck.ir import lowered as k
from modelcheck.ir.domains import IdDomain
from modelcheck.ir.expression import Env, EvaluationError, Expr
from modelcheck.ir.scope import BUILTINS
from modelcheck.ir.types import BOOL, INT, UNKNOWN, EnumT, IdT, MapT, OptionT, SetT, UnknownT

if TYPE_CHECKING:
    from modelcheck.ir.scope import Scope
    from modelcheck.ir.spec import Const, Field, Param, Variable
    from modelcheck.ir.type_expressions import TypeExpr
    from modelcheck.ir.values import Value
    from modelcheck.syntax import Node


class Invalid(Expr):
    """Stands for an expression with an error that has been recorded."""

    def evaluate(self, env: Env) -> Value:
        raise AssertionError("a specification with errors is never evaluated")


class Literal(Expr):
    """`true`, `false`, `none`, a number, a member of an enumeration."""

    impartial = True

    value: Value

    def evaluate(self, env: Env) -> Value:
        return self.value

    def lower(self, low: k.Lowering) -> k.Lowered:
        return k.constant(self.value, self.type, low.model)


class SelfId(Expr):
    """`self`."""

    impartial = True

    def evaluate(self, env: Env) -> Value:
        return env.self_id

    def lower(self, low: k.Lowering) -> k.Lowered:
        return k.constant(low.self_id, self.type, low.model)


class Others(Expr):
    """`others`: the agent's own kind without itself."""

    impartial = True

    def evaluate(self, env: Env) -> Value:
        assert env.self_id is not None
        return env.model.id_set(env.self_id.sort) - {env.self_id}

    def lower(self, low: k.Lowering) -> k.Lowered:
        assert low.self_id is not None
        return k.constant(low.model.id_set(low.self_id.sort) - {low.self_id}, self.type, low.model)


class LocalRead(Expr):
    """A name bound around this place."""

    impartial = True

    name: str
    ghost: bool

    def evaluate(self, env: Env) -> Value:
        return env.locals[self.name]

    def lower(self, low: k.Lowering) -> k.Lowered:
        return low.names[self.name]


class VariableRead(Expr):
    """A variable of the evaluating agent, of another (`owner`), or a shared one, an unknown constant among them."""

    impartial = True

    variable: Variable
    owner: Expr | None

    def evaluate(self, env: Env) -> Value:
        owner = None
        if self.variable.owner is not None:
            owner = env.self_id if self.owner is None else self.owner.evaluate(env)
        return env.cells[env.model.variable(self.variable, owner)]

    def lower(self, low: k.Lowering) -> k.Lowered:
        number = low.model.settled_number(self.variable)
        if number is not None:
            domain = low.model.domain(self.variable.type_expr)
            return k.from_value(domain, domain.value_at(number))
        owner: k.Expr = k.build.number(0)
        if self.owner is not None:
            owner = low.index(self.owner).expr
        elif self.variable.owner is not None:
            assert low.self_id is not None
            owner = k.build.number(low.self_id.index)
        return k.read(low, k.Location(low.variables[self.variable], owner))


class ParamRead(Expr):
    """A parameter."""

    impartial = True

    param: Param

    def evaluate(self, env: Env) -> Value:
        return env.model.params[self.param.name]

    def lower(self, low: k.Lowering) -> k.Lowered:
        return k.constant(low.model.params[self.param.name], self.type, low.model)


class ConstRead(Expr):
    """A constant."""

    impartial = True

    const: Const

    def evaluate(self, env: Env) -> Value:
        return env.model.consts[self.const.name]

    def lower(self, low: k.Lowering) -> k.Lowered:
        value = low.model.consts[self.const.name]
        if isinstance(self.type, MapT):
            return k.from_value(low.model.domain(self.const.type_expr), value)
        return k.constant(value, self.type, low.model)


class SortValues(Expr):
    """An agent kind or sort as the set of its ids."""

    impartial = True

    sort: str

    def evaluate(self, env: Env) -> Value:
        return env.model.id_set(self.sort)

    def lower(self, low: k.Lowering) -> k.Lowered:
        return k.LowSet(IdDomain(self.sort, low.model.sizes[self.sort]), None)


class TypeValues(Expr):
    """An enumeration, a record or a named type as the set of its values."""

    impartial = True

    type_expr: TypeExpr

    def evaluate(self, env: Env) -> Value:
        return env.model.values_of(self.type_expr)

    def lower(self, low: k.Lowering) -> k.Lowered:
        return k.LowSet(low.model.domain(self.type_expr), None)


class DefinitionCall(Expr):
    """A definition applied; arguments are checked against the types of the parameters."""

    impartial = True

    name: str
    parameters: tuple[Field, ...]
    arguments: tuple[Expr, ...]
    body: Expr

    def can_fail(self) -> bool:
        return bool(self.arguments)

    def evaluate(self, env: Env) -> Value:
        values = [argument.evaluate(env) for argument in self.arguments]
        for parameter, argument, value in zip(self.parameters, self.arguments, values, strict=True):
            why = env.model.domain(parameter.type_expr).misfit(value)
            if why:
                raise EvaluationError(
                    argument.span, f"the argument '{parameter.name}' of '{self.name}' does not fit: {why}"
                )
        around, env.locals = env.locals, {p.name: v for p, v in zip(self.parameters, values, strict=True)}
        try:
            return self.body.evaluate(env)
        finally:
            env.locals = around

    def lower(self, low: k.Lowering) -> k.Lowered:
        values = [low.value(argument) for argument in self.arguments]
        names = {}
        for parameter, argument, value in zip(self.parameters, self.arguments, values, strict=True):
            fits, narrow = k.narrowed(low, value, low.model.domain(parameter.type_expr))
            low.require(fits, argument.span, f"the argument '{parameter.name}' of '{self.name}' does not fit")
            names[parameter.name] = low.share_all(narrow, parameter.name)
        around, low.names = low.names, names
        try:
            return low.value(self.body)
        finally:
            low.names = around


def check_literal(node: Node, scope: Scope) -> Expr:
    """`true`, `false`, `none`."""
    if node.rule == "none":
        return Literal(scope.span(node), OptionT(UNKNOWN), None)
    return Literal(scope.span(node), BOOL, node.rule == "true")


def check_number(node: Node, scope: Scope) -> Expr:
    """A number."""
    return Literal(scope.span(node), INT, int(node.child(0).text))


def check_self(node: Node, scope: Scope) -> Expr:
    """`self`."""
    if scope.agent is None:
        where = "a property" if scope.place in {"property", "step", "temporal"} else "this place"
        scope.error(
            "MC205", node, f"'self' has no meaning in {where}", "quantify over the agents: `forall p in Kind: …`"
        )
        return Invalid(scope.span(node), UNKNOWN)
    return SelfId(scope.span(node), scope.self_type())


def check_name(node: Node, scope: Scope) -> Expr:
    """A name on its own."""
    name, span = node.child(0).text, scope.span(node)
    spec = scope.spec
    if name in scope.locals:
        local = scope.locals[name]
        return LocalRead(span, local.type, name, local.ghost)
    if name == "others":
        return _others(node, scope)
    if scope.agent and name in scope.agents[scope.agent].variables:
        return _own_variable(node, scope, scope.agents[scope.agent].variables[name])
    if scope.agent and name in scope.agents[scope.agent].timers:
        scope.error("MC205", node, f"'{name}' is a timer, not a value", f"`on {name} expires` says what happens then")
        return Invalid(span, UNKNOWN)
    if name in spec.shared:
        return _shared_variable(node, scope, spec.shared[name])
    if name in spec.params:
        return ParamRead(span, spec.params[name].type, spec.params[name])
    if name in spec.consts:
        if scope.place == "parameter" and not isinstance(spec.consts[name].type_expr.type, UnknownT):
            scope.error(
                "MC205", node, f"the constant '{name}' is not known yet here", "parameters and sizes are set before"
            )
        return ConstRead(span, spec.consts[name].type_expr.type, spec.consts[name])
    if name in spec.definitions:
        return call_definition(node, name, (), scope)
    return _constant_name(node, name, scope)


def _constant_name(node: Node, name: str, scope: Scope) -> Expr:
    from modelcheck.ir.type_expressions import check_type  # noqa: PLC0415 - they need one another

    spec, span = scope.spec, scope.span(node)
    enum = next((e for e in spec.enums.values() if name in e.members), None)
    if enum is not None:
        return Literal(span, EnumT(enum.name), name)
    if name in scope.agents or name in spec.sorts:
        if scope.place == "parameter":
            scope.error(
                "MC205", node, f"the size of {name} is not known yet here", "parameters are set before sizes are"
            )
        return SortValues(span, SetT(IdT(name)), name)
    if name in spec.enums or name in spec.aliases or name in spec.records:
        type_expr = check_type(node, scope)
        return TypeValues(span, SetT(type_expr.type), type_expr)
    if name in spec.messages:
        scope.error(
            "MC205", node, f"'{name}' is a message, not a value", f"`inbox {name}` and `messages {name}` are sets"
        )
        return Invalid(span, UNKNOWN)
    if name in BUILTINS:
        scope.error("MC302", node, f"'{name}' is a function and needs its argument", f"write `{name}(…)`")
        return Invalid(span, UNKNOWN)
    if name in scope.elsewhere and name not in scope.forgiven:
        early = scope.place in {"constant", "parameter", "initial"}
        help_ = "only parameters and constants can" if early else "write `p.x` for the variable of an agent p"
        scope.error("MC205", node, f"'{name}' is {scope.elsewhere[name]} and cannot be read here", help_)
        return Invalid(span, UNKNOWN)
    scope.unknown("", name, node, scope.visible_names())
    return Invalid(span, UNKNOWN)


def _others(node: Node, scope: Scope) -> Expr:
    if scope.agent is None:
        scope.error("MC205", node, "'others' has no meaning outside an agent", "write `{q in Kind: q != p}`")
        return Invalid(scope.span(node), UNKNOWN)
    return Others(scope.span(node), SetT(scope.self_type()))


def _own_variable(node: Node, scope: Scope, variable: Variable) -> Expr:
    if scope.place == "initial":
        scope.error(
            "MC205",
            node,
            f"an initial value cannot read the variable '{variable.name}'",
            "use `self`, parameters and constants",
        )
    return VariableRead(scope.span(node), variable.type, variable, None)


def _shared_variable(node: Node, scope: Scope, variable: Variable) -> Expr:
    if variable.unknown and scope.place in {"constant", "parameter"}:
        scope.error(
            "MC205",
            node,
            f"the constant '{variable.name}' is `any`: it has no value that is known here",
            "make it a param: `modelcheck solve` looks for the values of params, too",
        )
    elif scope.place in {"initial", "constant", "parameter"} and not variable.unknown:
        scope.error(
            "MC205", node, f"the variable '{variable.name}' cannot be read here", "only parameters and constants can"
        )
    return VariableRead(scope.span(node), variable.type, variable, None)


def call_definition(node: Node, name: str, arguments: tuple[Expr, ...], scope: Scope) -> Expr:
    """A definition applied to arguments that have been checked."""
    definition = scope.spec.definitions[name]
    span = scope.span(node)
    if name in scope.calls:
        cycle = " -> ".join((*scope.calls[scope.calls.index(name) :], name))
        scope.error("MC206", node, f"the definition '{name}' uses itself: {cycle}", "definitions cannot be recursive")
        return Invalid(span, UNKNOWN)
    if len(arguments) != len(definition.parameters):
        takes = counted(len(definition.parameters), "argument")
        scope.error("MC302", node, f"'{name}' takes {takes}, but {len(arguments)} given")
        return Invalid(span, UNKNOWN)
    for parameter, argument in zip(definition.parameters, arguments, strict=True):
        scope.expect(argument, parameter.type_expr.type, f"the argument '{parameter.name}' of '{name}'")
    body = scope.definition_body(name)
    if isinstance(body.type, UnknownT) and scope.diagnostics.errors:
        return Invalid(span, UNKNOWN)
    return DefinitionCall(span, body.type, name, definition.parameters, arguments, body)
