"""Packing states into words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelcheck.frozen import replace
from modelcheck.kernel import program as ir
from modelcheck.kernel.layout import WORD_BITS, layout
from modelcheck.kernel.types import BOOL, INT_LIMIT, BitsType, IntType, KernelError, KernelType, fits


def program_of(*arrays: ir.Array) -> ir.Program:
    return ir.Program("laid out", arrays, (), (), (), ir.Const(1, BOOL), None, (), ())


def an_array(kernel_type: KernelType, length: int, owner: str | None = None) -> ir.Array:
    return ir.Array("a", kernel_type, length, "variable", owner)


integers = st.integers(-INT_LIMIT + 1, INT_LIMIT - 1) | st.integers(-3, 3)
int_types = st.tuples(integers, integers).map(lambda ends: IntType(min(ends), max(ends)))
types = st.one_of(st.just(BOOL), int_types, st.integers(1, 64).map(BitsType))


@st.composite
def programs(draw: st.DrawFn) -> ir.Program:
    agents = draw(st.integers(1, 5))
    owned = st.builds(lambda kernel_type, extent: an_array(kernel_type, agents * extent, "A"), types, st.integers(1, 3))
    other = st.builds(an_array, types, st.integers(1, 5))
    return program_of(*draw(st.lists(owned | other, max_size=6)))


@st.composite
def values(draw: st.DrawFn, kernel_type: KernelType) -> int:
    match kernel_type:
        case IntType(lo, hi):
            return draw(st.integers(lo, hi))
        case BitsType(width):
            return draw(st.integers(0, (1 << width) - 1))
        case _:
            return draw(st.integers(0, 1))


@given(st.data())
def test_unpacking_undoes_packing(data: st.DataObject) -> None:
    program = data.draw(programs())
    state = tuple(data.draw(values(array.type)) for array in program.arrays for _ in range(array.length))
    places = layout(program)
    words = places.pack(state)
    assert len(words) == places.words
    assert all(0 <= word < 1 << WORD_BITS for word in words)
    assert places.unpack(words) == state


@given(programs())
def test_cells_neither_overlap_nor_cross_a_word(program: ir.Program) -> None:
    places = layout(program)
    taken = set()
    for cell in places.cells:
        assert cell.shift + cell.width <= WORD_BITS
        taken |= {(cell.word, bit) for bit in range(cell.shift, cell.shift + cell.width)}
    assert len(taken) == places.bits_used == sum(cell.width for cell in places.cells)


@given(programs())
def test_lanes_have_one_pattern(program: ir.Program) -> None:
    owned = [array for array in program.arrays if array.owner is not None]
    if not owned:
        return
    agents = min(array.length for array in owned)
    if any(array.length % agents for array in owned):
        return
    places = layout(program)
    patterns = set()
    for agent in range(agents):
        cells = [
            places.cells[start + agent * (array.length // agents) + offset]
            for start, array in zip(program.offsets, program.arrays, strict=True)
            if array.owner is not None
            for offset in range(array.length // agents)
        ]
        cells = [cell for cell in cells if cell.width]
        patterns.add(tuple((cell.word - cells[0].word, cell.shift - cells[0].shift, cell.width) for cell in cells))
    assert len(patterns) == 1


def test_small_lanes_share_a_word(mutex: ir.Program) -> None:
    places = layout(mutex)
    assert (places.words, places.bits_used) == (1, 5)
    assert places.pack((2, 1, 1)) == (0b10110,)


def test_wide_lanes_begin_words_and_others_fill_their_gaps() -> None:
    arrays = (an_array(BitsType(40), 4, "A"), an_array(BOOL, 2), an_array(BitsType(40), 2, "A"))
    places = layout(program_of(*arrays))
    assert [cell.word for cell in places.cells] == [0, 1, 3, 4, 0, 0, 2, 5]
    assert places.words == 6


def test_constant_cells_take_no_bits() -> None:
    places = layout(program_of(an_array(IntType(7, 7), 3)))
    assert (places.words, places.bits_used) == (1, 0)
    assert places.unpack(places.pack((7, 7, 7))) == (7, 7, 7)


def test_value_out_of_range_is_rejected(mutex: ir.Program) -> None:
    narrow = replace(mutex, arrays=(replace(mutex.arrays[0], type=IntType(0, 1)), mutex.arrays[1]))
    assert not fits(2, narrow.arrays[0].type)
    with pytest.raises(KernelError, match="does not fit"):
        layout(narrow).pack((2, 0, 0))
