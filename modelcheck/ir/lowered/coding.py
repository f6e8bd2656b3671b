"""Between lowered values and the ordinals of a domain; constants; the least value of a domain."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from modelcheck.ir.domains import (
    BoolDomain,
    Domain,
    EnumDomain,
    IdDomain,
    IntDomain,
    MapDomain,
    OptionDomain,
    PacketDomain,
    RecordDomain,
    SeqDomain,
    SetDomain,
    UnitDomain,
)
from modelcheck.ir.lowered import build as b
from modelcheck.ir.lowered.universe import NOTHING, NothingDomain, of_value
from modelcheck.ir.lowered.values import (
    EMPTY_SET,
    LowBool,
    Lowered,
    LowIndex,
    LowInt,
    LowMap,
    LowOption,
    LowPacket,
    LowRecord,
    LowSeq,
    LowSet,
    LowUnit,
)
from modelcheck.ir.types import BoolT, EnumT, IdT, IntT, MapT, MessageT, OptionT, RecordT, SeqT, SetT, Type
from modelcheck.ir.values import Value
from modelcheck.kernel import program as ir

if TYPE_CHECKING:
    from modelcheck.ir.lowered.context import Lowering
    from modelcheck.ir.model import Model


def from_value(domain: Domain, value: Value) -> Lowered:
    """A constant of a domain that holds it."""
    match domain:
        case BoolDomain():
            return LowBool(b.truth(value))
        case IntDomain():
            return LowInt(b.number(value))
        case EnumDomain() | IdDomain():
            return LowIndex(b.number(domain.ordinal(value)), domain)
        case SetDomain(element):
            return LowSet(element, b.words_of(domain.ordinal(value), element.size))
        case OptionDomain(element):
            return zero(domain) if value is None else LowOption(b.TRUE, from_value(element, value.value))
        case RecordDomain():
            return LowRecord(domain, tuple(map(from_value, domain.fields, value.fields)))
        case MapDomain(key, element):
            return LowMap(key, tuple(from_value(element, value.get(k)) for k in key.values()))
        case SeqDomain(element, longest):
            slots = [from_value(element, slot) for slot in value]
            slots += [zero(element)] * (longest - len(value))
            return LowSeq(b.number(len(value)), tuple(slots))
        case UnitDomain():
            return LowUnit()
        case _:
            raise AssertionError(f"no constant is in {domain}")


def constant(value: Value, type_: Type, model: Model) -> Lowered:
    """A constant of a static type."""
    return from_value(of_value(value, type_, model), value)


def zero(domain: Domain) -> Lowered:
    """What stands in cells that hold no value; also the value of what is never used."""
    match domain:
        case BoolDomain():
            return LowBool(b.FALSE)
        case IntDomain(lo):
            return LowInt(b.number(lo))
        case EnumDomain() | IdDomain():
            return LowIndex(b.number(0), domain)
        case SetDomain(element):
            return LowSet(element, b.words_of(0, element.size))
        case OptionDomain(element):
            return LowOption(b.FALSE, None if isinstance(element, NothingDomain) else zero(element))
        case RecordDomain():
            return LowRecord(domain, tuple(map(zero, domain.fields)))
        case MapDomain(key, element):
            return LowMap(key, (zero(element),) * key.size)
        case SeqDomain(element, longest):
            return LowSeq(b.number(0), (zero(element),) * longest)
        case PacketDomain():
            return LowPacket(domain, b.number(0))
        case _:
            return LowUnit()


def arbitrary(type_: Type, model: Model) -> Lowered:
    """Some value of a static type: it stands where the path has ended in an error already."""
    match type_:
        case BoolT():
            return LowBool(b.FALSE)
        case IntT():
            return LowInt(b.number(0))
        case EnumT(name):
            return LowIndex(b.number(0), EnumDomain(name, model.spec.enums[name].members))
        case IdT(sort):
            return LowIndex(b.number(0), IdDomain(sort, model.sizes[sort]))
        case SetT():
            return EMPTY_SET
        case OptionT():
            return LowOption(b.FALSE, None)
        case MapT():
            return LowMap(NOTHING, ())
        case SeqT():
            return LowSeq(b.number(0), ())
        case RecordT(name):
            return zero(model.record_domain(name))
        case MessageT(name) if name in model.packets:
            return LowPacket(model.packets[name].timeless, b.number(0))
        case _:
            return LowUnit()


# ------------------------------------------------------------------------------------------------------------- decoding


def decode(low: Lowering, domain: Domain, ordinal: ir.Expr) -> Lowered:
    """The value with an ordinal that lies in 0..size-1."""
    match domain:
        case BoolDomain():
            return LowBool(b.equal(ordinal, b.number(1)))
        case IntDomain(lo):
            return LowInt(b.add(ordinal, b.number(lo)))
        case EnumDomain() | IdDomain():
            return LowIndex(ordinal, domain)
        case SetDomain(element):
            return LowSet(element, (b.number_as_bits(ordinal, element.size),) if element.size else ())
        case OptionDomain(element) if element.size == 0:
            return zero(domain)
        case OptionDomain(element):
            ordinal = low.share(ordinal, "option")
            payload = b.subtract(b.clamped(ordinal, 1, element.size), b.number(1))
            return LowOption(b.at_most(b.number(1), ordinal), decode(low, element, payload))
        case RecordDomain(_, _, fields):
            return LowRecord(domain, tuple(_decode_all(low, fields, low.share(ordinal, "record"))))
        case MapDomain(key, element):
            return LowMap(key, tuple(_decode_all(low, (element,) * key.size, low.share(ordinal, "map"))))
        case SeqDomain():
            return _decode_sequence(low, domain, low.share(ordinal, "sequence"))
        case PacketDomain():
            return LowPacket(domain, ordinal)
        case _:
            return LowUnit()


def _decode_all(low: Lowering, domains: Sequence[Domain], ordinal: ir.Expr) -> list[Lowered]:
    """The digits of a number, the first domain's the most significant."""
    found: list[Lowered] = []
    stride = 1
    for domain in reversed(domains):
        found.append(decode(low, domain, digit(ordinal, stride, domain.size)))
        stride *= domain.size
    return found[::-1]


