"""The cells of a packed state as LLVM instructions: shifts and masks, a table of places for long arrays."""

from __future__ import annotations

from modelcheck.engines.native.function import Function, Val, number
from modelcheck.kernel import program as ir
from modelcheck.kernel.layout import Layout

CHAIN = 8
"""Arrays up to this length are indexed by a chain of selects, longer ones through a table of places."""

WORD_BITS = 64


class Cells:
    """Reads and writes the state behind `state` in a function."""

    def __init__(self, program: ir.Program, layout: Layout, function: Function, state: str) -> None:
        self.program = program
        self.layout = layout
        self.f = function
        self.state = state

    def cell(self, flat: int, pointer: str) -> Val:
        """The value of a cell at a fixed place."""
        cell = self.layout.cells[flat]
        if cell.width == 0:
            return number(cell.base)
        word = self.word(pointer, number(cell.word))
        value = self.f.let(f"lshr i64 {word.text}, {cell.shift}") if cell.shift else word
        if cell.shift + cell.width < WORD_BITS:
            value = self.f.let(f"and i64 {value.text}, {number((1 << cell.width) - 1).text}")
        if cell.low:
            return self.f.let(f"shl i64 {value.text}, {cell.low}")
        return self.f.let(f"add i64 {value.text}, {cell.base}") if cell.base else value

    def word(self, pointer: str, index: Val) -> Val:
        address = self.f.let(f"getelementptr i64, ptr {pointer}, i64 {index.text}")
        return self.f.let(f"load i64, ptr {address.text}, align 8")

    def store(self, array: int, index: Val, value: Val) -> None:
        """Store a word into an element of the state."""
        first, length = self.program.offsets[array], self.program.arrays[array].length
        if index.const is not None or length == 1:
            self._store_cell(first + (index.const or 0), value, None)
        elif length <= CHAIN:
            for position in range(length):
                self._store_cell(first + position, value, self.f.let(f"icmp eq i64 {index.text}, {position}", bit=True))
        else:
            self._store_through_table(array, index, value)

    def _store_cell(self, flat: int, value: Val, condition: Val | None) -> None:
        cell = self.layout.cells[flat]
        if cell.width == 0:
            return
        address = self.f.let(f"getelementptr i64, ptr {self.state}, i64 {cell.word}")
        old = self.f.let(f"load i64, ptr {address.text}, align 8")
        if cell.low:
            value = self.f.let(f"lshr i64 {value.text}, {cell.low}")
        new = self._merged(old, value, number(cell.shift), cell.width, cell.base)
        if condition is not None:
            new = self.f.let(f"select i1 {condition.text}, i64 {new.text}, i64 {old.text}")
        self.f.emit(f"store i64 {new.text}, ptr {address.text}, align 8")

    def _merged(self, old: Val, value: Val, shift: Val, width: int, base: int) -> Val:
        if base:
            value = self.f.let(f"sub i64 {value.text}, {base}")
        mask = number((1 << width) - 1)
        moved = self.f.let(f"shl i64 {value.text}, {shift.text}")
        hole = self.f.let(f"shl i64 {mask.text}, {shift.text}")
        inverse = self.f.let(f"xor i64 {hole.text}, -1")
        kept = self.f.let(f"and i64 {old.text}, {inverse.text}")
        return self.f.let(f"or i64 {kept.text}, {moved.text}")

    def _place(self, array: int, index: Val) -> tuple[Val, Val]:
        pair = self.f.let(f"shl i64 {index.text}, 1")
        second = self.f.let(f"or i64 {pair.text}, 1")
        return self.word(f"@places_{array}", pair), self.word(f"@places_{array}", second)

    def _low(self, array: int, index: Val) -> Val | None:
        """How far the element of a long array is moved down; None if none is."""
        cells = self.layout.of_array(self.program, array)
        return self.word(f"@lows_{array}", index) if any(cell.low for cell in cells) else None

    def _store_through_table(self, array: int, index: Val, value: Val) -> None:
        word, shift = self._place(array, index)
        cell = self.layout.cells[self.program.offsets[array]]
        if cell.width == 0:
            return
        address = self.f.let(f"getelementptr i64, ptr {self.state}, i64 {word.text}")
        old = self.f.let(f"load i64, ptr {address.text}, align 8")
        low = self._low(array, index)
        value = self.f.let(f"lshr i64 {value.text}, {low.text}") if low is not None else value
        new = self._merged(old, value, shift, cell.width, cell.base)
        self.f.emit(f"store i64 {new.text}, ptr {address.text}, align 8")

    def element(self, array: int, index: Val, pointer: str) -> Val:
        """The word in an element of an array of the state behind `pointer`."""
        first, length = self.program.offsets[array], self.program.arrays[array].length
        if index.const is not None or length == 1:
            return self.cell(first + (index.const or 0), pointer)
        if length > CHAIN:
            return self._read_through_table(array, index, pointer)
        value = self.cell(first, pointer)
        for position in range(1, length):
            here = self.f.let(f"icmp eq i64 {index.text}, {position}", bit=True)
            other = self.cell(first + position, pointer)
            value = self.f.let(f"select i1 {here.text}, i64 {other.text}, i64 {value.text}")
        return value

    def _read_through_table(self, array: int, index: Val, pointer: str) -> Val:
        cell = self.layout.cells[self.program.offsets[array]]
        if cell.width == 0:
            return number(cell.base)
        place, shift = self._place(array, index)
        word = self.word(pointer, place)
        value = self.f.let(f"lshr i64 {word.text}, {shift.text}")
        value = self.f.let(f"and i64 {value.text}, {number((1 << cell.width) - 1).text}")
        low = self._low(array, index)
        value = self.f.let(f"shl i64 {value.text}, {low.text}") if low is not None else value
        return self.f.let(f"add i64 {value.text}, {cell.base}") if cell.base else value
