"""What is said of the fairness that a temporal property needs."""

from __future__ import annotations

import pytest

from modelcheck.pipeline.verify import Options, load, verify_specs
from modelcheck.source import Source

CRASHING = """protocol P
agent Node { initial state Run { step go -> Done } final state Done }
eventually done: forall n in Node: n is Done
check "c" { faults { crash Node up to 1 %s } allow deadlock expect %s done }
"""


def told(text: str, name: str) -> str:
    report = verify_specs([load(Source("x.mc", text))], Options(explain_fairness=(name,), engine="interpreter"))
    (said,) = next(found.fairness for found in report.specs[0].checks[0].properties if found.name == name)
    return said


@pytest.mark.parametrize(
    ("word", "expected", "said"),
    [
        ("", "", "done holds, and needs no more fairness than: weak step go of Node"),
        ("unfair", "not", "done would hold with `step go` of Node without `unfair`"),
    ],
)
def test_what_is_needed_is_named(word: str, expected: str, said: str) -> None:
    text = (
        (CRASHING % ("", expected)).replace("faults { crash Node up to 1  }", "").replace("step go", f"{word} step go")
    )
    assert told(text, "done") == said


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        ("", ""),
        ("with recovery", "; it may need `crash Node … with fair recovery`, with which who crashed comes back"),
    ],
)
def test_where_nobody_has_to_come_back_fair_recovery_is_suggested(options: str, hint: str) -> None:
    assert told(CRASHING % (options, "not"), "done") == (
        f"done does not hold under any fairness of steps and deliveries{hint}"
    )


def test_with_fair_recovery_the_same_property_holds() -> None:
    assert told(CRASHING % ("with fair recovery", ""), "done").startswith("done holds")
