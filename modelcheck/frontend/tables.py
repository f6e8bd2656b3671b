"""The LALR(1) tables of `grammar.lark`: computed by Lark once, kept as plain data, and read back without Lark.

Lark takes about 0.6 s to read the grammar and to compute the tables, many times what parsing a specification takes.
So the wheel carries them, and a source tree caches them. They are JSON and checked before use: nothing in them can
run code.
"""

from __future__ import annotations

import hashlib
import re
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from modelcheck.frontend import cache
from modelcheck.frozen import Frozen

if TYPE_CHECKING:
    from lark import Lark
    from lark.grammar import Rule as LarkRule

END = "$END"
PACKED = "tables.json"
"""The file beside this one in which the build leaves the tables."""
FORMAT = 3


class Rule(Frozen):
    """One production and how its node is made.

    `origin` is the rule's own name, `name` the name of the node. `picks` lists the node's children: None for an absent
    optional part, an index for a symbol of the production, `~index` for a helper (`_star`) whose children are spliced
    in. A `collapsing` rule with one child is that child. One that `is_transparent` leaves the value of its only symbol
    as it is.
    """

    origin: str
    name: str
    size: int
    collapsing: bool
    picks: tuple[int | None, ...]
    is_transparent: bool

    @property
    def is_helper(self) -> bool:
        """Whether the rule was made for a repetition: a list of children, not a node."""
        return self.origin.startswith("_")


class Tables(Frozen):
    """A parser as data.

    Terminals are named by what is written (`agent`, `:=`) or, for the few with a pattern, by their name (`NAME`). In
    `actions[state][terminal]`, a number from 0 shifts to that state and a negative one reduces by `rules[~number]`.
    `names` is the grammar's name of a terminal; `keywords` are the reserved words.
    """

    actions: tuple[dict[str, int], ...]
    gotos: tuple[dict[str, int], ...]
    rules: tuple[Rule, ...]
    names: dict[str, str]
    patterns: tuple[tuple[str, str], ...]
    start_state: int
    end_state: int
    keywords: frozenset[str]


class _Written(Frozen):
    """The tables as they are kept: a rule is the arguments of `_decode_rule`."""

    actions: tuple[dict[str, int], ...]
    gotos: tuple[dict[str, int], ...]
    rules: tuple[tuple[str, str, int, bool, tuple[int | None, ...]], ...]
    names: dict[str, str]
    patterns: tuple[tuple[str, str], ...]
    start: int
    end: int


class _Packed(Frozen):
    """What the build leaves."""

    grammar: str
    tables: _Written


def words(text: str) -> frozenset[str]:
    """The terminals in `text`, by white space."""
    return frozenset(text.split())


def grammar_text() -> str:
    """The grammar as shipped with the package."""
    return Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")


def grammar_hash() -> str:
    """Identifies the grammar and the format of the tables; part of every cache key."""
    return hashlib.sha256(f"{FORMAT}\n{grammar_text()}".encode()).hexdigest()


def load_tables() -> Tables:
    """The tables: those packed with the wheel, else from the cache, else computed."""
    packed = _packed()
    if packed is not None:
        return packed
    key = f"tables-{grammar_hash()[:32]}"
    found = cache.load(key)
    if found is not None:
        try:
            return _decode(found)
        except (ValueError, re.error):
            pass  # Spoilt or tampered with: as good as absent.
    data = build()
    cache.store(key, data)
    return _decode(data)


def _packed() -> Tables | None:
    """The tables computed when the wheel was built; None in a source tree, or for another grammar."""
    try:
        packed = msgspec.json.decode(Path(__file__).with_name(PACKED).read_bytes(), type=_Packed)
        return _checked(packed.tables) if packed.grammar == grammar_hash() else None
    except (OSError, ValueError, re.error):
        return None


def build(*, strict: bool = False) -> dict[str, Any]:
    """Compute the tables with Lark, as plain data. `strict` makes any conflict an error."""
    from lark import Lark  # noqa: PLC0415 - slow to import, and needed only if the cache is empty

    return _flatten(Lark(grammar_text(), parser="lalr", maybe_placeholders=True, strict=strict))


