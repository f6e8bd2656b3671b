"""From characters to tokens. Never fails: what belongs to no token becomes a faulty token that carries its diagnosis.

Every keyword is reserved, with three exceptions that the language needs: after `.` any name goes (`m.from`), `some(x)`
is the option that holds `x`, and `set` names an object after a consistency model.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from modelcheck.frontend.tables import END, Tables, words
from modelcheck.frozen import Frozen

MAX_DIGITS = 18

STRAY = "stray"
"""The terminal of characters that have no meaning in the language; no rule accepts it."""


class Flaw(Frozen):
    """What is wrong with a token by itself."""

    code: str
    problem: str
    help: str = ""


# What other languages write, TLA+ above all: pattern, our terminal for it (or none), what to say.
_COMMENT = "a comment starts with '#'"
_LINE_COMMENT = f"{_COMMENT} and ends with the line"
_PRIME = "in a body write `x := …`, in a property of steps `next(x) == …`"
_FOREIGN = (
    (r"//[^\n]*|\\\*[^\n]*|(?<!\S)--+(?=\s)[^\n]*", "", _COMMENT),
    (r"/\*(?:[^*]|\*(?!/))*\*/|\(\*(?:[^*]|\*(?!\)))*\*\)", "", _LINE_COMMENT),
    (r";+", "", "remove it: statements and declarations need no terminator"),
    (r"<=>|⇔|\\equiv\b", "iff", "write 'iff'"),
    (r"~>|⇝", "implies", "write 'leads to'"),
    (r"=>|⇒|⟹", "implies", "write 'implies'"),
    (r"&&|/\\|∧|\\land\b", "and", "write 'and'"),
    (r"\|\||\\/|∨|\\lor\b", "or", "write 'or'"),  # noqa: RUF001 - the sign is meant
    (r"<>|≠|/=(?!=)|\\neq?\b", "!=", "write '!='"),
    (r"===", "==", "write '=='"),
    (r"!(?!=)|~|¬|\\lnot\b|\\neg\b", "not", "write 'not'"),
    (r"∀|\\AA?\b", "forall", "write 'forall'"),
    (r"∃|\\EE?\b", "exists", "write 'exists'"),
    (r"∈|\\in\b", "in", "write 'in'"),
    (r"∉|\\notin\b", "in", "write `not (x in S)`"),
    (r"≤|=<|\\leq?\b", "<=", "write '<='"),
    (r"≥|\\geq?\b", ">=", "write '>='"),
    (r"∪|\\cup\b|\\union\b", "union", "write 'union'"),  # noqa: RUF001 - the sign is meant
    (r"∩|\\cap\b|\\intersect\b", "intersect", "write 'intersect'"),
    (r"⊆|\\subseteq\b", "subset", "write 'subset'"),
    (r"∖|\\setminus\b|\\(?=[ \t]+[\w{(]|[{(])", "minus", "write 'minus'"),  # noqa: RUF001 - the sign is meant
    (r"×", "MULOP", "write '*'"),  # noqa: RUF001 - the sign is meant
    (r"÷|\\div\b", "MULOP", "write '/'"),
    (r"→", "->", "write '->'"),
    (r"(?<=[\w\]])'[ \t]*=(?!=)", ":=", _PRIME),
    (r"(?<=[\w\]])'(?![^'\n]*')", "", _PRIME),
    (r"'[^'\n]*'", "STRING", 'a string stands in double quotes: "…"'),
)
_FOREIGN_COMMENTS = ("//", "/*", "\\*", "(*", "--")
_OPEN_STRING = Flaw("MC107", "a string without its end", 'add the closing "')
_DECLARING = frozenset({"message", "def", "on", "step", "send", "reply", "invoke", "record"})
_NAMING = words("message agent def param const enum record type timer state var let choose for forall exists ( , {")
"""Tokens before a name that is declared or bound."""
_NAMED_BY = {
    **dict.fromkeys(("var", "param", "const", "(", ",", "{"), frozenset(":")),
    **dict.fromkeys(("choose", "for", "forall", "exists"), frozenset({"in"})),
    "let": frozenset("="),
}
"""What must follow the name for this to be a declaration; anything may if nothing is listed."""
_BEFORE_OPERANDS = words(": = ( when if and or not implies iff initially")
_CONSISTENCY_MODELS = words(
    "linearizable sequential causal read_your_writes monotonic_reads monotonic_writes writes_follow_reads"
)


class Token(NamedTuple):
    """A word of the text. `terminal` is what the grammar takes it for, `text` what was written.

    A token with a `flaw` has been repaired as far as it can be: `terminal` is what the writer probably meant. The first
    token on a line has `line_start`.
    """

    terminal: str
    start: int
    end: int
    text: str
    flaw: Flaw | None = None
    line_start: bool = False

    @property
    def is_word(self) -> bool:
        """Whether it looks like a name, keywords included."""
        return self.text[:1].isalpha() or self.text[:1] == "_"


class Comment(Frozen):
    """A `#` comment without its line end; trailing white space is not part of `text`."""

    start: int
    end: int
    text: str


class Lexed(Frozen):
    """The tokens of a text, with `$END` as the last, and its comments."""

    tokens: tuple[Token, ...]
    comments: tuple[Comment, ...]


class Lexer:
    """Splits texts by the grammar's terminals."""

    def __init__(self, tables: Tables) -> None:
        self._keywords = tables.keywords
        named = [f"(?P<f{number}>{pattern})" for number, (pattern, _, _) in enumerate(_FOREIGN)]
        self._shown: dict[str, str] = {}
        for number, (name, pattern) in enumerate(tables.patterns):
            group = name if name in {"NAME", "INT", "STRING"} else f"t{number}"
            self._shown[group] = name
            named.append(f"(?P<{group}>{pattern})")
        space = r"(?P<space>[ \t\r\n\f\ufeff]+)|(?P<comment>#[^\n]*)"
        self._pattern = re.compile(
            "|".join([space, *named, r'(?P<open_string>"[^\n]*)', r"(?P<stray>\\[A-Za-z]+|.)"]), re.DOTALL
        )

    def split(self, text: str) -> Lexed:
        """All tokens and comments of `text`."""
        tokens: list[Token] = []
        comments: list[Comment] = []
        position = 0
        line_start = True
        while position < len(text):
            match = self._pattern.match(text, position)
            assert match is not None
            assert match.lastgroup is not None, "the last alternative takes any character"
            group, start, position = match.lastgroup, position, match.end()
            if group == "space":
                line_start = line_start or "\n" in match.group()
                continue
            if group == "comment":
                written = match.group().rstrip()
                comments.append(Comment(start, start + len(written), written))
                continue
            token = self._token(group, match.group(), start, tokens)
            position = token.end
            merged = token.terminal == STRAY and tokens and tokens[-1].terminal == STRAY and tokens[-1].end == start
            if merged:
                line_start = tokens[-1].line_start
                token = _stray(tokens.pop().text + token.text, token.end)
            tokens.append(token._replace(line_start=True) if line_start else token)
            line_start = False
        tokens.append(Token(END, len(text), len(text), "", line_start=True))
        return Lexed(_in_context(tokens), tuple(comments))

    def _token(self, group: str, text: str, start: int, before: list[Token]) -> Token:
        end = start + len(text)
        if group == "NAME":
            after_dot = bool(before) and before[-1].terminal == "."
            return Token(text if text in self._keywords and not after_dot else "NAME", start, end, text)
        if group == "INT" and len(text) > MAX_DIGITS:
            flaw = Flaw("MC115", f"a number of {len(text):,} digits; {MAX_DIGITS} is the most", "use a smaller number")
            return Token("INT", start, end, text, flaw)
        if group in self._shown:
            return Token(self._shown[group], start, end, text)
        if group == "open_string":
            return _open_string(text, start)
        if group == STRAY:
            return _stray(text, end)
        _, terminal, advice = _FOREIGN[int(group[1:])]
        what = "comment" if text.startswith(_FOREIGN_COMMENTS) else "operator"
        shown = text[:2] if what == "comment" else text
        if terminal == "STRING":
            return Token(terminal, start, end, text, Flaw("MC107", "a string in single quotes", advice))
        if text.startswith("'"):
            flaw = Flaw("MC111", "a prime is not part of the language", advice)
            return Token(terminal or STRAY, start, end, text, flaw)
        problem = f"'{shown}' starts no {what} here" if what == "comment" else f"'{shown}' is not part of the language"
        return Token(terminal or STRAY, start, end, text, Flaw("MC111", problem, advice))


