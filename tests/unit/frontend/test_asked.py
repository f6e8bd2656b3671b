"""One expression that a user asks for."""

from __future__ import annotations

import pytest

from modelcheck.diagnostics import Diagnostic, InputError
from modelcheck.frontend.asked import LONGEST, expression_of
from modelcheck.ir.spec import Spec
from modelcheck.pipeline import load
from modelcheck.source import Source

TEXT = """protocol Test
def big(p: Node) = p.n > 2
def mine = self
message Hop(n: 0..3)
agent Node { var n: 0..3 = 0  initial final state Run { step go when n < 3 { n += 1 } on Hop(n1) { skip } } }
def all_big = forall p in Node: big(p)
check "c" { expect 4 states }
"""


@pytest.fixture
def spec() -> Spec:
    return load(Source("test.mc", TEXT))


def wrong_with(spec: Spec, text: str) -> Diagnostic:
    with pytest.raises(InputError) as caught:
        expression_of(spec, text)
    return caught.value.diagnostics[0]


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("1 + 2", "number"),
        ("Node[0].n", "number"),
        ("all_big", "bool"),
        ("{p in Node: big(p)}", "set of Node"),
        ("next(Node[0].n) == Node[0].n + 1", "bool"),
        ("messages Hop", "set of message Hop"),
        ("  # a remark\n true # another", "bool"),
    ],
)
def test_whatever_a_property_may_say_can_be_asked(spec: Spec, text: str, type_: str) -> None:
    assert str(expression_of(spec, text).type) == type_


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("nod", "MC201", 1, 1),
        ("1 +", "MC113", 1, 3),
        ("\n\n  1 + true", "MC301", 3, 7),
        ("always true", "MC205", 1, 1),
        ("self", "MC205", 1, 1),
        ("n", "MC205", 1, 1),
        ("true true", "MC104", 1, 6),
        ("   ", "MC113", 1, 1),
        ("protocol X", "MC113", 1, 1),
    ],
)
def test_mistakes_have_their_place_in_what_was_typed(spec: Spec, text: str, code: str, line: int, column: int) -> None:
    found = wrong_with(spec, text)
    assert found.span is not None
    assert (found.code, found.span.source.name, found.span.line, found.span.column) == (
        code,
        "expression",
        line,
        column,
    )


@pytest.mark.parametrize(
    "text",
    [
        "true invariant x: true",
        "true agent B { initial final state S }",
        'true check "d" { expect 1 states }',
        "true } agent B {",
        "true)",
        "true protocol B",
    ],
)
def test_an_expression_cannot_declare_anything(spec: Spec, text: str) -> None:
    declared = (list(spec.agents), list(spec.properties), len(spec.checks))
    found = wrong_with(spec, text)
    assert found.code in {"MC104", "MC110", "MC117"}
    assert (list(spec.agents), list(spec.properties), len(spec.checks)) == declared


def test_a_mistake_in_a_definition_has_its_place_in_the_specification(spec: Spec) -> None:
    found = wrong_with(spec, "mine == Node[0]")
    assert found.span is not None
    assert (found.span.source.name, found.span.line) == ("test.mc", 3)


def test_places_inside_a_definition_that_is_called_are_those_of_the_specification(spec: Spec) -> None:
    spans = [part.span for part in expression_of(spec, "all_big").walk()]
    assert {span.source.name for span in spans} == {"expression", "test.mc"}
    assert "p.n > 2" in {span.text for span in spans}


@pytest.mark.parametrize("text", ["(" * 900 + "1" + ")" * 900, "not " * 450 + "true", "1" + "+1" * 900])
def test_deep_expressions_are_mistakes(spec: Spec, text: str) -> None:
    assert wrong_with(spec, text).code == "MC114"


def test_long_expressions_are_refused(spec: Spec) -> None:
    assert wrong_with(spec, "true " + "#" * LONGEST).code == "MC114"
