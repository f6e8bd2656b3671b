"""What counts as an answer: nothing that was cut off does."""

from __future__ import annotations

import pytest

from modelcheck.diagnostics import InputError
from modelcheck.kernel.task import Limits
from modelcheck.pipeline.verify import Options, load, verify_specs
from modelcheck.reports.report import CheckReport
from modelcheck.source import Source


def _check(text: str) -> CheckReport:
    return verify_specs([load(Source("p.mc", f"protocol P\n{text}"))], Options()).specs[0].checks[0]


def test_states_are_not_counted_where_a_capacity_cut_the_search() -> None:
    found = _check("""
message M
agent A { final initial state S { step go { send M to B } } }
agent B { final initial state T { on M } }
check "c" { network unordered capacity 1 expect 2 states }""")
    assert found.properties[0].verdict == "unknown"


def test_a_single_state_is_one_state() -> None:
    text = 'agent A { final initial state S { step go { skip } } }\ncheck "c" { expect 2 states }'
    assert _check(text).properties[0].evidence == "found: 1 state"
    options = Options(limits=Limits(depth=0))
    (check,) = verify_specs([load(Source("p.mc", f"protocol P\n{text}"))], options).specs[0].checks
    assert check.properties[0].evidence == "1 state visited"
    assert check.properties[1].evidence == "no violation in 1 state, to depth 0"


@pytest.mark.parametrize("start", [0, 4], ids=["in a step", "at the start"])
def test_states_are_not_counted_where_an_evaluation_failed(start: int) -> None:
    found = _check(f"""
agent A {{ var x: 0..3 = {start}  final initial state S {{ step go {{ x += 1 }} }} }}
check "c" {{ expect 4 states }}""")
    assert {p.name: p.verdict for p in found.properties} == {
        "4 states": "unknown",
        "deadlock": "unknown",
        "errors": "violated",
    }


def test_a_property_that_is_answered_may_still_fail_elsewhere() -> None:
    found = _check("""
agent A { var x: 0..3 = 0  final initial state S { step go when x < 3 { x += 1 } } }
invariant i: forall a in A: a.x != 1 and 10 / (2 - a.x) != 77
check "c" { expect not i }""")
    assert {p.name: p.verdict for p in found.properties} == {
        "i": "violated",
        "deadlock": "unknown",
        "errors": "violated",
    }


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ("", "a full network (unordered … blocks) rules"),
        ("initially A[0] is S", "`initially` or a full network (unordered … blocks) rules"),
    ],
)
def test_a_start_without_room_is_not_blamed_on_a_condition(condition: str, reason: str) -> None:
    with pytest.raises(InputError, match="MC411") as caught:
        _check(f"""
message M
network unordered capacity 1 blocks
agent A {{ final initial state S  at start {{ send M to B  send M to B }} }}
agent B {{ final initial state T {{ on M }} }}
{condition}
check "c" {{ expect 1 states }}""")
    assert f": {reason} all out" in caught.value.diagnostics[0].problem


def test_a_bound_that_rules_out_every_start_is_an_error() -> None:
    with pytest.raises(InputError, match="MC411"):
        _check("""
agent A { var x: 0..3 = 1  final initial state S { step go { skip } } }
invariant i: forall a in A: a.x < 0
check "c" { bound forall a in A: a.x < 1 expect i }""")
