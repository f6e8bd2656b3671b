"""Numbers in mixed radix that are put together and taken apart again: what is known of their digits.

The fields of a message make one number, from which whoever handles it takes them again. Division of bit vectors is the
hardest of all operations for a solver, and none is needed where a number is still known as a sum of digits.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from modelcheck.kernel.types import IntType

if TYPE_CHECKING:
    from modelcheck.engines.symbolic.words import Digits, Word


def scaled(left: Word, right: Word) -> Digits:
    """The digits of a product with a constant; none if nothing is known, or it may be negative."""
    one, other = (right, left) if left.known is None else (left, right)
    if one.known is None or one.known <= 0:
        return ()
    return tuple((stride * one.known, digit) for stride, digit in _own(other))


def summed(left: Word, right: Word) -> Digits:
    """The digits of a sum, if those of one fit between or behind those of the other; none if they do not."""
    mine, others = _own(left), _own(right)
    if not mine or not others:
        return ()
    found = sorted((each for each in (*mine, *others) if each[1].known != 0), key=lambda each: -each[0])
    is_apart = all(_most(found[at + 1 :]) < stride for at, (stride, _) in enumerate(found))
    return tuple(found) if is_apart else ()


def apart(op: str, digits: Digits, divisor: int) -> Digits | None:
    """The digits of the quotient (`div`) or of the remainder (`mod`), or None if they are not known."""
    upper = tuple(each for each in digits if each[0] % divisor == 0)
    lower = digits[len(upper) :]
    if not digits or digits[: len(upper)] != upper or _most(lower) >= divisor:
        return None
    return tuple((stride // divisor, digit) for stride, digit in upper) if op == "div" else lower


def _own(word: Word) -> Digits:
    """The digits of a number that is not negative; one that is not known to have more is a digit."""
    if not isinstance(word.type, IntType) or word.type.lo < 0:
        return ()
    return word.digits or ((1, word),)


def _most(digits: Iterable[tuple[int, Word]]) -> int:
    """The greatest number that digits can make."""
    return sum(stride * digit.type.hi for stride, digit in digits if isinstance(digit.type, IntType))