def _flatten(lark: Lark) -> dict[str, Any]:
    table: Any = lark.parser.parser._parse_table  # noqa: SLF001 - there is no public way
    shown = {t.name: t.pattern.value if t.pattern.type == "str" else t.name for t in lark.terminals}
    shown[END] = END
    order = _ordered_states(table)
    numbers = {state: number for number, state in enumerate(order)}
    rules: dict[LarkRule, int] = {}
    actions: list[dict[str, int]] = [{} for _ in order]
    gotos: list[dict[str, int]] = [{} for _ in order]
    for state in order:
        for symbol, (_, target) in sorted(table.states[state].items(), key=itemgetter(0)):
            row, name = (actions, shown[symbol]) if symbol in shown else (gotos, symbol)
            if isinstance(target, int):
                row[numbers[state]][name] = numbers[target]
            else:
                row[numbers[state]][name] = ~rules.setdefault(target, len(rules))
    return {
        "actions": actions,
        "gotos": gotos,
        "rules": [_flatten_rule(rule) for rule in rules],
        "names": {shown[t.name]: t.name for t in lark.terminals if t.name not in lark.ignore_tokens},
        "patterns": _patterns(lark),
        "start": numbers[table.start_states["start"]],
        "end": numbers[table.end_states["start"]],
    }


def _ordered_states(table: Any) -> list[int]:  # noqa: ANN401 - Lark's table
    """The states as they are met from the start: Lark's own numbers differ from run to run."""
    order = [table.start_states["start"]]
    met = set(order)
    for state in order:
        for _, (_, target) in sorted(table.states[state].items(), key=itemgetter(0)):
            if isinstance(target, int) and target not in met:
                met.add(target)
                order.append(target)
    return order


def _flatten_rule(rule: LarkRule) -> list[Any]:
    picks: list[int | None] = []
    options = rule.options
    position = 0
    # One flag for each symbol (False) and each absent optional part (True), in order; empty if no part is absent.
    for absent in options.empty_indices or (False,) * len(rule.expansion):
        if absent:
            picks.append(None)
            continue
        symbol: Any = rule.expansion[position]
        if not symbol.is_term:
            picks.append(~position if symbol.name.startswith("_") else position)
        elif options.keep_all_tokens or not symbol.filter_out:
            picks.append(position)
        position += 1
    # Lark has strings of its own kind, which are not plain data.
    origin = str(rule.origin.name)
    return [origin, str(rule.alias or origin), len(rule.expansion), bool(options.expand1 and not rule.alias), picks]


def _patterns(lark: Lark) -> list[list[str]]:
    """Terminals but keywords, the longest literal first, so that `..` is tried before `.`."""
    ordered = sorted(lark.terminals, key=lambda t: (-t.pattern.max_width, t.name))
    return [
        [t.pattern.value if t.pattern.type == "str" else t.name, t.pattern.to_regexp()]
        for t in ordered
        if t.name not in lark.ignore_tokens and not (t.pattern.type == "str" and t.pattern.value.isidentifier())
    ]


def _decode(data: object) -> Tables:
    return _checked(msgspec.convert(data, _Written))


def _checked(written: _Written) -> Tables:
    """Check every number, so that a spoilt cache cannot make the parser fail later. Raises `ValueError`, `re.error`."""
    actions, gotos, names = written.actions, written.gotos, written.names
    rules, states = tuple(_decode_rule(*rule) for rule in written.rules), len(actions)
    targets = {written.start, written.end}.union(*(row.values() for row in (*actions, *gotos)))
    if not (states == len(gotos) and -len(rules) <= min(targets) and max(targets) < states):
        raise ValueError
    if min(written.start, written.end) < 0:
        raise ValueError
    for _, pattern in written.patterns:
        re.compile(pattern)
    keywords = frozenset(word for word, name in names.items() if word.isidentifier() and word != name)
    return Tables(actions, gotos, rules, names, written.patterns, written.start, written.end, keywords)


def _decode_rule(origin: str, name: str, size: int, collapsing: bool, picks: tuple[int | None, ...]) -> Rule:  # noqa: FBT001 - as it is written
    if size < 0 or not all(pick is None or -size <= pick < size for pick in picks):
        raise ValueError
    return Rule(origin, name, size, collapsing, picks, collapsing and size == 1 and picks == (0,))
