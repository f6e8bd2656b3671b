"""Constants that are `any`: every value without one given, and what a value that is given changes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from modelcheck.engines.base import Exploration
from modelcheck.environment.instantiate import Overrides
from modelcheck.ir.model import Model
from modelcheck.reports.packet.assumptions import assumption_rows
from modelcheck.semantics.execute import follow, initial_paths
from modelcheck.verdict import Holds, Violated

Build = Callable[..., Model]
Said = Callable[..., list[str]]
Explored = Callable[..., Exploration]

TEXT = """
    enum Mode { slow, fast }
    const mode: Mode = any
    const limit: 0..3 = any
    const told: map Node -> bool = any
    agent Node {
      var n: 0..9 = limit
      initial final state Run { step go when told[self] and n < 4 and mode == fast { n += limit } }
    }
    invariant low: forall p in Node: p.n < 4
    check "c" { Node = 2 SETTINGS expect low }
"""


def of(settings: str = "") -> str:
    return TEXT.replace("SETTINGS", settings)


def test_a_run_begins_with_each_value_and_keeps_it(explored_twice: Explored) -> None:
    found = explored_twice(of())
    # Slow: nothing happens, whatever the limit and whoever is told. Fast: so many values of n for a node that is told.
    values = {0: 1, 1: 4, 2: 2, 3: 2}
    assert found.distinct == 4 * 4 + sum((1 + count) ** 2 for count in values.values())


def test_values_that_are_given_leave_one_beginning(model_of: Build) -> None:
    model = model_of(of("mode = fast  limit = 1 + 1  told = map p in Node: index(p) == 1"))
    assert model.settled == {"mode": 1, "limit": 2, "told": 1}
    (path,) = initial_paths(model)
    # The digits are those of a run of the check as it is written: it can be replayed there.
    assert path == follow(model_of(of()), None, None, path.digits)


def test_reports_say_which_values_a_constant_has(model_of: Build) -> None:
    def told(model: Model) -> list[tuple[str, str]]:
        rows = assumption_rows(model, model.spec.checks[0], (), about_runs=False)
        return [(name, text) for name, text in rows if name.startswith("unknown ")]

    known = told(model_of(of("mode = fast  told = map p in Node: true")))
    assert [(name, text.partition(", the same")[0]) for name, text in known] == [
        ("unknown mode", "fast (otherwise any of Mode)"),
        ("unknown limit", "any of 0..3"),
        ("unknown told", "[Node[0]: true, Node[1]: true] (otherwise any of map Node -> bool)"),
    ]


def test_the_command_line_goes_before_the_check(model_of: Build) -> None:
    text = of("mode = fast  limit = 1")
    assert model_of(text, limit="3").settled == {"mode": 1, "limit": 3}


@pytest.mark.parametrize(
    ("value", "number"),
    [("[Node[0]: false, Node[1]: true]", 1), ("[Node[0]:true,Node[1]:true]", 3), ("all true", 3), ("all false", 0)],
)
def test_any_value_can_be_given_as_a_report_shows_it(model_of: Build, value: str, number: int) -> None:
    assert model_of(of(), told=value).settled == {"told": number}


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("limit", "4", "MC403"),
        ("limit", "many", "MC402"),
        ("mode", "faster", "MC402"),
        ("told", "all 3", "MC402"),
        ("told", "[Node[0]: true]", "MC402"),
    ],
)
def test_a_value_that_does_not_fit_is_the_users_mistake(said_of: Said, name: str, value: str, code: str) -> None:
    assert said_of(of(), **{name: value}) == [code]


@pytest.mark.parametrize(("settings", "code"), [("limit = 4", "MC403"), ("limit = 1 / 0", "MC403")])
def test_so_is_one_in_a_check(said_of: Said, settings: str, code: str) -> None:
    assert said_of(of(settings)) == [code]


def test_too_many_values_are_no_mistake_where_one_is_given(said_of: Said) -> None:
    text = 'const wide: 0..99999 = any\ninvariant low: wide < 70000\ncheck "c" { SETTINGS expect low }'
    assert said_of(text.replace("SETTINGS", "")) == ["MC405"]
    assert said_of(text.replace("SETTINGS", "wide = 70000")) == []


def test_a_verdict_is_about_all_values_or_about_the_one_given(explored_twice: Explored) -> None:
    assert isinstance(explored_twice(of()).verdicts["low"], Violated)
    assert isinstance(explored_twice(of(), Overrides({"limit": "0"})).verdicts["low"], Holds)
    assert isinstance(explored_twice(of(), Overrides({"limit": "2"})).verdicts["low"], Violated)
