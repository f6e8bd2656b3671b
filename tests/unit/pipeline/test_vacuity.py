"""Verdicts that mean less than they seem to are told, each at its place."""

from __future__ import annotations

import pytest

from modelcheck.pipeline.verify import Options, load, verify_specs
from modelcheck.reports.report import SpecReport
from modelcheck.source import Source

NODE = "agent Node { initial state Run { step go -> Done } final state Done }"


def verified(text: str, engine: str = "interpreter") -> SpecReport:
    return verify_specs([load(Source("x.mc", f"protocol P\n{text}"))], Options(engine=engine)).specs[0]


def told(text: str, engine: str = "interpreter") -> list[tuple[str, int, str]]:
    return [(w.code, w.span.line, w.help) for w in verified(text, engine).warnings if w.span is not None]


@pytest.mark.parametrize("engine", ["interpreter", "native"])
@pytest.mark.parametrize(
    ("transition", "reason"),
    [
        ("step never when false { skip }", "its guard is never true"),
        ("step never(n in {k in Node: k is Done and k is Run}) { skip }", "its message is never there"),
        ("on Ping", ""),
        ("on Ping { skip }", "its message is never there"),
    ],
)
def test_a_transition_never_taken_says_what_it_lacks(transition: str, reason: str, engine: str) -> None:
    text = f"message Ping\nagent Node {{ initial state Run {{ step go -> Done\n{transition} }} final state Done\n"
    text += '{ step talk when false { send Ping to Node } } }\ncheck "c" { expect 2 states }'
    found = [help_ for code, line, help_ in told(text, engine) if code == "MC505" and line == 4]
    assert [reason in help_ for help_ in found] == ([True] if reason else [])


def test_a_transition_in_a_state_never_reached_says_so() -> None:
    text = 'agent Node { initial final state Run\nstate Lost { step back -> Run } }\ncheck "c" { expect 1 states }'
    assert ("MC505", 3, "the state in which it stands is never reached") in told(text)


@pytest.mark.parametrize("engine", ["interpreter", "native"])
@pytest.mark.parametrize(
    ("kind", "formula", "lines"),
    [
        ("invariant", "forall n in Node: n is crashed implies n is Done", [3]),
        ("invariant", "forall n in Node: n is Done implies n is Done", []),
        ("invariant", "forall n in Node: (n is Run implies true) and (n is crashed implies false)", [3]),
        ("temporal", "forall n in Node: n is crashed leads to n is Done", [3]),
        ("temporal", "forall n in Node: n is Run leads to n is Done", []),
        ("temporal", "always forall n in Node: n is crashed implies n is Done", [3]),
        ("temporal", "(exists n in Node: n is crashed) implies eventually false", [3]),
    ],
)
def test_a_condition_that_is_never_true_is_told(kind: str, formula: str, lines: list[int], engine: str) -> None:
    found = told(f'{NODE}\n{kind} p: {formula}\ncheck "c" {{ expect p }}', engine)
    assert [(code, line) for code, line, _ in found] == [("MC512", line) for line in lines]


def test_a_condition_true_in_another_check_is_not_told() -> None:
    text = f"{NODE}\ninvariant p: forall n in Node: n is crashed implies n is Run | Done"
    text += '\ncheck "a" { expect p }\ncheck "b" { faults { crash Node up to 1 } expect p }'
    assert told(text) == []


def test_a_fault_that_never_strikes_is_told_in_its_check() -> None:
    text = "network unordered capacity 1 blocks\nmessage Ping\n"
    text += "agent Node { initial state Run { step go -> Done { send Ping to Node } } final state Done { on Ping } }\n"
    text += 'check "c" { faults {\nduplicate up to 1 } expect 3 states }'
    assert [(code, line) for code, line, _ in told(text)] == [("MC510", 6)]


@pytest.mark.parametrize(("most", "lines"), [(3, []), (4, [5])])
def test_an_invariant_that_the_bound_makes_true_is_told(most: int, lines: list[int]) -> None:
    text = "agent Node { var n: 0..9 = 0 initial final state Run { step go when n < 9 { n += 1 } } }\n"
    text += "invariant small: forall p in Node: p.n <= 4 or p.n == 9\ninvariant fits: forall p in Node: p.n < 10\n"
    text += f'check "c" {{ bound forall p in Node: p.n <= {most}\nexpect small, fits }}'
    # The step out of 0..3 leads to 4, which is small, that out of 0..4 to 5, which is not.
    assert [(code, line) for code, line, _ in told(text)] == [("MC511", line) for line in lines]


def test_coverage_counts_transitions_and_faults() -> None:
    report = verified(f'{NODE}\ncheck "c" {{ Node = 2 faults {{ crash Node up to 1 }} expect deadlock }}')
    rows = [(row.name, row.line, row.count) for row in report.checks[0].coverage]
    # Of the 4 states without a crash, each Node goes in 2; of the 8 with one of them down, the other goes in 4.
    assert rows == [("Node step go", 2, 8), ("Node crash", None, 8)]
