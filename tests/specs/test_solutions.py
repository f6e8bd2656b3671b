"""The values that the documentation says `solve` finds in the specifications, and what they are known to be."""

from __future__ import annotations

from pathlib import Path

from modelcheck.environment.instantiate import Overrides
from modelcheck.pipeline import Options
from modelcheck.pipeline.solve import Asked, Range, solve
from modelcheck.reports.solution.report import SolutionReport

SPECS = Path(__file__).parents[2] / "specs"


def solutions(report: SolutionReport) -> list[str]:
    assert report.count("unknown") == report.count("invalid") == 0
    return [row.values[0][1] for row in report.rows if row.outcome == "solution"]


def test_the_timeout_that_excludes_false_suspicion_is_longer_than_the_longest_silence() -> None:
    timeouts = Range("Timeout", tuple(map(str, range(1, 8))))
    report = solve(SPECS / "failures/heartbeat.mc", Asked((timeouts,)), Options(checks=("long enough",)))
    assert solutions(report) == ["4"]
    assert [found.name for row in report.rows[:3] for found in row.judged if found.verdict == "violated"] == [
        "accurate"
    ] * 3


def test_two_lieutenants_are_too_few_for_one_traitor() -> None:
    checks = ("four generals, the commander is a traitor", "four generals, a lieutenant is a traitor")
    lieutenants = Range("Lieutenant", ("1", "2", "3"))
    report = solve(SPECS / "theorems/byzantine_generals_om.mc", Asked((lieutenants,)), Options(checks=checks))
    # Alone, a lieutenant has nobody to disagree with.
    assert solutions(report) == ["1", "3"]


def test_no_strategy_is_consistent_and_available_when_messages_may_be_lost() -> None:
    strategies = Asked((Range("acknowledge"), Range("answer")))
    options = Options(checks=("the first waits",), overrides=Overrides(budgets={("lose", None): None}))
    report = solve(SPECS / "theorems/cap_strategies.mc", strategies, options)
    assert (len(report.rows), report.count("refuted"), report.exit_code) == (8 * 81, 8 * 81, 1)
