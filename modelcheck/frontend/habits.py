"""Mistakes of which the whole construct shows what was meant: they are told as one, and left out as one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from modelcheck.frontend.recovery import CLOSING, OPENING, Edit, Situation, acceptable, starts_item
from modelcheck.frontend.tables import END
from modelcheck.frontend.tokens import Token


def find_habit(situation: Situation) -> Edit | None:
    """The edit that leaves out what somebody wrote by habit, if there is such a thing here."""
    return next((edit for edit in _habits(situation) if situation.reach(edit.stack, edit.resume, 1)), None)


def _habits(situation: Situation) -> Iterator[Edit]:
    tokens, index, stack = situation.tokens, situation.index, situation.stack
    token, before = situation.token, tokens[index - 1] if index else situation.token
    if token.terminal == "->" and before.terminal == "}" and tokens[index + 1].terminal == "NAME":
        # Behind the body of a transition, where the next transition could start.
        if "step" in acceptable(situation.machine, stack):
            behind = index + 2
            behind = _behind_block(tokens, behind) if tokens[behind].terminal == "{" else behind
            yield Edit("late_arrow", stack, index, behind, (), 0.0, hole=False)
    elif token.terminal == "while" and "choose" in acceptable(situation.machine, stack):
        yield Edit("loop", stack, index, _behind_block(tokens, index + 1), (), 0.0, hole=False)
    elif token.terminal == "," and before.terminal == "NAME" and index > situation.floor:
        assigned = index
        while tokens[assigned].terminal == "," and tokens[assigned + 1].terminal == "NAME":
            assigned += 2
        if tokens[assigned].terminal == ":=":
            start = situation.history[index - 1]
            yield Edit("parallel", start, index - 1, _behind_values(tokens, assigned + 1), (), 0.0, hole=False)


def _behind_block(tokens: Sequence[Token], index: int) -> int:
    """Behind the next block, or where something else starts before it."""
    while tokens[index].terminal not in {"{", "}", END} and not starts_item(tokens[index]):
        index += 1
    if tokens[index].terminal != "{":
        return index
    depth = 0
    while tokens[index].terminal != END:
        depth += {"{": 1, "}": -1}.get(tokens[index].terminal, 0)
        index += 1
        if not depth:
            break
    return index


def _behind_values(tokens: Sequence[Token], index: int) -> int:
    """Behind expressions with commas between them: at the end of their block or line, outside brackets."""
    depth = 0
    while tokens[index].terminal != END:
        token = tokens[index]
        if not depth and (
            token.terminal in CLOSING or (token.line_start and tokens[index - 1].terminal not in {",", ":="})
        ):
            break
        depth += (token.terminal in OPENING) - (token.terminal in CLOSING)
        index += 1
    return index
