"""What to do at a syntax error: find the cheapest edit of the text after which parsing goes on well.

Close to the error, small edits are tried (a word is a name, misspelt, missing, superfluous, another one), each by
running the machine ahead without building anything. If none lets the parser get on, it falls back to panic mode: skip
to a token that starts or ends an item, and drop what was open. An edit that leaves the meaning unclear leaves a hole,
so that the item around it is missing from the tree rather than wrong.

In the spirit of Corchuelo et al., "Repairing syntax errors in LR parsers" (TOPLAS 2002).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal

from modelcheck.frontend.machine import Frame, Machine
from modelcheck.frontend.tables import END, words
from modelcheck.frontend.tokens import STRAY, Token
from modelcheck.frozen import Frozen, replace

LOOKAHEAD = 24
"""How many tokens an edit is judged by."""
ENOUGH = 4
"""How many tokens must follow an edit well for it to be trusted more than panic mode."""
MAX_EFFORT = 400_000
"""After so many trial reductions in one text, all further errors are left to panic mode, which is quick."""

Habit = Literal["late_arrow", "loop", "parallel"]
Kind = (
    Literal[
        "own", "name", "misspelt", "swapped", "foreign", "close", "stray_close", "insert", "replace", "delete", "panic"
    ]
    | Habit
)

OPENING = {"(": ")", "[": "]", "{": "}"}
CLOSING = frozenset(OPENING.values())
VALUES = frozenset({"NAME", "INT", "STRING"})
GUESSED = VALUES | words("== != <= >= < > + - MULOP ?? ..")
"""What stands for any of its sort where it was put in, so that nothing is known about its meaning."""
TOP_LEVEL = words(
    """protocol import message agent ids def param const enum record type shared initially check invariant temporal
    reachable consistency refines"""
)
"""Words that can only start a declaration at the top level, so everything that is still open has lost its brace."""
STARTERS = TOP_LEVEL | words(
    """network time detector eventually transition ghost durable var timer fault at initial final state states any on
    step unfair strong ignore round send reply if for choose either assert skip start stop invoke return let bound allow
    expect faults crash lose duplicate corrupt partition byzantine else or NAME -> }"""
)
_LATER = words(
    """import time timer detector eventually temporal consistency refines round rounds expires delay
    forgeable invoke return start stop inductive always until leads within"""
)
"""Words of what is not supported yet: nobody is told to write one, but where nothing else fits."""
_FOREIGN_WORDS = {
    "elif": ("else", "if"),
    "elsif": ("else", "if"),
    "elseif": ("else", "if"),
    "upto": ("up", "to"),
}
_SWAPS = {
    "=": (":=", "==", ":"),
    ":=": ("=", "==", ":"),
    "==": ("=", ":="),
    ":": ("=", ":=", "in"),
    "->": (":", "implies"),
    "in": (":", "of"),
}


class Situation(Frozen):
    """An error at token `index`. `history[i]` is the stack before token i. Edits go back to token `floor` at most."""

    machine: Machine
    tokens: Sequence[Token]
    history: Sequence[Frame]
    index: int
    floor: int

    @property
    def token(self) -> Token:
        """The token that does not fit."""
        return self.tokens[self.index]

    @property
    def stack(self) -> Frame:
        """The stack before it."""
        return self.history[self.index]

    def reach(self, stack: Frame, start: int, limit: int = LOOKAHEAD) -> int:
        """How many tokens from `start` parse on `stack`, up to `limit`. The end of the text counts as all of them."""
        position = start
        while position < len(self.tokens) and position - start < limit:
            token = self.tokens[position]
            if token.terminal != STRAY:
                following = self.machine.accepts(stack, token.terminal)
                if following is None:
                    return position - start
                stack = following
            position += 1
        return limit if position == len(self.tokens) else position - start


class Edit(Frozen):
    """Go back to before token `at`, put in `insert`, leave out the tokens up to `resume`.

    `stack` is where to start: that before token `at`, or in panic mode one with less on it. `hole` says that the
    meaning is unclear. `reach` counts the tokens that parse after it.
    """

    kind: Kind
    stack: Frame
    at: int
    resume: int
    insert: tuple[str, ...]
    cost: float
    hole: bool
    reach: int = 0

    @property
    def score(self) -> float:
        """The higher the better."""
        return self.reach - self.cost


def find_edit(situation: Situation) -> Edit:
    """The best edit for an error."""
    tokens, index = situation.tokens, situation.index
    if situation.token.terminal == STRAY:
        removal = Edit("delete", situation.stack, index, index + 1, (), 0.0, hole=False)
        if situation.token.flaw is not None and situation.token.flaw.code == "MC111":
            return removal  # A comment or a sign for which there is none.
        if tokens[index + 1].line_start or situation.reach(situation.stack, index + 1) >= ENOUGH:
            return removal
    if situation.machine.effort > MAX_EFFORT:
        return _panic(situation)
    best: Edit | None = None
    for edit in _small_edits(situation):
        if best is not None and LOOKAHEAD - edit.cost <= best.score:
            continue
        if situation.token.terminal == STRAY and edit.resume <= index:
            continue  # What has no meaning has to go in any case.
        judged = _judge(situation, edit)
        if judged is not None and (best is None or judged.score > best.score):
            best = judged
    if best is not None and _is_trusted(tokens, best, index):
        return best
    panic = _panic(situation)
    if best is None or best.reach < 2 or panic.resume - index < 2:  # noqa: PLR2004 - a single token proves nothing
        return panic
    return best


def _is_trusted(tokens: Sequence[Token], edit: Edit, index: int) -> bool:
    """Whether enough parses after an edit: some tokens, up to the end, or into the next declaration, however short."""
    first = max(edit.resume, index)
    if (edit.reach >= ENOUGH and edit.score > 0) or first + edit.reach >= len(tokens):
        return True
    if edit.kind == "name" and edit.cost < 1:
        return True
    if edit.kind == "swapped" and edit.insert == ("==",) and tokens[first + edit.reach].terminal == "then":
        return True  # `if x = 1 then {`: another mistake follows.
    return edit.cost < 2 and any(starts_item(token) for token in tokens[first : first + edit.reach])  # noqa: PLR2004


def starts_item(token: Token) -> bool:
    """Whether a token looks like the start of a declaration, transition or statement: a keyword that starts a line."""
    return token.line_start and token.terminal in STARTERS and token.is_word and token.terminal != "NAME"


def acceptable(machine: Machine, stack: Frame) -> tuple[str, ...]:
    """The terminals that can really follow, in a fixed order."""
    candidates = sorted(machine.tables.actions[stack.state])
    return tuple(terminal for terminal in candidates if machine.accepts(stack, terminal) is not None)


def misspelling(word: str, expected: Sequence[str]) -> str | None:
    """The expected keyword that `word` probably stands for."""
    best, ratio = None, 0.7
    for candidate in expected:
        if not candidate.isalpha() or candidate.isupper() or abs(len(candidate) - len(word)) > 3:  # noqa: PLR2004
            continue
        similar = SequenceMatcher(None, word.lower(), candidate).ratio()
        if word.lower() == candidate:
            similar = 1.0
        if similar > ratio and (len(word) > 2 or similar == 1.0):  # noqa: PLR2004 - any two letters resemble each other
            best, ratio = candidate, similar
    return best


def _judge(situation: Situation, edit: Edit) -> Edit | None:
    """Give an edit its reach, or None if it does not get past the error."""
    stack = edit.stack
    for terminal in edit.insert:
        following = situation.machine.accepts(stack, terminal)
        if following is None:
            return None
        stack = following
    past = edit.resume + situation.reach(stack, edit.resume) - max(situation.index, edit.resume)
    return replace(edit, reach=min(past, LOOKAHEAD)) if past > 0 else None


def _small_edits(situation: Situation) -> Iterator[Edit]:
    """Likely edits first: the judge skips those that cannot win any more."""
    token, stack, index = situation.token, situation.stack, situation.index
    expected = acceptable(situation.machine, stack)
    owned = token.terminal == "self" and situation.tokens[index + 1].terminal == "." and ":=" not in expected
    if owned:
        yield Edit("own", stack, index, index + 2, (), 0.0, hole=False)
    is_keyword = token.terminal in situation.machine.tables.keywords and "NAME" in expected
    is_on_line = index > 0 and not token.line_start
    if is_keyword and is_on_line and not owned:
        # Where an expression fits, a statement's keyword more likely follows a missing one.
        cost = 2.2 if token.terminal in STARTERS and "true" in expected else 0.2
        yield Edit("name", stack, index, index + 1, ("NAME",), cost, hole=False)
    yield from _other_words(situation, expected)
    for other in _SWAPS.get(token.terminal, ()):
        if other in expected:
            yield Edit("swapped", stack, index, index + 1, (other,), 0.6, hole=False)
    yield from _bracket_edits(situation)
    yield from _plain_edits(situation, expected)
    if is_keyword and not is_on_line:
        yield Edit("name", stack, index, index + 1, ("NAME",), 4.0, hole=False)
    yield from _earlier_edits(situation)


def _other_words(situation: Situation, expected: Sequence[str]) -> Iterator[Edit]:
    """A keyword misspelt or from another language, here or shortly before: many a typing error passes for a name."""
    index = situation.index
    for back in range(index, max(index - 3, situation.floor - 1, -1), -1):
        token, stack = situation.tokens[back], situation.history[back]
        if not token.is_word:
            continue
        known = expected if back == index else acceptable(situation.machine, stack)
        close = misspelling(token.text, [word for word in known if word != token.terminal])
        if close is not None and (token.terminal == "NAME" or back == index):
            cost = 0.5 + 0.2 * (index - back) + (0.0 if token.terminal == "NAME" else 2.5)
            yield Edit("misspelt", stack, back, back + 1, (close,), cost, hole=False)
        if token.text in _FOREIGN_WORDS:
            yield Edit("foreign", stack, back, back + 1, _FOREIGN_WORDS[token.text], 0.4, hole=False)


def _plain_edits(situation: Situation, expected: Sequence[str]) -> Iterator[Edit]:
    """Leave the token out, put something before it, or take it for something else."""
    token, stack, index = situation.token, situation.stack, situation.index
    # The start of a declaration is rarely a mistake: better to add something before it than to lose it.
    precious = 3.0 if starts_item(token) else 0.0
    if token.terminal != END:
        is_unclear = token.terminal not in {*CLOSING, ",", STRAY}
        yield Edit("delete", stack, index, index + 1, (), 2.0 + precious, is_unclear)
    for terminal in expected:
        if terminal == END or (terminal in _LATER and len(expected) > 1):
            continue
        guessed = terminal in VALUES or terminal in situation.machine.tables.keywords
        cost = 2.5 if terminal == "NAME" else 3.0 if guessed else 1.5
        hole = guessed or terminal in GUESSED
        yield Edit("insert", stack, index, index, (terminal,), cost, hole)
        if terminal != "NAME":
            yield Edit("insert", stack, index, index, (terminal, "NAME"), cost + 1.5, hole=True)
        if token.terminal != END and terminal not in CLOSING:
            yield Edit("replace", stack, index, index + 1, (terminal,), 3.2 + precious, hole=True)


def _earlier_edits(situation: Situation) -> Iterator[Edit]:
    """The mistake may lie before the token that does not fit."""
    tokens, history, index, floor = situation.tokens, situation.history, situation.index, situation.floor
    for back in range(index - 1, max(index - 3, floor - 1, -1), -1):
        if tokens[back].terminal == "{" or starts_item(tokens[back]):
            yield Edit("insert", history[back], back, back, ("NAME",), 1.4 + 0.1 * (index - back), hole=True)
    if index - 1 >= floor:
        yield Edit("insert", history[index - 1], index - 1, index - 1, (",",), 1.7, hole=False)
        yield Edit("delete", history[index - 1], index - 1, index, (), 3.0, hole=True)


def _bracket_edits(situation: Situation) -> Iterator[Edit]:
    """Close what was left open, or take back a closing bracket that came too early."""
    tokens, history, index = situation.tokens, situation.history, situation.index
    for count in range(1, 8):
        yield Edit("close", history[index], index, index, ("}",) * count, 0.8 + 0.1 * count, hole=False)
    for closing in ")]":
        yield Edit("close", history[index], index, index, (closing,), 1.0, hole=False)
        yield Edit("close", history[index], index, index, (closing,) * 2, 1.2, hole=False)
        yield Edit("close", history[index], index, index, (closing, "}"), 2.0, hole=False)
    if index - 1 >= situation.floor and tokens[index - 1].terminal in CLOSING:
        yield Edit("stray_close", history[index - 1], index - 1, index, (), 1.6, hole=False)
    if tokens[index].terminal in CLOSING:
        yield Edit("stray_close", history[index], index, index + 1, (), 1.1, hole=False)


def _panic(situation: Situation) -> Edit:
    """Skip to the first token that starts or ends something and fits on what is below on the stack."""
    tokens, index = situation.tokens, situation.index
    frames = _distinct(situation.stack)
    nesting = 0
    for position in range(index, len(tokens)):
        terminal = tokens[position].terminal
        if terminal in TOP_LEVEL and tokens[position].line_start:
            nesting = 0
        if nesting == 0 and (terminal in STARTERS or terminal == END):
            found = _best_frame(situation, frames, position)
            if found is not None:
                return Edit("panic", found, index, position, (), 0.0, hole=False, reach=1)
        if terminal == "{":
            nesting += 1
        elif terminal == "}" and nesting:
            nesting -= 1
    return Edit("panic", situation.machine.initial(), index, len(tokens), (), 0.0, hole=False)


def _distinct(stack: Frame) -> tuple[Frame, ...]:
    """The frames of a stack from the top, each state once: what can follow depends on the state nearly alone."""
    frames: dict[int, Frame] = {}
    frame: Frame | None = stack
    while frame is not None:
        frames.setdefault(frame.state, frame)
        frame = frame.below
    return tuple(frames.values())


def _best_frame(situation: Situation, frames: Sequence[Frame], position: int) -> Frame | None:
    """The frame on which most tokens parse, the topmost of equals."""
    token = situation.tokens[position]
    needed = 1 if token.terminal in {END, "}"} or starts_item(token) else 3
    best: Frame | None = None
    longest = needed - 1
    for frame in frames:
        actions = situation.machine.tables.actions[frame.state]
        # A name starts a statement or a setting; where nothing but a name fits, an earlier declaration lacks its own.
        if token.terminal in actions and (token.terminal != "NAME" or "skip" in actions or "expect" in actions):
            found = situation.reach(frame, position, 8)
            if found > longest:
                best, longest = frame, found
    return best
