"""Sets as bits over a universe, and what happens when two universes meet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

from modelcheck.ir.domains import Domain, IntDomain, PacketDomain, SetDomain
from modelcheck.ir.lowered import build as b
from modelcheck.ir.lowered.coding import decode, encode
from modelcheck.ir.lowered.packets import block_size, placed
from modelcheck.ir.lowered.universe import covers, hull, with_elements
from modelcheck.ir.lowered.values import EMPTY_SET, Lowered, LowInt, LowPacket, LowSet
from modelcheck.kernel import program as ir
from modelcheck.kernel.intervals import interval_of
from modelcheck.kernel.types import MAX_BITS

if TYPE_CHECKING:
    from modelcheck.ir.lowered.context import Lowering

Words = tuple[ir.Expr, ...]


def members(value: LowSet) -> Words:
    """The words of a set, also of one that is its whole universe."""
    if value.words is not None:
        return value.words
    size = with_elements(value.universe).size
    return b.words_of((1 << size) - 1, size)


def has_ordinal(value: LowSet, ordinal: ir.Expr) -> ir.Expr:
    """Whether the element with an ordinal is in the set; false outside the universe's ordinals."""
    if value.words is None:
        return b.within(ordinal, 0, value.universe.size - 1)
    return in_words(value.words, ordinal)


def in_words(words: Sequence[ir.Expr], ordinal: ir.Expr) -> ir.Expr:
    """Whether a number is among the bits of several words; false outside them."""
    mask = b.mask_of(words)
    if mask is not None:
        lo, hi = max(interval_of(ordinal).lo, 0), min(interval_of(ordinal).hi, mask.bit_length() - 1)
        wanted = mask >> lo & (1 << hi - lo + 1) - 1 if lo <= hi else 0
        if not wanted:
            return b.FALSE
        first, last = lo + (wanted & -wanted).bit_length() - 1, lo + wanted.bit_length() - 1
        if wanted.bit_count() == last - first + 1:
            # A range, as most sets of states are, takes two comparisons at most, and they fold.
            return b.within(ordinal, first, last)
    return b.disjunction(
        b.bit_test(word, b.add(ordinal, b.number(-MAX_BITS * position))) for position, word in enumerate(words)
    )


def place_of(low: Lowering, element: Lowered, universe: Domain) -> tuple[ir.Expr, ir.Expr]:
    """Whether an element lies in a universe, and its ordinal there: where it does not, that of some other element."""
    from modelcheck.ir.lowered.operations import fit  # noqa: PLC0415 - they need one another

    if isinstance(element, LowPacket):
        assert isinstance(universe, PacketDomain)
        return placed(low, element, universe)
    fits, fitted = fit(low, element, universe)
    return fits, encode(low, universe, fitted)


def contains(low: Lowering, value: LowSet, element: Lowered) -> ir.Expr:
    """Whether an element is in the set."""
    if value.universe.size == 0:
        return b.FALSE
    if isinstance(value.universe, IntDomain) and isinstance(element, LowInt):
        # Bit tests are false outside a word, so the number needs no test of its own.
        ordinal = b.subtract(element.expr, b.number(value.universe.lo))
        return has_ordinal(value, low.share(ordinal, "ordinal"))
    fits, ordinal = place_of(low, element, value.universe)
    return b.both(fits, has_ordinal(value, low.share(ordinal, "ordinal")))


# ------------------------------------------------------------------------------------------------------ conversion


def converted(low: Lowering, value: LowSet, universe: Domain) -> Words:
    """The words of a set in another universe; elements that are not in it are dropped."""
    if value.universe == universe:
        return members(value)
    size = with_elements(universe).size
    if value.universe.size == 0:
        return b.words_of(0, size)
    words = members(value)
    mask = b.mask_of(words)
    if mask is not None:
        return b.words_of(_moved_constant(mask, value.universe, universe), size)
    offset = _offset(value.universe, universe)
    if offset is not None:
        return moved(words, offset, size)
    return build(low, universe, value.universe.size, lambda i: _moved_element(low, value, i, universe))


def _moved_constant(mask: int, old: Domain, new: Domain) -> int:
    elements = [old.value_at(ordinal) for ordinal in range(mask.bit_length()) if mask >> ordinal & 1]
    if isinstance(new, PacketDomain):
        kept = [element for element in elements if element.target in new.target_positions]
    else:
        kept = [element for element in elements if not new.misfit(element)]
    return sum(1 << new.ordinal(element) for element in kept)


