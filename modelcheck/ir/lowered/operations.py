"""What all lowered values can do: be equal, be chosen between, be indexed, be fitted to a domain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from modelcheck.ir.domains import (
    BoolDomain,
    Domain,
    IntDomain,
    MapDomain,
    OptionDomain,
    PacketDomain,
    SeqDomain,
    SetDomain,
    UnitDomain,
)
from modelcheck.ir.lowered import build as b
from modelcheck.ir.lowered import sets
from modelcheck.ir.lowered.coding import decode, zero
from modelcheck.ir.lowered.packets import placed
from modelcheck.ir.lowered.universe import NOTHING, NothingDomain, covers, hull, with_elements
from modelcheck.ir.lowered.values import (
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
    StoredEntries,
)
from modelcheck.kernel import program as ir
from modelcheck.kernel.intervals import interval_of

if TYPE_CHECKING:
    from modelcheck.ir.lowered.context import Lowering


def domain_of(value: Lowered) -> Domain:
    """The least domain that certainly holds a value."""
    match value:
        case LowBool():
            return BoolDomain()
        case LowInt(expr):
            interval = interval_of(expr)
            return IntDomain(interval.lo, interval.hi)
        case LowIndex(_, domain) | LowRecord(domain) | LowPacket(domain):
            return domain
        case LowSet(universe):
            return SetDomain(universe)
        case LowOption(_, payload):
            return OptionDomain(NOTHING if payload is None else domain_of(payload))
        case LowMap(keys, entries):
            return MapDomain(keys, _hull_of(entries))
        case LowSeq(_, slots):
            return SeqDomain(_hull_of(slots), len(slots))
        case _:
            return UnitDomain()


def _hull_of(values: Sequence[Lowered]) -> Domain:
    found: Domain = NOTHING
    for value in values:
        found = hull(found, domain_of(value))
    return found


# ------------------------------------------------------------------------------------------------------------- equality


def equal(low: Lowering, left: Lowered, right: Lowered) -> ir.Expr:
    """Whether two values of one static type are equal."""
    match left, right:
        case (LowBool(a), LowBool(c)) | (LowInt(a), LowInt(c)) | (LowIndex(a), LowIndex(c)):
            return b.equal(a, c)
        case LowSet(), LowSet():
            return sets.equal_sets(low, left, right)
        case LowOption(a, first), LowOption(c, second):
            if first is None or second is None:
                return b.negation(b.disjunction((a, c)))
            a = low.share(a, "present")
            return b.both(b.equal(a, c), b.implies(a, equal(low, first, second)))
        case LowRecord(_, fields), LowRecord(_, others):
            return b.conjunction(equal(low, x, y) for x, y in zip(fields, others, strict=True))
        case LowMap(), LowMap():
            return _equal_maps(low, left, right)
        case LowSeq(a, slots), LowSeq(c, others):
            a, c = low.share(a, "length"), low.share(c, "length")
            tests = [
                b.implies(b.less(b.number(position), a), equal(low, x, y))
                for position, (x, y) in enumerate(zip(slots, others, strict=False))
            ]
            return b.conjunction([b.equal(a, c), *tests])
        case LowPacket(), LowPacket():
            domain = _packets_of(left, right)
            return b.equal(placed(low, left, domain)[1], placed(low, right, domain)[1])
        case _:
            return b.TRUE


def _packets_of(left: LowPacket, right: LowPacket) -> PacketDomain:
    both = hull(left.domain, right.domain)
    assert isinstance(both, PacketDomain)
    return both


def _equal_maps(low: Lowering, left: LowMap, right: LowMap) -> ir.Expr:
    if left.keys == right.keys and left.present is None and right.present is None:
        return b.conjunction(equal(low, x, y) for x, y in zip(left.entries, right.entries, strict=True))
    tests = []
    for here, x, there, y in _side_by_side(left, right):
        tests.append(b.equal(here, there))
        if x is not None and y is not None:
            tests.append(b.implies(here, equal(low, x, y)))
    return b.conjunction(tests)


def _side_by_side(left: LowMap, right: LowMap) -> list[tuple[ir.Expr, Lowered | None, ir.Expr, Lowered | None]]:
    """For each key of either map: whether it is there and the entry, left and right."""
    found = []
    for key in dict.fromkeys((*left.keys.values(), *right.keys.values())):
        here, x = _entry(left, key)
        there, y = _entry(right, key)
        found.append((here, x, there, y))
    return found


def _entry(value: LowMap, key: object) -> tuple[ir.Expr, Lowered | None]:
    if value.keys.size == 0 or value.keys.misfit(key):
        return b.FALSE, None
    position = value.keys.ordinal(key)
    return (b.TRUE if value.present is None else value.present[position]), value.entries[position]


# -------------------------------------------------------------------------------------------------------- choosing


def ite(low: Lowering, condition: ir.Expr, then: Lowered, orelse: Lowered) -> Lowered:
    """One of two values of one static type."""
    if isinstance(condition, ir.Const):
        return then if condition.value else orelse
    return _ite(low, low.share(condition, "condition"), then, orelse)


def _ite(low: Lowering, condition: ir.Expr, then: Lowered, orelse: Lowered) -> Lowered:
    match then, orelse:
        case LowBool(a), LowBool(c):
            return LowBool(b.ite(condition, a, c))
        case LowInt(a), LowInt(c):
            return LowInt(b.ite(condition, a, c))
        case LowIndex(a, domain), LowIndex(c):
            return LowIndex(b.ite(condition, a, c), domain)
        case LowSet(), LowSet():
            universe, x, y = sets.aligned(low, then, orelse)
            return LowSet(universe, tuple(b.ite(condition, p, q) for p, q in zip(x, y, strict=True)))
        case LowOption(a, first), LowOption(c, second):
            payload = _either(low, condition, first, second)
            return LowOption(b.ite(condition, a, c), payload)
        case LowRecord(domain, fields), LowRecord(_, others):
            pairs = zip(fields, others, strict=True)
            return LowRecord(domain, tuple(_ite(low, condition, x, y) for x, y in pairs))
        case LowMap(), LowMap():
            return _ite_maps(low, condition, then, orelse)
        case LowSeq(a, slots), LowSeq(c, others):
            longest = max(len(slots), len(others))
            both = [(_at(slots, position), _at(others, position)) for position in range(longest)]
            chosen = tuple(_only(_either(low, condition, x, y)) for x, y in both)
            return LowSeq(b.ite(condition, a, c), chosen)
        case LowPacket(), LowPacket():
            packets = _packets_of(then, orelse)
            return LowPacket(packets, b.ite(condition, placed(low, then, packets)[1], placed(low, orelse, packets)[1]))
        case _:
            return then


def _at(slots: Sequence[Lowered], position: int) -> Lowered | None:
    return slots[position] if position < len(slots) else None


def _only(value: Lowered | None) -> Lowered:
    assert value is not None
    return value


def _either(low: Lowering, condition: ir.Expr, then: Lowered | None, orelse: Lowered | None) -> Lowered | None:
    """As `ite`; a side that is missing is never read, so the other one may stand for it."""
    if then is None or orelse is None:
        return then or orelse
    return _ite(low, condition, then, orelse)


def _ite_maps(low: Lowering, condition: ir.Expr, then: LowMap, orelse: LowMap) -> Lowered:
    if then.keys == orelse.keys and then.present is None and orelse.present is None:
        entries = tuple(_ite(low, condition, x, y) for x, y in zip(then.entries, orelse.entries, strict=True))
        return LowMap(then.keys, entries)
    keys = hull(then.keys, orelse.keys)
    present, mixed = [], []
    for key in with_elements(keys).values():
        here, x = _entry(then, key)
        there, y = _entry(orelse, key)
        present.append(b.ite(condition, here, there))
        # A key between two ranges is in neither map: any entry does.
        mixed.append(_either(low, condition, x, y) or (*then.entries, *orelse.entries)[0])
    return LowMap(keys, tuple(mixed), tuple(present))


def select(low: Lowering, entries: Sequence[Lowered], position: ir.Expr) -> Lowered:
    """The entry at a computed position; some entry where the position is outside. There is at least one entry."""
    if isinstance(position, ir.Const):
        return entries[min(max(position.value, 0), len(entries) - 1)]
    position = low.share(position, "position")
    if isinstance(entries, StoredEntries):
        return entries.at(low.share(b.clamped(position, 0, len(entries) - 1), "index"))
    return _halved(low, entries, position, 0)


def _halved(low: Lowering, entries: Sequence[Lowered], position: ir.Expr, first: int) -> Lowered:
    if len(entries) == 1:
        return entries[0]
    middle = len(entries) // 2
    condition = b.less(position, b.number(first + middle))
    if isinstance(condition, ir.Const):
        half = entries[:middle] if condition.value else entries[middle:]
        return _halved(low, half, position, first if condition.value else first + middle)
    lower = _halved(low, entries[:middle], position, first)
    return ite(low, condition, lower, _halved(low, entries[middle:], position, first + middle))


# --------------------------------------------------------------------------------------------------------- fitting


def fit(low: Lowering, value: Lowered, domain: Domain) -> tuple[ir.Expr, Lowered]:
    """Whether a value lies in a domain, and a value that surely does and is canonical: the same one where it fits."""
    match domain, value:
        case IntDomain(lo, hi), LowInt(expr):
            expr = low.share(expr, "number")
            return b.within(expr, lo, hi), LowInt(b.clamped(expr, lo, hi))
        case SetDomain(), LowSet():
            return sets.fit_set(low, value, domain)
        case OptionDomain(), LowOption(_, None):
            return b.TRUE, zero(domain)
        case NothingDomain(), _:
            return b.FALSE, zero(domain)
        case OptionDomain(NothingDomain()), LowOption(present):
            return b.negation(present), zero(domain)
        case OptionDomain(element), LowOption(present, payload):
            assert payload is not None
            present = low.share(present, "present")
            fits, payload = fit(low, payload, element)
            return b.implies(present, fits), LowOption(present, ite(low, present, payload, zero(element)))
        case MapDomain(), LowMap():
            return _fit_map(low, value, domain)
        case SeqDomain(), LowSeq():
            return _fit_sequence(low, value, domain)
        case _:
            return b.TRUE, value


def narrowed(low: Lowering, value: Lowered, domain: Domain) -> tuple[ir.Expr, Lowered]:
    """As `fit`, but a value that fits by its shape is left as it is: it need not be canonical."""
    if covers(domain, domain_of(value)):
        return b.TRUE, value
    return fit(low, value, domain)


def position_of(low: Lowering, value: LowMap, key: Lowered) -> tuple[ir.Expr, ir.Expr]:
    """Whether a map that has entries has a key, and where its entry stands; some position where it has not."""
    fits, position = sets.place_of(low, key, value.keys)
    if value.present is None:
        return fits, position
    position = low.share(position, "position")
    there = select(low, [LowBool(present) for present in value.present], position)
    assert isinstance(there, LowBool)
    return b.both(fits, there.expr), position


def _fit_map(low: Lowering, value: LowMap, domain: MapDomain) -> tuple[ir.Expr, Lowered]:
    tests, entries = [], []
    for key in domain.key.values():
        present, entry = _entry(value, key)
        fits, fitted = (b.TRUE, zero(domain.value)) if entry is None else fit(low, entry, domain.value)
        tests += [present, fits]
        entries.append(fitted)
    if value.keys != domain.key:
        others = [
            _entry(value, key)[0] for key in value.keys.values() if domain.key.size == 0 or domain.key.misfit(key)
        ]
        tests += map(b.negation, others)
    return b.conjunction(tests), LowMap(domain.key, tuple(entries))


def _fit_sequence(low: Lowering, value: LowSeq, domain: SeqDomain) -> tuple[ir.Expr, Lowered]:
    length = low.share(value.length, "length")
    tests, slots = [b.at_most(length, b.number(domain.longest))], []
    for position in range(domain.longest):
        if position >= len(value.slots):
            slots.append(zero(domain.element))
            continue
        used = low.share(b.less(b.number(position), length), "used")
        fits, fitted = fit(low, value.slots[position], domain.element)
        tests.append(b.implies(used, fits))
        slots.append(ite(low, used, fitted, zero(domain.element)))
    return b.conjunction(tests), LowSeq(b.clamped(length, 0, domain.longest), tuple(slots))


def element_at(low: Lowering, universe: Domain, ordinal: ir.Expr) -> Lowered:
    """The element of a universe with an ordinal."""
    assert not isinstance(universe, NothingDomain), "no loop runs over nothing"
    return decode(low, universe, ordinal)
