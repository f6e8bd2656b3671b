"""What every state looks like by construction."""

from __future__ import annotations

from itertools import product

from modelcheck.kernel import program as ir
from modelcheck.kernel.evaluate import evaluate
from modelcheck.kernel.type_facts import bags_of, storage_facts, type_facts
from modelcheck.kernel.types import BOOL, BitsType, IntType

SLOTS = ir.Array("messages", IntType(0, 2), 3, "network")
PLAIN = ir.Array("plain", IntType(0, 2), 3, "variable")
TRUE = ir.AndOr("and", ())


def program(*body: ir.Statement) -> ir.Program:
    action = ir.Action("go", "protocol", (ir.If(ir.Const(1, BOOL), (ir.Halt("block"),), body),))
    return ir.Program("bag", (PLAIN, SLOTS), (), (action,), (), TRUE, None, (), ())


def test_a_bag_is_known_by_what_is_done_with_it() -> None:
    one = ir.Const(1, IntType(1, 1))
    assert bags_of(program(ir.BagInsert(1, one))) == bags_of(program(ir.BagRemove(1, one))) == (1,)
    assert bags_of(program(ir.Assign(1, ir.Const(0, IntType(0, 0)), one))) == ()


def test_the_slots_of_a_bag_ascend_and_the_free_ones_come_last() -> None:
    bag = program(ir.BagInsert(1, ir.Const(1, IntType(1, 1))))
    (fact,) = type_facts(bag)
    assert (fact.origin, fact.of) == ("type", "state")
    for slots in product(range(3), repeat=3):
        stored = sorted(slots, key=lambda value: value or 9)
        assert bool(evaluate(bag, fact.holds, (2, 1, 0, *slots))) == (list(slots) == stored)


def test_sets_hold_only_what_can_be_put_there() -> None:
    sets = ir.Array("messages", BitsType(3), 1, "network")
    zero = ir.Const(0, IntType(0, 0))
    one = ir.BitUpdate(ir.Read(0, zero, BitsType(3)), ir.Const(1, IntType(1, 1)), on=True, type=BitsType(3))
    action = ir.Action("send", "protocol", (ir.Assign(0, zero, one),))
    program = ir.Program("sets", (sets,), (), (action,), (), TRUE, None, (), ())
    (fact,) = storage_facts(program)
    assert fact.origin == "lemma"
    assert not fact.name.isidentifier()
    assert [bits for bits in range(8) if evaluate(program, fact.holds, (bits,))] == [0b000, 0b010]


def test_that_nothing_is_in_a_bag_twice_is_a_lemma() -> None:
    bag = program(ir.BagInsert(1, ir.Const(1, IntType(1, 1))))
    (fact,) = storage_facts(bag)
    assert fact.origin == "lemma"
    assert not fact.name.isidentifier()
    found = [slots for slots in product(range(3), repeat=3) if evaluate(bag, fact.holds, (0, 0, 0, *slots))]
    assert (1, 2, 0) in found
    assert (0, 0, 0) in found
    assert (1, 1, 0) not in found