def digit(ordinal: ir.Expr, stride: int, size: int) -> ir.Expr:
    """One digit of a number in mixed radix."""
    if stride * size == 0:
        return b.number(0)
    return b.remainder(b.divide(ordinal, b.number(stride)), b.number(size))


def _decode_sequence(low: Lowering, domain: SeqDomain, ordinal: ir.Expr) -> Lowered:
    size = domain.element.size
    offsets = list(accumulate((size**length for length in range(domain.longest)), initial=0))
    length = b.add(*(_one_if(b.at_most(b.number(offset), ordinal)) for offset in offsets[1:] if offset < domain.size))
    length = low.share(length, "length")
    slots: list[Lowered] = []
    for position in range(domain.longest):
        found: ir.Expr = b.number(0)
        for total in range(position + 1, domain.longest + 1):
            rest = b.subtract(b.clamped(ordinal, offsets[total], domain.size - 1), b.number(offsets[total]))
            own = digit(rest, size ** (total - position - 1), size)
            found = b.ite(b.equal(length, b.number(total)), own, found)
        slots.append(decode(low, domain.element, low.share(found, "slot")) if size else zero(domain.element))
    return LowSeq(length, tuple(slots))


def _one_if(condition: ir.Expr) -> ir.Expr:
    return b.ite(condition, b.number(1), b.number(0))


# ------------------------------------------------------------------------------------------------------------- encoding


def encode(low: Lowering, domain: Domain, value: Lowered) -> ir.Expr:
    """The ordinal of a value that has been fitted to the domain."""
    match domain, value:
        case BoolDomain(), LowBool(expr):
            return b.ite(expr, b.number(1), b.number(0))
        case IntDomain(lo), LowInt(expr):
            return b.subtract(expr, b.number(lo))
        case EnumDomain() | IdDomain(), LowIndex(expr):
            return expr
        case SetDomain(element), LowSet():
            return b.bits_as_number(low.words(value)[0]) if element.size else b.number(0)
        case OptionDomain(element), LowOption(present, payload):
            if payload is None or element.size == 0:
                return b.number(0)
            return b.ite(present, b.add(encode(low, element, payload), b.number(1)), b.number(0))
        case RecordDomain(_, _, fields), LowRecord(_, values):
            return encode_all(low, fields, values)
        case MapDomain(key, element), LowMap(_, entries):
            return encode_all(low, (element,) * key.size, entries)
        case SeqDomain(), LowSeq():
            return _encode_sequence(low, domain, value)
        case PacketDomain(), LowPacket(_, ordinal):
            return ordinal
        case _:
            return b.number(0)


def encode_all(low: Lowering, domains: Sequence[Domain], values: Sequence[Lowered]) -> ir.Expr:
    """The number whose digits are the ordinals of several values, the first the most significant."""
    total: ir.Expr = b.number(0)
    for domain, value in zip(domains, values, strict=True):
        own = encode(low, domain, value)
        total = b.add(b.multiply(total, b.number(domain.size)), own)
    return total


def _encode_sequence(low: Lowering, domain: SeqDomain, value: LowSeq) -> ir.Expr:
    size, length = domain.element.size, low.share(value.length, "length")
    total: ir.Expr = b.number(0)
    offset: ir.Expr = b.number(0)
    for position, slot in enumerate(value.slots):
        own = encode(low, domain.element, slot)
        longer = b.less(b.number(position), length)
        total = low.share(total, "digits")
        total = b.ite(longer, b.add(b.multiply(total, b.number(size)), own), total)
        offset = b.add(offset, b.ite(longer, b.number(size**position), b.number(0)))
    # The operands' intervals do not say that long sequences alone have large digits.
    total = low.share(b.add(total, offset), "ordinal")
    return b.clamped(total, 0, domain.size - 1)
