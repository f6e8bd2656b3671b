"""The tables by which `canonical` renames ids in packed states and tells them apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from math import factorial, prod

from modelcheck.engines.native import slots
from modelcheck.engines.native.loops import canonical
from modelcheck.engines.native.shapes import Shape, mixed, shapes
from modelcheck.frozen import Frozen
from modelcheck.jit.memory import Words
from modelcheck.kernel.codes import Optional, Renaming, Tuple, images, sorts_in
from modelcheck.kernel.layout import Cell, Layout
from modelcheck.kernel.program import Program
from modelcheck.kernel.symmetry import Role, Symmetry, guarding
from modelcheck.kernel.types import MAX_BITS

_HEADER = canonical.NONE + 2
_LARGEST_ORDER = 1 << 40
"""Groups up to this order have the sizes of their orbits summed in a word."""

_Bit = tuple[int, int]
"""A bit of a state: its word, and its place there."""


class Plan(Frozen):
    """The tables, and how many words of scratch their use takes. `order` is the group's, 0 where it is too large."""

    tables: Words
    scratch_words: int
    order: int


def plan(program: Program, layout: Layout, symmetry: Symmetry) -> Plan:
    """The tables for a program whose states are laid out so."""
    return _Planner(program, layout, symmetry).plan()


class _Planner:
    def __init__(self, program: Program, layout: Layout, symmetry: Symmetry) -> None:
        self.program, self.layout, self.symmetry = program, layout, symmetry
        self.sorts = dict(symmetry.sorts)
        self.first = {}
        total = 0
        for sort, size in symmetry.sorts:
            self.first[sort] = total
            total += size
        self.ids = total
        self.data = [0] * _HEADER
        self._shared: dict[tuple[int, ...], int] = {}

    def plan(self) -> Plan:
        cells, data = self._facts(), self.data
        data[canonical.SORTS] = self._place([word for sort in self.sorts for word in self._sort(sort)] + [0, 0])
        gray = [self._place([factorial(n), *neighbours(n)]) for n in range(2, canonical.WIDEST + 1)]
        data[canonical.GRAY] = self._place([0, 0, *gray])
        order = prod(factorial(size) for size in self.sorts.values())
        data[canonical.ORDER] = order = order if order <= _LARGEST_ORDER else 0
        data[canonical.IDS], data[canonical.WIDTH] = self.ids, self.layout.words
        words, facts = self.layout.words, 2 * (MAX_BITS * self.layout.words + cells)
        parts = {"KEYS": self.ids, "OTHER_KEYS": self.ids, "FACTS": facts, "CURRENT": words, "BEST": words}
        at = slots.SCRATCH_WORDS
        for name, size in (*parts.items(), ("OPEN", 3 * self.ids)):
            data[getattr(canonical, name)] = at
            at += size
        tables = Words(len(data))
        tables.fill(data)
        return Plan(tables, at, order)

    def _place(self, words: Sequence[int]) -> int:
        """Append words, unless the same are there already; returns where they are."""
        key = tuple(words)
        if key not in self._shared:
            self._shared[key] = len(self.data)
            self.data += words
        return self._shared[key]

    # ----------------------------------------------------------------------------------------------------- renaming

    def _sort(self, sort: str) -> list[int]:
        size = self.sorts[sort]
        swaps = [{sort: [*range(i), i + 1, i, *range(i + 2, size)]} for i in range(size - 1)]
        return [self.first[sort], size, *(self._place(self._generator(swap)) for swap in swaps)]

    def _generator(self, renaming: Renaming) -> list[int]:
        """What exchanging two neighbours does: pairs of bits change places, numbers change, bags change."""
        moved: dict[_Bit, _Bit] = {}
        numbers: list[list[int]] = []
        bags: list[list[int]] = []
        for start, role, length in self._arrays():
            if not renaming.keys() & role.sorts():
                continue
            content = images(role.content, renaming)
            if role.form == "bag":
                bags.append(self._bag(start, length, content))
                continue
            places = images(Tuple(role.index), renaming)
            moved.update(self._bits(start, places, length, content if role.form == "members" else None))
            if role.form == "number" and renaming.keys() & set(sorts_in(role.content)):
                table = self._place(content)
                for place in range(length):
                    numbers += self._number(start, role, place, [table])
        exchanges = list(_exchanges(moved))
        return [len(exchanges) // 4, *exchanges, len(numbers), *_flat(numbers), len(bags), *_flat(bags)]

    def _arrays(self) -> Iterator[tuple[int, Role, int]]:
        program = self.program
        for start, array, role in zip(program.offsets, program.arrays, self.symmetry.roles, strict=True):
            yield start, role, array.length

    def _bits(
        self, start: int, places: Sequence[int], length: int, content: Sequence[int] | None
    ) -> Iterator[tuple[_Bit, _Bit]]:
        """Each bit of an array with where it goes; `content` where the cells are words of sets."""
        cells, words = self.layout.cells[start : start + length], length // len(places)
        for place, image in enumerate(places):
            if content is None:
                for bit in range(cells[place].width):
                    yield _bit(cells[place], bit), _bit(cells[image], bit)
                continue
            for number, moved in enumerate(content):
                source, target = cells[place * words + number // MAX_BITS], cells[image * words + moved // MAX_BITS]
                yield _bit(source, number % MAX_BITS), _bit(target, moved % MAX_BITS)

    def _number(self, start: int, role: Role, place: int, tables: list[int]) -> list[list[int]]:
        """The entry of a cell that holds a number; none for a cell without bits, which is always 0."""
        cell = self.layout.cells[start + place]
        if not cell.width:
            return []
        guards = [[*_word(self.layout.cells[at]), least] for at, least in guarding(self.program, role, place)]
        return [[*_word(cell), *tables, len(guards), *_flat(guards)]]

    def _bag(self, start: int, length: int, content: Sequence[int]) -> list[int]:
        cells = self.layout.cells[start : start + length]
        places = [word for cell in cells for word in (cell.word, cell.shift)]
        return [self._place(places), length, _word(cells[0])[2], self._place([0, *(1 + image for image in content)])]

    # ------------------------------------------------------------------------------------------------------- keys

    def _facts(self) -> int:
        """Write what each bit and cell says; returns how many cells there are that say something as numbers."""
        bits = [0] * (MAX_BITS * self.layout.words)
        cells: list[list[int]] = []
        several = False
        for number, (start, role, length) in enumerate(self._arrays()):
            if not role.sorts() & self.sorts.keys():
                continue
            places = [
                Shape(mixed(shape.word, number), shape.mentions) for shape in shapes(Tuple(role.index), self.sorts)
            ]
            values = self._values(role)
            for at, shape in self._bit_shapes(start, role, places, values, length):
                several = several or len(shape.mentions) > 1
                bits[at] = self._shape(shape) if shape.mentions else 0
            if role.form != "members" and values is not None:
                several = True
                cells += self._cells(start, role, places, values, length)
        mask = [
            sum(1 << bit for bit in range(MAX_BITS) if bits[MAX_BITS * word + bit]) for word in range(len(bits) // 64)
        ]
        self.data[canonical.BITS], self.data[canonical.MASKS] = self._place(bits), self._place(mask)
        self.data[canonical.CELLS], self.data[canonical.CELL_COUNT] = self._place(_flat(cells)), len(cells)
        self.data[canonical.REFINE] = int(several)
        return len(cells)

    def _values(self, role: Role) -> list[Shape] | None:
        """The shapes of what is in the cells, None where there are no ids in it."""
        if role.form == "members" or self.sorts.keys() & set(sorts_in(role.content)):
            return shapes(role.content, self.sorts)
        return None

    def _bit_shapes(
        self, start: int, role: Role, places: Sequence[Shape], values: Sequence[Shape] | None, length: int
    ) -> Iterator[tuple[int, Shape]]:
        if role.form == "bag" or (role.form == "number" and values is not None):
            return
        cells, words = self.layout.cells[start : start + length], length // max(1, len(places))
        for place, shape in enumerate(places):
            if values is None:
                for bit in range(cells[place].width):
                    yield _position(cells[place], bit), shape.then(Shape(bit))
                continue
            for number, value in enumerate(values):
                cell = cells[place * words + number // MAX_BITS]
                yield _position(cell, number % MAX_BITS), shape.then(value)

    def _cells(
        self, start: int, role: Role, places: Sequence[Shape], values: Sequence[Shape], length: int
    ) -> Iterator[list[int]]:
        shape_of = [self._shape(Shape(v.word, tuple(m.inside(3) for m in v.mentions))) for v in values]
        if isinstance(role.content, Optional):
            # A free slot says nothing, and there are many.
            shape_of[0] = 0
        table = self._place([0, *shape_of] if role.form == "bag" else shape_of)
        for place in range(length):
            shape = places[0 if role.form == "bag" else place]
            yield from self._number(start, role, place, [self._shape(shape), table])

    def _shape(self, shape: Shape) -> int:
        mentions = [word for m in shape.mentions for word in (self.first[m.sort] + m.index, m.role)]
        return self._place([shape.word, len(shape.mentions), *mentions])


def _word(cell: Cell) -> list[int]:
    return [cell.word, cell.shift, (1 << cell.width) - 1]


def _bit(cell: Cell, bit: int) -> _Bit:
    return cell.word, cell.shift + bit


def _position(cell: Cell, bit: int) -> int:
    return MAX_BITS * cell.word + cell.shift + bit


def _flat(lists: Iterable[Sequence[int]]) -> list[int]:
    return [word for words in lists for word in words]


def _exchanges(moved: dict[_Bit, _Bit]) -> Iterator[int]:
    """Pairs of bits that change places, those of two words at one distance at once: words, distance, mask.

    The mask has the bits of the first word, which stand lower in theirs.
    """
    masks: dict[tuple[int, int, int], int] = defaultdict(int)
    for one, other in moved.items():
        assert moved[other] == one, "exchanging two ids twice changes nothing"
        low, high = sorted((one, other), key=lambda bit: (bit[1], bit[0]))
        if low != high and one == low:
            masks[low[0], high[0], high[1] - low[1]] |= 1 << low[1]
    for (low_word, high_word, distance), mask in masks.items():
        yield from (low_word, high_word, distance, mask)


def neighbours(count: int) -> list[int]:
    """Which neighbours to exchange so that all permutations come up, and the last exchange gives the first again."""
    if count == 2:  # noqa: PLR2004 - there and back
        return [0, 0]
    found: list[int] = []
    for round_, step in enumerate(neighbours(count - 1)):
        down = round_ % 2 == 0
        found += reversed(range(count - 1)) if down else range(count - 1)
        # The others move on while the last one stands at an end, which shifts them by one or not.
        found.append(step + 1 if down else step)
    return found
