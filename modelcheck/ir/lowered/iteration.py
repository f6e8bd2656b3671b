"""Names that run over sets: loops, images and choices."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Protocol

from modelcheck.ir.domains import Domain, IntDomain, PacketDomain
from modelcheck.ir.lowered import build as b
from modelcheck.ir.lowered import sets
from modelcheck.ir.lowered.coding import decode
from modelcheck.ir.lowered.operations import domain_of, element_at
from modelcheck.ir.lowered.universe import NOTHING, hull, with_elements
from modelcheck.ir.lowered.values import EMPTY_SET, Lowered, LowSet
from modelcheck.kernel import program as ir
from modelcheck.kernel.intervals import interval_of
from modelcheck.kernel.types import INT_LIMIT, MAX_BITS, BitsType, IntType

if TYPE_CHECKING:
    from modelcheck.ir.expression import Expr
    from modelcheck.ir.lowered.context import Lowering


class Named(Protocol):
    """A name that runs over a set."""

    @property
    def name(self) -> str:
        """The name."""

    @property
    def domain(self) -> Expr:
        """The set."""


def combine(low: Lowering, op: b.ReduceOp, generators: Sequence[Named], inner: Callable[[], ir.Expr]) -> ir.Expr:
    """`inner` for every combination of the names' values, combined. A later domain may use an earlier name."""
    return _nested(low, op, generators, inner, None)


def _nested(
    low: Lowering,
    op: b.ReduceOp,
    generators: Sequence[Named],
    inner: Callable[[], ir.Expr],
    before: tuple[Expr, LowSet] | None,
) -> ir.Expr:
    if not generators:
        return inner()
    first, *rest = generators
    # `x, y in s` is one expression: the second name runs over the set that has been computed for the first.
    domain = before[1] if before is not None and before[0] is first.domain else low.set(first.domain)
    seen = (first.domain, domain)
    return over(low, op, domain, first.name, lambda: _nested(low, op, rest, inner, seen))


def over(low: Lowering, op: b.ReduceOp, domain: LowSet, name: str, inner: Callable[[], ir.Expr]) -> ir.Expr:
    """`inner` for every element of a set under a name, combined."""

    def body(ordinal: ir.Expr) -> ir.Expr:
        member = low.share(sets.has_ordinal(domain, ordinal), "member")
        with low.bound(name, element_at(low, domain.universe, ordinal)), low.under(member):
            return _counted(op, member, inner())

    return low.loop(op, domain.universe.size, body, _nothing(op))


def _nothing(op: b.ReduceOp) -> ir.Expr:
    # A minimum of nothing is an error that is required elsewhere: any number does.
    return b.number(0) if op in {"min", "max"} else b.neutral(op)


def _counted(op: b.ReduceOp, member: ir.Expr, value: ir.Expr) -> ir.Expr:
    """The value of an element that changes nothing where it is not in the set."""
    match op:
        case "and":
            return b.implies(member, value)
        case "or" if isinstance(value.type, BitsType):
            return b.ite(member, value, b.bits(0, value.type.width))
        case "or":
            return b.both(member, value)
        case "add":
            return b.ite(member, value, b.number(0))
        case "min":
            return b.ite(member, value, b.number(interval_of(value).hi))
        case "max":
            return b.ite(member, value, b.number(interval_of(value).lo))


def filtered(low: Lowering, domain: LowSet, name: str, condition: Expr) -> LowSet:
    """The elements of a set that satisfy a condition, which may use the name."""

    def bit(position: int, width: int, index: ir.Expr) -> ir.Expr:
        ordinal = b.add(index, b.number(MAX_BITS * position))
        member = low.share(sets.has_ordinal(domain, ordinal), "member")
        with low.bound(name, element_at(low, domain.universe, ordinal)), low.under(member):
            holds = low.condition(condition)
        empty = b.bits(0, width)
        return b.ite(b.both(member, holds), b.bit_put(empty, index), empty)

    words = []
    for position, width in enumerate(b.word_widths(with_elements(domain.universe).size)):
        count = min(width, domain.universe.size - MAX_BITS * position)
        words.append(low.loop("or", count, lambda i, p=position, w=width: bit(p, w, i)))  # type: ignore[misc]
    return LowSet(domain.universe, tuple(words))


