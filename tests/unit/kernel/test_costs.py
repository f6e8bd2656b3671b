"""How much work it is to try something."""

from __future__ import annotations

from modelcheck.kernel import program as ir
from modelcheck.kernel.costs import evaluations, evaluations_of_paths
from modelcheck.kernel.types import BOOL, BitsType, IntType

DIGIT = IntType(0, 9)
LOCAL = ir.Local(0, DIGIT, "x")
TRUE = ir.Const(1, BOOL)
SMALL = ir.Compare("<", LOCAL, ir.Const(5, DIGIT))


def test_what_is_in_a_loop_counts_in_each_round() -> None:
    assert evaluations(SMALL) == 3
    inner = ir.Reduce("and", LOCAL, 0, 9, SMALL, BOOL)
    assert evaluations(inner) == 41
    assert evaluations(ir.Reduce("or", ir.Local(1, DIGIT, "y"), 1, 3, inner, BOOL)) == 1 + 3 * 42


def test_what_follows_a_choice_counts_for_each_value() -> None:
    arrays = (ir.Array("bag", DIGIT, 7, "network"),)
    program = ir.Program("p", arrays, (), (), (), TRUE, within=None, fails=(), bounds=())
    domains: dict[ir.Between | ir.Members | ir.Slots, int] = {
        ir.Between(0, 9): 10,
        ir.Between(5, 4): 0,
        ir.Members(ir.Const(0, BitsType(6))): 6,
        ir.Slots(0): 7,
    }
    for domain, values in domains.items():
        block = (ir.Choose(LOCAL, domain, SMALL, TRUE), ir.Bind(ir.Local(2, BOOL, "b"), SMALL))
        assert evaluations_of_paths(program, block) == values * (3 + 1 + 3 + 1)


def test_the_longer_branch_counts() -> None:
    program = ir.Program("p", (), (), (), (), TRUE, within=None, fails=(), bounds=())
    long, short = (ir.Bind(ir.Local(2, BOOL, "b"), SMALL),), (ir.Halt("block"),)
    one, other = ((ir.If(TRUE, then, orelse),) for then, orelse in ((long, short), (short, long)))
    assert evaluations_of_paths(program, one) == evaluations_of_paths(program, other) == 1 + 1 + 4
