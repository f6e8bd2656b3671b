"""Cells that hold the same in every reachable state, found by induction: one place is enough for them.

Who sends a message to all puts it into the set of each receiver, so that these sets never differ. The cells are
divided into classes that could be equal, and a class is split where an action, begun with equal cells, may end with
different ones, until no action does (van Eijk, "Sequential equivalence checking based on structural similarities",
IEEE TCAD 19(7), 2000, section III, where the cells are registers of a circuit).

Each class keeps the cell that comes first. What is assigned to the others is left out, and with it all that serves
nothing else. So that the rest may read the first cell in the place of another, the two must be equal wherever it does,
also in the middle of an action.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from modelcheck.frozen import Frozen, field, replace
from modelcheck.kernel import program as ir
from modelcheck.kernel.types import domain_size, least
from modelcheck.kernel.value_numbers import Frame, Numbers, cells_at, cells_of
from modelcheck.kernel.walk import expressions_of, free_locals


def merge_equal_cells(program: ir.Program) -> tuple[ir.Program, dict[int, int]]:
    """A program that does not assign cells that always equal another one, and for each of these the first that does.

    It is for states in which a cell and the first one that equals it are one place.
    """
    blocks = [program.initial, *(action.body for action in program.actions)]
    assigned = [set(_assigned(program, block)) for block in blocks]
    classes = _candidates(program, assigned)
    while classes:
        first = {cell: members[0] for members in classes for cell in members[1:]}
        # What assigns none of them leaves them equal, and finds them so.
        marked = {
            number: _marked(program, block, first, set())
            for number, block in enumerate(blocks)
            if any(cells[0] in first for cells in assigned[number])
        }
        finer = _split(program, marked, classes, first)
        if finer == classes:
            for number, marks in marked.items():
                blocks[number] = _kept(marks)
            actions = zip(program.actions, blocks[1:], strict=True)
            merged = tuple(replace(action, body=body) for action, body in actions)
            return replace(program, initial=blocks[0], actions=merged), first
        classes = finer
    return program, {}


Classes = list[tuple[int, ...]]


def _candidates(program: ir.Program, assigned: Sequence[set[range]]) -> Classes:
    """Cells of one array that the same blocks assign, and each alone."""
    writers: dict[range, list[int]] = defaultdict(list)
    for number, changes in enumerate(assigned):
        for cells in changes:
            writers[cells].append(number)
    groups: dict[object, list[int]] = defaultdict(list)
    for number, array in enumerate(program.arrays):
        cells = cells_of(program, number)
        # What has no bits needs no place.
        if domain_size(array.type) > 1 and cells not in writers:
            for cell in cells:
                groups[number, tuple(writers[range(cell, cell + 1)])].append(cell)
    return [tuple(members) for members in groups.values() if len(members) > 1]


def _assigned(program: ir.Program, block: ir.Block) -> Iterator[range]:
    """The cells of which each assignment of a block changes one, or more of a bag."""
    for statement in block:
        match statement:
            case ir.Assign(array, index):
                yield cells_at(program, array, index)
            case ir.BagInsert(array) | ir.BagRemove(array):
                yield cells_of(program, array)
            case ir.If(_, then, orelse):
                yield from _assigned(program, then)
                yield from _assigned(program, orelse)


# ----------------------------------------------------------------------------------------------------- what is left out


class _Marked(Frozen):
    """A statement, whether it is kept, and its branches."""

    statement: ir.Statement
    kept: bool
    then: tuple[_Marked, ...] = ()
    orelse: tuple[_Marked, ...] = ()


_Marks = tuple[_Marked, ...]


def _marked(program: ir.Program, block: ir.Block, first: Mapping[int, int], used: set[int]) -> _Marks:
    """Marks from the end on; `used` are the locals that something kept behind uses, and gets those used here."""
    result = []
    for statement in reversed(block):
        then: _Marks = ()
        orelse: _Marks = ()
        match statement:
            case ir.Assign(array, index):
                cells = cells_at(program, array, index)
                kept = len(cells) > 1 or cells[0] not in first
            case ir.Bind(local):
                kept = local.index in used
            case ir.If():
                then = _marked(program, statement.then, first, used)
                orelse = _marked(program, statement.orelse, first, used)
                kept = any(inner.kept for inner in (*then, *orelse))
            case _:
                kept = True
        if kept:
            used.update(local.index for expression in expressions_of(statement) for local in free_locals(expression))
        result.append(_Marked(statement, kept, then, orelse))
    return tuple(reversed(result))


def _kept(block: Sequence[_Marked]) -> ir.Block:
    return tuple(
        replace(mark.statement, then=_kept(mark.then), orelse=_kept(mark.orelse))
        if isinstance(mark.statement, ir.If)
        else mark.statement
        for mark in block
        if mark.kept
    )


# ------------------------------------------------------------------------------------------------------- the induction


def _split(program: ir.Program, marked: Mapping[int, _Marks], classes: Classes, first: Mapping[int, int]) -> Classes:
    """The classes split by what the blocks do to their cells; the same if nothing does."""
    numbers = Numbers()
    types = [array.type for array in program.arrays for _ in range(array.length)]

    def at_first(cell: int) -> int:
        return numbers.of("constant", least(types[cell]))

    def at_entry(cell: int) -> int:
        return numbers.of("cell", first.get(cell, cell))

    for position, block in marked.items():
        walk = _Walk(program, first)
        end = walk.run(block, Frame(program, numbers, at_entry if position else at_first))
        groups: dict[object, list[int]] = defaultdict(list)
        for number, members in enumerate(classes):
            for cell in members:
                alone = cell if cell in walk.unequal else None
                groups[number, alone, None if end is None else end.cell(cell)].append(cell)
        classes = [tuple(members) for members in groups.values() if len(members) > 1]
    return classes


class _Walk(Struct):
    """Goes through a block, and finds the cells that are read where they may differ from the first of their class."""

    program: ir.Program
    first: Mapping[int, int]
    unequal: set[int] = field(default_factory=set)

    def run(self, block: _Marks, frame: Frame) -> Frame | None:
        """What cells hold at the end; None if no path comes there."""
        for mark in block:
            saw = self._saw if mark.kept else None
            match mark.statement:
                case ir.Halt():
                    return None
                case ir.If(condition):
                    asked = frame.value(condition, saw)
                    then, orelse = self.run(mark.then, frame.branch()), self.run(mark.orelse, frame.branch())
                    if then is not None and orelse is not None:
                        frame.join(asked, then, orelse)
                    elif then is None and orelse is None:
                        return None
                    else:
                        frame.cells = (then or orelse or frame).cells
                case ir.Assign(array, index):
                    numbers = [frame.value(expression, saw) for expression in expressions_of(mark.statement)]
                    cells = cells_at(self.program, array, index)
                    for cell in cells:
                        frame.cells[cell] = numbers[1] if len(cells) == 1 else frame.numbers.new()
                case ir.BagInsert(array) | ir.BagRemove(array):
                    frame.value(mark.statement.value, saw)
                    for cell in cells_of(self.program, array):
                        frame.cells[cell] = frame.numbers.new()
                case ir.Bind(local, value):
                    frame.locals[local.index] = frame.value(value, saw)
                case ir.Choose(local):
                    frame.locals[local.index] = frame.numbers.of("choice", local.index)
                    for expression in expressions_of(mark.statement):
                        frame.value(expression, saw)
                case ir.Owed(number):
                    frame.value(number, saw)
        return frame

    def _saw(self, frame: Frame, cell: int) -> None:
        first = self.first.get(cell, cell)
        if frame.cell(first) != frame.cell(cell):
            self.unequal.add(cell)
