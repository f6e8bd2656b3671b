"""What all states of a program look like by construction: more than the types of its cells say."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from modelcheck.kernel import program as ir
from modelcheck.kernel.invariant import Fact
from modelcheck.kernel.types import IntType


def type_facts(program: ir.Program) -> tuple[Fact, ...]:
    """That bags ascend, with the free slots at the end: every state has them so, and every step keeps them so."""
    facts = []
    for array in bags_of(program):
        name = program.arrays[array].name
        text = f"{name} stand in their order, and free slots behind them"
        facts.append(
            Fact(f"order of {name}", "type", "state", text, ir.AndOr("and", tuple(_ascending(program, array))))
        )
    return tuple(facts)


def bags_of(program: ir.Program) -> tuple[int, ...]:
    """The arrays that some block treats as bags."""
    blocks = (program.initial, *(action.body for action in program.actions))
    return tuple(sorted({array for block in blocks for array in _bags(block)}))


def _ascending(program: ir.Program, array: int) -> Iterator[ir.Expr]:
    zero = ir.Const(0, IntType(0, 0))
    slots = [
        ir.Read(array, ir.Const(at, IntType(at, at)), program.arrays[array].type)
        for at in range(program.arrays[array].length)
    ]
    for one, other in pairwise(slots):
        filled = ir.AndOr("and", (ir.Compare("!=", one, zero), ir.Compare("<=", one, other)))
        yield ir.AndOr("or", (ir.Compare("==", other, zero), filled))


def _bags(block: ir.Block) -> Iterator[int]:
    for statement in block:
        match statement:
            case ir.BagInsert(array) | ir.BagRemove(array) | ir.Choose(domain=ir.Slots(array)):
                yield array
            case ir.If(_, then, orelse):
                yield from _bags(then)
                yield from _bags(orelse)
