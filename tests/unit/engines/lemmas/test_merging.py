"""Sentences that differ in one state are told as one, and no others."""

from __future__ import annotations

import pytest

from modelcheck.engines.lemmas.merging import merged


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (
            [f"forall p in P: p is {state} implies flag[p]" for state in ("C", "A", "B")],
            ["forall p in P: p is A | B | C implies flag[p]"],
        ),
        (["not (x and p is A)", "y", "not (x and p is B)"], ["not (x and p is A | B)", "y"]),
        (["not p is A", "not p is B"], ["not p is A | B"]),
        (["p is A and q is C implies r", "p is B and q is C implies r"], ["p is A | B and q is C implies r"]),
        (
            [f"p is {one} and q is {other} implies r" for one in "AB" for other in "CD"],
            ["p is A | B and q is C | D implies r"],
        ),
        (["(exists m in messages M: m.to == p and p is A) and p is A implies r"], None),
        # What is concluded is another thing: both are so.
        (["x implies p is A", "x implies p is B"], None),
        (["p is A | B", "p is B | C"], None),
        (["p is A implies r", "q is B implies r"], None),
        (["p is A implies r", "p is B implies s"], None),
        (["p is A implies r", "p is crashed implies r"], None),
        (["not (p is A and x)", "p is B and x"], None),
        (["not (p is A and x) or y", "not (p is B and x) or y"], None),
        ([], []),
    ],
)
def test_premises_on_states_are_joined(texts: list[str], told: list[str] | None) -> None:
    found = merged(texts)
    assert [one.text for one in found] == (texts if told is None else told)
    assert sorted(part for one in found for part in one.parts) == sorted(texts)
