"""Passes rewrite a program into an equal one: with the same digits and outcomes from every state."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from modelcheck.kernel.program import Program

Pass = Callable[[Program], Program]


def _simplify() -> Pass:
    from modelcheck.kernel.passes.simplify import simplify  # noqa: PLC0415 - loaded when used

    return simplify


def _narrow() -> Pass:
    from modelcheck.kernel.passes.narrow import narrow  # noqa: PLC0415 - loaded when used

    return narrow


PASSES: Mapping[str, Callable[[], Pass]] = {
    "simplify": _simplify,
    "narrow": _narrow,
}
"""Each pass by name, loaded by a call."""