def _offset(old: Domain, new: Domain) -> int | None:
    """How far all ordinals move between two universes, if they move alike."""
    if isinstance(old, IntDomain) and isinstance(new, IntDomain):
        return old.lo - new.lo
    if isinstance(old, PacketDomain) and isinstance(new, PacketDomain):
        small, large = (old, new) if len(old.targets) <= len(new.targets) else (new, old)
        positions = [large.target_positions.get(target) for target in small.targets]
        first = positions[0]
        if first is not None and positions == list(range(first, first + len(positions))):
            return first * block_size(new) * (1 if small is old else -1)
    return None


def _moved_element(low: Lowering, value: LowSet, ordinal: ir.Expr, universe: Domain) -> tuple[ir.Expr, ir.Expr]:
    fits, place = place_of(low, decode(low, value.universe, ordinal), universe)
    return b.both(has_ordinal(value, ordinal), fits), place


def moved(words: Sequence[ir.Expr], offset: int, size: int) -> Words:
    """All numbers of several words moved up, as the words of `size` bits; those that leave them are dropped."""
    result = []
    for position, width in enumerate(b.word_widths(size)):
        total: ir.Expr = b.bits(0, width)
        for source, word in enumerate(words):
            distance = MAX_BITS * (source - position) + offset
            total = b.bit_operation("or", total, b.shifted(word, distance, width))
        spare = MAX_BITS * position + width - size
        if spare > 0:
            # Only whole words follow a first one: what lies behind the universe's end is dropped here.
            total = b.bit_operation("and", total, b.bits((1 << width - spare) - 1, width))
        result.append(total)
    return tuple(result)


def joined(blocks: Sequence[Words], size: int) -> Words:
    """Blocks of `size` bits one after the other, as the words of one set."""
    total = size * len(blocks)
    parts = [moved(block, position * size, total) for position, block in enumerate(blocks)]
    words = b.words_of(0, total)
    for part in parts:
        words = _each("or", words, part)
    return words


def build(low: Lowering, universe: Domain, count: int, element: Callable[[ir.Expr], tuple[ir.Expr, ir.Expr]]) -> Words:
    """The set of the elements for i = 0..count-1, each given by whether there is one and its ordinal."""

    def word(position: int, width: int, index: ir.Expr) -> ir.Expr:
        there, ordinal = element(index)
        empty = b.bits(0, width)
        return b.ite(there, b.bit_put(empty, b.add(ordinal, b.number(-MAX_BITS * position))), empty)

    widths = b.word_widths(with_elements(universe).size)
    return tuple(
        low.loop("or", count, lambda i, p=position, w=width: word(p, w, i), b.bits(0, width))  # type: ignore[misc]
        for position, width in enumerate(widths)
    )


def aligned(low: Lowering, left: LowSet, right: LowSet) -> tuple[Domain, Words, Words]:
    """Two sets in one universe."""
    universe = hull(left.universe, right.universe)
    return universe, converted(low, left, universe), converted(low, right, universe)


# ------------------------------------------------------------------------------------------------------ operations


def _each(op: Literal["and", "or", "andnot"], left: Words, right: Words) -> Words:
    return tuple(b.bit_operation(op, x, y) for x, y in zip(left, right, strict=True))


def combined(low: Lowering, op: Literal["union", "intersect", "minus"], left: LowSet, right: LowSet) -> LowSet:
    """Union, intersection or difference."""
    if op == "union":
        universe, x, y = aligned(low, left, right)
        return LowSet(universe, _each("or", x, y))
    # Nothing outside the left universe can be in the result.
    other = converted(low, right, left.universe)
    return LowSet(left.universe, _each("and" if op == "intersect" else "andnot", members(left), other))


def subset(low: Lowering, left: LowSet, right: LowSet) -> ir.Expr:
    """Whether every element of `left` is in `right`."""
    if right.words is None and covers(right.universe, left.universe):
        return b.TRUE
    _, x, y = aligned(low, left, right)
    return _all_empty(_each("andnot", x, y))


def equal_sets(low: Lowering, left: LowSet, right: LowSet) -> ir.Expr:
    """Whether two sets have the same elements."""
    _, x, y = aligned(low, left, right)
    return b.conjunction(b.equal(p, q) for p, q in zip(x, y, strict=True))


def _all_empty(words: Words) -> ir.Expr:
    return b.conjunction(b.equal(word, ir.Const(0, word.type)) for word in words)


