"""Help for mistakes that people bring from other languages, by the tokens around them."""

from __future__ import annotations

from collections.abc import Sequence

from modelcheck.frontend.recovery import CLOSING, OPENING, VALUES
from modelcheck.frontend.tables import END, words
from modelcheck.frontend.tokens import Token

_COMPARISONS = words("== != < <= > >=")
_SET_OPERATORS = words("union intersect minus")
_STRENGTHS = words("strong unfair")


def hint(tokens: Sequence[Token], index: int) -> str:
    """Help for a few mistakes that people bring from other languages."""
    token = tokens[index]
    if advice := _fairness_hint(tokens, index) or _formula_hint(tokens, index):
        return advice
    if token.terminal == ":" and index > 1 and tokens[index - 2].terminal in {"forall", "exists", ","}:
        return f"name the set: `{tokens[index - 1].text} in SET: …`"
    if token.terminal == ".." and (advice := _range_as_operand(tokens, index)):
        return advice
    if token.terminal == "->" and index > 1 and tokens[index - 2].terminal == "ignore":
        return f"write `on {tokens[index - 1].text} -> {tokens[index + 1].text}`"
    is_field = token.terminal in VALUES and not token.line_start
    if is_field and index > 1 and tokens[index - 2].terminal in {"send", "reply"}:
        return f"fields stand in parentheses: `{tokens[index - 1].text}({token.text})`"
    if token.terminal == "then":
        return "a statement is written `if … { } else { }`, without 'then'"
    if token.terminal in _COMPARISONS and index and tokens[index - 1].terminal not in {"{", "when"}:
        return "comparisons do not chain: join them with 'and'"
    if token.terminal == ":" and index and tokens[index - 1].terminal == ")":
        return "a definition has no result type: write `def f(x: T) = …`"
    if token.terminal == "else":
        return "write `if … { } else if … { }`, or `if … then … else …` in an expression"
    if token.terminal in {"+", "-"} and tokens[index + 1].terminal == token.terminal:
        return f"write `{token.text}= 1`"
    return ""


def _fairness_hint(tokens: Sequence[Token], index: int) -> str:
    if not index or tokens[index - 1].terminal not in _STRENGTHS:
        return ""
    if tokens[index].terminal in _STRENGTHS:
        return "write one of the two: what is 'strong' is owed more than is usual, what is 'unfair' not at all"
    return "rounds are owed in any case: write `round` alone" if tokens[index].terminal == "round" else ""


def _formula_hint(tokens: Sequence[Token], index: int) -> str:
    token, before = tokens[index], index - 1
    if token.terminal == "within":
        return "a deadline has a beginning: write `P leads to Q within …`"
    while before > 0 and tokens[before].terminal in {"NAME", "INT", "."}:
        before -= 1
    if token.terminal == "until" or (token.terminal in _COMPARISONS and tokens[before].terminal == "until"):
        return "put both sides in parentheses: `(…) until (…)`"
    return ""


def _range_as_operand(tokens: Sequence[Token], index: int) -> str:
    """Help for `{1..2}`, which would be a set with a set in it, and for `1..2 union 4..5`."""
    written = f"{tokens[index - 1].text}..{tokens[index + 1].text}"
    if tokens[index - 2].terminal in _SET_OPERATORS:
        return f"put each range in parentheses, like `({written})`"
    opened = open_brackets(tokens, index)
    if not opened or opened[-1].terminal != "{":
        return ""
    if tokens[index - 2] is opened[-1] and tokens[index + 1].terminal != END and tokens[index + 2].terminal == "}":
        return f"`{written}` is a set already, without braces"
    return f"`lo..hi` is a set already: join it to others with 'union', as `({written})`"


def open_brackets(tokens: Sequence[Token], index: int) -> list[Token]:
    """The brackets that are open before a token, the outermost first."""
    opened: list[Token] = []
    for token in tokens[:index]:
        if token.terminal in OPENING:
            opened.append(token)
        elif token.terminal in CLOSING and opened and OPENING[opened[-1].terminal] == token.terminal:
            opened.pop()
    return opened
