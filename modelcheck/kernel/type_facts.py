"""What all states of a program look like by construction: more than the types of its cells say."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from modelcheck.kernel import program as ir
from modelcheck.kernel.invariant import Fact
from modelcheck.kernel.types import IntType

_FREE = ir.Const(0, IntType(0, 0))


def type_facts(program: ir.Program) -> tuple[Fact, ...]:
    """That bags ascend, with the free slots at the end: every state has them so, and every step keeps them so."""
    facts = []
    for array in bags_of(program):
        name = program.arrays[array].name
        text = f"{name} stand in their order, and free slots behind them"
        facts.append(Fact(f"order of {name}", "type", "state", text, ir.AndOr("and", tuple(ascending(program, array)))))
    return tuple(facts)


def bags_of(program: ir.Program) -> tuple[int, ...]:
    """The arrays that some block treats as bags."""
    blocks = (program.initial, *(action.body for action in program.actions))
    return tuple(sorted({array for block in blocks for array in bags_in(block)}))


def distinct_facts(program: ir.Program) -> tuple[Fact, ...]:
    """That nothing is in a bag twice. It need not be so: it is a lemma, which the language cannot say.

    Its name is none that a lemma in the language could have.
    """
    facts = []
    for array in bags_of(program):
        name = program.arrays[array].name
        holds = ir.AndOr("and", tuple(_no_pair_equal(program, array)))
        facts.append(Fact(f"{name} differ", "lemma", "state", f"no two of {name} are equal", holds))
    return tuple(facts)


def ascending(program: ir.Program, array: int) -> Iterator[ir.Expr]:
    """That the slots of a bag stand in their order, the free ones at the end: of each two of them."""
    for one, other in pairwise(_slots(program, array)):
        filled = ir.AndOr("and", (ir.Compare("!=", one, _FREE), ir.Compare("<=", one, other)))
        yield ir.AndOr("or", (ir.Compare("==", other, _FREE), filled))


def _no_pair_equal(program: ir.Program, array: int) -> Iterator[ir.Expr]:
    """Equal ones are neighbours."""
    for one, other in pairwise(_slots(program, array)):
        yield ir.AndOr("or", (ir.Compare("==", other, _FREE), ir.Compare("!=", one, other)))


def _slots(program: ir.Program, array: int) -> list[ir.Expr]:
    declared = program.arrays[array]
    return [ir.Read(array, ir.Const(at, IntType(at, at)), declared.type) for at in range(declared.length)]


def bags_in(block: ir.Block) -> Iterator[int]:
    """The arrays that a block treats as bags."""
    for statement in block:
        match statement:
            case ir.BagInsert(array) | ir.BagRemove(array) | ir.Choose(domain=ir.Slots(array)):
                yield array
            case ir.If(_, then, orelse):
                yield from bags_in(then)
                yield from bags_in(orelse)
