"""What a solver tells of a specification before any search, and what it does not."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from importlib import import_module

import pytest

pytest.importorskip("z3")

from modelcheck.diagnostics import Diagnostic
from modelcheck.engines.child import Again, End, EndedError, Tell
from modelcheck.kernel.task import Limits
from modelcheck.pipeline.allowance import Allowance
from modelcheck.pipeline.lint import LintInterrupt, lint
from modelcheck.source import Source

USUAL = Allowance()


def told(text: str, allowance: Allowance = USUAL) -> tuple[Diagnostic, ...]:
    return lint(Source("test.mc", f"protocol Test\n{text}"), allowance)


def marked(text: str) -> list[tuple[str, str]]:
    """Code and marked text of each warning."""
    return [(found.code, found.span.text if found.span else "") for found in told(text)]


def guarded(guard: str, *, declared: str = "x: 0..3 = 0", check: str = "") -> str:
    return f"""
        param most = 3
        shared var {declared}
        agent Node {{ initial final state Run {{ step go when {guard} {{ skip }} }} }}
        check "c" {{ {check} expect 1 states }}
    """


@pytest.mark.parametrize(
    ("guard", "part"),
    [
        ("x > 3", "x > 3"),
        ("x < 2 and x > 3", "x > 3"),
        ("x > 0 and x > 2 and x < 2", "x > 2"),
        ("x > most", "x > most"),
        ("x - 1 == 3", "x - 1 == 3"),
        ("exists y in 0..3: x + y == 7", "exists y in 0..3: x + y == 7"),
    ],
)
def test_guard_that_no_state_satisfies_is_told_by_its_least_part(guard: str, part: str) -> None:
    assert marked(guarded(guard)) == [("MC520", part)]


@pytest.mark.parametrize("guard", ["x > 2", "x < 2 and x > 0", "x == most", "x - 1 == 2", "10 / x == 3"])
def test_guard_that_some_state_satisfies_or_fails_to_evaluate_is_not_told(guard: str) -> None:
    assert marked(guarded(guard)) == []


def test_a_pattern_of_bits_beyond_the_range_is_no_value() -> None:
    guard = "x % 3 == 2 and x / 3 == 1"
    assert marked(guarded(guard, declared="x: 0..5 = 0")) == []
    assert [code for code, _ in marked(guarded(guard, declared="x: 0..4 = 0"))] == ["MC520"]


def test_guard_is_told_only_if_it_is_false_in_every_check() -> None:
    dead = guarded("x > most")
    assert marked(dead) == [("MC520", "x > most")]
    assert marked(dead + 'check "d" { most = 2 expect 1 states }') == []


@pytest.mark.parametrize(
    ("guard", "part"),
    [("x >= 0", "x >= 0"), ("x == 1 and x <= 3", "x <= 3"), ("x > 1 and x != 1", "x != 1"), ("x < 5", "x < 5")],
)
def test_part_of_a_guard_that_rules_nothing_out_is_told(guard: str, part: str) -> None:
    assert marked(guarded(guard)) == [("MC521", part)]


@pytest.mark.parametrize("guard", ["x >= 1", "x < 3", "most == 3", "most == 3 and x > 0", "x == 1 or x != most"])
def test_guard_that_rules_something_out_or_reads_parameters_only_is_not_told(guard: str) -> None:
    assert marked(guarded(guard)) == []


RECEIVING = """
    message Ping(n: 0..1)
    agent Node {{
      var seen: 0..9 = 0
      initial final state Run {{
        step go {{ send Ping(1) to Node }}
        on Ping(n) from p when {guard} {{ seen := 1 }}
      }}
    }}
    check "c" {{ Node = 2 expect 1 states }}