def any_member(low: Lowering, generators: Sequence[Named]) -> ir.Expr:
    """Whether the names have any values. The generators have been lowered before."""
    with low.silent():
        return combine(low, "or", generators, lambda: b.TRUE)


def image(low: Lowering, generators: Sequence[Named], condition: Expr | None, element: Expr) -> LowSet:
    """The set of the values of an expression for all values of the names that satisfy the condition."""
    universe: Domain = NOTHING

    def look() -> ir.Expr:
        nonlocal universe
        with _where(low, condition):
            universe = hull(universe, domain_of(low.value(element)))
        return b.TRUE

    # The first pass requires what must hold and finds where the elements can lie, the second builds the set.
    combine(low, "and", generators, look)
    if universe.size == 0:
        return EMPTY_SET

    def word(position: int, width: int) -> ir.Expr:
        holds = b.TRUE if condition is None else low.condition(condition)
        fits, ordinal = sets.place_of(low, low.value(element), universe)
        empty = b.bits(0, width)
        put = b.bit_put(empty, b.add(ordinal, b.number(-MAX_BITS * position)))
        return b.ite(b.both(holds, fits), put, empty)

    words = []
    with low.silent():
        for position, width in enumerate(b.word_widths(with_elements(universe).size)):
            found = combine(low, "or", generators, lambda p=position, w=width: word(p, w))  # type: ignore[misc]
            words.append(b.bits(0, width) if found == b.FALSE else found)
    return LowSet(universe, tuple(words))


def _where(low: Lowering, condition: Expr | None) -> AbstractContextManager[None]:
    return nullcontext() if condition is None else low.under(low.share(low.condition(condition), "holds"))


# --------------------------------------------------------------------------------------------------------- choices


def element_universe(low: Lowering, domain: LowSet) -> LowSet:
    """The same set over a universe whose ordinals are the digits of its elements, but for numbers."""
    if isinstance(domain.universe, PacketDomain):
        whole = low.model.packets[domain.universe.message].timeless
        return LowSet(whole, sets.converted(low, domain, whole))
    return domain


def choose_from(low: Lowering, domain: LowSet, name: str, condition: Callable[[], ir.Expr] | None) -> Lowered:
    """Split the run for each element of a set that satisfies a condition, which may use the name; the element.

    The universe is not empty.
    """
    universe = domain.universe
    local = low.fresh(IntType(0, universe.size - 1), name)
    word = domain.words[0] if domain.words is not None and len(domain.words) == 1 else None

    def holds() -> ir.Expr:
        with low.bound(name, element_at(low, universe, local)):
            own = b.TRUE if condition is None else condition()
        return own if word is not None else b.both(sets.has_ordinal(domain, local), own)

    digit = b.add(local, b.number(universe.lo)) if isinstance(universe, IntDomain) else local
    low.choose(local, ir.Between(0, universe.size - 1) if word is None else ir.Members(word), holds, digit)
    return element_at(low, universe, local)


def any_of(low: Lowering, domain: Domain, name: str, only: int | None = None) -> Lowered:
    """Split the run for every value of a domain that is not empty, or for the one with this number; the value."""
    least, most = (0, domain.size - 1) if only is None else (only, only)
    if domain.size >= INT_LIMIT:
        raise b.TooLargeError(f"a choice among {domain.size:,} values")
    local = low.fresh(IntType(least, most), name)
    low.choose(local, ir.Between(least, most))
    return decode(low, domain, local)


def members_of(low: Lowering, domain: LowSet) -> Iterator[tuple[ir.Expr, Lowered]]:
    """All elements that a set can have, ascending, each with whether it is in the set."""
    for ordinal in range(domain.universe.size):
        member = sets.has_ordinal(domain, b.number(ordinal))
        if member != b.FALSE:
            yield member, element_at(low, domain.universe, b.number(ordinal))
