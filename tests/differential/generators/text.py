"""Expressions as text that knows how tightly it binds: it has those parentheses only that the grammar asks for."""

from __future__ import annotations

from dataclasses import dataclass

LEADS_TO, IFF, IMPLIES, OR, AND, NOT, COMPARE, DEFAULT, RANGE, SETS, ADD, MULTIPLY, NEGATE, POST = range(14)
"""The levels of the grammar, loosest first."""

_INFIX = {
    "leads to": (LEADS_TO, IFF, IFF),
    "until": (COMPARE, DEFAULT, DEFAULT),
    "iff": (IFF, IFF, IMPLIES),
    "implies": (IMPLIES, OR, IMPLIES),
    "or": (OR, OR, AND),
    "and": (AND, AND, NOT),
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">=", "in", "subset"), (COMPARE, DEFAULT, DEFAULT)),
    "??": (DEFAULT, RANGE, DEFAULT),
    "..": (RANGE, SETS, SETS),
    **dict.fromkeys(("union", "intersect", "minus"), (SETS, SETS, ADD)),
    **dict.fromkeys(("+", "-"), (ADD, ADD, MULTIPLY)),
    **dict.fromkeys(("*", "/", "%"), (MULTIPLY, MULTIPLY, NEGATE)),
}
"""Each operator's own level and the least levels of its operands."""


@dataclass(frozen=True)
class Text:
    """`is_open`: it ends in a body that reaches as far right as it can, so nothing may follow."""

    text: str
    level: int = POST
    is_open: bool = False

    def __str__(self) -> str:
        return self.text

    def at(self, level: int) -> str:
        """The text where this level is asked for and something may follow."""
        return f"({self.text})" if self.is_open or self.level < level else self.text


def infix(left: Text, op: str, right: Text) -> Text:
    """`left op right`; an open right side makes the whole open."""
    level, left_level, right_level = _INFIX[op]
    bare = right.is_open and right.level >= right_level
    space = "" if op == ".." else " "
    return Text(f"{left.at(left_level)}{space}{op}{space}{right if bare else right.at(right_level)}", level, bare)


def prefix(op: str, operand: Text) -> Text:
    """`-e`, or a word before `e` that binds as `not` does."""
    level, shown = (NEGATE, "-") if op == "-" else (NOT, f"{op} ")
    bare = operand.is_open and operand.level >= level
    return Text(f"{shown}{operand if bare else operand.at(level)}", level, bare)


def opened(text: str) -> Text:
    """A quantifier, `if`, `let` or `map`."""
    return Text(text, NEGATE, is_open=True)


def number(value: int) -> Text:
    """A literal."""
    return Text(str(value)) if value >= 0 else Text(str(value), NEGATE)