"""


@pytest.mark.parametrize(
    ("guard", "found"),
    [
        ("n > 1", [("MC520", "n > 1")]),
        ("n == 1", []),
        ("p != self", []),
        # What a bag holds may be more than is looked at first, and no more than there are.
        ("size(messages Ping) == 8", []),
        ("size(messages Ping) == 9", [("MC520", "size(messages Ping) == 9")]),
    ],
)
def test_guard_of_a_message_is_asked_of_all_that_could_be_in_flight(guard: str, found: list[tuple[str, str]]) -> None:
    assert marked(RECEIVING.format(guard=guard)) == found


FLOOD = """
    message Ping(n: 0..MOST)
    agent A {{ initial final state Run {{ step go(k in 0..MOST) {{ send Ping(k) to B }} }} }}
    agent B {{ initial final state Run {{ on Ping(n) when {guard} {{ skip }} }} }}
    invariant p: {invariant}
    check "c" {{ network {network} expect p }}
"""


@pytest.mark.parametrize(
    ("most", "network", "guard", "invariant", "found"),
    [
        # There is room for 64, but a network without a declared capacity may hold more.
        (79, "unordered", "size(messages Ping) > 64", "size(messages Ping) <= 64", []),
        (79, "unordered", "size(messages Ping) > 80", "forall m in messages Ping: m.n < 80", ["MC520", "MC522"]),
        (79, "set", "size(messages Ping) > 64", "size(messages Ping) <= 64", []),
        (3, "set capacity 3", "size(messages Ping) > 3", "size(messages Ping) <= 3", ["MC520", "MC522"]),
        (4, "set capacity 3", "size(messages Ping) > 2", "size(messages Ping) <= 2", []),
        (79, "fifo", "n > 79", "forall m in messages Ping: m.n < 80", ["MC520", "MC529"]),
        (14, "fifo", "n > 14", "forall m in messages Ping: m.n < 15", ["MC520", "MC522"]),
        (79, "fifo capacity 2", "n > 79", "forall m in messages Ping: m.n < 80", ["MC520", "MC522"]),
    ],
)
def test_the_room_of_the_checker_is_no_fact_about_a_network(
    most: int, network: str, guard: str, invariant: str, found: list[str]
) -> None:
    text = FLOOD.format(network=network, guard=guard, invariant=invariant).replace("MOST", str(most))
    assert [code for code, _ in marked(text)] == found


def test_it_is_told_why_nothing_is_known_beyond_the_room() -> None:
    text = FLOOD.format(network="fifo", guard="n > 0", invariant="forall m in messages Ping: m.n < 80")
    (found,) = told(text.replace("MOST", "79"))
    assert found.problem.endswith("more messages may be in flight than there is room for")
    assert found.help == "it is decided with a declared capacity"


def test_transition_whose_parameters_have_no_value_is_told() -> None:
    text = """
        agent Node { initial final state Run { step go(x in {y in 0..3: y > 3}) { skip } step rest { skip } } }
        check "c" { expect 1 states }
    """
    assert marked(text) == [("MC520", "step go(x in {y in 0..3: y > 3}) { skip }")]


RULED_OUT = """
    shared var x: 0..9 = {start}
    agent Node {{
      var busy: bool = false
      initial final state Run {{
        step go when x < 4 {{ x += 2 }}
        step back when x >= 4 {{ x := 0 }}
        step rest when {guard} {{ skip }}
      }}
    }}
    invariant even: x % 2 == 0
    invariant idle: forall n in Node: not n.busy
    invariant low: x < 8
    check "c" {{ Node = 2 expect {expected} }}
    {more}