def size_of(value: LowSet) -> ir.Expr:
    """How many elements there are."""
    if value.words is None:
        return b.number(value.universe.size)
    return b.add(*map(b.count_bits, value.words))


def with_element(low: Lowering, value: LowSet, element: Lowered, *, on: bool) -> LowSet:
    """The set with one element more or less."""
    from modelcheck.ir.lowered.operations import domain_of  # noqa: PLC0415 - they need one another

    single = literal(low, [element], hull(value.universe, domain_of(element)) if on else value.universe)
    return combined(low, "union" if on else "minus", value, single)


def literal(
    low: Lowering, elements: Sequence[Lowered], universe: Domain, present: Sequence[ir.Expr] | None = None
) -> LowSet:
    """The set of those elements that lie in the universe and, if that is said of each, are `present`."""
    if universe.size == 0:
        return EMPTY_SET
    words = b.words_of(0, with_elements(universe).size)
    for position, element in enumerate(elements):
        fits, ordinal = place_of(low, element, universe)
        holds = fits if present is None else b.both(present[position], fits)
        holds, ordinal = low.share(holds, "holds"), low.share(ordinal, "ordinal")
        words = tuple(_with_bit(word, b.add(ordinal, b.number(-MAX_BITS * at)), holds) for at, word in enumerate(words))
    return LowSet(universe, words)


def _with_bit(word: ir.Expr, index: ir.Expr, condition: ir.Expr) -> ir.Expr:
    """The word appears once in the result, so that a chain of many elements stays short."""
    if condition == b.TRUE:
        return b.bit_put(word, index)
    empty = ir.Const(0, word.type)
    return b.bit_operation("or", word, b.ite(condition, b.bit_put(empty, index), empty))


def interval(low: Lowering, lo: ir.Expr, hi: ir.Expr) -> LowSet:
    """The numbers from lo to hi."""
    least, greatest = interval_of(lo).lo, interval_of(hi).hi
    if least > greatest:
        return EMPTY_SET
    universe = IntDomain(least, greatest)
    if isinstance(lo, ir.Const) and isinstance(hi, ir.Const):
        return LowSet(universe, None)
    lo, hi = low.share(lo, "lo"), low.share(hi, "hi")

    def inside(ordinal: ir.Expr) -> tuple[ir.Expr, ir.Expr]:
        value = b.add(ordinal, b.number(least))
        return b.both(b.at_most(lo, value), b.at_most(value, hi)), ordinal

    return LowSet(universe, build(low, universe, universe.size, inside))


def subsets(low: Lowering, value: LowSet) -> LowSet:
    """The set of all subsets."""
    universe = SetDomain(value.universe)
    size = with_elements(universe).size
    mask = b.mask_of(members(value))
    if mask is not None:
        return LowSet(universe, b.words_of(sum(1 << part for part in range(size) if part | mask == mask), size))
    (word,) = members(value)

    def inside(ordinal: ir.Expr) -> tuple[ir.Expr, ir.Expr]:
        part = b.number_as_bits(ordinal, value.universe.size)
        return _all_empty(_each("andnot", (part,), (word,))), ordinal

    return LowSet(universe, build(low, universe, size, inside))


def greatest(low: Lowering, value: LowSet) -> ir.Expr:
    """The greatest ordinal in a set that is not empty."""
    return low.loop("max", value.universe.size, lambda i: b.ite(has_ordinal(value, i), i, b.number(0)))


def fit_set(low: Lowering, value: LowSet, domain: SetDomain) -> tuple[ir.Expr, LowSet]:
    """Whether all elements lie in the element domain, and the set of those that do."""
    from modelcheck.ir.lowered.operations import fit  # noqa: PLC0415 - they need one another

    if value.universe == domain.element:
        return b.TRUE, LowSet(domain.element, members(value))
    value = LowSet(value.universe, tuple(low.share(word, "set") for word in members(value)))
    kept = LowSet(domain.element, converted(low, value, domain.element))
    if covers(domain.element, value.universe):
        return b.TRUE, kept
    if isinstance(value.universe, IntDomain):
        back = LowSet(kept.universe, tuple(low.share(word, "set") for word in members(kept)))
        return equal_sets(low, value, LowSet(value.universe, converted(low, back, value.universe))), kept

    def inside(ordinal: ir.Expr) -> ir.Expr:
        fits, _ = fit(low, decode(low, value.universe, ordinal), domain.element)
        return b.implies(has_ordinal(value, ordinal), fits)

    return low.loop("and", value.universe.size, inside, b.TRUE), kept
