"""Questions in loops that need none, and those that look like it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

import pytest

from modelcheck.ir.model import Model
from modelcheck.kernel import program as ir
from modelcheck.kernel.evaluate import evaluate
from modelcheck.kernel.passes.narrow import narrow
from modelcheck.kernel.passes.simplify import simplify
from modelcheck.kernel.passes.simplify_nodes import TRUE, number
from modelcheck.kernel.types import BOOL, BitsType, IntType
from modelcheck.kernel.walk import children, reads_state
from modelcheck.lowering import lower

Build = Callable[..., Model]

SPEC = """
    network soup
    message Reply(last: option 0..2, b: bool)
    agent Node {
        var n: 0..2 = 0
        final initial state Run {
            step ask { send Reply(none, true) to Node }
            step tell(k in 0..2) { send Reply(some(k), k > 0) to Node }
            step look when %s { n := 1 }
        }
    }
    def given = {m in inbox Reply: %s}
    invariant fine: forall a in Node: a.n < 2
    check "c" { Node = 2 expect fine }
"""


def fails(block: ir.Block) -> Iterator[ir.Halt]:
    for statement in block:
        match statement:
            case ir.Halt("fail"):
                yield statement
            case ir.If(_, then, orelse):
                yield from fails(then)
                yield from fails(orelse)


def look(program: ir.Program) -> ir.Block:
    return next(action.body for action in program.actions if "look" in action.name)


SAFE = (
    "exists m in given: m.last.value == n",
    "forall m in given: m.last.value == n and m.b",
    "exists m in given: m.b and forall o in given: o.last.value <= m.last.value",
    "size({m in given: m.last.value > 0}) > 1",
)


@pytest.mark.parametrize("condition", SAFE)
def test_what_a_filter_has_asked_is_not_asked_again(condition: str, model_of: Build) -> None:
    program = simplify(lower(model_of(SPEC % (condition, "m.last != none and m.b"))))
    assert list(fails(look(program)))
    assert not list(fails(look(narrow(program))))


@pytest.mark.parametrize("filtered", ["m.b", "m.last != none or m.b", "m.last == none"])
@pytest.mark.parametrize("condition", SAFE)
def test_what_a_filter_leaves_open_is_asked(condition: str, filtered: str, model_of: Build) -> None:
    program = simplify(lower(model_of(SPEC % (condition, filtered))))
    assert list(fails(look(narrow(program))))


def test_what_is_the_same_for_all_elements_is_asked_once(model_of: Build) -> None:
    """The condition on `n` does not stand in the loop over messages any more, which is then no loop."""
    program = narrow(simplify(lower(model_of(SPEC % ("exists m in inbox Reply: m.b and n == 1", "m.b")))))
    (condition,) = (statement.condition for statement in look(program) if isinstance(statement, ir.If))
    assert not any(isinstance(node, ir.Reduce) for node in _nodes(condition))


def test_loops_that_ask_nothing_of_one_another_stand_side_by_side(model_of: Build) -> None:
    pairs = "exists m, o in inbox Reply: m.b and m.last == none and o.b and o.last == some(n)"
    program = narrow(simplify(lower(model_of(SPEC % (pairs, "m.b")))))
    (condition,) = (statement.condition for statement in look(program) if isinstance(statement, ir.If))
    loops = [node for node in _nodes(condition) if isinstance(node, ir.Reduce) and reads_state(node)]
    assert not any(isinstance(inner, ir.Reduce) for loop in loops for inner in _nodes(loop.body) if reads_state(inner))


def _nodes(node: ir.Expr) -> Iterator[ir.Expr]:
    yield node
    for child in children(node):
        yield from _nodes(child)


BITS, COUNT = BitsType(4), IntType(0, 3)
S, T, N = ir.Read(0, number(0), BITS), ir.Read(0, number(1), BITS), ir.Read(1, number(0), COUNT)
E = ir.Local(1, COUNT, "e")
IN_S, IN_T = ir.BitTest(S, E), ir.BitTest(T, E)
NEXT = ir.BitTest(S, ir.Add(E, number(1), IntType(1, 4)))
ODD = ir.Compare("==", ir.DivMod("mod", E, number(2), IntType(0, 1)), number(1))
LESS = ir.Compare("<", E, N)
ONE = ir.BitUpdate(ir.Const(0, BITS), E, True, BITS)  # noqa: FBT003 - it is put in
NEITHER = ir.Const(0, BITS)


def every(*terms: ir.Expr) -> ir.AndOr:
    return ir.AndOr("and", terms)


def some(*terms: ir.Expr) -> ir.AndOr:
    return ir.AndOr("or", terms)


CONDITIONS: dict[str, ir.Expr] = {
    "a set": IN_S,
    "two sets": every(IN_S, IN_T),
    "either set": some(IN_S, IN_T),
    "either set, and one": every(some(IN_S, IN_T), IN_T),
    "what is fixed": every(IN_S, ODD),
    "what is fixed or not": every(IN_S, some(ODD, IN_T)),
    "what varies": every(IN_S, LESS),
    "both": every(IN_S, ODD, LESS),
    "either set, and one or what varies": every(some(IN_S, IN_T), some(IN_S, LESS)),
    "the next": NEXT,
    "the next, and what is fixed": every(NEXT, ODD),
    "the next, too": every(IN_S, NEXT),
    "the next or not": every(IN_S, ir.Not(NEXT), ODD),
    "what is the same for all": every(IN_S, ir.Compare("<", N, number(2))),
}


def reductions(condition: ir.Expr) -> Iterator[ir.Reduce]:
    """Over all elements, and over some."""
    for lo, hi in ((0, 3), (1, 2)):
        yield ir.Reduce("or", E, lo, hi, condition, BOOL)
        yield ir.Reduce("and", E, lo, hi, ir.Not(condition), BOOL)
        yield ir.Reduce("or", E, lo, hi, ir.Ite(condition, ONE, NEITHER, BITS), BITS)
        yield ir.Reduce("add", E, lo, hi, ir.Ite(condition, E, number(0), COUNT), IntType(0, 12))


def asked(reduction: ir.Reduce) -> ir.Expr:
    """A condition that a wrong value would change in some state."""
    if reduction.type == BOOL:
        return reduction
    return ir.Compare("==", reduction, T if reduction.type == BITS else ir.PopCount(T, IntType(0, 4)))


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_narrowed_reduction_has_the_same_value_in_every_state(name: str) -> None:
    arrays = (ir.Array("sets", BITS, 2, "network"), ir.Array("count", COUNT, 1, "variable"))
    for reduction in reductions(CONDITIONS[name]):
        prop = ir.Property("p", "invariant", TRUE, asked(reduction))
        program = ir.Program("narrowed", arrays, (), (), (prop,), TRUE, None, (), ())
        (found,) = narrow(program).properties
        for state in product((0, 2, 5, 6, 9, 12, 15), (0, 1, 2, 6, 8, 13), range(4)):
            assert evaluate(program, found.holds, state) == evaluate(program, prop.holds, state), (reduction, state)