"""


@pytest.mark.parametrize(
    ("guard", "expected", "more", "names"),
    [
        ("x % 2 == 1", "even, idle, low", "", "'even' rules"),
        ("x % 3 == 0 and x > 3 and busy", "even, idle, low", "", "'idle' rules"),
        ("x == 7 or x == 8", "even, low", "", "'even' and 'low' rule"),
        # It is not expected, not of all checks, or does not suffice; what is possible needs no proof.
        ("x == 7 or x == 8", "low", "", None),
        ("x % 2 == 1", "idle", "", None),
        ("x % 2 == 1", "even", 'check "d" { Node = 1 expect idle }', None),
        ("x % 2 == 1", "even", 'check "d" { Node = 1 expect even }', "'even' rules"),
        ("x == 4", "even, idle", "", None),
        ("x == 6", "even, idle", "", None),
    ],
)
def test_what_proved_invariants_rule_out_is_told(guard: str, expected: str, more: str, names: str | None) -> None:
    found = told(RULED_OUT.format(guard=guard, expected=expected, more=more, start=0))
    problem = f"this transition of Node is never taken: {names} it out, which is proved by induction"
    assert [one.problem for one in found if one.code == "MC520"] == ([problem] if names else [])


def test_what_holds_within_a_bound_rules_nothing_out() -> None:
    text = """
        shared var x: 0..9 = 0
        agent Node { initial final state Run {
          step go when x < 9 { x += 1 }
          step rest when x == 7 { x := 0 }
        } }
        invariant low: x <= 5
        check "c" { BOUND  expect low }
    """
    assert told(text.replace("BOUND", "bound x <= 5")) == ()
    (found,) = told(text.replace("BOUND", "").replace("x < 9", "x < 5"))
    assert found.code == "MC520"


def test_what_runs_break_later_rules_nothing_out() -> None:
    """Short runs do not come to the transition, and the invariant does not follow."""
    text = """
        shared var x: 0..200 = 0
        agent Node { initial final state Run {
          step go when x < 100 { x += 1 }
          step rest when x >= 90 { x := 0 }
        } }
        invariant low: x < 90
        check "c" { expect LOW }
    """
    assert told(text.replace("LOW", "not low")) == ()
    (found,) = told(text.replace("LOW", "low").replace("x < 100", "x < 80"))
    assert found.problem.startswith("this transition of Node is never taken: 'low' rules it out")


PROPERTY = """
    shared var x: 0..3 = 0
    agent Node {{ var voted: set of Node = {{}}  initial final state Run {{ step go when x < 3 {{ x += 1 }} }} }}
    {property}
    check "c" {{ Node = 2 expect {expected} }}
"""


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("invariant p: x <= 3", "MC522"),
        ("invariant p: forall n in Node: n.voted subset Node", "MC522"),
        ("invariant p: x <= 2", None),
        ("invariant p: x > 3", "MC523"),
        ("reachable p: x > 3", "MC523"),
        ("reachable p: x == 3", None),
        ("reachable p: x >= 0", "MC522"),
        ("transition p: next(x) <= x + 3", "MC522"),
        ("transition p: next(x) <= x + 1", None),
        ("transition p: next(x) > x + 3", "MC523"),
        # It says nothing of one of them, which is no value.
        ("invariant p: forall n in Node: 3 / x >= 0", None),
    ],
)
def test_property_that_the_types_decide_is_told(text: str, code: str | None) -> None:
    written = text.partition(": ")[2]
    assert marked(PROPERTY.format(property=text, expected="p")) == ([(code, written)] if code else [])


def test_property_of_what_starts_anywhere_is_about_all_states() -> None:
    text = PROPERTY.format(property="invariant p: x <= 3", expected="p")
    assert marked(text.replace("= 0", "= any", 1)) == []


def test_property_that_no_check_expects_is_not_asked() -> None:
    assert [code for code, _ in marked(PROPERTY.format(property="invariant p: x <= 3", expected="4 states"))] == [
        "MC507"
    ]


HARD = """
    shared var x: 0..4095 = 0
    shared var y: 0..4095 = 0
    shared var z: 0..4095 = 0
    agent Node { initial final state Run { step go when x * (y + z) != x * y + x * z { skip } } }
    check "c" { expect 1 states }
"""

WIDE = """
    shared var x: 0..9 = 0
    agent Node { initial final state Run { step go when forall y, z in 0..65535: x < 4 or y * z != x { skip } } }
    check "c" { expect 1 states }
