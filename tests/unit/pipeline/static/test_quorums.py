"""Quorums that share nobody: for all sizes, in a check, and what is no quorum."""

from __future__ import annotations

import pytest

pytest.importorskip("z3")

from modelcheck.pipeline.allowance import Allowance
from modelcheck.pipeline.lint import lint
from modelcheck.source import Source

VOTING = """protocol Test
    param QuorumSize = {quorum}
    const Half: 0..9 = size(Node) / 2
    def majority(s: set of Node) = size(s) > 1
    def enough(s: set of Node) = size(s) > 1
    agent Node {{
      var voted: set of Node = any
      initial final state Run {{ step win when {condition} {{ skip }} }}
    }}
    invariant never: not exists n in Node: n is Run
    invariant always_: forall n in Node: n is Run
    check "c" {{ Node = {size} {expected} }}
"""


def said(condition: str, *, size: int = 3, quorum: int = 2, expected: str = "expect 8 states") -> list[str]:
    text = VOTING.format(condition=condition, size=size, quorum=quorum, expected=expected)
    return [found.problem for found in lint(Source("test.mc", text), Allowance()) if found.code == "MC525"]


@pytest.mark.parametrize(
    "condition",
    [
        "2 * size(voted) >= size(Node)",
        "size(voted) >= size(Node) / 2",
        "size(voted) >= Half",
        "size(Node) <= 2 * size(voted)",
        "2 * count(n in Node: n in voted) >= size(Node)",
        "size(voted) * 4 + 1 > 2 * size(Node) - 1",
    ],
)
def test_half_is_no_majority_of_an_even_number(condition: str) -> None:
    (problem,) = said(condition)
    assert problem.startswith("with Node = 2")
    assert problem.endswith("{Node[0]} and {Node[1]}")


def test_an_odd_number_hides_it() -> None:
    assert "which no check here has" in said("2 * size(voted) >= size(Node)", size=3)[0]
    assert "which no check here has" not in said("2 * size(voted) >= size(Node)", size=4)[0]


@pytest.mark.parametrize(
    "condition",
    [
        "2 * size(voted) > size(Node)",
        "size(voted) > size(Node) / 2",
        "size(voted) > Half",
        "size(voted) >= size(Node) / 2 + 1",
        "size(voted) >= (size(Node) + 2) / 2",
        "3 * size(voted) > 2 * size(Node)",
        # No quorums: more than a third, all but one, some, fewer than half.
        "3 * size(voted) > size(Node)",
        "size(voted) >= size(Node) - 1",
        "size(voted) >= 1",
        "2 * size(voted) <= size(Node)",
        "enough(voted)",
    ],
)
def test_what_meets_or_is_no_quorum_is_not_told(condition: str) -> None:
    assert said(condition) == []


@pytest.mark.parametrize(("size", "is_told"), [(2, False), (3, False), (4, True)])
@pytest.mark.parametrize("condition", ["size(voted) >= QuorumSize", "majority(voted)"])
def test_what_is_called_a_quorum_is_looked_at_in_the_check(condition: str, size: int, *, is_told: bool) -> None:
    found = said(condition, size=size)
    example = 'in the check "c", two sets that satisfy this may share nobody: {Node[0], Node[1]} and {Node[2], Node[3]}'
    assert found == ([example] if is_told else [])


def test_a_check_that_expects_a_violation_may_have_quorums_that_do_not_meet() -> None:
    assert said("size(voted) >= QuorumSize", size=4, expected="expect not never") == []


@pytest.mark.parametrize("expected", ["expect not deadlock", "expect deadlock", "expect not inductive always_"])
def test_a_check_with_quorums_expects_a_violation_of_properties_only(expected: str) -> None:
    assert said("size(voted) >= QuorumSize", size=4, expected=expected) != []


PAIR = """protocol Test
    param ReadQuorum = {read}
    param WriteQuorum = {write}
    agent Node {{
      var one: set of Node = any
      var other: set of Node = any
      initial final state Run {{ step first when {first} {{ skip }} step second when {second} {{ skip }} }}
    }}
    check "c" {{ Node = 4 expect 256 states }}
"""


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        # Reads need not meet one another, as they meet all writes; a half meets each majority.
        ("size(one) >= ReadQuorum", "size(other) >= WriteQuorum", 0),
        ("size(one) >= ReadQuorum + 1", "size(other) >= WriteQuorum - 1", 0),
        ("size(one) >= ReadQuorum", "size(other) >= WriteQuorum - 1", 1),
        ("size(one) >= ReadQuorum", "size(other) >= WriteQuorum - 2", 2),
        ("2 * size(one) >= size(Node)", "2 * size(other) > size(Node)", 0),
        ("2 * size(one) >= size(Node)", "2 * size(other) >= size(Node)", 2),
        # That all are needed is no quorum.
        ("2 * size(one) >= size(Node)", "size(other) >= size(Node)", 1),
    ],
)
def test_quorums_that_meet_those_of_another_condition_need_not_meet_one_another(
    first: str, second: str, told: int
) -> None:
    text = PAIR.format(first=first, second=second, read=1, write=4)
    found = lint(Source("test.mc", text), Allowance())
    assert [one.code for one in found] == ["MC525"] * told


SYSTEMS = """protocol Test
    const Read: set of set of Node = {read}
    const Write: set of set of Node = {write}
    agent Node {{ initial final state Run {{ step rest when size(Read) + size(Write) > index(self) {{ skip }} }} }}
    check "c" {{ Node = 4 expect 1 states }}
"""


@pytest.mark.parametrize(
    ("read", "write", "told"),
    [
        ("{{Node[0], Node[1]}, {Node[2]}}", "{{Node[3]}}", ["{Node[2]} and {Node[0], Node[1]}"]),
        ("{{Node[0], Node[1]}, {Node[1], Node[2]}}", "{{Node[3]}}", []),
        # Reads need not meet one another, as they meet all writes.
        ("{{Node[0], Node[1]}, {Node[2], Node[3]}}", "{{Node[0], Node[2]}, {Node[0], Node[3]}}", []),
        ("{q in subsets(Node): size(q) >= 3}", "{{Node[3]}}", []),
        ("{{}}", "{{Node[3]}}", ["{} and {}"]),
        (
            "{q in subsets(Node): size(q) >= 2}",
            "{{Node[0]}}",
            ["{Node[0], Node[1]} and {Node[2], Node[3]}"],
        ),
    ],
)
def test_sets_of_sets_are_compared_with_one_another(read: str, write: str, told: list[str]) -> None:
    found = lint(Source("test.mc", SYSTEMS.format(read=read, write=write)), Allowance())
    assert [one.problem.rpartition(": ")[2] for one in found if one.code == "MC525"] == told
