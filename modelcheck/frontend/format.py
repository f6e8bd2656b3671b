"""The canonical layout of a specification, for `modelcheck fmt`.

Two spaces for each level; a declaration, a part of an agent or a transition starts a line; statements and settings that
share a line in the source stay together. A body that stood on one line stays on it if it fits. Line ends inside a
formula are kept where a line may break, as are comments, and at most one blank line between items. Spaces that make a
table are kept: those before a comment that starts in the column of another one, and before a word below a like one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from modelcheck.diagnostics import InputError
from modelcheck.frontend.layout import WIDTH, Beside, Marks, Word, aligned_gaps, lines_of, places_of
from modelcheck.frontend.parse import parse
from modelcheck.frontend.parser import tokens_of
from modelcheck.frontend.tables import words
from modelcheck.frontend.tokens import Comment, Lexed, Token
from modelcheck.frozen import Frozen
from modelcheck.source import Source
from modelcheck.syntax import Node

INDENT = 2

_BODIES = {"agent": 1, "transitions": 0, "block": 0, "check": 1, "faults": 0, "refines": 1}
"""Nodes with a body in braces, and which child is the first item in it."""
_UNSHARED = words("if_ for_ choose either faults expect bound allow_deadlock network detector")
"""Items of such bodies as may have several on a line that stand on lines of their own nevertheless."""
_SHARING = frozenset({"block", "check", "faults"})
"""Bodies whose items may share a line."""
_HEADERS = frozenset({"on", "step", "expires", "group", "state", "agent"})
"""Items with a body after them: their continuation lines are indented further than the body."""


def format_source(source: Source) -> str:
    """The text of `source` in the canonical layout. Formatting the result again changes nothing.

    Raises `InputError` if the text has syntax errors.
    """
    parsed = parse(source)
    if parsed.errors:
        raise InputError(parsed.errors)
    lexed = tokens_of(source)
    text = _Formatter(source.text, lexed, parsed.root).text()
    _check_unchanged(source, lexed, parsed.root, text)
    # What stood in a table may not do so any more: its spaces go with the next round.
    return text if text == source.text else format_source(Source(source.name, text))


def _check_unchanged(source: Source, lexed: Lexed, root: Node, text: str) -> None:
    """Rather fail than write a file that means something else or lost a comment."""
    written = Source(source.name, text)
    again = parse(written)
    comments = [comment.text for comment in lexed.comments]
    kept = [comment.text for comment in tokens_of(written).comments]
    if again.errors or not same_tree(root, again.root) or comments != kept:
        raise RuntimeError(f"formatting {source.name} would change it")


def same_tree(one: Node, other: Node) -> bool:
    """Whether two trees differ in nothing but offsets."""
    pending: list[tuple[Node | None, Node | None]] = [(one, other)]
    while pending:
        left, right = pending.pop()
        if left is None or right is None:
            if left is not right:
                return False
            continue
        if (left.rule, left.text, len(left.children)) != (right.rule, right.text, len(right.children)):
            return False
        pending.extend(zip(left.children, right.children, strict=True))
    return True


class _Body(Frozen):
    """A body in braces: token indices of its braces, its items, and what it belongs to."""

    opening: int
    closing: int
    items: tuple[Node, ...]
    rule: str


_SLIP = 3
"""Up to so many spaces before a comment make no table by themselves."""


class _Formatter:
    """Formats one text."""

    def __init__(self, text: str, lexed: Lexed, root: Node) -> None:
        self._text = text
        self._tokens = lexed.tokens
        self._root = root
        self._marks = Marks.of(root, lexed.tokens)
        self._index_at = {token.start: index for index, token in enumerate(lexed.tokens)}
        self._index_at_end = {token.end: index for index, token in enumerate(lexed.tokens)}
        self._depths = _depths(lexed.tokens)
        self._above: dict[int, list[Comment]] = {}
        self._beside: dict[int, Beside] = {}
        self._gaps = aligned_gaps(text, lexed.tokens)
        self._attach(lexed)
        self._bodies = {body.opening: body for body in self._find_bodies()}
        self._closings = {body.closing for body in self._bodies.values()}

    def text(self) -> str:
        """The whole text."""
        items = self._root.present()[1:]
        first_item = self._index_at[items[0].start] if items else len(self._tokens) - 1
        lines = self._comment_lines(0, 0, first=True)
        lines += self._item_lines(0, first_item, 0, 2)
        lines += self._items_lines(items, 0, "start", after_header=True)
        lines += self._comment_lines(len(self._tokens) - 1, 0, first=False)
        return "\n".join(lines) + "\n"

    def _attach(self, lexed: Lexed) -> None:
        """Give every comment to a token: the one before it on its line, else the one after it."""
        following = 0
        places = places_of(self._text, lexed.comments)
        shared = Counter(place.column for place in places if place.gap)
        columns = {place.column for place in places if place.gap > _SLIP and shared[place.column] > 1}
        for comment, place in zip(lexed.comments, places, strict=True):
            while self._tokens[following].start < comment.start:
                following += 1
            before = self._tokens[following - 1] if following else None
            if before is not None and "\n" not in self._text[before.end : comment.start]:
                column = place.column if place.column in columns else 0
                self._beside[following - 1] = Beside(comment.text, column)
            else:
                self._above.setdefault(following, []).append(comment)

    def _find_bodies(self) -> list[_Body]:
        bodies: list[_Body] = []
        for node in self._root.walk():
            if node.rule in _BODIES:
                opening = self._index_at[node.start]
                while self._tokens[opening].terminal != "{":
                    opening += 1
                items = tuple(child for child in node.children[_BODIES[node.rule] :] if child is not None)
                bodies.append(_Body(opening, self._index_at_end[node.end], items, node.rule))
        return bodies

    def _blank_before(self, offset: int) -> bool:
        """Whether the line before what starts at `offset` is blank."""
        gap = self._text[:offset]
        return gap[len(gap.rstrip()) :].count("\n") > 1

    def _comment_lines(self, index: int, indent: int, *, first: bool) -> list[str]:
        """The comments above token `index`, and the blank lines before them and before the token."""
        lines: list[str] = []
        for comment in self._above.get(index, ()):
            if self._blank_before(comment.start) and not (first and not lines):
                lines.append("")
            lines.append(" " * indent + comment.text)
        if self._tokens[index].text and self._tokens[index].text != "}":
            has_blank = self._blank_before(self._tokens[index].start)
            if has_blank and (lines or not first):
                lines.append("")
        return lines

    def _items_lines(self, items: Sequence[Node], indent: int, rule: str, *, after_header: bool = False) -> list[str]:
        """Items one after another, sharing lines where the source does and the kind of body allows it."""
        lines: list[str] = []
        shareable = False
        for number, item in enumerate(items):
            first, last = self._index_at[item.start], self._index_at_end[item.end]
            above = self._comment_lines(first, indent, first=number == 0 and not after_header)
            own = self._item_lines(first, last + 1, indent, 2 * INDENT if item.rule in _HEADERS else INDENT)
            joined = self._joined(lines[-1], own[0], last) if lines else ""
            shareable = shareable and rule in _SHARING and item.rule not in _UNSHARED
            joins = shareable and not self._tokens[first].line_start and not above
            if joins and len(own) == 1 and len(joined) <= WIDTH:
                lines[-1] = joined
            else:
                lines += [*above, *own]
            shareable = len(own) == 1 and last not in self._beside and item.rule not in _UNSHARED
        return lines

    def _joined(self, line: str, own: str, last: int) -> str:
        """Two lines as one; `last` is the last token of the second."""
        beside = self._beside.get(last)
        if beside is None:
            return f"{line}  {own.lstrip()}"
        return beside.after(f"{line}  {own.removesuffix(beside.text).strip()}")

    def _item_lines(self, first: int, end: int, indent: int, hanging: int) -> list[str]:
        """Tokens `first` up to `end`, which start a line, with the bodies among them."""
        done: list[str] = []
        words: list[Word] = []
        index = first
        while index < end:
            body = self._bodies.get(index)
            if body is None:
                words.append(self._word(index, first))
                index += 1
            else:
                inline = self._inline_body(body, words, indent, hanging)
                if inline is None:
                    words.append(self._word(index, first))
                    done += lines_of(words, indent, hanging)
                    done += self._items_lines(body.items, indent + INDENT, body.rule)
                    done += self._comment_lines(body.closing, indent + INDENT, first=not body.items)
                    words = [self._closing_word(body)]
                else:
                    words.append(inline)
                index = body.closing + 1
            if index < end and words and self._starts_line(index, words, indent):
                done += lines_of(words, indent, hanging)
                words = []
                done += [" " * indent + comment.text for comment in self._above.get(index, ())]
                first = index
        return done + (lines_of(words, indent, hanging) if words else [])

    def _starts_line(self, index: int, words: Sequence[Word], indent: int) -> bool:
        """Whether a further branch starts a line: `or { }` always, `else { }` if it did or if it does not fit."""
        if self._tokens[index - 1].terminal != "}" or index - 1 in self._marks.set_braces:
            return False
        terminal = self._tokens[index].terminal
        if terminal != "else" or words[-1].text == "}":
            return terminal == "or"
        if self._tokens[index].line_start:
            return True
        body = self._bodies.get(index + 1)
        so_far = [*words, self._word(index, index - 1)]
        return body is None or self._inline_body(body, so_far, indent, INDENT) is None

    def _closing_word(self, body: _Body) -> Word:
        return Word("}", "", None, 0, beside=self._beside.get(body.closing))

    def _word(self, index: int, first: int) -> Word:
        token = self._tokens[index]
        if index == first:
            return Word(token.text, "", None, 0, beside=self._beside.get(index))
        return Word(
            token.text,
            self._space(index),
            self._marks.rank(self._tokens, index),
            self._depths[index] - self._depths[first],
            token.line_start and not (token.terminal == "else" and index - 1 in self._closings),
            tuple(comment.text for comment in self._above.get(index, ())),
            self._beside.get(index),
        )

    def _inline_body(self, body: _Body, words: Sequence[Word], indent: int, hanging: int) -> Word | None:
        """The body as one word, if it stood on one line, has no comment in it and fits after `words`."""
        inside = range(body.opening + 1, body.closing + 1)
        if body.items and any(self._tokens[index].line_start for index in inside):
            return None
        if any(index in self._above or index - 1 in self._beside for index in inside):
            return None
        text = self._inline_text(body)
        word = Word(text, self._space(body.opening), None, 0, beside=self._beside.get(body.closing))
        without = lines_of(words, indent, hanging)
        room = WIDTH - len(without[-1]) - 1
        return word if len(text) <= room and body.opening not in self._above and not words[-1].beside else None

    def _inline_text(self, body: _Body) -> str:
        parts: list[str] = []
        for item in body.items:
            first, end = self._index_at[item.start], self._index_at_end[item.end] + 1
            pieces = [self._tokens[first].text]
            index = first + 1
            while index < end:
                inner = self._bodies.get(index)
                pieces.append(self._space(index) + self._inline_text(inner) if inner else self._spaced(index))
                index = inner.closing + 1 if inner else index + 1
            gap = self._gaps.get(first, "  ") if parts else ""
            parts.append(gap + "".join(pieces))
        return f"{{ {''.join(parts)} }}" if parts else "{ }"

    def _space(self, index: int) -> str:
        """What stands before a token on its line."""
        space = self._marks.space(self._tokens, index)
        return self._gaps.get(index, space) if space else space

    def _spaced(self, index: int) -> str:
        return self._space(index) + self._tokens[index].text


def _depths(tokens: Sequence[Token]) -> list[int]:
    """How many brackets are open before each token."""
    depths: list[int] = []
    depth = 0
    for token in tokens:
        if token.terminal in {")", "]", "}"}:
            depth -= 1
        depths.append(depth)
        if token.terminal in {"(", "[", "{"}:
            depth += 1
    return depths
