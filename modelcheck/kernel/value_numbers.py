"""Numbers for the values that expressions have on a path, so that equal numbers mean equal values.

Global value numbering (Alpern, Wegman and Zadeck, "Detecting equality of variables in programs", POPL 1988, section 2)
along the structure of a block: what a cell holds is a number too, and where two branches meet, one that stands for the
choice between theirs. Different numbers mean nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from modelcheck.frozen import field
from modelcheck.kernel import program as ir
from modelcheck.kernel.types import BitsType
from modelcheck.kernel.walk import children


class Numbers(Struct):
    """The numbers given so far; a value is told by what it is made of."""

    known: dict[tuple[object, ...], int] = field(default_factory=dict)
    sums: dict[int, tuple[int, int]] = field(default_factory=dict)
    """What is a value plus a constant."""

    def of(self, *made_of: object) -> int:
        """The number of what is made of these."""
        return self.known.setdefault(made_of, len(self.known))

    def new(self) -> int:
        """The number of a value of which nothing is known."""
        return self.of("new", len(self.known))

    def sum(self, value: int, constant: int) -> int:
        """The number of a value plus a constant."""
        first, added = self.sums.get(value, (value, 0))
        if added + constant == 0:
            return first
        result = self.of("sum", first, added + constant)
        self.sums[result] = first, added + constant
        return result

    def choice(self, condition: int, then: int, orelse: int) -> int:
        """The number of one of two values."""
        return then if then == orelse else self.of("ite", condition, then, orelse)


class Frame(Struct):
    """What cells and locals hold at a point of a path: numbers by flat cell, and by the index of a local.

    `entry` gives the number of a cell that was not assigned yet.
    """

    program: ir.Program
    numbers: Numbers
    entry: Callable[[int], int]
    cells: dict[int, int] = field(default_factory=dict)
    locals: dict[int, int] = field(default_factory=dict)

    def cell(self, flat: int) -> int:
        """What a cell holds."""
        found = self.cells.get(flat)
        return self.entry(flat) if found is None else found

    def branch(self) -> Frame:
        """The same point, for one of two branches."""
        return Frame(self.program, self.numbers, self.entry, dict(self.cells), dict(self.locals))

    def join(self, condition: int, then: Frame, orelse: Frame) -> None:
        """Go on behind two branches: what they bound is out of scope."""
        for flat in then.cells.keys() | orelse.cells.keys():
            self.cells[flat] = self.numbers.choice(condition, then.cell(flat), orelse.cell(flat))

    def value(self, node: ir.Expr, saw: Callable[[Frame, int], None] | None = None) -> int:
        """The number of an expression's value; `saw` is told each cell that it reads."""
        numbers = self.numbers
        match node:
            case ir.Const(value):
                return numbers.of("constant", value)
            case ir.Local(index):
                return self.locals[index]
            case ir.Read(array, index):
                return self._read(array, index, saw)
            case ir.Let(local, value, body):
                self.locals[local.index] = self.value(value, saw)
                return self.value(body, saw)
            case ir.Reduce(op, local, lo, hi, body):
                self.locals[local.index] = numbers.of("element", local.index)
                return numbers.of("reduce", op, local.index, lo, hi, self.value(body, saw))
            case ir.Add(left, ir.Const(constant)) | ir.Add(ir.Const(constant), left):
                return numbers.sum(self.value(left, saw), constant)
            case ir.Ite(condition, then, orelse):
                return numbers.choice(*(self.value(operand, saw) for operand in (condition, then, orelse)))
            case ir.Cast(operand):
                # The same word.
                return self.value(operand, saw)
            case _:
                return numbers.of(*_kind(node), *(self.value(operand, saw) for operand in children(node)))

    def _read(self, array: int, index: ir.Expr, saw: Callable[[Frame, int], None] | None) -> int:
        cells = cells_at(self.program, array, index)
        if saw is not None:
            for cell in cells:
                saw(self, cell)
        if len(cells) == 1:
            return self.cell(cells[0])
        return self.numbers.of("read", array, self.value(index, saw), *map(self.cell, cells))


def cells_at(program: ir.Program, array: int, index: ir.Expr) -> range:
    """The flat cells that an element of an array may be: one, where the index is a constant."""
    cells = cells_of(program, array)
    return cells[index.value : index.value + 1] if isinstance(index, ir.Const) else cells


def cells_of(program: ir.Program, array: int) -> range:
    """The flat cells of an array."""
    first = program.offsets[array]
    return range(first, first + program.arrays[array].length)


def _kind(node: ir.Expr) -> tuple[object, ...]:
    """What tells a node from others with the same operands."""
    match node:
        case ir.DivMod(op) | ir.Compare(op) | ir.AndOr(op) | ir.BitOp(op):
            return type(node), op
        case ir.BitUpdate(_, _, on, BitsType(width)):
            return type(node), on, width
        case ir.BitTest(bits):
            return type(node), bits.type
        case ir.Shift(_, amount, BitsType(width)):
            return type(node), amount, width
        case _:
            return (type(node),)
