"""What all states of a program look like by construction: more than the types of its cells say."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from modelcheck.kernel import program as ir
from modelcheck.kernel.invariant import Fact
from modelcheck.kernel.possible_members import possible_members
from modelcheck.kernel.types import BitsType, IntType

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


def storage_facts(program: ir.Program) -> tuple[Fact, ...]:
    """That sets hold only what can be put there, and nothing is in a bag twice, which need not be so.

    They are lemmas that the language cannot say. Their names are none that a lemma in the language could have.
    """
    facts = list(_member_facts(program))
    for array in bags_of(program):
        name = program.arrays[array].name
        holds = ir.AndOr("and", tuple(_no_pair_equal(program, array)))
        facts.append(Fact(f"{name} differ", "lemma", "state", f"no two of {name} are equal", holds))
    return tuple(facts)


def _member_facts(program: ir.Program) -> Iterator[Fact]:
    """What assignments can put into sets, as far as they alone tell: also the packets that somebody sends."""
    members, parts = possible_members(program), list[ir.Expr]()
    for array, declared in enumerate(program.arrays):
        if not isinstance(declared.type, BitsType):
            continue
        for at in range(declared.length):
            other = ~members[program.offsets[array] + at] & (1 << declared.type.width) - 1
            cell = ir.Read(array, ir.Const(at, IntType(at, at)), declared.type)
            held = ir.BitOp("and", cell, ir.Const(other, declared.type), declared.type)
            parts += [ir.Compare("==", held, ir.Const(0, declared.type))] if other else []
    if parts:
        text = "sets, of messages too, hold only what some step can put there"
        yield Fact("what sets hold", "lemma", "state", text, ir.AndOr("and", tuple(parts)))


def ascending(program: ir.Program, array: int) -> Iterator[ir.Expr]:
    """That the slots of a bag stand in their order, the free ones at the end: of each two of them."""
    for one, other in pairwise(_slots(program, array)):
        filled = ir.AndOr("and", (ir.Compare("!=", one, _FREE), ir.Compare("<=", one, other)))
        yield ir.AndOr("or", (ir.Compare("==", other, _FREE), filled))


def is_ample(program: ir.Program, array: int) -> bool:
    """Whether a bag has room for a copy of all it can hold, and for all that an action takes out of it or puts in.

    A step from a state with more of them can then be taken from one that has room, with the same members before and
    behind it: whatever is in a bag twice matters to nothing but how often it can be taken out.
    """
    declared = program.arrays[array]
    assert isinstance(declared.type, IntType)
    most = max((_most_changes(action.body, array) for action in program.actions), default=0)
    return declared.type.hi + most <= declared.length


def _most_changes(block: ir.Block, array: int) -> int:
    """How often a path through a block takes something out of a bag or puts it in, at most."""
    count = 0
    for statement in block:
        match statement:
            case ir.BagInsert(changed) | ir.BagRemove(changed):
                count += changed == array
            case ir.If(_, then, orelse):
                count += max(_most_changes(then, array), _most_changes(orelse, array))
    return count


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
