"""Sentences that differ in one state only, as one: `p is A implies c`, `p is B implies c`: `p is A | B implies c`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from modelcheck.frozen import Frozen

_CLAUSE = re.compile(
    r"(?P<head>(forall [^:]*: )?)(not \((?P<none>.*)\)|not (?P<one>[^(]*)|(?P<some>.*?) implies (?P<rest>.*))"
)
_STATE = re.compile(r"(?P<who>\S+) is (?P<states>\w+( \| \w+)*)")


class Merged(Frozen):
    """A sentence that says what some others say together."""

    text: str
    parts: tuple[str, ...]


def merged(texts: Sequence[str]) -> list[Merged]:
    """The sentences, as few as can be made of them so, in their order."""
    found = [Merged(text, (text,)) for text in texts]
    while group := _alike(found):
        whole = _joined(group)
        first, *others = group
        found = [whole if one is first else one for one in found if one not in others]
    return found


def _alike(found: Sequence[Merged]) -> list[Merged]:
    """The first of the largest groups of sentences that differ in one premise on the state of an agent only."""
    groups: dict[tuple[str, ...], list[Merged]] = defaultdict(list)
    for one in found:
        for shape, _ in _shapes(one.text):
            groups[shape].append(one)
    largest = max(groups.values(), key=len, default=[])
    return largest if len(largest) > 1 else []


def _joined(group: Sequence[Merged]) -> Merged:
    shapes = [dict(_shapes(one.text)) for one in group]
    shape = next(shape for shape in shapes[0] if all(shape in other for other in shapes))
    states = sorted({state for each in shapes for state in each[shape]})
    before, who, after = shape
    return Merged(f"{before}{who} is {' | '.join(states)}{after}", tuple(part for one in group for part in one.parts))


def _shapes(text: str) -> Iterator[tuple[tuple[str, str, str], tuple[str, ...]]]:
    """A sentence around each of its premises on a state: what is before and behind it, and the states."""
    clause = _CLAUSE.fullmatch(text)
    kind = None if clause is None else next(name for name in ("none", "one", "some") if clause[name] is not None)
    if clause is None or kind is None:
        return
    at = clause.start(kind)
    for premise in _premises(clause[kind]):
        state = _STATE.fullmatch(premise)
        if state is not None and state["states"] != "crashed":
            yield (text[:at], state["who"], text[at + len(premise) :]), tuple(state["states"].split(" | "))
        at += len(premise) + len(" and ")


def _premises(text: str) -> list[str]:
    """What is joined by `and` outside of parentheses."""
    parts, depth, start = [], 0, 0
    for found in re.finditer(r"[()]| and ", text):
        depth += (found[0] == "(") - (found[0] == ")")
        if depth < 0:
            # The parentheses around it all are not around it all.
            return []
        if found[0] == " and " and not depth:
            parts.append(text[start : found.start()])
            start = found.end()
    return [*parts, text[start:]]
