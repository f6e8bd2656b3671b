"""Which ids of a program are interchangeable, and what renaming them does to a state (Ip and Dill 1996).

The lowering says so; it is a fact about the model, which nobody can read off a program. What is here is the yardstick
of the engines that use it: a renamed state, an orbit, and the least state of an orbit by trying every renaming.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations, product
from math import prod
from typing import Literal

from modelcheck.frozen import Frozen
from modelcheck.kernel.codes import Code, Renaming, Tuple, images, sorts_in
from modelcheck.kernel.evaluate import State
from modelcheck.kernel.program import Program
from modelcheck.kernel.types import MAX_BITS


class Guard(Frozen):
    """A cell holds an id only if a cell of `array` says so, an unused one is zero whatever the ids are called.

    That cell has the first `digits` digits of the index, and at least 1 in it, or (`behind`) more than the next digit.
    """

    array: int
    digits: int
    behind: bool


class Role(Frozen):
    """How ids are in an array: in its index, whose digits are `index`, the most significant first, and in its cells.

    `number`: a cell is a number of `content`. `members`: cells are words of a set of numbers of `content`, so many
    that the index and they make up the array. `bag`: the array is one bag of numbers of `content`, stored plus one.
    """

    index: tuple[Code, ...]
    content: Code
    form: Literal["number", "members", "bag"] = "number"
    guards: tuple[Guard, ...] = ()

    def sorts(self) -> set[str]:
        """The sorts whose ids are in the array in some way."""
        return {sort for code in (*self.index, self.content) for sort in sorts_in(code)}


class Symmetry(Frozen):
    """The sorts whose ids are interchangeable, with their sizes, and a role for each array of the program.

    Every product of permutations of the sorts, applied to all states, is an automorphism: it keeps initial states,
    steps of each kind of action, outcomes, properties, the bound and rest.
    """

    sorts: tuple[tuple[str, int], ...]
    roles: tuple[Role, ...]

    def renamings(self) -> Iterator[Renaming]:
        """All of the group."""
        names = [sort for sort, _ in self.sorts]
        for images_ in product(*(permutations(range(size)) for _, size in self.sorts)):
            yield dict(zip(names, images_, strict=True))


class Applied(Frozen):
    """A reduction is sound here: what an engine has to know, and the same in words."""

    facts: Symmetry
    text: str

    def __str__(self) -> str:
        return f"symmetry: {self.text}"


class Off(Frozen):
    """A reduction is not used."""

    reason: str

    def __str__(self) -> str:
        return f"no symmetry: {self.reason}"


def renamed(program: Program, symmetry: Symmetry, state: State, renaming: Renaming) -> State:
    """The state in which every id is called by its image."""
    result = list(state)
    for offset, array, role in zip(program.offsets, program.arrays, symmetry.roles, strict=True):
        cells = state[offset : offset + array.length]
        result[offset : offset + array.length] = _renamed_array(program, role, cells, state, renaming)
    return tuple(result)


def _renamed_array(
    program: Program, role: Role, cells: Sequence[int], state: State, renaming: Renaming
) -> Sequence[int]:
    content = images(role.content, renaming)
    if role.form == "bag":
        full = sorted(1 + content[cell - 1] for cell in cells if cell)
        return [*full, *[0] * (len(cells) - len(full))]
    places = images(Tuple(role.index), renaming)
    result = list(cells)
    if role.form == "members":
        words = len(cells) // len(places)
        for place, image in enumerate(places):
            result[image * words : (image + 1) * words] = _renamed_set(
                cells[place * words : (place + 1) * words], content
            )
        return result
    changes = not isinstance(content, range)
    for place, image in enumerate(places):
        result[image] = content[cells[place]] if changes and used(program, role, place, state) else cells[place]
    return result


def _renamed_set(words: Sequence[int], content: Sequence[int]) -> list[int]:
    result = [0] * len(words)
    for number, image in enumerate(content):
        if words[number // MAX_BITS] >> number % MAX_BITS & 1:
            result[image // MAX_BITS] |= 1 << image % MAX_BITS
    return result


def used(program: Program, role: Role, place: int, state: State) -> bool:
    """Whether a cell of a role with guards holds a value."""
    return all(state[cell] >= least for cell, least in guarding(program, role, place))


def guarding(program: Program, role: Role, place: int) -> Iterator[tuple[int, int]]:
    """The cells on which it depends whether a cell is used, each with the least value that says so."""
    sizes = [code.size for code in role.index]
    for guard in role.guards:
        inner = prod(sizes[guard.digits :])
        least = 1
        if guard.behind:
            least += place % inner // prod(sizes[guard.digits + 1 :])
        yield program.offsets[guard.array] + place // inner, least


def orbit(program: Program, symmetry: Symmetry, state: State) -> set[State]:
    """All renamed states."""
    return {renamed(program, symmetry, state, renaming) for renaming in symmetry.renamings()}
