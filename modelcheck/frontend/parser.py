"""The parser: takes the tokens of a text one by one, mends the syntax errors, and says what was wrong."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from functools import cache

from modelcheck.diagnostics import Diagnostic
from modelcheck.frontend.explain import HABITS, describe, keyword_as_name
from modelcheck.frontend.habits import find_habit
from modelcheck.frontend.hints import open_brackets
from modelcheck.frontend.machine import UNNAMED, Excess, Frame, Hole, Machine, settle
from modelcheck.frontend.parsed import Parsed
from modelcheck.frontend.recovery import CLOSING, GUESSED, VALUES, Edit, Situation, find_edit, starts_item
from modelcheck.frontend.tables import END, Tables, load_tables
from modelcheck.frontend.tokens import Lexed, Lexer, Token, misnamed
from modelcheck.source import Source, Span
from modelcheck.syntax import MAX_DEPTH, Node

MAX_ERRORS = 100
"""After so many errors the rest of the text is not read: it is hardly a specification."""


_TOO_DEEP = f"nested more than {MAX_DEPTH} levels deep"
_SPLIT = "split it up, for example with `def`"
_FLATTEN = "join conditions with 'and', or make it several transitions with guards"


def parse_text(source: Source) -> Parsed:
    """Parse without the cache."""
    return _Run(_tables(), source).parsed()


def tokens_of(source: Source) -> Lexed:
    """The tokens and comments of a text."""
    return Lexer(_tables()).split(source.text)


@cache
def _tables() -> Tables:
    return load_tables()


class _Run:
    """Parsing one text."""

    def __init__(self, tables: Tables, source: Source) -> None:
        self._source = source
        self._machine = Machine(tables)
        self._tokens = Lexer(tables).split(source.text).tokens
        self._errors: list[Diagnostic] = []
        self._skipped: list[Hole] = []
        # The stack before each token: an edit may go back a little. Frames are shared, so this costs a reference each.
        self._history: list[Frame] = [self._machine.initial()]
        self._floor = 0
        self._hole_next = False
        # Tokens before this one have had their flaws reported, whatever an edit goes back to.
        self._told = 0
        self._words_as_names: set[int] = set()
        self._misnamed = misnamed(self._tokens, tables.keywords)
        self._misnamed_words = {self._tokens[index].terminal for index in self._misnamed}

    def parsed(self) -> Parsed:
        root = self._root()
        self._report_depth()
        holes = [*self._skipped, *self._machine.dropped]
        errors = tuple(sorted(self._errors, key=Diagnostic.sort_key))
        return Parsed(root, errors, self._names_in(holes) if errors else frozenset())

    def _root(self) -> Node:
        if len(self._tokens) == 1:
            self._error("MC117", 0, 0, "empty file: expected `protocol NAME`", "name the protocol in the first line")
            return self._placeholder()
        self._start()
        index = 0
        while index < len(self._tokens) and len(self._errors) < MAX_ERRORS:
            index = self._step(index)
        if index < len(self._tokens):
            token = self._tokens[index]
            problem = f"more than {MAX_ERRORS} syntax errors: the rest was not read"
            self._error("MC118", token.start, token.end, problem, "is this a specification?")
            self._skipped.append(Hole(token.start, len(self._source.text)))
            self._close_all(index)
        value = settle(self._history[-1].value)
        return value if isinstance(value, Node) and value.rule == "start" else self._placeholder()

    def _placeholder(self) -> Node:
        return Node("start", 0, len(self._source.text), (Node("NAME", 0, 0, (), UNNAMED),))

    def _start(self) -> None:
        """Make up the header if the text has none: everything else would be an error otherwise."""
        first, second = self._tokens[:2]
        if first.terminal == "NAME" and second.terminal == "NAME":
            return  # A misspelt `protocol`, most likely.
        if first.terminal != "protocol" and first.flaw is None:
            problem = f"expected `protocol NAME`, found '{first.text}'"
            self._error("MC117", first.start, first.end, problem, "a file starts with the protocol's name")
            for terminal in ("protocol", "NAME"):
                self._history[0] = self._shift_made_up(self._history[0], terminal, 0)

    def _step(self, index: int) -> int:
        """Take token `index`, or mend the error there. Returns the next token to take."""
        token = self._tokens[index]
        if token.flaw is not None and index >= self._told:
            self._told = index + 1
            self._error(token.flaw.code, token.start, token.end, token.flaw.problem, token.flaw.help)
        if token.terminal in self._misnamed_words and self._is_name(index):
            token = token._replace(terminal="NAME")
            self._words_as_names.add(token.start)
            if index in self._misnamed and index >= self._told:
                self._told = index + 1
                self._errors.append(keyword_as_name(self._source, token))
        value = self._value(token)
        following = self._machine.shift(self._history[index], token.terminal, value, token.start, token.end)
        if following is not None:
            self._hole_next = False
            self._push(index, following)
            return index + 1
        situation = Situation(self._machine, self._tokens, self._history, index, self._floor)
        edit = find_habit(situation) or find_edit(situation)
        opened = open_brackets(self._tokens, index) if token.flaw is None else []
        if len(opened) > MAX_DEPTH:
            # Whatever is wrong here, nobody can read it; what is missing are closing brackets, most likely.
            deep = opened[MAX_DEPTH]
            self._machine.too_deep.append(Excess(deep.start, len(self._source.text), deep.terminal == "{"))
        elif token.flaw is None:
            found = describe(self._source, situation, edit)
            if all(found.span != other.span for other in self._errors):
                self._errors.append(found)
        return self._apply(edit, index)

    def _is_name(self, index: int) -> bool:
        """Whether a keyword that is declared as a name somewhere is more likely a name here too."""
        token, stack = self._tokens[index], self._history[index]
        as_name = self._machine.accepts(stack, "NAME")
        if as_name is None:
            return False
        as_keyword = self._machine.accepts(stack, token.terminal)
        situation = Situation(self._machine, self._tokens, self._history, index, self._floor)
        return as_keyword is None or situation.reach(as_name, index + 1) > situation.reach(as_keyword, index + 1)

    def _value(self, token: Token) -> Node | Hole:
        if self._hole_next or (token.flaw is not None and token.terminal == "INT"):
            self._machine.has_holes = True
            return Hole(token.start, token.end)
        name = self._machine.tables.names.get(token.terminal, token.terminal)
        return Node(name, token.start, token.end, (), token.text)

    def _push(self, index: int, stack: Frame) -> None:
        del self._history[index + 1 :]
        self._history.append(stack)

    def _apply(self, edit: Edit, index: int) -> int:
        stack = edit.stack
        place = self._tokens[edit.at - 1].end if edit.at else 0
        if edit.kind in {"name", "misspelt", "swapped", "foreign"}:
            token = self._tokens[edit.at]
            terminal = edit.insert[0]
            if terminal == "NAME":
                self._words_as_names.add(token.start)
            value = self._value(token._replace(terminal=terminal))
            taken = self._machine.shift(stack, terminal, value, token.start, token.end)
            assert taken is not None, "the edit was tried"
            self._hole_next = False
            stack = taken
            for extra in edit.insert[1:]:
                stack = self._shift_made_up(stack, extra, token.end)
        else:
            for terminal in edit.insert:
                stack = self._shift_made_up(stack, terminal, place)
        if edit.kind == "panic":
            self._skip(edit, index)
        elif edit.kind in HABITS:
            self._skipped.append(Hole(self._tokens[edit.at].start, self._tokens[edit.resume].start))
        elif edit.hole and not any(terminal in VALUES for terminal in edit.insert):
            following = self._tokens[edit.resume]
            ended = edit.kind == "delete" and (following.terminal in CLOSING or starts_item(following))
            if ended and isinstance(stack.value, Node) and stack.value.text:
                # What was left out was the end of its item: the next token belongs to another one.
                stack = stack._replace(value=Hole(stack.start, stack.end))
                self._machine.has_holes = True
            else:
                self._hole_next = True
        resume = min(edit.resume, len(self._tokens))
        # Tokens left out have the same stack before and after them.
        del self._history[edit.at + 1 :]
        self._history.extend([stack] * (resume - edit.at))
        self._history[resume] = stack
        self._floor = resume
        return resume

    def _shift_made_up(self, stack: Frame, terminal: str, place: int) -> Frame:
        name = self._machine.tables.names.get(terminal, terminal)
        value = Hole(place, place) if terminal in GUESSED else Node(name, place, place, (), terminal)
        following = self._machine.shift(stack, terminal, value, place, place)
        assert following is not None, "the edit was tried"
        return following

    def _skip(self, edit: Edit, index: int) -> None:
        resume = self._tokens[edit.resume] if edit.resume < len(self._tokens) else self._tokens[-1]
        self._skipped.append(Hole(min(edit.stack.end, resume.start), resume.start))
        line = self._source.position(self._tokens[index].start)[0]
        for token in self._tokens[index + 1 : edit.resume]:
            # On the line of the error it is most likely the same mistake.
            if len(self._errors) >= MAX_ERRORS:
                break
            if token.flaw is not None and self._source.position(token.start)[0] != line:
                self._error(token.flaw.code, token.start, token.end, token.flaw.problem, token.flaw.help)

    def _close_all(self, index: int) -> None:
        end = len(self._source.text)
        frame: Frame | None = self._history[index]
        while frame is not None:
            accepted = self._machine.shift(frame, END, None, end, end)
            if accepted is not None:
                self._history.append(accepted)
                return
            frame = frame.below

    def _report_depth(self) -> None:
        last = -1
        for hole in sorted(self._machine.too_deep, key=lambda hole: hole.start):
            if hole.start >= last:
                self._error("MC114", hole.start, hole.start + 1, _TOO_DEEP, _FLATTEN if hole.statement else _SPLIT)
            last = max(last, hole.end)

    def _error(self, code: str, start: int, end: int, problem: str, advice: str) -> None:
        self._errors.append(Diagnostic(code, Span(self._source, start, end), problem, advice))

    def _names_in(self, holes: Sequence[Hole]) -> frozenset[str]:
        starts = [token.start for token in self._tokens]
        names = {token.text for token in self._tokens if token.start in self._words_as_names}
        for hole in holes:
            first, last = bisect.bisect_left(starts, hole.start), bisect.bisect_left(starts, hole.end)
            names.update(
                token.text
                for token in self._tokens[first:last]
                if token.terminal == "NAME" or token.start in self._words_as_names
            )
        return frozenset(names)
