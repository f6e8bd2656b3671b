"""Simplification keeps values, digits and outcomes, and declared intervals hold what expressions give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelcheck.frozen import replace
from modelcheck.kernel import program as ir
from modelcheck.kernel.evaluate import State, evaluate, initial_states, outcomes
from modelcheck.kernel.explore import explore
from modelcheck.kernel.intervals import Computed, computed_interval, interval_of
from modelcheck.kernel.passes import PASSES
from modelcheck.kernel.passes.simplify import simplified, simplify
from modelcheck.kernel.printer import print_program
from modelcheck.kernel.types import BOOL, INT_LIMIT, BitsType, IntType, KernelType, accepts, fits
from modelcheck.kernel.validate import validate

TRUE, FALSE = ir.Const(1, BOOL), ir.Const(0, BOOL)
WIDTH = 5
ARRAYS = (
    ir.Array("flag", BOOL, 3, "variable"),
    ir.Array("count", IntType(-3, 4), 2, "variable"),
    ir.Array("group", BitsType(WIDTH), 1, "variable"),
    ir.Array("net", IntType(0, 3), 2, "network"),
)
BAG = 3
COMPARISONS: tuple[Literal["==", "!=", "<", "<="], ...] = ("==", "!=", "<", "<=")
HALTS: tuple[Literal["fail", "cut", "block"], ...] = ("fail", "cut", "block")
SET_OPERATIONS: tuple[Literal["and", "or", "andnot"], ...] = ("and", "or", "andnot")
REDUCTIONS: Mapping[str, tuple[Literal["and", "or", "add", "min", "max"], ...]] = {
    "integer": ("add", "min", "max"),
    "boolean": ("and", "or"),
    "bits": ("or",),
}


def program_with(body: ir.Block, holds: ir.Expr = TRUE) -> ir.Program:
    prop = ir.Property("holds", "invariant", TRUE, holds)
    action = ir.Action("act", "protocol", body)
    return ir.Program("random", ARRAYS, (), (action,), (prop,), FALSE, None, ("oops",), ("full",))


def number(value: int) -> ir.Const:
    return ir.Const(value, IntType(value, value))


@dataclass
class Generator:
    """Draws well-typed expressions and statements; `scope` holds the locals that may be used."""

    draw: st.DrawFn
    scope: list[ir.Local]
    locals_made: int = 0

    def local(self, kernel_type: KernelType) -> ir.Local:
        self.locals_made += 1
        return ir.Local(self.locals_made, kernel_type, "v")

    def pick(self, *options: str) -> str:
        return self.draw(st.sampled_from(options))

    def known(self, kind: type[KernelType]) -> list[ir.Local]:
        return [local for local in self.scope if isinstance(local.type, kind)]

    def index(self, array: int, depth: int) -> ir.Expr:
        length = ARRAYS[array].length
        if depth == 0 or length == 1:
            return number(self.draw(st.integers(0, length - 1)))
        return ir.DivMod("mod", self.integer(depth - 1), number(length), IntType(0, length - 1))

    def typed(self, node: Computed) -> ir.Expr:
        """The node with its computed interval, sometimes a wider one; an operand if the limit is passed."""
        interval = computed_interval(node)
        slack = self.draw(st.sampled_from([0, 0, 2]))
        interval = IntType(interval.lo - slack, interval.hi + slack)
        if not -INT_LIMIT < interval.lo <= interval.hi < INT_LIMIT:
            return number(7)
        return replace(node, type=interval)

    def integer(self, depth: int) -> ir.Expr:
        if depth == 0:
            return self.leaf_integer()
        a, anything = self.integer(depth - 1), IntType(0, 0)
        match self.pick("leaf", "add", "mul", "div", "mod", "ite", "narrow", "let", "count", "cast", "reduce"):
            case "add":
                return self.typed(ir.Add(a, self.integer(depth - 1), anything))
            case "mul":
                return self.typed(ir.Mul(a, self.integer(depth - 1), anything))
            case "div" | "mod" as op:
                divisor = number(self.draw(st.integers(1, 4)))
                return self.typed(ir.DivMod("div" if op == "div" else "mod", a, divisor, anything))
            case "ite":
                return self.typed(ir.Ite(self.boolean(depth - 1), a, self.integer(depth - 1), anything))
            case "narrow":
                b = self.integer(depth - 1)
                condition = ir.Compare(self.draw(st.sampled_from(COMPARISONS)), a, b)
                left, right = self.draw(st.sampled_from([(a, b), (b, a)]))
                return self.typed(ir.Ite(self.joined(condition, depth), left, right, anything))
            case "let":
                return self.let(self.draw(st.sampled_from([a, self.bits(depth - 1)])), "integer", depth)
            case "count":
                return self.typed(ir.PopCount(self.bits(depth - 1), anything))
            case "cast":
                return self.typed(ir.Cast(self.bits(depth - 1), anything))
            case "reduce":
                return self.reduce("integer", depth)
            case _:
                return self.leaf_integer()

    def leaf_integer(self) -> ir.Expr:
        choices: list[ir.Expr] = [number(self.draw(st.integers(-2, 5))), ir.Read(1, self.index(1, 0), IntType(-3, 4))]
        return self.draw(st.sampled_from([*choices, *self.known(IntType)]))

    def joined(self, condition: ir.Expr, depth: int) -> ir.Expr:
        match self.pick("alone", "not", "and", "or"):
            case "not":
                return ir.Not(condition)
            case "and" | "or" as op:
                return ir.AndOr("and" if op == "and" else "or", (condition, self.boolean(depth - 1)))
            case _:
                return condition

    def boolean(self, depth: int) -> ir.Expr:
        if depth == 0:
            options: list[ir.Expr] = [TRUE, FALSE, ir.Read(0, self.index(0, 0), BOOL)]
            return self.draw(st.sampled_from(options))
        match self.pick("read", "compare", "same", "not", "and", "or", "ite", "let", "member", "reduce", "sets"):
            case "compare":
                op = self.draw(st.sampled_from(COMPARISONS))
                return ir.Compare(op, self.integer(depth - 1), self.integer(depth - 1))
            case "same":
                op = self.draw(st.sampled_from(COMPARISONS[:2]))
                return ir.Compare(op, self.boolean(depth - 1), self.boolean(depth - 1))
            case "sets":
                return ir.Compare("==", self.bits(depth - 1), self.bits(depth - 1))
            case "not":
                return ir.Not(self.boolean(depth - 1))
            case "and" | "or" as op:
                operands = tuple(self.boolean(depth - 1) for _ in range(self.draw(st.integers(0, 3))))
                return ir.AndOr("and" if op == "and" else "or", operands)
            case "ite":
                a, b = self.boolean(depth - 1), self.boolean(depth - 1)
                return ir.Ite(self.boolean(depth - 1), a, b, BOOL)
            case "let":
                return self.let(self.integer(depth - 1), "boolean", depth)
            case "member":
                return ir.BitTest(self.bits(depth - 1), self.integer(depth - 1))
            case "reduce":
                return self.reduce("boolean", depth)
            case _:
                return ir.Read(0, self.index(0, depth), BOOL)

    def bits(self, depth: int) -> ir.Expr:
        declared = BitsType(WIDTH)
        if depth == 0:
            leaves: list[ir.Expr] = [ir.Const(word, declared) for word in (0, 1, 21, 31)]
            return self.draw(st.sampled_from([*leaves, ir.Read(2, number(0), declared), *self.known(BitsType)]))
        match self.pick("leaf", "update", "op", "shift", "cast", "ite", "reduce"):
            case "update":
                return ir.BitUpdate(self.bits(depth - 1), self.integer(depth - 1), self.draw(st.booleans()), declared)
            case "op":
                op = self.draw(st.sampled_from(SET_OPERATIONS))
                return ir.BitOp(op, self.bits(depth - 1), self.bits(depth - 1), declared)
            case "shift":
                wider = ir.Shift(self.bits(depth - 1), self.draw(st.integers(-2, 2)), BitsType(WIDTH + 2))
                return ir.Shift(wider, self.draw(st.integers(-2, 2)), declared)
            case "cast":
                return ir.Cast(ir.DivMod("mod", self.integer(depth - 1), number(32), IntType(0, 31)), declared)
            case "ite":
                return ir.Ite(self.boolean(depth - 1), self.bits(depth - 1), self.bits(depth - 1), declared)
            case "reduce":
                return self.reduce("bits", depth)
            case _:
                return self.bits(0)

    def let(self, value: ir.Expr, body: str, depth: int) -> ir.Expr:
        local = self.local(value.type)
        return ir.Let(local, value, self.under(local, body, depth - 1))

    def reduce(self, body: str, depth: int) -> ir.Expr:
        op = self.draw(st.sampled_from(REDUCTIONS[body]))
        lo = self.draw(st.integers(-1, 1))
        hi = lo + self.draw(st.integers(0 if op in ("min", "max") else -1, 2))
        local = self.local(IntType(lo, max(lo, hi)))
        inner = self.under(local, body, depth - 1)
        node = ir.Reduce(op, local, lo, hi, inner, inner.type)
        return self.typed(node) if isinstance(inner.type, IntType) else node

    def under(self, local: ir.Local, kind: str, depth: int) -> ir.Expr:
        self.scope.append(local)
        result = self.of(kind, depth)
        self.scope.pop()
        return result

    def of(self, kind: str, depth: int) -> ir.Expr:
        match kind:
            case "integer":
                return self.integer(depth)
            case "boolean":
                return self.boolean(depth)
            case _:
                return self.bits(depth)

    def block(self, length: int, *, outermost: bool) -> ir.Block:
        before = list(self.scope)
        statements = tuple(statement for _ in range(length) for statement in self.statements(outermost=outermost))
        self.scope = before
        return statements

    def statements(self, *, outermost: bool) -> ir.Block:
        match self.pick("flag", "count", "group", "bind", "if", "bag", "halt", *(["choose"] * 2 * outermost)):
            case "flag":
                return (ir.Assign(0, self.index(0, 1), self.boolean(2)),)
            case "count":
                value = self.integer(2)
                inside = (ir.Compare("<=", number(-3), value), ir.Compare("<=", value, number(4)))
                node = ir.Ite(ir.AndOr("and", inside), value, number(0), IntType(0, 0))
                return (ir.Assign(1, self.index(1, 1), replace(node, type=computed_interval(node))),)
            case "group":
                return (ir.Assign(2, number(0), self.bits(2)),)
            case "bind":
                value = self.integer(2)
                local = self.local(value.type)
                self.scope.append(local)
                return (ir.Bind(local, value),)
            case "if":
                condition = self.boolean(2)
                return (ir.If(condition, self.block(2, outermost=False), self.block(1, outermost=False)),)
            case "bag":
                return self.bag()
            case "halt":
                halt = ir.Halt(self.draw(st.sampled_from(HALTS)))
                return (ir.If(self.boolean(2), (halt,)),)
            case _:
                return (self.choose(),)

    def bag(self) -> ir.Block:
        full = ir.Compare("!=", ir.Read(BAG, number(1), IntType(0, 3)), number(0))
        one = number(self.draw(st.integers(1, 3)))
        if self.draw(st.booleans()):
            return (ir.BagRemove(BAG, one),)
        return (ir.If(full, (ir.Halt("cut"),)), ir.BagInsert(BAG, one))

    def choose(self) -> ir.Choose:
        domain: ir.Between | ir.Members | ir.Slots = ir.Slots(BAG)
        match self.pick("between", "members", "slots"):
            case "between":
                domain = ir.Between(self.draw(st.integers(0, 1)), self.draw(st.integers(0, 2)))
            case "members":
                domain = ir.Members(self.bits(1))
            case _:
                pass
        active = self.boolean(1)
        local = self.local(IntType(0, WIDTH))
        self.scope.append(local)
        return ir.Choose(local, domain, self.boolean(2), active)


@st.composite
def expressions(draw: st.DrawFn) -> ir.Expr:
    return Generator(draw, []).of(draw(st.sampled_from(["integer", "boolean", "bits"])), draw(st.integers(1, 4)))


@st.composite
def programs(draw: st.DrawFn) -> ir.Program:
    generator = Generator(draw, [])
    return program_with(generator.block(5, outermost=True), generator.boolean(3))


@st.composite
def states(draw: st.DrawFn) -> State:
    flags = draw(st.tuples(*[st.integers(0, 1)] * 3))
    counts = draw(st.tuples(*[st.integers(-3, 4)] * 2))
    bag = draw(st.sampled_from([(0, 0), (1, 0), (3, 0), (1, 1), (1, 3), (2, 3)]))
    return (*flags, *counts, draw(st.integers(0, (1 << WIDTH) - 1)), *bag)


def as_statement(expression: ir.Expr) -> ir.Program:
    return program_with((ir.Bind(ir.Local(10_000, expression.type, "value"), expression),))


@given(expressions(), states())
def test_value_lies_within_the_declared_type(expression: ir.Expr, state: State) -> None:
    program = as_statement(expression)
    validate(program)
    # The evaluator checks every node on the way.
    assert fits(evaluate(program, expression, state), expression.type)


@given(expressions(), states())
def test_simplified_expression_has_the_same_value_and_no_wider_type(expression: ir.Expr, state: State) -> None:
    program, simple = as_statement(expression), simplified(expression)
    validate(as_statement(simple))
    assert accepts(expression.type, simple.type)
    assert evaluate(program, simple, state) == evaluate(program, expression, state)
    assert simplified(simple).type == simple.type


@given(programs(), states())
def test_simplified_program_has_the_same_digits_and_outcomes(program: ir.Program, state: State) -> None:
    validate(program)
    simple = simplify(program)
    validate(simple)
    assert list(outcomes(simple, 0, state)) == list(outcomes(program, 0, state))
    assert list(initial_states(simple)) == list(initial_states(program))
    assert print_program(simple)


@pytest.mark.parametrize("name", PASSES)
def test_pass_keeps_what_exploration_finds(name: str, mutex: ir.Program, courier: ir.Program) -> None:
    for program in (mutex, courier):
        changed = PASSES[name]()(program)
        validate(changed)
        assert explore(changed, 10_000) == explore(program, 10_000)


COUNT = ir.Read(1, number(0), IntType(-3, 4))
FLAG = ir.Read(0, number(0), BOOL)
I = ir.Local(1, IntType(0, 5), "i")  # noqa: E741 - the usual name


TEENS = ir.Add(COUNT, number(13), IntType(10, 17))


@pytest.mark.parametrize(
    ("expression", "simple"),
    [
        (ir.Add(number(2), number(3), IntType(0, 9)), number(5)),
        (ir.Add(number(0), COUNT, IntType(-3, 4)), COUNT),
        (ir.Mul(COUNT, number(0), IntType(0, 0)), number(0)),
        (ir.AndOr("and", (FLAG, ir.AndOr("and", (TRUE, FLAG)))), ir.AndOr("and", (FLAG, FLAG))),
        (ir.AndOr("or", (FLAG, TRUE)), TRUE),
        (ir.Compare("<=", COUNT, number(4)), TRUE),
        (ir.Not(ir.Compare("<", COUNT, number(2))), ir.Compare("<=", number(2), COUNT)),
        (ir.Compare("==", FLAG, FALSE), ir.Not(FLAG)),
        (ir.Ite(FLAG, COUNT, COUNT, IntType(-3, 4)), COUNT),
        (ir.Ite(FLAG, FALSE, TRUE, BOOL), ir.Not(FLAG)),
        (ir.Let(I, number(3), ir.Compare("<", COUNT, I)), ir.Compare("<", COUNT, number(3))),
        (ir.Reduce("or", I, 2, 2, ir.Compare("<", COUNT, I), BOOL), ir.Compare("<", COUNT, number(2))),
        (ir.Reduce("add", I, 0, 5, number(2), IntType(0, 12)), number(12)),
        (ir.DivMod("div", TEENS, number(10), IntType(1, 1)), number(1)),
        (ir.DivMod("mod", TEENS, number(10), IntType(0, 9)), ir.Add(COUNT, number(3), IntType(0, 7))),
        (ir.DivMod("mod", COUNT, number(5), IntType(0, 4)), ir.DivMod("mod", COUNT, number(5), IntType(0, 4))),
    ],
)
def test_simplification(expression: ir.Expr, simple: ir.Expr) -> None:
    assert simplified(expression) == simple


def test_nested_sums_of_constants_are_joined() -> None:
    inner = ir.Add(COUNT, number(2), IntType(-1, 6))
    assert simplified(ir.Add(inner, number(-2), IntType(-3, 4))) == COUNT
    joined = simplified(ir.Add(number(1), inner, IntType(0, 7)))
    assert joined == ir.Add(COUNT, number(3), IntType(0, 7))
    assert interval_of(joined) == IntType(0, 7)


def test_constant_condition_leaves_one_branch_and_no_dead_code() -> None:
    store = ir.Assign(0, number(0), TRUE)
    block = ir.Halt("block")
    program = program_with((ir.If(TRUE, (store, block)), store))
    assert simplify(program).actions[0].body == (store, block)


def test_inactive_choice_gives_its_least_value() -> None:
    from_two = ir.Local(1, IntType(2, 3), "i")
    choose = ir.Choose(from_two, ir.Between(2, 3), TRUE, FALSE)
    program = program_with((choose, ir.Assign(1, number(1), ir.Add(from_two, number(1), IntType(3, 4)))))
    assert simplify(program).actions[0].body == (ir.Assign(1, number(1), number(3)),)


def test_constant_of_a_branch_is_forgotten_where_its_local_is_bound_anew() -> None:
    local = ir.Local(1, IntType(-3, 4), "i")
    store = ir.Assign(1, number(1), local)
    once = ir.If(TRUE, (ir.Bind(local, number(3)), ir.Assign(1, number(0), local)))
    other = ir.Read(1, number(1), IntType(-3, 4))
    rests: list[ir.Block] = [
        (ir.Bind(local, other), store),
        (ir.Choose(local, ir.Between(0, 1), TRUE, TRUE), store),
        (ir.Assign(1, number(1), ir.Let(local, other, local)),),
        (ir.Assign(1, number(1), ir.Reduce("min", local, 0, 1, local, IntType(-3, 4))),),
    ]
    for rest in rests:
        program = program_with((once, *rest))
        validate(program)
        assert list(outcomes(simplify(program), 0, (0,) * 8)) == list(outcomes(program, 0, (0,) * 8))
