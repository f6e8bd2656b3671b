"""The facts that decide an expression."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from modelcheck.ir.model import Model
from modelcheck.ir.statuses import BYZANTINE
from modelcheck.ir.values import Id
from modelcheck.semantics.execute import Next, initial_paths
from modelcheck.semantics.explain import MOST_FACTS, explain

Build = Callable[..., Model]

TEXT = """
    shared var n: 0..9 = 4
    shared var s: set of 0..9 = {2, 3}
    agent Node { var own: 0..9 = index(self)  initial final state Run { step go { skip } }  final state Done }
    def big(x: 0..9) = x > 3
    invariant i: %s
    check "c" { Node = 3  expect i }
"""


def facts(model: Model) -> list[str]:
    outcome = next(iter(initial_paths(model))).outcome
    assert isinstance(outcome, Next)
    return explain(model, model.spec.properties["i"].expression, outcome.state)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("n == 5", ["n = 4"]),
        ("n == 4 and 7 in s", ["s = {2, 3}"]),
        ("n == 5 or 7 in s", ["n = 4", "s = {2, 3}"]),
        ("n == 4 implies 7 in s", ["n = 4", "s = {2, 3}"]),
        ("not n == 4", ["n = 4"]),
        ("forall p in Node: p.own < 2", ["p = Node[2]", "p.own = 2"]),
        ("forall p in Node: not p is Run", ["p = Node[0]", "p = Node[0] is Run"]),
        ("not big(n)", ["big(4) = true", "x = 4"]),
        ("let k = n + 1: k < 5", ["k = 5"]),
        ("-2 == -2 implies n == 5", ["n = 4"]),
        ("-2 == n", ["n = 4"]),
        ("Node[0] == Node[1] or n == -5", ["n = 4"]),
        ("if n == 4 then 7 in s else true", ["n = 4", "s = {2, 3}"]),
    ],
)
def test_the_facts_are_those_that_decide(model_of: Build, expression: str, expected: list[str]) -> None:
    assert facts(model_of(TEXT % expression)) == expected


def test_an_exists_that_is_false_names_no_witness(model_of: Build) -> None:
    (fact,) = facts(model_of(TEXT % "exists p in Node: p.own > 5"))
    assert fact.startswith("no case")


def test_facts_are_few_and_different(model_of: Build) -> None:
    conjuncts = " or ".join(f"n == {k} + 5" for k in range(40))
    found = facts(model_of(TEXT % conjuncts))
    assert len(found) == len(set(found)) <= MOST_FACTS


def test_where_somebody_is_who_runs_no_code_says_so(model_of: Build) -> None:
    text = TEXT.replace("Node = 3", "Node = 3  faults { byzantine Node up to 1  crash Node up to 1 }")
    model = model_of(text % "forall p in Node: p is Done or p is correct")
    outcomes = [path.outcome for path in initial_paths(model)]
    states = [outcome.state for outcome in outcomes if isinstance(outcome, Next)]
    status = model.status(Id("Node", 1))
    assert status is not None
    (state,) = [state for state in states if state[status] == BYZANTINE]
    expression = model.spec.properties["i"].expression
    assert explain(model, expression, state)[1:] == ["p = Node[1] is Run, and Byzantine", "p = Node[1] is Byzantine"]
