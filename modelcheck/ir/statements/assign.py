"""Assignments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from modelcheck.diagnostics import did_you_mean
from modelcheck.frozen import Frozen
from modelcheck.ir import lowered as k
from modelcheck.ir.domains import Domain, MapDomain, RecordDomain
from modelcheck.ir.expression import Env, EvaluationError, Expr
from modelcheck.ir.ghosts import forbid_ghost
from modelcheck.ir.numbered import Numbered
from modelcheck.ir.statement import Statement
from modelcheck.ir.types import INT, UNKNOWN, IdT, IntT, MapT, RecordT, SeqT, SetT, Type, UnknownT, join
from modelcheck.ir.values import RecordValue, Value

if TYPE_CHECKING:
    from modelcheck.ir.model import Model
    from modelcheck.ir.scope import Scope
    from modelcheck.ir.spec import Variable
    from modelcheck.syntax import Node

Step = Expr | int
"""One accessor of a target: the key of a map or the position of a record's field."""


class Target(Frozen, eq=False):
    """What is assigned to: a variable of this agent or a shared one, or a part of it."""

    variable: Variable
    path: tuple[Step, ...]
    type: Type

    def skipped(self, model: Model) -> bool:
        """Whether the variable is a ghost that this check leaves out."""
        return self.variable.ghost and self.variable not in model.kept

    def cell(self, env: Env) -> int:
        """The cell of the variable."""
        return env.model.variable(self.variable, env.self_id if self.variable.owner else None)

    def lower(self, low: k.Lowering) -> k.Location:
        """Where the part lies in the state."""
        agent = low.self_id.index if self.variable.owner and low.self_id else 0
        place = k.Location(low.variables[self.variable], k.build.number(agent))
        keys = [step if isinstance(step, int) else low.share_all(low.value(step), "key") for step in self.path]
        for step, key in zip(self.path, keys, strict=True):
            if isinstance(step, int):
                place = place.field(step)
                continue
            domain = place.stored.domain
            assert isinstance(domain, MapDomain)
            assert not isinstance(key, int)
            known, position = k.sets.place_of(low, key, domain.key)
            low.require(known, step.span, "the map has no such key")
            place = place.entry(low.share(position, "key"))
        return place

    def domain(self, env: Env) -> Domain:
        """The domain of the part assigned to."""
        domain = env.model.domain(self.variable.type_expr)
        for step in self.path:
            if isinstance(step, int):
                assert isinstance(domain, RecordDomain)
                domain = domain.fields[step]
            else:
                assert isinstance(domain, MapDomain)
                domain = domain.value
        return domain


def _read(value: Value, steps: tuple[int | tuple[Expr, Value], ...]) -> Value:
    for step in steps:
        if isinstance(step, int):
            value = value.fields[step]
        else:
            try:
                value = value.get(step[1])
            except KeyError:
                raise EvaluationError(step[0].span, "the map has no such key") from None
    return value


def _replaced(value: Value, steps: tuple[int | tuple[Expr, Value], ...], new: Value) -> Value:
    if not steps:
        return new
    step, rest = steps[0], steps[1:]
    inner = _replaced(_read(value, (step,)), rest, new)
    if isinstance(step, int):
        return RecordValue(value.name, (*value.fields[:step], inner, *value.fields[step + 1 :]))
    return value.replaced(step[1], inner)


class Assign(Statement):
    """`x := e`, `x += e`, `x -= e`, `x := any`, `m := all e`.

    `op` is `element+` or `element-` for one element of a set. `value` None is `any`: every value of the target's type.
    """

    impartial = True

    target: Target
    op: Literal[":=", "+", "-", "union", "minus", "element+", "element-", "all", "any"]
    value: Expr | None

    def execute(self, env: Env) -> None:
        if self.target.skipped(env.model):
            return
        cell = self.target.cell(env)
        steps = tuple(step if isinstance(step, int) else (step, step.evaluate(env)) for step in self.target.path)
        old = env.cells[cell]
        new = self._new_value(env, _read(old, steps))
        why = self.target.domain(env).misfit(new)
        if why:
            raise EvaluationError(self.span, f"the value does not fit '{self.target.variable.name}': {why}")
        env.cells[cell] = _replaced(old, steps, new)

    def lower(self, low: k.Lowering) -> None:
        if self.target.skipped(low.model):
            return
        place = self.target.lower(low)
        problem = f"the value does not fit '{self.target.variable.name}'"
        domain = place.stored.domain
        if self.value is None:
            value = k.any_of(low, domain, self.target.variable.name)
        elif self.op == "all":
            assert isinstance(domain, MapDomain)
            fits, entry = k.fit(low, low.value(self.value), domain.value)
            low.require(fits if domain.key.size else k.build.TRUE, self.span, problem)
            value = k.LowMap(domain.key, (low.share_all(entry, "entry"),) * domain.key.size)
        else:
            fits, value = k.fit(low, self._lower_new(low, place), domain)
            low.require(fits, self.span, problem)
        k.store(low, place, value)

    def _lower_new(self, low: k.Lowering, place: k.Location) -> k.Lowered:
        assert self.value is not None
        value = low.value(self.value)
        old = k.read(low, place)
        match self.op, old, value:
            case "+", k.LowInt(before), k.LowInt(change):
                return k.LowInt(k.build.add(before, change))
            case "-", k.LowInt(before), k.LowInt(change):
                return k.LowInt(k.build.subtract(before, change))
            case "union" | "minus", k.LowSet(), k.LowSet():
                return k.sets.combined(low, self.op, old, value)
            case "element+" | "element-", k.LowSet(), _:
                return k.sets.with_element(low, old, value, on=self.op == "element+")
            case _:
                return value

    def chooses(self) -> bool:
        return self.value is None

    def _new_value(self, env: Env, old: Value) -> Value:
        if self.value is None:
            assert env.chooser is not None
            return env.chooser.choose(Numbered(self.target.domain(env)))
        value = self.value.evaluate(env)
        match self.op:
            case "+":
                return old + value
            case "-":
                return old - value
            case "union":
                return old | value
            case "minus":
                return old - value
            case "element+":
                return old | {value}
            case "element-":
                return old - {value}
            case "all":
                domain = self.target.domain(env)
                assert isinstance(domain, MapDomain)
                return domain.constant(value)
            case _:
                return value

    def expressions(self) -> Iterator[Expr]:
        yield from (step for step in self.target.path if not isinstance(step, int))
        if self.value is not None:
            yield self.value


