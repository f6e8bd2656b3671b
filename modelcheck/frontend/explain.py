"""What to say about a syntax error, given the edit that mends it. In words of the language, never of the parser."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from modelcheck.diagnostics import Diagnostic
from modelcheck.frontend.hints import hint, open_brackets
from modelcheck.frontend.machine import Frame, Machine
from modelcheck.frontend.recovery import OPENING, VALUES, Edit, Kind, Situation, acceptable
from modelcheck.frontend.tables import END, words
from modelcheck.frontend.tokens import Token
from modelcheck.source import Source, Span

MAX_LISTED = 6

_OPERATORS = words(
    "and or implies iff leads is in subset until union intersect minus with .. ?? == != <= >= < > + - MULOP . [ ("
)
_OPERANDS = words(
    """true false none self not always eventually forall exists if let map min max count sum the inbox messages NAME INT
    ( { [ -"""
)
_TYPES = words("bool set map option seq NAME INT true false none self ( { [ - min max inbox messages")
# What a whole group of terminals is called: two that tell it, then the words for it.
_GROUPS = (
    ("true", "forall", "an expression"),
    ("true", "none", "an operand"),
    ("bool", "option", "a type"),
    ("message", "agent", "a declaration"),
    ("on", "step", "a transition"),
    ("state", "var", "a state, a variable or another part of an agent"),
    ("send", "choose", "a statement"),
    ("expect", "faults", "a setting, 'faults' or 'expect'"),
    ("lose", "crash", "a fault"),
    ("unordered", "fifo", "a kind of network"),
    ("invariant", "reachable", "a property"),
    ("linearizable", "causal", "a consistency model"),
    ("perfect", "omega", "a failure detector's class"),
)
_NAMED = {"NAME": "a name", "INT": "a number", "STRING": "a string in double quotes", "ADDOP": "'+='", END: "the end"}
_PARTS = frozenset({"an expression", "an operand", "a type", *(_NAMED[terminal] for terminal in VALUES)})
"""What a construct is incomplete without."""
SUPPORTED_FAULTS = ("crash", "lose", "duplicate", "corrupt", "partition", "byzantine", "fault")
"""What is offered in place of a fault that there is not; the grammar knows more."""
DETECTORS = ("perfect", "eventually_perfect", "strong", "eventually_strong", "omega")
_FAULT_OPTIONS = {
    "heal": "'heal' is for a partition; what is lost is gone, and who crashes comes back `with recovery`",
    "silently": "'silently' is for `crash`; who is Byzantine may be silent in any case",
    "with": "`with recovery` is for `crash`; a partition ends by `heal`, without `with`",
    "while": "`while sending` is for `crash`",
}
"""What to say of a word that belongs to another fault."""
HABITS: dict[Kind, tuple[str, str]] = {
    "late_arrow": ("'->' stands behind the body", "`-> {next}` stands before the body, or inside it"),
    "loop": ("there is no statement 'while'", "go from state to state, or over a set with `for x in s {{ … }}`"),
    "parallel": ("a statement assigns to one variable", "first `let old = {at}`, then one assignment for each"),
}
"""What is wrong and what to write, with the tokens at the mistake."""
_SWAP_HELP = {
    ("=", ":="): "assign with ':='; '=' is for declarations",
    ("=", "=="): "compare with '=='",
    ("=", ":"): "write ':' here; '=' gives a value",
    (":=", "="): "write '=' here; ':=' is for assignments in a body",
    (":=", "=="): "compare with '=='; ':=' assigns",
    ("==", "="): "write '=' here; '==' compares",
    ("==", ":="): "assign with ':='; '==' compares",
    (":", "="): "give a value with '='",
    (":", ":="): "assign with ':='",
    (":", "in"): "name the set: `x in SET`",
    ("in", ":"): "write ':' and the type",
}


def describe(source: Source, situation: Situation, edit: Edit) -> Diagnostic:
    """The diagnostic for an error that `edit` mends."""
    machine, tokens, index = situation.machine, situation.tokens, situation.index
    token, wrong = tokens[index], tokens[edit.at]
    if edit.kind == "name":
        return _all_agents(source, tokens, index) or keyword_as_name(source, token)
    if edit.kind in HABITS:
        problem, advice = HABITS[edit.kind]
        return _at(source, token, "MC104", problem, advice.format(at=wrong.text, next=tokens[index + 1].text))
    if edit.kind == "own":
        problem = "an assignment starts with the variable, without 'self.'"
        return _at(
            source, token, "MC111", problem, f"write `{tokens[index + 2].text} …`: an agent writes its own variables"
        )
    if edit.kind == "misspelt":
        problem = f"expected {phrase(machine, edit.stack)}, found '{wrong.text}'"
        return _at(source, wrong, "MC108", problem, f"did you mean '{edit.insert[0]}'?")
    if edit.kind == "foreign":
        problem = f"'{wrong.text}' is not part of the language"
        return _at(source, wrong, "MC111", problem, f"write '{' '.join(edit.insert)}'")
    if _defines(tokens, index):
        return _at(source, token, "MC104", "a definition starts with 'def'", f"write `def {token.text} = …`")
    if edit.kind == "swapped":
        other = edit.insert[0]
        problem = f"expected '{other}'{_after(tokens, index)}, found '{token.text}'"
        return _at(source, token, "MC112", problem, _SWAP_HELP.get((token.text, other), f"write '{other}'"))
    if edit.kind == "close":
        return _unclosed(source, tokens, index, edit)
    if edit.kind == "stray_close":
        return _stray_close(source, tokens, index, edit)
    if edit.at == index and (choice := _choice(machine, situation.stack, token)) is not None:
        wanted, advice = choice
        problem = f"expected {wanted}{_after(tokens, index)}, found {_found(token)}"
        return _at(source, _blamed(machine, situation.stack, tokens, index), "MC104", problem, advice)
    if edit.kind == "insert":
        return _missing(source, situation, edit)
    expected = phrase(machine, situation.stack)
    code = "MC113" if expected in _PARTS else "MC104"
    problem = f"expected {expected}{_after(tokens, index)}, found {_found(token)}"
    return _at(source, _blamed(machine, situation.stack, tokens, index), code, problem, hint(tokens, index))


def _choice(machine: Machine, stack: Frame, token: Token) -> tuple[str, str] | None:
    """What is wanted where there are a few words to choose from, and which."""
    possible = {*acceptable(machine, stack)}
    if token.is_word and {"crash", "lose"} <= possible:
        return "a fault", _FAULT_OPTIONS.get(token.text, f"there are {', '.join(SUPPORTED_FAULTS)}")
    if {"perfect", "omega"} <= possible:
        return "a failure detector's class", f"there are {', '.join(DETECTORS)}"
    if {"up", "any"} <= possible:
        return "'up to N' or 'any'", "say first how often the fault can strike in a run"
    return None


def keyword_as_name(source: Source, token: Token) -> Diagnostic:
    """The diagnostic for a keyword where a name is meant."""
    problem = f"'{token.text}' is a keyword and cannot be a name"
    return _at(source, token, "MC105", problem, f"write '{token.text}_'")


def _defines(tokens: Sequence[Token], index: int) -> bool:
    """Whether a line at the top level starts with `name =`."""
    token = tokens[index]
    is_name = token.line_start and token.terminal == "NAME"
    return is_name and tokens[index + 1].terminal in {"=", "=="} and not open_brackets(tokens, index)


def _all_agents(source: Source, tokens: Sequence[Token], index: int) -> Diagnostic | None:
    """`send M to all`: the receivers have a name of their own."""
    if tokens[index].terminal != "all" or tokens[index - 1].terminal != "to":
        return None
    kinds = [token.text for before, token in pairwise(tokens) if before.terminal == "agent" and token.is_word]
    kind = f"a kind of agents (`{kinds[0]}`)" if kinds else "a kind of agents"
    return _at(source, tokens[index], "MC111", "'all' is no receiver", f"name {kind}, or write 'others'")


def phrase(machine: Machine, stack: Frame) -> str:
    """What can come next, in a few words."""
    expected = list(acceptable(machine, stack))
    listed: list[str] = []
    for one, two, called in _GROUPS:
        if one in expected and two in expected:
            listed.append(called)
            known = _group(machine, called)
            expected = [terminal for terminal in expected if terminal not in known]
    if "+" in expected and "true" not in expected:
        expected = [terminal for terminal in expected if terminal not in _OPERATORS]
        listed.append("an operator")
    quoted = sorted(expected, key=lambda terminal: (terminal.isidentifier(), terminal))
    listed[:0] = [_name(terminal) for terminal in quoted if not listed or terminal not in {END, "}"}]
    if len(listed) > MAX_LISTED:
        # Words that stand for a group say more than the tail of a list of keywords.
        listed = [*listed[: MAX_LISTED - 1], "…"]
    if len(listed) == 1:
        return listed[0]
    return f"one of: {', '.join(listed)}" if len(listed) > 2 else " or ".join(listed)  # noqa: PLR2004 - a list from three


def _group(machine: Machine, called: str) -> frozenset[str]:
    if called in {"an expression", "an operand"}:
        return _OPERANDS
    if called == "a type":
        return _TYPES
    return machine.tables.keywords | {"NAME", "->"}


def _name(terminal: str) -> str:
    return _NAMED.get(terminal, f"'{terminal}'")


def _found(token: Token) -> str:
    if token.terminal == END:
        return "the end of the file"
    text = token.text if len(token.text) <= 30 else token.text[:30] + "…"  # noqa: PLR2004 - enough to recognise it
    text = text if text.isprintable() else ascii(text)[1:-1]
    return text if token.terminal == "STRING" else f"'{text}'"


def _after(tokens: Sequence[Token], index: int) -> str:
    return f" after {_found(tokens[index - 1])}" if index else ""


def _at(source: Source, token: Token, code: str, problem: str, advice: str = "") -> Diagnostic:
    return Diagnostic(code, Span(source, token.start, max(token.end, token.start)), problem, advice)


def _blamed(machine: Machine, stack: Frame, tokens: Sequence[Token], index: int) -> Token:
    """What is missing at the end of a line is missing there, not where the next line starts.

    If the line could have ended there, what follows is to blame.
    """
    if not index or not tokens[index].line_start:
        return tokens[index]
    complete = any(machine.accepts(stack, terminal) for terminal in (END, "}", "message"))
    return tokens[index] if complete else tokens[index - 1]


def _missing(source: Source, situation: Situation, edit: Edit) -> Diagnostic:
    machine, tokens, index = situation.machine, situation.tokens, edit.at
    first = edit.insert[0]
    if first in VALUES:
        wanted, code = _category(machine, edit.stack, first), "MC113"
    else:
        alike = _OPERATORS & set(acceptable(machine, edit.stack))
        wanted, code = "an operator" if first in alike and len(alike) > 1 else f"'{first}'", "MC104"
        following = machine.accepts(edit.stack, first)
        if len(edit.insert) > 1 and following is not None:
            wanted += f" and {_category(machine, following, edit.insert[1])}"
            code = "MC113"
    problem = f"expected {wanted}{_after(tokens, index)}, found {_found(tokens[index])}"
    advice = hint(tokens, index) or _insert_help(first)
    return _at(source, _blamed(machine, edit.stack, tokens, index), code, problem, advice)


def _insert_help(terminal: str) -> str:
    return {
        "in": "name the set: `x in SET`",
        "(": "parameters stand in parentheses",
        "{": "the body stands in braces",
    }.get(terminal, "")


def _category(machine: Machine, stack: Frame, terminal: str) -> str:
    expected = acceptable(machine, stack)
    if terminal == "NAME" and "bool" in expected:
        return "a type"
    if terminal == "NAME" and "true" in expected:
        return "an expression"
    return _name(terminal)


def _unclosed(source: Source, tokens: Sequence[Token], index: int, edit: Edit) -> Diagnostic:
    token = tokens[index]
    wanted = " and ".join(f"'{closing}'" for closing in edit.insert)
    if len(edit.insert) > 1 and len(set(edit.insert)) == 1:
        wanted = f"{len(edit.insert)} closing '{edit.insert[0]}'"
    opened = [o for o in open_brackets(tokens, index) if OPENING[o.terminal] in edit.insert][-len(edit.insert) :]
    advice = ""
    if opened:
        places = " and ".join(f"the '{o.terminal}' at line {source.position(o.start)[0]}" for o in opened[:3])
        advice = f"{places} {'is' if len(opened) == 1 else 'are'} not closed"
    problem = f"expected {wanted}{_after(tokens, index)}, found {_found(token)}"
    blamed = tokens[index - 1] if token.line_start and edit.insert[0] != "}" else token
    return _at(source, blamed, "MC109", problem, advice)


def _stray_close(source: Source, tokens: Sequence[Token], index: int, edit: Edit) -> Diagnostic:
    closing = tokens[edit.at]
    if edit.at < index:
        problem = f"this '{closing.text}' closes too much: {_found(tokens[index])} follows"
        return _at(source, closing, "MC110", problem, "remove it")
    return _at(source, closing, "MC110", f"'{closing.text}' closes nothing that is open", "remove it")
