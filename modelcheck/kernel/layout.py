"""Where each state cell lies in the 64-bit words of a stored state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import gcd
from types import MappingProxyType
from typing import assert_never

from modelcheck.frozen import Frozen
from modelcheck.kernel.evaluate import State
from modelcheck.kernel.program import Array, Program
from modelcheck.kernel.types import BitsType, BoolType, IntType, KernelError, KernelType, least

WORD_BITS = 64


class Cell(Frozen):
    """The place of a cell, which holds its value less `base` in `width` bits from bit `shift` of a word.

    A set has no base, but may have a least number `low` that it can hold: what is held then is moved down so far.
    """

    word: int
    shift: int
    width: int
    base: int
    low: int = 0


class Layout(Frozen):
    """The places of all cells, in the order of the flat state. No cell crosses a word; unused bits are zero.

    The cells of one agent form a lane: the lanes of a kind have one pattern of relative places, one after the other,
    unless states take fewer words without.
    """

    cells: tuple[Cell, ...]
    words: int
    bits_used: int
    is_shared: bool = False
    """Whether some cells have one place, because they are always equal."""

    def of_array(self, program: Program, array: int) -> tuple[Cell, ...]:
        """The cells of an array."""
        first = program.offsets[array]
        return self.cells[first : first + program.arrays[array].length]

    def pack(self, state: State) -> tuple[int, ...]:
        """The words of a state. `KernelError` if a value is outside its cell's range, or cells of one place differ."""
        words = [0] * self.words
        for cell, value in zip(self.cells, state, strict=True):
            held = value - cell.base >> cell.low
            if not 0 <= held < 1 << cell.width or (held << cell.low) + cell.base != value:
                message = f"{value} does not fit a cell of {cell.width} bits from {cell.base or cell.low}"
                raise KernelError(message)
            words[cell.word] |= held << cell.shift
        if self.is_shared and self.unpack(words) != tuple(state):
            message = "cells that are always equal differ"
            raise KernelError(message)
        return tuple(words)

    def unpack(self, words: Sequence[int]) -> State:
        """The state that these words hold."""
        return tuple(
            ((words[cell.word] >> cell.shift & ((1 << cell.width) - 1)) << cell.low) + cell.base for cell in self.cells
        )


def bit_width(kernel_type: KernelType) -> int:
    """How many bits a cell of this type needs; none for a range of one value."""
    match kernel_type:
        case BoolType():
            return 1
        case IntType(lo, hi):
            return (hi - lo).bit_length()
        case BitsType(width):
            return width
        case _:
            assert_never(kernel_type)


def layout(
    program: Program, members: Sequence[int] | None = None, first: Mapping[int, int] = MappingProxyType({})
) -> Layout:
    """Lay out the lanes of each kind of agent, then fit the other cells into the gaps, the widest first.

    With the `members` that the sets can have (see `kernel.possible_members`), sets get bits for these only. A cell that
    equals the `first` of some (see `kernel.equal_cells`) lies where that lies.
    """
    types = [array.type for array in program.arrays for _ in range(array.length)]
    widths = [bit_width(kernel_type) for kernel_type in types]
    lows = [0] * len(types)
    if members is not None:
        _leave_out(program, members, widths, lows)
    own = [cell for cell in range(len(widths)) if cell not in first]
    places, words = _placed(_lanes(program), own, widths)
    if members is not None:
        # Where ids keep their places, nobody asks for lanes.
        loose, fewer = _placed((), own, widths)
        if fewer < words:
            places, words = loose, fewer
    owners = [first.get(cell, cell) for cell in range(len(widths))]
    cells = tuple(
        Cell(*places[owner], widths[owner], least(kernel_type), lows[owner])
        for owner, kernel_type in zip(owners, types, strict=True)
    )
    # A state always has a word, for an engine to use as its key.
    return Layout(cells, max(1, words), sum(widths[owner] for owner in set(owners)), is_shared=bool(first))


def _placed(
    kinds: Iterable[list[list[int]]], own: Sequence[int], widths: list[int]
) -> tuple[dict[int, tuple[int, int]], int]:
    """Places for the lanes of all kinds, then for each other cell with one of its own, and how many words they take."""
    shelf = _Shelf([])
    places: dict[int, tuple[int, int]] = {}
    for lanes in kinds:
        places.update(_place_lanes(lanes, widths, shelf))
    others = [cell for cell in own if cell not in places]
    for cell in sorted(others, key=lambda cell: -widths[cell]):
        places[cell] = shelf.first_fit(widths[cell])
    return places, len(shelf.used)


def _leave_out(program: Program, members: Sequence[int], widths: list[int], lows: list[int]) -> None:
    """Let the sets of an array have bits from the least to the greatest possible member: as many in each of them."""
    for start, array in zip(program.offsets, program.arrays, strict=True):
        if isinstance(array.type, BitsType):
            cells = range(start, start + array.length)
            for cell in cells:
                lows[cell] = max(0, (members[cell] & -members[cell]).bit_length() - 1)
            width = max((members[cell] >> lows[cell]).bit_length() for cell in cells)
            for cell in cells:
                widths[cell] = width
                # A set near the end of the type has its bits further down.
                lows[cell] = min(lows[cell], array.type.width - width)


class _Shelf(Frozen):
    """The words begun so far; `used` counts each one's bits taken from the low end."""

    used: list[int]

    def first_fit(self, width: int, *, start: int = 0) -> tuple[int, int]:
        """Take bits in the first word from `start` on that has room: the word and the shift."""
        if width == 0:
            return 0, 0
        for word in range(start, len(self.used)):
            if self.used[word] + width <= WORD_BITS:
                self.used[word] += width
                return word, self.used[word] - width
        self.used.append(width)
        return len(self.used) - 1, 0


def _lanes(program: Program) -> Iterator[list[list[int]]]:
    """For each kind of agent, the cells of each agent in the order of the arrays."""
    owners = dict.fromkeys(array.owner for array in program.arrays if array.owner is not None)
    for owner in owners:
        owned = [
            (start, array) for start, array in zip(program.offsets, program.arrays, strict=True) if array.owner == owner
        ]
        # Each length is a multiple of the number of agents; a common divisor gives whole blocks in any case.
        agents = gcd(*(array.length for _, array in owned))
        yield [
            [cell for start, array in owned for cell in _row(start, array, agents, agent)] for agent in range(agents)
        ]


def _row(start: int, array: Array, agents: int, agent: int) -> range:
    """The cells of one agent in one array."""
    extent = array.length // agents
    return range(start + agent * extent, start + (agent + 1) * extent)


def _place_lanes(lanes: list[list[int]], widths: list[int], shelf: _Shelf) -> Iterator[tuple[int, tuple[int, int]]]:
    """Places for the cells of all lanes: several lanes to a word where they fit, else whole words for each lane."""
    pattern = _Shelf([])
    relative = [pattern.first_fit(widths[cell]) for cell in lanes[0]]
    first = len(shelf.used)
    for lane in lanes:
        if len(pattern.used) <= 1:
            word, base = shelf.first_fit(sum(pattern.used), start=max(0, first - 1))
        else:
            word, base = len(shelf.used), 0
            shelf.used.extend(pattern.used)
        for cell, (offset, shift) in zip(lane, relative, strict=True):
            yield cell, (word + offset, base + shift) if widths[cell] else (0, 0)
