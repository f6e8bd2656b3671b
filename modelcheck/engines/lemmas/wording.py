"""Clauses in the language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import permutations, product
from typing import TYPE_CHECKING

from modelcheck.engines.lemmas.vocabulary import Name, uses

if TYPE_CHECKING:
    from modelcheck.engines.lemmas.vocabulary import Names

Literal = tuple[str, bool]
"""A condition, and whether it or its opposite is meant."""

_STATE = re.compile(r"(\S+) is ([\w |]+)")
_TIGHT = re.compile(r"[^ ]+( (is|in|==|!=|<=|subset) [^ ]+)?( \| \w+)*")
"""What needs no parentheses."""


def clause(literals: Sequence[Literal], names: Names) -> str:
    """That at least one of some literals is true, whatever ids the names stand for; least among all ways to name them.

    Names of one sort stand for different ids.
    """
    text = " ".join(condition for condition, _ in literals)
    used = uses(text, names)
    free = tuple(Name(fresh.text, name.sort) for fresh, name in zip(names, used, strict=False))
    return min(_clause(_renamed(literals, used, new), new) for new in _orders(free))


def _orders(names: Names) -> list[Names]:
    """Names for the same sorts, in all orders."""
    sorts = list(dict.fromkeys(name.sort for name in names))
    of_sorts = [permutations([name for name in names if name.sort == sort]) for sort in sorts]
    orders = []
    for chosen in product(*of_sorts):
        rows = {sort: list(order) for sort, order in zip(sorts, chosen, strict=True)}
        orders.append(tuple(rows[name.sort].pop(0) for name in names))
    return orders


def _renamed(literals: Sequence[Literal], old: Names, new: Names) -> list[Literal]:
    to = {one.text: other.text for one, other in zip(old, new, strict=True)}
    pattern = re.compile(r"(?<![\w.])(" + "|".join(to) + r")(?!\w)")
    return [(pattern.sub(lambda m: to[m[0]], text) if to else text, positive) for text, positive in literals]


def _clause(literals: Sequence[Literal], names: Names) -> str:
    names = tuple(sorted(names, key=lambda name: name.text))
    premises = [f"{one.text} != {other.text}" for one, other in _pairs(names)]
    premises += sorted(text for text, positive in literals if not positive)
    conclusions = _joined(sorted(text for text, positive in literals if positive))
    if not conclusions:
        body = f"not ({' and '.join(map(_tight, premises))})" if len(premises) > 1 else f"not {_tight(*premises)}"
    elif not premises:
        body = " or ".join(map(_tight, conclusions)) if len(conclusions) > 1 else conclusions[0]
    else:
        body = f"{' and '.join(map(_tight, premises))} implies {' or '.join(map(_tight, conclusions))}"
    return f"forall {_generators(names)}: {body}" if names else body


def _pairs(names: Names) -> list[tuple[Name, Name]]:
    return [(a, b) for at, a in enumerate(names) for b in names[at + 1 :] if a.sort == b.sort]


def _generators(names: Names) -> str:
    sorts = list(dict.fromkeys(name.sort for name in names))
    return ", ".join(f"{', '.join(n.text for n in names if n.sort == sort)} in {sort}" for sort in sorts)


def _joined(conditions: Sequence[str]) -> list[str]:
    """`p is A`, `p is B` as `p is A | B`."""
    states: dict[str, list[str]] = {}
    rest = []
    for condition in conditions:
        match = _STATE.fullmatch(condition)
        if match and match[2] != "crashed":
            states.setdefault(match[1], []).append(match[2])
        else:
            rest.append(condition)
    return [*(f"{agent} is {' | '.join(found)}" for agent, found in states.items()), *rest]


def _tight(text: str) -> str:
    """In parentheses, where it would run into what stands beside it."""
    return text if _TIGHT.fullmatch(text) else f"({text})"
