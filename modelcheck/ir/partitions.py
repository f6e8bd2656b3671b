"""Which agents a partition separates: for each agent of a kind, those on the other side; all empty while there is none.

Kept like this the sides have no names, so that swapping them changes nothing, and a renaming of ids only renames them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.ir import lowered as k
from modelcheck.ir.domains import IdDomain, MapDomain, PacketDomain, SetDomain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from modelcheck.ir.expression import Env
    from modelcheck.ir.model import Model
    from modelcheck.ir.values import Id, MapValue


def sides_domain(kind: str, size: int) -> MapDomain:
    """The values of a partition's cell."""
    ids = IdDomain(kind, size)
    return MapDomain(ids, SetDomain(ids))


def sides_of(value: MapValue) -> tuple[list[Id], list[Id]] | None:
    """The two sides, that of the first id first; None while there is no partition."""
    first, *_ = value.positions
    other = value.get(first)
    return ([id_ for id_ in value.positions if id_ not in other], sorted(other)) if other else None


def separated(env: Env, source: Id, target: Id) -> bool:
    """Whether a message between two agents has to wait."""
    if source.sort != target.sort:
        return False
    return any(source in env.cells[cell].get(target) for cell in env.model.partitions.get(source.sort, ()))


def lower_separated(low: k.Lowering, source: k.Expr, target: Id) -> k.Expr:
    """The same for a sender given by its number among all agents."""
    first = low.model.agent_number[target] - target.index
    # A number outside a word is in no set: the agents of other kinds are never separated.
    index = k.build.subtract(source, k.build.number(first))
    return k.build.disjunction(k.build.bit_test(word, index) for word in _beyond(low, target))


def lower_reachable(low: k.Lowering, packets: k.LowSet, target: Id) -> k.LowSet:
    """The messages of a set, all addressed to one agent, that do not have to wait."""
    if not packets.universe.size or not low.model.partitions.get(target.sort):
        return packets
    universe = packets.universe
    assert isinstance(universe, PacketDomain)
    words = list(k.sets.members(packets))
    for position, source in enumerate(universe.sources):
        if source.sort != target.sort or source == target:
            continue
        content = (1 << universe.content_size) - 1
        masks = k.build.words_of(content << position * universe.content_size, universe.size)
        cut = low.share(
            k.build.disjunction(k.build.bit_test(word, k.build.number(source.index)) for word in _beyond(low, target)),
            "cut",
        )
        for at, mask in enumerate(masks):
            if isinstance(mask, k.ir.Const) and mask.value:
                kept = k.build.bit_operation("andnot", words[at], mask)
                words[at] = low.share(k.build.ite(cut, kept, words[at]), "inbox")
    return k.LowSet(universe, tuple(words))


def _beyond(low: k.Lowering, agent: Id) -> Iterator[k.Expr]:
    """For each partition, the set of those on the other side, which is a single word."""
    for cell in low.model.partitions.get(agent.sort, ()):
        yield low.read(array_of(low, cell), k.build.number(agent.index))


def array_of(low: k.Lowering, cell: int) -> int:
    """The array of a partition's cell."""
    (array,) = low.environment[cell].arrays
    assert array is not None
    return array


def travels_within(model: Model, kind: str, messages: Sequence[str]) -> list[str]:
    """Those messages that agents of a kind send one another."""
    declared = model.spec.messages
    return [name for name in messages if kind in declared[name].sources and kind in declared[name].targets]
