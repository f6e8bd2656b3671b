"""Words into lines: the spaces between tokens, and where a line that is too long may break."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from modelcheck.frontend.tables import words as terminals
from modelcheck.frontend.tokens import Comment, Token
from modelcheck.frozen import Frozen
from modelcheck.syntax import Node

WIDTH = 100

_BEFORE = {
    "when": 1,
    "fair": 1,
    "implies": 3,
    "iff": 3,
    "leads": 3,
    "->": 2,
    "or": 4,
    "then": 3,
    "else": 3,
    "and": 5,
    "for": 6,
    "union": 7,
    "intersect": 7,
    "minus": 7,
    "+": 8,
    "-": 8,
}
"""Words before which a line may break, and how gladly: 1 is best."""
_TIGHT_AFTER = terminals("( [ . ..")
_TIGHT_BEFORE = terminals(") ] , : . ..")
_CALLED = terminals("NAME count sum the min max")
_ARITHMETIC = terminals("+ - MULOP")
_FORMULAS = terminals("property forall exists let_expr map_comprehension aggregate set_filter where")
_DEFINED = terminals("def_ const param vardecl consistency")
_SETS = terminals("set_literal set_filter set_map")


class Marks(Frozen):
    """What the tree knows about tokens, by index."""

    set_braces: frozenset[int]
    unary: frozenset[int]
    tight_operators: frozenset[int]
    breaks_after: dict[int, int]

    @classmethod
    def of(cls, root: Node, tokens: Sequence[Token]) -> Marks:
        """Walk the tree once."""
        index_at = {token.start: index for index, token in enumerate(tokens)}
        set_braces: set[int] = set()
        unary: set[int] = set()
        ranges: list[tuple[int, int]] = []
        breaks: dict[int, int] = {}
        for node in root.walk():
            if node.rule in _SETS:
                set_braces |= {index_at[node.start], index_at[node.end - 1]}
            elif node.rule == "negate":
                unary.add(index_at[node.start])
            elif node.rule in {"range_", "range_t"}:
                ranges.append((index_at[node.start], node.end))
            last = node.present()[-1] if node.present() else None
            if last is not None and (node.rule in _FORMULAS or node.rule in _DEFINED):
                index = index_at[last.start] - 1
                while tokens[index].terminal == "(":
                    index -= 1
                if tokens[index].terminal in {":", "="}:
                    breaks[index] = 2 if node.rule in _FORMULAS else 1
        tight: set[int] = set()
        for first, end in ranges:
            index = first
            while tokens[index].start < end:
                if tokens[index].terminal in _ARITHMETIC:
                    tight.add(index)
                index += 1
        return cls(frozenset(set_braces), frozenset(unary), frozenset(tight), breaks)

    def space(self, tokens: Sequence[Token], index: int) -> str:
        """What stands between token `index` and the one before it, on one line."""
        before, token = tokens[index - 1], tokens[index]
        if before.terminal in _TIGHT_AFTER or token.terminal in _TIGHT_BEFORE or index - 1 in self.unary:
            return ""
        if index - 1 in self.tight_operators or index in self.tight_operators - self.unary:
            return ""
        if token.terminal == "(":
            return "" if before.terminal in _CALLED else " "
        if token.terminal == "[" and before.terminal != "{":
            return "" if before.terminal in {"NAME", ")", "]"} or index - 1 in self.set_braces else " "
        if before.terminal == "{" and (index - 1 in self.set_braces):
            return ""
        if token.terminal == "}" and index in self.set_braces:
            return ""
        return " "

    def rank(self, tokens: Sequence[Token], index: int) -> int | None:
        """How good a break before token `index` is (1 is best), None where there must be none."""
        if index - 1 in self.breaks_after:
            return self.breaks_after[index - 1]
        if tokens[index - 1].terminal == ",":
            return 6
        if index in self.tight_operators or index in self.unary:
            return None
        return _BEFORE.get(tokens[index].terminal)


class Beside(NamedTuple):
    """A comment after a word, and the column where it starts if there is room."""

    text: str
    column: int = 0

    def after(self, line: str) -> str:
        """The line with the comment, two spaces away at least."""
        return f"{line.ljust(max(self.column, len(line) + 2))}{self.text}"


NEAR = 4
"""In how many lines above and below the other rows of a table may be."""


class Place(NamedTuple):
    """Where a token or comment stands in the source; `gap` counts the spaces before it on its line."""

    line: int
    column: int
    gap: int


def places_of(text: str, items: Sequence[Token | Comment]) -> list[Place]:
    """Where tokens or comments, which are in order, stand."""
    places: list[Place] = []
    line = start = done = 0
    for item in items:
        line += text.count("\n", done, item.start)
        start = max(start, text.rfind("\n", done, item.start) + 1)
        done = item.start
        before = text[start : item.start]
        places.append(Place(line, item.start - start, len(before) - len(before.rstrip(" ")) if before.strip() else 0))
    return places


def aligned_gaps(text: str, tokens: Sequence[Token]) -> dict[int, str]:
    """Gaps of several spaces that put a token below or above a like one, by the token's index: parts of a table."""
    places = places_of(text, tokens)
    columns: dict[int, list[int]] = {}
    for index, place in enumerate(places):
        if place.gap:
            columns.setdefault(place.column, []).append(index)
    return {
        index: " " * place.gap
        for index, place in enumerate(places)
        if place.gap > 1
        and any(
            0 < abs(places[other].line - place.line) <= NEAR and _alike(tokens, index, other)
            for other in columns[place.column]
        )
    }


