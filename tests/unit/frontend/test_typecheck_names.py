"""Which names are known where, and which may be declared."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Said = Callable[..., list[str]]


@pytest.mark.parametrize(
    "text",
    [
        "const K: R = R(a: 1)\nrecord R { a: 0..3 }",
        "param P: Level = 1\ntype Level = 0..Q\nparam Q = 3",
        "invariant i: f(1)\ndef f(x: T) = g(x)\ndef g(x: T) = x < 4\ntype T = 0..3",
        """agent A { var x: B = B[0]  initial final state S { step go { send M(x) to B } } }
        message M(b: B)
        agent B { initial final state S { on M(b) { skip } } }""",
    ],
)
def test_declarations_may_stand_in_any_order(said_of: Said, text: str) -> None:
    assert said_of(text) == []


@pytest.mark.parametrize(
    "text",
    [
        """agent A { initial final state Done { step go { skip } } }
        def Done(p: A) = p is Done
        invariant i: Done(A[0])""",
        "record R { size: bool }\nshared var r: R = R(size: true)\ninvariant i: r.size",
        """message M(term: bool)
        agent A { var term: bool = true  initial final state S { step go { send M(term) to A }  on M(_) { skip } } }""",
        """agent A { var x: bool = true  initial final state S { step go { skip } } }
        agent B { var x: bool = true  initial final state S { step go { skip } } }""",
        "const value: R = R(value: 1)\nrecord R { value: 0..3 }",
        "def f(x: bool) = x\ndef g(x: bool) = f(x)\ninvariant i: g(true)",
        "invariant i: (forall x in 0..1: true) and (exists x in 0..1: true)",
    ],
)
def test_names_of_different_spaces_do_not_hide_one_another(said_of: Said, text: str) -> None:
    assert said_of(text) == []


DECLARATIONS = ["param {} = 1", "shared var {}: bool = true", "def {}(x: bool) = x", "message {}", "ids {}"]
NAMES_INSIDE = [
    "agent A {{ var {}: bool = true  initial final state S {{ step go {{ skip }} }} }}",
    "invariant i: forall {} in Idle: true",
]
QUESTIONS = ["suspects", "leader"]


@pytest.mark.parametrize("name", ["index", "size", "subsets", "next", "knows", *QUESTIONS, "others"])
@pytest.mark.parametrize("text", [*DECLARATIONS, *NAMES_INSIDE])
def test_no_declaration_takes_the_name_of_a_function(said_of: Said, name: str, text: str) -> None:
    codes = said_of(text.format(name))
    if name in QUESTIONS and text in NAMES_INSIDE:
        # A detector is only asked by a call, and what an agent remembers goes by the same name.
        assert codes == []
        return
    assert "MC202" in codes
    assert set(codes) <= {"MC202", "MC401"}


def test_an_unknown_type_is_told_once_however_often_its_variable_is_used(said_of: Said) -> None:
    text = """
        shared var x: Foo = 1
        agent A { initial final state S { step go(k in x) when x { x := x + 1  x += {x}  x.y := x[0].z } } }
        invariant i: x and x == 1 and (forall y in x: y.z) and f(x)
        def f(y: bool) = x
        check "c" { expect i }
    """
    assert said_of(text) == ["MC201"]


def test_reply_to_an_unknown_message_is_one_mistake(said_of: Said) -> None:
    text = "message M\nagent A { initial final state S { on Foo(x) from p { reply M  send M to p } } }"
    assert said_of(text) == ["MC201"]


def test_a_definition_without_a_caller_is_checked(said_of: Said) -> None:
    assert said_of("def f(x: bool) = x + 1") == ["MC301"]


def test_a_definition_without_a_caller_may_use_what_an_agent_has(said_of: Said) -> None:
    assert said_of("def alone = others == {} and self is S") == []


def test_a_definition_sees_the_self_of_its_caller(said_of: Said) -> None:
    text = """
        def alone = others == {}
        agent A { initial final state S { step go when alone { skip } } }
        invariant i: alone
    """
    assert said_of(text) == ["MC205"]


def test_definitions_that_use_themselves_are_told_once_for_a_cycle(said_of: Said) -> None:
    assert said_of("def f(x: bool) = g(x)\ndef g(x: bool) = f(x)\ninvariant i: f(true) and g(false)") == ["MC206"]


def test_a_long_chain_of_definitions_is_refused_and_not_a_crash(said_of: Said) -> None:
    chain = "\n".join(f"def f{n} = f{n + 1}" for n in range(500))
    assert said_of(f"{chain}\ndef f500 = true\ninvariant i: f0") == ["MC206"]


def test_settings_of_a_check_may_use_parameters_in_any_order(said_of: Said) -> None:
    assert said_of('param X = 1\nparam Y = 2\ncheck "c" { X = Y  Idle = X  expect 1 states }') == []


def test_the_underscore_binds_nothing(said_of: Said) -> None:
    agent = "agent A { initial final state S { on M(_, _) from _ { skip }  step go { send M(true, true) to A } } }"
    assert said_of(f"message M(x: bool, y: bool)\n{agent}") == []


def test_receivers_are_known_before_the_agent_that_sends_is_checked(said_of: Said) -> None:
    text = """
        message M
        agent A { initial final state S { step go when exists m in messages M: m.to == self { skip } } }
        agent B { initial final state S { step go { send M to A } } }
    """
    assert said_of(text) == []