"""

LARGE = """
    shared var x: 0..4294967295 = 0
    agent Node { initial final state Run { step go when x * x == 4295098369 { skip } } }
    check "c" { expect 1 states }
"""


@pytest.mark.parametrize(
    ("text", "allowance", "reason"),
    [
        (HARD, Allowance(effort=1), "the effort for one question was spent"),
        (WIDE, Allowance(effort=1), "the effort for one question was spent"),
        (HARD, Allowance(seconds=0.001), "the time for one question was over, which another machine may do with"),
        (LARGE, Allowance(), "its values are too large for the solver"),
    ],
)
def test_what_is_not_decided_is_told_with_the_reason(text: str, allowance: Allowance, reason: str) -> None:
    (found,) = told(text, allowance)
    assert (found.code, found.problem) == ("MC529", f"it was not decided whether this can be true: {reason}")
    assert found.span is not None
    assert found.span.text.startswith(("x *", "forall y"))


def test_choices_beyond_number_are_not_tried_one_by_one() -> None:
    text = """
        agent Node { initial final state Run {
          step go(x in 0..65535, y in 0..65535) when x * y == 64507 and x < y { skip }
          step rest(x in 0..65535, y in 0..65535) when x * x == 64507 { skip }
        } }
        check "c" { expect 1 states }
    """
    assert [code for code, _ in marked(text)] == ["MC520"]


def test_no_solver_is_asked_unless_there_is_time_for_it() -> None:
    assert lint(Source("test.mc", f"protocol Test\n{guarded('x > 3')}")) == ()


def test_what_types_rule_out_says_nothing_of_what_is_reachable() -> None:
    text = """
        shared var x: 0..3 = 0
        agent Node { initial final state Run { step go when x < 2 { x += 1 } step rest when x == 3 { skip } } }
        check "c" { expect 3 states }
    """
    assert marked(text) == []


BY_NUMBER = """
    agent Node {{ initial final state Run {{ step go when {guard} {{ skip }} }} }}
    check "c" {{ Node = 3 expect 1 states }}
"""


@pytest.mark.parametrize("guard", ["index(self) == 2", "self == Node[2]", "index(self) < 2"])
def test_an_agent_that_is_not_like_the_others_is_asked_about_by_itself(guard: str) -> None:
    assert marked(BY_NUMBER.format(guard=guard)) == []


def test_agents_that_are_alike_are_asked_about_once() -> None:
    assert marked(BY_NUMBER.format(guard="self != self")) == [("MC520", "self != self")]
    assert marked(BY_NUMBER.format(guard="index(self) > 2")) == [("MC520", "index(self) > 2")]


@pytest.mark.parametrize("why", ["time", "memory", "died", "interrupted", None])
def test_what_was_told_before_the_process_was_ended_counts(monkeypatch: pytest.MonkeyPatch, why: End | None) -> None:
    questions = 0

    def in_child(work: Callable[[Tell], None], hear: Tell, _limits: Limits) -> None:
        def tell(told: object) -> None:
            nonlocal questions
            if isinstance(told, Again):
                questions += 1
            else:
                hear(pickle.loads(pickle.dumps(told)))  # noqa: S301 - our own
                if why is not None:
                    raise EndedError(why)

        work(tell)

    asked = import_module("modelcheck.pipeline.static.survey")
    monkeypatch.setattr(asked, "can_have_child", lambda: True)
    monkeypatch.setattr(asked, "in_child", in_child)
    text = guarded("x > 3") + "invariant low: x <= 3"
    if why == "interrupted":
        with pytest.raises(LintInterrupt) as ended:
            told(text)
        assert [one.code for one in ended.value.found] == ["MC520", "MC507"]
        return
    codes = [one.code for one in told(text.replace("expect", "expect low  expect"))]
    assert codes == (["MC520", "MC522"] if why is None else ["MC529", "MC520"])
    assert questions > 0
