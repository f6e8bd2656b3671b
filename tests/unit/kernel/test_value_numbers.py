"""Equal numbers mean equal values."""

from __future__ import annotations

from itertools import combinations, product

from modelcheck.kernel import program as ir
from modelcheck.kernel.evaluate import evaluate
from modelcheck.kernel.passes.simplify_nodes import number
from modelcheck.kernel.types import BOOL, BitsType, IntType
from modelcheck.kernel.value_numbers import Frame, Numbers

COUNT, BITS, ANY = IntType(0, 3), BitsType(3), IntType(-20, 20)
PROGRAM = ir.Program(
    "values",
    (ir.Array("counts", COUNT, 2, "variable"), ir.Array("sets", BITS, 2, "network")),
    (),
    (),
    (),
    ir.Const(1, BOOL),
    None,
    (),
    (),
)
A, B = (ir.Read(0, number(at), COUNT) for at in range(2))
S, T = (ir.Read(1, number(at), BITS) for at in range(2))
E, L = ir.Local(1, IntType(0, 3), "e"), ir.Local(2, ANY, "l")
LESS, SAME = ir.Compare("<", A, B), ir.Compare("==", A, B)


def plus(left: ir.Expr, right: ir.Expr) -> ir.Add:
    return ir.Add(left, right, ANY)


NUMBERS: list[ir.Expr] = [
    A,
    B,
    *map(number, range(3)),
    *(plus(A, number(more)) for more in range(-1, 3)),
    *(plus(plus(A, number(1)), number(more)) for more in (-1, 0, 1)),
    plus(number(1), A),
    plus(B, number(1)),
    plus(A, B),
    ir.Mul(A, B, ANY),
    *(ir.DivMod(op, A, number(by), COUNT) for op in ("div", "mod") for by in (2, 3)),
    *(ir.Ite(condition, *branches, COUNT) for condition in (LESS, SAME) for branches in ((A, B), (B, A), (A, A))),
    *(ir.Read(0, ir.DivMod("mod", each, number(2), IntType(0, 1)), COUNT) for each in (A, B)),
    *(ir.PopCount(each, COUNT) for each in (S, T)),
    *(ir.Cast(each, IntType(0, 7)) for each in (S, T)),
    ir.Let(L, A, plus(L, number(1))),
    ir.Let(L, B, plus(L, number(1))),
    *(ir.Reduce(op, E, 0, hi, plus(E, A), ANY) for op in ("add", "min", "max") for hi in (1, 2)),
    ir.Reduce("add", E, 1, 2, plus(E, A), ANY),
]
TRUTHS: list[ir.Expr] = [
    *(ir.Compare(op, A, B) for op in ("==", "!=", "<", "<=")),
    ir.Compare("<", B, A),
    ir.Not(LESS),
    *(ir.AndOr(op, (LESS, SAME)) for op in ("and", "or")),
    *(ir.BitTest(bits, index) for bits, index in product((S, T), (A, B))),
]
SETS: list[ir.Expr] = [
    S,
    T,
    *(ir.BitUpdate(S, index, on, BITS) for index, on in product((A, B), (True, False))),
    *(ir.BitOp(op, S, T, BITS) for op in ("and", "or", "andnot")),
    *(ir.Shift(S, amount, BitsType(width)) for amount, width in product((-1, 0, 1), (2, 3))),
]


def test_equal_numbers_mean_equal_values() -> None:
    frame = Frame(PROGRAM, Numbers(), lambda cell: -1 - cell)
    expressions = [*NUMBERS, *TRUTHS, *SETS]
    known = [frame.value(each) for each in expressions]
    states = [(*counts, *sets) for counts in ((0, 1), (1, 0), (3, 2), (2, 2)) for sets in ((5, 3), (6, 1), (7, 7))]
    values = [tuple(int(evaluate(PROGRAM, each, state)) for state in states) for each in expressions]
    equal = [(one, other) for one, other in combinations(range(len(known)), 2) if known[one] == known[other]]
    for one, other in equal:
        assert values[one] == values[other], (expressions[one], expressions[other])
    assert len(equal) > 5
