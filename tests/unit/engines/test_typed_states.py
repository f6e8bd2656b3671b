"""Typed states: what none has, and the least that has it, as trying them all tells."""

from __future__ import annotations

import time
from itertools import product

import pytest

pytest.importorskip("z3")

from modelcheck.engines.symbolic.solving import Solving
from modelcheck.engines.symbolic.typed_states import TypedStates
from modelcheck.ir.lowered import build
from modelcheck.kernel import program as ir
from modelcheck.kernel.evaluate import evaluate
from modelcheck.kernel.task import Limits
from modelcheck.kernel.types import BOOL, BitsType, IntType

NUMBER, SET = IntType(-2, 4), BitsType(3)
ARRAYS = (
    ir.Array("x", NUMBER, 2, "variable"),
    ir.Array("s", SET, 1, "variable"),
    ir.Array("b", BOOL, 1, "variable"),
)
PROGRAM = ir.Program("p", ARRAYS, (), (), (), build.TRUE, None, (), ())
STATES = list(product(range(-2, 5), range(-2, 5), range(8), range(2)))
"""In the order in which states are compared."""

X, Y = (ir.Read(0, build.number(at), NUMBER) for at in range(2))
S, B = ir.Read(1, build.number(0), SET), ir.Read(2, build.number(0), BOOL)
COUNT = ir.PopCount(S, IntType(0, 3))


@pytest.mark.parametrize(
    "wanted",
    [
        build.less(X, Y),
        build.equal(build.add(X, Y), build.number(7)),
        build.equal(COUNT, build.number(2)),
        build.conjunction((B, build.less(Y, COUNT), build.less(X, Y), build.differ(X, build.number(-2)))),
        build.conjunction((ir.BitTest(S, build.number(2)), ir.Not(B), build.less(build.number(3), X))),
        build.equal(build.multiply(X, Y), build.number(7)),
        build.TRUE,
    ],
)
def test_the_least_state_is_the_first_of_all(wanted: ir.Expr) -> None:
    states = TypedStates(PROGRAM, Solving(Limits(), time.monotonic()))
    first = next((state for state in STATES if evaluate(PROGRAM, wanted, state)), None)
    found = states.least(states.truth(wanted))
    assert (found[0] if found else None) == first
    assert states.has(states.truth(wanted)) == (first is not None)


def test_a_bag_is_as_bags_are() -> None:
    bag = ir.Array("bag", IntType(0, 5), 3, "network")
    program = ir.Program("p", (bag,), (), (), (), build.TRUE, None, (), ())
    states = TypedStates(program, Solving(Limits(), time.monotonic()))
    slots = [ir.Read(0, build.number(at), IntType(0, 5)) for at in range(3)]
    falls = states.truth(build.conjunction((build.less(slots[1], slots[0]), build.less(build.number(0), slots[1]))))
    block: ir.Block = (ir.BagRemove(0, build.number(1)),)
    assert states.has(falls)
    assert not states.has(falls, block)
    assert states.least(states.truth(build.less(build.number(0), slots[1])), block) == ((1, 1, 0), (0, 0, 0))