def _stray(text: str, end: int) -> Token:
    what = "characters" if len(text) > 1 else "character"
    shown = text if text.isprintable() else ascii(text)[1:-1]
    shown = shown if len(shown) <= 20 else shown[:20] + "…"  # noqa: PLR2004 - enough to recognise it
    told, advice = f"{what} '{shown}'", "remove it, or start a comment with '#'"
    if any(char.isalpha() for char in text):
        advice = "names have the letters a to z, digits and '_'; others are for comments and strings"
        if len(text) == 1:
            # It may look like one of those.
            told += f", {unicodedata.name(text, 'without a name').lower()}"
    flaw = Flaw("MC106", f"stray {told}", advice)
    return Token(STRAY, end - len(text), end, text, flaw)


def _open_string(text: str, start: int) -> Token:
    """A string that the line's end cuts off. It most likely ends before a brace, whose loss would hurt most."""
    cut = re.search(r"\s*[{}#]|\s*$", text)
    assert cut is not None, "every text has an end"
    text = text[: max(cut.start(), 1)]
    return Token("STRING", start, start + len(text), text, _OPEN_STRING)


def _in_context(tokens: list[Token]) -> tuple[Token, ...]:
    """Turn the keywords that are names where they stand into names."""
    for index, token in enumerate(tokens):
        before = tokens[index - 1].terminal if index else ""
        if token.flaw is not None and token.terminal in {"and", "or"} and before in _BEFORE_OPERANDS:
            # A list in the manner of TLA+ starts with its operator.
            flaw = Flaw(token.flaw.code, token.flaw.problem, f"remove it: '{token.terminal}' stands between operands")
            tokens[index] = token._replace(terminal=STRAY, flaw=flaw)
            continue
        if token.terminal == "some":
            is_name = tokens[index + 1].terminal == "(" and before not in _DECLARING
        else:
            is_name = token.terminal == "set" and before in _CONSISTENCY_MODELS
        if is_name:
            tokens[index] = token._replace(terminal="NAME")
    return tuple(tokens)


def misnamed(tokens: Sequence[Token], keywords: AbstractSet[str]) -> frozenset[int]:
    """Where a keyword stands as the name of a declaration, by index."""
    found: set[int] = set()
    for index in range(1, len(tokens) - 1):
        token, before = tokens[index], tokens[index - 1].terminal
        if token.terminal in keywords and before in _NAMING and not token.line_start:
            following = _NAMED_BY.get(before)
            if following is None or tokens[index + 1].terminal in following:
                found.add(index)
    return frozenset(found)
