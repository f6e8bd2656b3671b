"""The translator of restricted Python: what compiled code computes is what Python would."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("llvmlite")

from modelcheck.jit.compile import Compiled, compile_module
from modelcheck.jit.translate import DECLARATIONS, TranslationError, signature_of, translate

Word = Any
ptr = Any
MASK = (1 << 64) - 1
STEP = 3


def collatz(n: Word, most: Word) -> Word:
    steps = 0
    while n != 1 and steps < most:
        if n % 2 == 0:
            n = n // 2
            steps += 1
            continue
        n = STEP * n + 1
        steps += 1
    return steps


def first_greater(p: ptr, count: Word, limit: Word) -> Word:
    k = 0
    while k < count:
        if p[k] <= limit:
            k += 1
            continue
        break
    return k


def mixed(a: Word, b: Word) -> Word:
    both = (a < b) + 2 * (a == b or not b > 7)
    return (both ^ (a << 3)) - (b >> 2)


def uses_a_list(n: Word) -> Word:
    return [n][0]


def _compile(*functions: Callable[..., Any]) -> Compiled:
    callees = {function.__name__: signature_of(function) for function in functions}
    texts = [translate(function, {"STEP": STEP}, callees) for function in functions]
    return compile_module("\n".join([DECLARATIONS, *texts]), [function.__name__ for function in functions])


COMPILED = _compile(collatz, first_greater, mixed)
words = st.integers(0, MASK)


def _call(name: str, *arguments: int) -> int:
    prototype = ctypes.CFUNCTYPE(ctypes.c_uint64, *[ctypes.c_uint64] * len(arguments))
    return int(prototype(COMPILED.addresses[name])(*arguments))


@given(st.integers(1, 10_000))
def test_loops_and_branches_run_as_in_python(n: int) -> None:
    assert _call("collatz", n, 1000) == collatz(n, 1000)


@given(st.lists(words, min_size=1, max_size=8), words)
def test_pointers_load_words_and_compare_unsigned(values: list[int], limit: int) -> None:
    data = (ctypes.c_uint64 * len(values))(*values)
    assert _call("first_greater", ctypes.addressof(data), len(values), limit) == first_greater(
        values, len(values), limit
    )


@given(words, words)
def test_words_wrap_at_64_bits(a: int, b: int) -> None:
    assert _call("mixed", a, b) == mixed(a, b) & MASK


def test_what_lies_outside_the_subset_is_refused() -> None:
    with pytest.raises(TranslationError):
        translate(uses_a_list, {}, {})
