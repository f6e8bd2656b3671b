"""Numbers of things, as all messages and reports write them."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """`1 step`, `1,401 steps`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
