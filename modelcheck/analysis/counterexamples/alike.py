"""States that differ in the names of interchangeable ids only: what can follow one can follow the others, renamed.

Ip and Dill, Better verification through symmetry (1996). An engine has this in machine code, for its own states; here
it is for the states of the reference interpreter, whatever engine was asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import permutations, product
from math import factorial
from typing import TYPE_CHECKING, Any

from modelcheck.ir.values import Id, MapValue, Packet, RecordValue, Some, Value
from modelcheck.lowering.symmetry import partialities

if TYPE_CHECKING:
    from modelcheck.ir.model import Model
    from modelcheck.ir.network import Network
    from modelcheck.semantics.execute import State

    Renaming = Mapping[Id, Id]

MOST_RENAMINGS = 720
"""How many are tried for a state. Of sorts with more, only some ids change their names."""

Key = tuple[tuple[int, ...], tuple[Any, ...]]

_Images = tuple[int, ...]
"""The numbers of what each renaming makes of a value."""


class Orbits:
    """Tells states apart by keys: two have the same key if a renaming that is tried makes one of the other.

    Each value of a cell, and each message in flight, has a number, and it is kept what the renamings make of it: states
    have few values.
    """

    def __init__(self, model: Model, renamings: list[Renaming]) -> None:
        self._model, self._renamings = model, renamings
        # Agents of a kind follow one another; the values of all their cells for a variable have numbers in common.
        self._groups = [at if cell.owner is None else at - cell.owner.index for at, cell in enumerate(model.cells)]
        self._sources = [_sources(model, renaming) for renaming in renamings]
        self._numbers: dict[int, dict[Value, int]] = {group: {} for group in self._groups}
        self._images: dict[int, dict[Value, _Images]] = {group: {} for group in self._groups}
        self._keys: dict[State, Key] = {}

    def key(self, state: State) -> Key:
        """The least of a state's images, each of which is as good."""
        found = self._keys.get(state)
        if found is None:
            found = self._keys[state] = self._least(state)
        return found

    def _least(self, state: State) -> Key:
        model = self._model
        cells = [_NOTHING if cell.network else self._of(at, state[at]) for at, cell in enumerate(model.cells)]
        rows = [tuple([cells[at][to] for at in sources if cells[at]]) for to, sources in enumerate(self._sources)]
        least = min(rows)
        networks = [(network.ordered, self._in_flight(network, state[network.cell])) for network in model.networks]
        # Few renamings make the least of the cells: only these are tried on what is in flight.
        left = [to for to, row in enumerate(rows) if row == least]
        flying = (tuple([_sorted(held, to, ordered=ordered) for ordered, held in networks]) for to in left)
        return least, min(flying)

    def _in_flight(self, network: Network, contents: Value) -> list[list[_Images]]:
        """What the renamings make of each message, queue by queue."""
        queues = contents if network.ordered else [contents]
        return [[self._of(network.cell, packet) for packet in queue] for queue in queues]

    def _of(self, at: int, value: Value) -> _Images:
        group = self._groups[at]
        found = self._images[group].get(value)
        if found is None:
            numbers = self._numbers[group]
            found = tuple(numbers.setdefault(renamed(value, naming), len(numbers)) for naming in self._renamings)
            self._images[group][value] = found
        return found


_NOTHING: _Images = ()


def _sorted(contents: list[list[_Images]], to: int, *, ordered: bool) -> tuple[Any, ...]:
    """What is in flight after a renaming. It has no order but that in queues, which differ in their ends."""
    if ordered:
        return tuple(sorted(tuple([images[to] for images in queue]) for queue in contents))
    return tuple(sorted(images[to] for images in contents[0]))


def orbits_of(model: Model) -> Orbits | None:
    """The states that are alike in a model; None where no two ids are interchangeable.

    What a step can owe is left aside: it matters to infinite runs only.
    """
    if model.observers:
        # They count for ids one by one, and do not say whose cell is whose.
        return None
    partial = partialities(model)
    sorts = [(sort, size) for sort, size in model.sizes.items() if size > 1 and sort not in partial]
    renamings = _renamings(sorts)
    return Orbits(model, renamings) if len(renamings) > 1 else None


def _renamings(sorts: list[tuple[str, int]]) -> list[Renaming]:
    choices, most = [], MOST_RENAMINGS
    for sort, size in sorts:
        moved = max(count for count in range(1, size + 1) if factorial(count) <= most)
        most //= factorial(moved)
        choices.append([(sort, images) for images in permutations(range(moved))])
    return [
        {Id(sort, at): Id(sort, image) for sort, images in chosen for at, image in enumerate(images)}
        for chosen in product(*choices)
    ]


def _sources(model: Model, renaming: Renaming) -> list[int]:
    """For each cell the one whose value, renamed, comes there."""
    sources = list(range(len(model.cells)))
    for at, cell in enumerate(model.cells):
        if cell.owner is not None:
            sources[at - cell.owner.index + renaming.get(cell.owner, cell.owner).index] = at
    return sources


def renamed(value: Value, renaming: Renaming) -> Value:
    """A value in which every id is called by its image."""
    match value:
        case Id():
            return renaming.get(value, value)
        case Some(inner):
            return Some(renamed(inner, renaming))
        case RecordValue(name, fields):
            return RecordValue(name, renamed(fields, renaming))
        case Packet():
            source, target = renamed(value.source, renaming), renamed(value.target, renaming)
            return value._replace(source=source, target=target, fields=renamed(value.fields, renaming))
        case MapValue():
            held = {renamed(key, renaming): renamed(found, renaming) for key, found in value.items()}
            return MapValue(value.positions, tuple(held[key] for key in value.positions))
        case frozenset():
            return frozenset(renamed(element, renaming) for element in value)
        case tuple():
            return tuple(renamed(element, renaming) for element in value)
        case _:
            return value
