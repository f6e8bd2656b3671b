"""Cubes and relations as literals in the language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

import z3

from modelcheck.engines.decoding.language import Condition, Language
from modelcheck.engines.decoding.places import Cube, Place, Values
from modelcheck.engines.lemmas.vocabulary import Name, Names
from modelcheck.engines.lemmas.wording import Literal
from modelcheck.engines.symbolic.words import Term

MOST_NAMES = 4
"""So many ids of a clause are given names."""

_COMPARED = {
    z3.Z3_OP_EQ: "{0} == {1}",
    z3.Z3_OP_ULEQ: "{0} <= {1}",
    z3.Z3_OP_SLEQ: "{0} <= {1}",
    z3.Z3_OP_ULT: "{0} < {1}",
    z3.Z3_OP_SLT: "{0} < {1}",
    z3.Z3_OP_UGEQ: "{1} <= {0}",
    z3.Z3_OP_SGEQ: "{1} <= {0}",
    z3.Z3_OP_UGT: "{1} < {0}",
    z3.Z3_OP_SGT: "{1} < {0}",
}
_WIDENED = {z3.Z3_OP_ZERO_EXT, z3.Z3_OP_SIGN_EXT}
_OPERATORS = {z3.Z3_OP_BADD: " + ", z3.Z3_OP_BMUL: " * ", z3.Z3_OP_BUREM: " % ", z3.Z3_OP_BUREM_I: " % "}


def excluded(language: Language, cube: Cube) -> list[Literal] | None:
    """The literals of the clause that excludes a cube; None where the language says nothing of a place."""
    found: dict[Place, Literal] = {}
    told = set[Place]()
    for place, values in cube.items():
        there = language.there.get(place)
        said = None if there is not None and cube.get(there) != frozenset({1}) else _among(language, place, values)
        if said is None:
            return None
        text, positive = said
        found[place] = (text, not positive)
        if there is not None and positive:
            # What the option holds says that it holds something.
            told.add(there)
    return _concluding(language, cube, {place: literal for place, literal in found.items() if place not in told})


def _concluding(language: Language, cube: Cube, found: dict[Place, Literal]) -> list[Literal]:
    """The literals, and where all are premises a range among them as the conclusion: `n <= 8` for `not 9 <= n`."""
    ranges = [place for place in found if place in language.ranges]
    if ranges and not any(positive for _, positive in found.values()):
        domain = frozenset(language.places.values(ranges[-1]) or ())
        found[ranges[-1]] = _in_range(language.ranges[ranges[-1]], domain - cube[ranges[-1]], domain)
    return list(found.values())


def _among(language: Language, place: Place, values: Values) -> Literal | None:
    """That a place has one of some values: a condition, or the opposite of one."""
    domain = frozenset(language.places.values(place) or ())
    if place in language.ranges:
        return _in_range(language.ranges[place], values, domain)
    known = language.conditions.get(place, [])
    for condition in known:
        if condition.true == values:
            return condition.text, True
        if condition.true == domain - values:
            return condition.text, False
    few = min((values, domain - values), key=lambda each: (len(each), each != values))
    parts = [condition for condition in known if condition.true <= few]
    if frozenset[int]().union(*(part.true for part in parts)) != few:
        return None
    return _either(parts, is_control=place in language.control), few == values


def _either(parts: Sequence[Condition], *, is_control: bool) -> str:
    if is_control:
        who = parts[0].text.partition(" is ")[0]
        return f"{who} is {' | '.join(part.text.removeprefix(f'{who} is ') for part in parts)}"
    return " or ".join(part.text for part in parts)


def _in_range(text: str, values: Values, domain: Values) -> Literal:
    """The same of a whole number, whose values may lie in a row."""
    rows = [
        [value for _, value in group] for _, group in groupby(enumerate(sorted(values)), lambda one: one[1] - one[0])
    ]
    gaps = [
        [v for _, v in group] for _, group in groupby(enumerate(sorted(domain - values)), lambda one: one[1] - one[0])
    ]
    few, positive = (rows, True) if len(rows) <= len(gaps) else (gaps, False)
    said = [_interval(text, row[0], row[-1], min(domain), max(domain)) for row in few]
    return " or ".join(said if len(said) == 1 else (f"({one})" if " and " in one else one for one in said)), positive


def _interval(text: str, first: int, last: int, lo: int, hi: int) -> str:
    if first == last:
        return f"{text} == {first}"
    if first == lo:
        return f"{text} <= {last}"
    return f"{first} <= {text}" if last == hi else f"{first} <= {text} and {text} <= {last}"


# ------------------------------------------------------------------------------------------------------------ relations


def related(language: Language, literal: Term) -> Literal | None:
    """A comparison as the language writes it, as far as it looks like one: whether it is the same is for others."""
    positive = True
    while z3.is_not(literal):
        literal, positive = literal.arg(0), not positive
    form = _COMPARED.get(literal.decl().kind())
    if form is None or z3.is_bool(literal.arg(0)):
        return None
    left, right = (_number(language, part) for part in literal.children())
    return None if left is None or right is None else (form.format(_bare(left), _bare(right)), positive)


def _bare(text: str) -> str:
    """Without the parentheses around all of it."""
    return text[1:-1] if text.startswith("(") else text


def _number(language: Language, term: Term) -> str | None:
    kind = term.decl().kind()
    if z3.is_bv_value(term):
        return str(term.as_long())
    read = language.places.of(term)
    if not term.children():
        return language.numbers.get(read[0]) if len(read) == 1 else None
    if kind in _WIDENED or (kind == z3.Z3_OP_EXTRACT and term.params()[1] == 0):
        return _number(language, term.arg(0))
    if kind == z3.Z3_OP_CONCAT and z3.is_bv_value(term.arg(0)) and term.arg(0).as_long() == 0:
        return _number(language, term.arg(1)) if term.num_args() == 2 else None  # noqa: PLR2004 - two parts
    if kind in _OPERATORS:
        # In parentheses, whatever stands beside it.
        parts = [_summand(language, part) for part in term.children()]
        known = [part for part in parts if part is not None]
        return f"({_OPERATORS[kind].join(known)})".replace("+ -", "- ") if len(known) == len(parts) else None
    return None


def _summand(language: Language, term: Term) -> str | None:
    """A number, which is negative where it is nearly as large as it can be."""
    if z3.is_bv_value(term) and term.as_long() >> term.size() - 1:
        return str(term.as_signed_long())
    return _number(language, term)


# ---------------------------------------------------------------------------------------------------------------- names


def with_names(
    literals: Sequence[Literal], sorts: Sequence[str], letters: Sequence[str]
) -> tuple[list[Literal], Names] | None:
    """The same with names for the ids of some sorts; None where there are none, or too many."""
    pattern = re.compile(rf"\b({'|'.join(sorts)})\[(\d+)\]") if sorts else None
    ids = (
        []
        if pattern is None
        else list(dict.fromkeys(found[0] for text, _ in literals for found in pattern.finditer(text)))
    )
    if pattern is None or not 0 < len(ids) <= MOST_NAMES:
        return None
    names = dict(zip(sorted(ids), letters, strict=False))
    changed = [(pattern.sub(lambda found: names[found[0]], text), positive) for text, positive in literals]
    return changed, tuple(Name(letter, id_.partition("[")[0]) for id_, letter in names.items())
