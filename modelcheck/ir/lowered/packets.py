"""Messages in flight as ordinals: their parts, and the same packet among those of another domain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from modelcheck.ir.domains import IdDomain, PacketDomain
from modelcheck.ir.lowered import build as b
from modelcheck.ir.lowered.coding import decode, digit
from modelcheck.ir.lowered.values import Lowered, LowIndex, LowPacket
from modelcheck.ir.values import Id
from modelcheck.kernel import program as ir
from modelcheck.kernel.types import MAX_BITS

if TYPE_CHECKING:
    from modelcheck.ir.lowered.context import Lowering


def block_size(domain: PacketDomain) -> int:
    """How many packets of a message there are for each target."""
    return len(domain.sources) * domain.content_size


def addressed_to(domain: PacketDomain, target: Id) -> PacketDomain:
    """The packets of a message for one target."""
    return PacketDomain(domain.message, (target,), domain.sources, domain.fields, domain.clock)


def target_position(packet: LowPacket) -> ir.Expr:
    """Where the target stands among the domain's targets."""
    domain = packet.domain
    return digit(packet.ordinal, block_size(domain), len(domain.targets))


def source_position(packet: LowPacket) -> ir.Expr:
    """Where the source stands among the domain's sources."""
    return digit(packet.ordinal, packet.domain.content_size, len(packet.domain.sources))


def content(packet: LowPacket) -> ir.Expr:
    """The number of the fields' values and the stage."""
    return digit(packet.ordinal, 1, packet.domain.content_size)


def field_of(low: Lowering, packet: LowPacket, position: int) -> Lowered:
    """The value of a field."""
    domain = packet.domain
    stride = domain.stages
    for after in domain.fields[position + 1 :]:
        stride *= after.size
    own = domain.fields[position]
    return decode(low, own, digit(packet.ordinal, stride, own.size))


def stage(domain: PacketDomain, ordinal: ir.Expr) -> ir.Expr:
    """The stage of a packet, given by its ordinal, by the number of its content, or by any with that last digit."""
    return b.remainder(ordinal, b.number(domain.stages))


def at_stage(domain: PacketDomain, ordinal: ir.Expr, new: ir.Expr) -> ir.Expr:
    """The same with another stage."""
    stages = b.number(domain.stages)
    return b.add(b.multiply(b.divide(ordinal, stages), stages), new)


def without_stage(domain: PacketDomain, ordinal: ir.Expr) -> ir.Expr:
    """The same among the messages without their age."""
    return b.divide(ordinal, b.number(domain.stages))


def in_stages(stages: Sequence[bool], number: ir.Expr) -> ir.Expr:
    """Whether a stage is one of those that a table marks."""
    words = b.words_of(sum(1 << at for at, marked in enumerate(stages) if marked), len(stages))
    return b.disjunction(b.bit_test(w, b.add(number, b.number(-MAX_BITS * i))) for i, w in enumerate(words))


def end_of(low: Lowering, packet: LowPacket, *, sender: bool) -> LowIndex:
    """The sender or receiver of a message that is sent by one kind, or to one."""
    ids = packet.domain.sources if sender else packet.domain.targets
    position = source_position(packet) if sender else target_position(packet)
    domain = IdDomain(ids[0].sort, low.model.sizes[ids[0].sort])
    return LowIndex(from_table(low, [id_.index for id_ in ids], position), domain)


def from_table(low: Lowering, table: Sequence[int], position: ir.Expr) -> ir.Expr:
    """The entry of a constant table at a position within it."""
    if isinstance(position, ir.Const):
        return b.number(table[position.value])
    return _lookup(table, low.share(position, "position"), 0)


def _lookup(table: Sequence[int], position: ir.Expr, first: int) -> ir.Expr:
    """Piece by piece: ids of one kind follow one another, so few pieces of even steps make a table."""
    step = table[1] - table[0] if len(table) > 1 else 0
    length = next((at for at, entry in enumerate(table) if entry != table[0] + step * at), len(table))
    rank = b.subtract(b.clamped(position, first, first + length - 1), b.number(first))
    own = b.add(b.multiply(rank, b.number(step)), b.number(table[0]))
    if length == len(table):
        return own
    return b.ite(b.less(position, b.number(first + length)), own, _lookup(table[length:], position, first + length))


def placed(low: Lowering, packet: LowPacket, domain: PacketDomain) -> tuple[ir.Expr, ir.Expr]:
    """Whether another domain of the message has the packet's target, and the packet's ordinal there."""
    if packet.domain == domain:
        return b.TRUE, packet.ordinal
    position = low.share(target_position(packet), "target")
    table = [domain.target_positions.get(target) for target in packet.domain.targets]
    known = b.words_of(sum(1 << old for old, new in enumerate(table) if new is not None), len(table))
    fits = b.disjunction(b.bit_test(w, b.add(position, b.number(-MAX_BITS * i))) for i, w in enumerate(known))
    target = from_table(low, [new or 0 for new in table], position)
    block = block_size(domain)
    return fits, b.add(b.multiply(target, b.number(block)), digit(packet.ordinal, 1, block))