def _alike(tokens: Sequence[Token], one: int, other: int) -> bool:
    return tokens[one].terminal == tokens[other].terminal or tokens[one - 1].terminal == tokens[other - 1].terminal


class Word(Frozen):
    """A token, or a short body taken as one.

    `rank` as of `Marks.rank`; `depth` counts the brackets around the break before it. `broken` says that the source has
    a line end there. `above` are comments on lines of their own before it, `beside` is one after it.
    """

    text: str
    space: str
    rank: int | None
    depth: int
    broken: bool = False
    above: tuple[str, ...] = ()
    beside: Beside | None = None


def lines_of(words: Sequence[Word], indent: int, hanging: int) -> list[str]:
    """Lay words out from column `indent`; further lines are indented by `hanging` more, and by 2 for each open bracket.

    Line ends of the source are kept where a line may break; lines that are still too long are broken at the best place.
    """
    lines: list[str] = []
    current: list[Word] = []
    for word in words:
        after_comment = bool(current) and current[-1].beside is not None
        if current and (after_comment or word.above or (word.broken and word.rank is not None)):
            lines.extend(_wrapped(current, indent, hanging, first=not lines))
            current = []
        lines.extend(" " * (indent + hanging) + comment for comment in word.above)
        current.append(word)
    if current:
        lines.extend(_wrapped(current, indent, hanging, first=not lines))
    return lines


def _wrapped(words: list[Word], indent: int, hanging: int, *, first: bool) -> list[str]:
    lines: list[str] = []
    rest = words
    while rest:
        margin = indent if first and not lines else indent + hanging + 2 * rest[0].depth
        best = len(rest)
        if margin + _width(rest) > WIDTH:
            best = _best_break(rest, margin)
        text = "".join(word.space + word.text if number else word.text for number, word in enumerate(rest[:best]))
        beside = rest[best - 1].beside
        lines.append(beside.after(" " * margin + text) if beside else " " * margin + text)
        rest = rest[best:]
    return lines


def _width(words: Sequence[Word]) -> int:
    return sum(len(word.space) + len(word.text) for word in words) - len(words[0].space)


def _best_break(words: Sequence[Word], margin: int) -> int:
    """The index of the word that starts the next line."""
    column = margin
    best, best_key = len(words), (1000, 0)
    for index, word in enumerate(words):
        if index and word.rank is not None:
            key = (word.depth * 10 + word.rank, -index)
            if column <= WIDTH and key < best_key:
                best, best_key = index, key
            elif column > WIDTH and best == len(words):
                return index
        column += (len(word.space) if index else 0) + len(word.text)
    return best