def check_target(node: Node, scope: Scope) -> Target | None:
    """The left side of an assignment, or None after an error."""
    name = node.child(0)
    variable = _variable(name, scope)
    if variable is None:
        return None
    type_: Type = variable.type
    path: list[Step] = []
    for accessor in node.present()[1:]:
        if accessor.rule == "at_key" and isinstance(type_, MapT):
            key = scope.check_as(accessor.child(0), type_.key, "the key of the map")
            if not variable.ghost:
                forbid_ghost(key, scope, "the key of an assignment")
            path.append(key)
            type_ = type_.value
        elif accessor.rule == "at_field" and isinstance(type_, RecordT):
            names = [field.name for field in scope.spec.records[type_.name].fields]
            field = accessor.child(0).text
            if field not in names:
                scope.error("MC304", accessor, f"{type_.name} has no field '{field}'", did_you_mean(field, names))
                return None
            path.append(names.index(field))
            type_ = scope.spec.records[type_.name].fields[names.index(field)].type_expr.type
        else:
            if not isinstance(type_, UnknownT):
                what = "keys" if accessor.rule == "at_key" else "fields"
                help_ = "a sequence is changed as a whole" if isinstance(type_, SeqT) else ""
                help_ = _FOREIGN if isinstance(type_, IdT) else help_
                scope.error("MC304", accessor, f"a {type_} has no {what} to assign to", help_)
            return None
    return Target(variable, tuple(path), type_)


_FOREIGN = "only an agent assigns to its own variables: send it a message, or use a shared variable"


def _variable(name: Node, scope: Scope) -> Variable | None:
    own = scope.agents[scope.agent].variables if scope.agent else {}
    if name.text in scope.locals:
        help_ = _FOREIGN if isinstance(scope.locals[name.text].type, IdT) else ""
        scope.error(
            "MC310", name, f"'{name.text}' is not a variable: it is bound once and cannot be assigned to", help_
        )
    elif name.text in own:
        return own[name.text]
    elif name.text in scope.spec.shared and not scope.spec.shared[name.text].unknown:
        return scope.spec.shared[name.text]
    else:
        what = scope.what_is(name.text)
        if what:
            help_ = _FOREIGN if name.text in scope.agents else ""
            help_ = "it keeps its value for a whole run" if name.text in scope.spec.unknowns else help_
            scope.error("MC310", name, f"'{name.text}' is {what} and cannot be assigned to", help_)
        else:
            scope.unknown("variable", name.text, name, [*own, *scope.spec.shared])
    return None


def check_assign(node: Node, scope: Scope) -> Statement | None:
    """`x := …`."""
    target = check_target(node.child(0), scope)
    value_node = node.child(1)
    if value_node.rule == "any_value":
        if target is not None and target.variable.ghost:
            scope.error("MC305", node, "a ghost cannot be chosen", "a choice would change the protocol's behaviour")
        return None if target is None else Assign(scope.span(node), target, "any", None)
    everywhere = value_node.rule == "all_value"
    value = scope.check(value_node.child(0) if everywhere else value_node)
    if target is None:
        return None
    if everywhere and not isinstance(target.type, MapT):
        scope.error("MC301", node, f"'all' fills a map, but '{target.variable.name}' is {target.type}")
        return None
    expected = target.type.value if everywhere and isinstance(target.type, MapT) else target.type
    scope.expect(value, expected, f"what is assigned to '{scope.span(node.child(0)).text}'")
    if not target.variable.ghost:
        forbid_ghost(value, scope, "an assignment to a variable that is not a ghost")
    return Assign(scope.span(node), target, "all" if everywhere else ":=", value)


def check_change(node: Node, scope: Scope) -> Statement | None:
    """`x += e` and `x -= e`: of a number, or of a set by an element or a set."""
    target = check_target(node.child(0), scope)
    sign, value = node.child(1).text[0], scope.check(node.child(2))
    if target is None:
        return None
    if not target.variable.ghost:
        forbid_ghost(value, scope, "an assignment to a variable that is not a ghost")
    plus = sign == "+"
    span = scope.span(node)
    match target.type:
        case IntT():
            scope.expect(value, INT, f"what is {'added to' if plus else 'taken from'} '{target.variable.name}'")
            return Assign(span, target, "+" if plus else "-", value)
        case SetT(element):
            if join(value.type, target.type) is not None and value.type != UNKNOWN:
                return Assign(span, target, "union" if plus else "minus", value)
            scope.expect(value, element, f"what is {'added to' if plus else 'taken from'} '{target.variable.name}'")
            return Assign(span, target, "element+" if plus else "element-", value)
        case UnknownT():
            return None
        case _:
            hint = "write `q := q + [x]`" if isinstance(target.type, SeqT) else "these are for numbers and sets"
            scope.error("MC301", node, f"'{sign}=' cannot change a {target.type}", hint)
            return None
