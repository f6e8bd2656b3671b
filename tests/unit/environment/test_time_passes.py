"""Time in infinite runs: what makes it pass, and where it never does."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import modelcheck
from modelcheck.environment.instantiate import instantiate
from modelcheck.ir.statements.fairness import Owe
from modelcheck.pipeline import Options, load, verify_specs
from modelcheck.pipeline.expectations import wanted_properties
from modelcheck.source import Source

Said = Callable[..., list[str]]


@pytest.fixture(params=["interpreter", "native"])
def verdicts(request: pytest.FixtureRequest) -> Callable[[str], dict[str, str]]:
    """The verdicts of the first check of a specification, by property."""
    if request.param == "native":
        pytest.importorskip("llvmlite")

    def verify(text: str) -> dict[str, str]:
        spec = load(Source("test.mc", f"protocol Test\n{text}"))
        report: modelcheck.Report = verify_specs([spec], Options(engine=request.param))
        return {found.name: found.verdict for found in report.specs[0].checks[0].properties}

    return verify


Verdicts = Callable[[str], dict[str, str]]


def test_a_moment_that_never_ends_is_a_violation_of_time(verdicts: Verdicts) -> None:
    text = """
        time discrete
        message Ping delay %s
        agent A { initial state S { step go -> T { send Ping to B } }  final state T { on Ping { reply Ping } } }
        agent B { initial final state S { on Ping { reply Ping } } }
        check "c" { expect time }
    """
    assert verdicts(text % 0)["time"] == "violated"
    assert verdicts(text % 1) == {"time": "holds", "deadlock": "holds", "errors": "holds"}
    # A run in which they could take time again and again, but never do, is not fair to the tick.
    assert verdicts(text % "0..1")["time"] == "holds"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("on Ping -> R { reply Pong }", "something is always due, Ping A -> B in 0..0, Pong B -> A in 0..0 in turn"),
        ("on Ping when false", "Ping A -> B in 0..0 is due all the time"),
    ],
)
def test_a_run_without_time_says_what_is_due(body: str, said: str) -> None:
    text = f"""protocol Test
        time discrete
        message Ping delay 0
        message Pong delay 0
        agent A {{ initial final state S {{ step go -> T {{ send Ping to B }} }}
          final state T {{ on Pong {{ send Ping to B }} step spin {{ skip }} }} }}
        agent B {{ initial final state R {{ {body} }} }}
        check "c" {{ expect not time }}
    """
    spec = load(Source("test.mc", text))
    trace = verify_specs([spec], Options(engine="interpreter")).specs[0].checks[0].properties[0].trace
    assert trace is not None
    assert trace.facts[0] == f"no time passes: {said}"


def test_a_due_timer_that_nobody_serves_is_one_too(verdicts: Verdicts) -> None:
    text = """
        time discrete
        agent A { timer t  at start { start t for 1 }  initial final state S { on t expires when %s { skip } } }
        agent Busy { initial final state S { step spin { skip } } }
        check "c" { expect time }
    """
    assert verdicts(text % "false") == {"time": "violated", "deadlock": "holds", "errors": "holds"}
    assert verdicts(text % "true")["time"] == "holds"


def test_what_has_expired_is_owed(verdicts: Verdicts) -> None:
    text = """
        time discrete
        agent A {
          timer t
          at start { start t for 2 }
          initial state Wait { %s on t expires -> Done }
          final state Done
        }
        agent Busy { var odd: bool = false  initial final state S { step spin { odd := not odd } } }
        eventually done: A[0] is Done
        check "c" { expect done }
    """
    assert verdicts(text % "")["done"] == "holds"
    assert verdicts(text % "unfair")["done"] == "violated"


def test_a_tick_is_owed_although_something_is_due_again_and_again(verdicts: Verdicts) -> None:
    text = """
        time discrete
        message Now delay 0
        agent A { timer t  at start { start t for 2 }  initial state Wait { on t expires -> Done }  final state Done }
        agent Busy { initial final state S { step go { send Now to self }  on Now } }
        eventually done: A[0] is Done
        check "c" { network set  expect done, time }
    """
    found = verdicts(text.replace("network set", "network set capacity 1 blocks"))
    assert found["done"] == "holds"
    assert found["time"] == "holds"


def test_the_global_stabilisation_time_comes_in_fair_runs() -> None:
    text = """
        protocol Test
        time discrete
        message M delay 1 after gst
        agent A { initial state S { step go -> T { send M to B } }  final state T }
        agent B { initial state S { on M -> T }  final state T }
        eventually told: B[0] is T
        check "c" { expect told }
    """
    spec = load(Source("test.mc", text))
    model = instantiate(spec, spec.checks[0], wanted_properties(spec, spec.checks[0], ()))
    owed = {action.name: [s.strength for s in action.body if isinstance(s, Owe)] for action in model.actions}
    assert owed == {"go": ["weak"], "M": ["weak"], "stabilise": ["weak"], "tick": ["strong"]}


def test_time_is_expected_of_a_model_of_time_only(said_of: Said) -> None:
    assert said_of('check "c" { expect time }') == ["MC321"]
    assert said_of('check "c" { expect not time }') == ["MC321"]
    agent = "agent A { timer t  at start { start t for 1 }  initial final state S { on t expires { skip } } }"
    assert said_of(f'time discrete {agent}\ncheck "c" {{ expect time }}') == []
    assert said_of(f'time discrete {agent}\ncheck "c" {{ expect time, not time }}') == ["MC408"]
