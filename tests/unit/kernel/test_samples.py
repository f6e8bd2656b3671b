"""States by chance are of the types, and bags are as bags are."""

from __future__ import annotations

from itertools import pairwise

from modelcheck.ir.lowered import build
from modelcheck.kernel import program as ir
from modelcheck.kernel.samples import samples
from modelcheck.kernel.types import BOOL, BitsType, IntType, fits

ARRAYS = (
    ir.Array("flags", BOOL, 2, "variable"),
    ir.Array("numbers", IntType(-3, 5), 3, "variable"),
    ir.Array("sets", BitsType(4), 2, "variable"),
    ir.Array("bag", IntType(0, 9), 4, "network"),
)
PROGRAM = ir.Program("p", ARRAYS, (), (), (), build.TRUE, None, (), ())


def test_states_by_chance_are_of_the_types_and_bags_ascend_with_free_slots_at_the_end() -> None:
    found = list(samples(PROGRAM, {3}, 40))
    assert len(found) == 40
    for state in found:
        for array, first in zip(ARRAYS, PROGRAM.offsets, strict=True):
            assert all(fits(value, array.type) for value in state[first : first + array.length])
        bag = state[PROGRAM.offsets[3] :]
        assert all(not later or (earlier and earlier <= later) for earlier, later in pairwise(bag))


def test_states_by_chance_differ_and_are_the_same_every_time() -> None:
    found = list(samples(PROGRAM, {3}, 40))
    assert len(set(found)) > 30
    assert found == list(samples(PROGRAM, {3}, 40))
