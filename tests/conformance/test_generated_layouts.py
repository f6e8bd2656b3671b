"""The generators reach what compiled code does in ways of its own: wide cells, long arrays, large sets, ids in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from math import factorial, prod

import pytest

pytest.importorskip("llvmlite")

from modelcheck.diagnostics import InputError
from modelcheck.engines.native.bags import Run, runs_of
from modelcheck.engines.native.function import UnsupportedError
from modelcheck.engines.native.module import program_module
from modelcheck.frozen import Frozen
from modelcheck.ir.model import Model
from modelcheck.kernel.codes import Optional, Subset, Tuple, sorts_in
from modelcheck.kernel.equal_cells import merge_equal_cells
from modelcheck.kernel.layout import Cell, Layout, layout
from modelcheck.kernel.passes.narrow import narrow
from modelcheck.kernel.passes.simplify import simplify
from modelcheck.kernel.possible_members import possible_members
from modelcheck.kernel.program import Array, Program
from modelcheck.kernel.symmetry import Applied, Role, Symmetry
from modelcheck.kernel.type_facts import bags_of
from modelcheck.kernel.types import BitsType, IntType
from modelcheck.lowering import lower_model
from tests.differential.generators.dice import Dice
from tests.differential.generators.specifications import specification
from tests.differential.generators.styles import STYLES
from tests.differential.test_generated import load_text, models

MOST_SEEDS = 100
ROOM = 9


class Compiled(Frozen):
    """A model, laid out and written as code."""

    program: Program
    places: Layout
    text: str
    symmetry: Symmetry | None

    def arrays(self) -> Iterator[tuple[Array, tuple[Cell, ...]]]:
        for number, array in enumerate(self.program.arrays):
            yield array, self.places.of_array(self.program, number)

    def tables(self) -> Iterator[tuple[Cell, ...]]:
        """The cells of arrays that are read through a table."""
        return (cells for array, cells in self.arrays() if len(cells) > 8)

    def bags(self) -> Iterator[list[Run]]:
        return (runs_of(self.program, self.places, array) for array in bags_of(self.program))

    def has(self, label: str) -> bool:
        """Whether a block of the code begins with a label."""
        return re.search(rf"^{label}\d+:", self.text, re.MULTILINE) is not None

    def roles(self) -> Iterator[Role]:
        """The arrays whose cells have ids in them that can be renamed."""
        if self.symmetry is not None:
            sorts = {sort for sort, _ in self.symmetry.sorts}
            yield from (role for role in self.symmetry.roles if sorts & {*sorts_in(role.content)})

    @property
    def renamings(self) -> int:
        return prod(factorial(size) for _, size in self.symmetry.sorts) if self.symmetry else 1


def _begins_at_a_power_of_two(array: Array) -> bool:
    return isinstance(array.type, IntType) and array.type.lo > 1 and array.type.lo.bit_count() == 1


def _is_set(array: Array, width: int) -> bool:
    return array.role == "variable" and array.type == BitsType(width)


FEATURES: dict[str, Callable[[Compiled], bool]] = {
    "a state of several words": lambda found: found.places.words > 3,
    "a number of more than 32 bits": lambda found: any(cell.width > 32 for cell in found.places.cells),
    "a number of more than 59 bits": lambda found: any(cell.width > 59 for cell in found.places.cells),
    "a range that begins at a power of two": lambda found: any(
        _begins_at_a_power_of_two(array) for array, _ in found.arrays()
    ),
    "a range that begins below zero": lambda found: any(cell.base < 0 for cell in found.places.cells),
    "a set of a whole word": lambda found: any(_is_set(array, 64) for array, _ in found.arrays()),
    "a set of all but a bit of a word": lambda found: any(_is_set(array, 63) for array, _ in found.arrays()),
    "a set whose first members cannot be": lambda found: any(cell.low for cell in found.places.cells),
    "a table of cells": lambda found: any(cells[0].width for cells in found.tables()),
    "a table of cells that hold nothing": lambda found: any(not cells[0].width for cells in found.tables()),
    "a table of cells with a base": lambda found: any(cells[0].base and cells[0].width for cells in found.tables()),
    "a bag in several words": lambda found: any(len(runs) > 1 for runs in found.bags()),
    "a bag of wide messages": lambda found: any(run.width > 32 for runs in found.bags() for run in runs),
    "a loop over the members of a set": lambda found: found.has("member"),
    "a loop over a range": lambda found: found.has("element"),
    "many renamings": lambda found: found.renamings >= 24,
    "two sorts of ids": lambda found: found.symmetry is not None and len(found.symmetry.sorts) > 1,
    "ids in a cell": lambda found: any(role.form == "number" and not role.guards for role in found.roles()),
    "ids that can be missing": lambda found: any(not guard.behind for role in found.roles() for guard in role.guards),
    "ids in sequences": lambda found: any(guard.behind for role in found.roles() for guard in role.guards),
    "ids in messages": lambda found: any(role.form == "bag" for role in found.roles()),
    "ids in sets": lambda found: any(role.form == "members" for role in found.roles()),
    "sets of what has ids in it": lambda found: any(
        role.form == "members" and isinstance(role.content, Optional | Tuple | Subset) for role in found.roles()
    ),
}


def _compiled(model: Model) -> Compiled:
    lowered = lower_model(model, ROOM, ROOM)
    program = narrow(simplify(lowered.program))
    written, first = merge_equal_cells(program)
    places = layout(program, possible_members(program), first)
    reduction = lowered.symmetry()
    symmetry = reduction.facts if isinstance(reduction, Applied) else None
    return Compiled(program, places, program_module(written, places), symmetry)


def _generated() -> Iterator[Compiled]:
    for seed in range(MOST_SEEDS):
        for style in list(STYLES.values())[1:]:
            for _, model in models(load_text(specification(Dice.seeded(seed), **style))):
                with suppress(UnsupportedError, InputError):
                    yield _compiled(model)
                break


def test_generated_models_come_to_each_path_of_compiled_code() -> None:
    left = dict(FEATURES)
    for found in _generated():
        left = {name: is_in for name, is_in in left.items() if not is_in(found)}
        if not left:
            break
    assert list(left) == []
