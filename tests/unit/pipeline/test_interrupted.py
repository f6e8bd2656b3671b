"""Ctrl-C ends everything at once, and what was found before it is kept."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import pytest

from modelcheck.engines.base import Exploration, Request
from modelcheck.engines.interpreter import explore
from modelcheck.engines.registry import ENGINES
from modelcheck.frozen import replace
from modelcheck.ir.model import Model
from modelcheck.pipeline import Options, load, verify_specs
from modelcheck.pipeline.mutate import MutationReport, mutate, plan
from modelcheck.pipeline.unused_behaviour import Behaviour
from modelcheck.reports.markdown import render as markdown
from modelcheck.reports.report import Report
from modelcheck.reports.text import render
from modelcheck.source import Source

COUNTER = """protocol Counter
agent Node {
  var n: 0..9 = 0
  initial final state Counting { step count_up when n < 9 { n += 1 } }
}
invariant small: forall p in Node: p.n < 5
invariant typed: forall p in Node: p.n <= 9
check "one" { expect typed }
check "two" { Node = 2  expect typed }
"""
VIOLATED = COUNTER.replace("expect typed", "expect small")

MUTANTS = "".join(
    f'[[mutant]]\nname = "{name}"\nfind = "when n < 9"\nreplace = ""\nviolates = "errors"\ncheck = "one"\n'
    for name in ("first", "second", "third")
)

Interrupt = Callable[..., None]


@pytest.fixture
def interrupt(monkeypatch: pytest.MonkeyPatch) -> Interrupt:
    """Has the search with this number, from 1, interrupted: within it, or (`outside`) before it is one."""

    def at(number: int, *, outside: bool = False) -> None:
        begun: list[Model] = []

        def engine(model: Model, request: Request) -> Exploration:
            begun.append(model)
            if len(begun) != number:
                return explore(model, request)
            if outside:
                raise KeyboardInterrupt
            return replace(explore(model, request), stopped="interrupted")

        monkeypatch.setitem(ENGINES, "auto", lambda: engine)

    return at


def verify(*texts: str) -> Report:
    return verify_specs([load(Source(f"{n}.mc", text)) for n, text in enumerate(texts)], Options())


def names(report: Report) -> list[tuple[str, list[str]]]:
    return [(spec.file, [check.name for check in spec.checks]) for spec in report.specs]


@pytest.mark.parametrize(("outside", "left"), [(False, ["one"]), (True, [])])
def test_one_ctrl_c_ends_all_files(interrupt: Interrupt, *, outside: bool, left: list[str]) -> None:
    interrupt(3, outside=outside)
    report = verify(COUNTER, COUNTER, COUNTER)
    assert names(report) == [("0.mc", ["one", "two"]), ("1.mc", left)]
    assert (report.ok, report.exit_code, report.specs[0].ok, report.specs[1].ok) == (False, 130, True, False)
    assert "INTERRUPTED: " in render(report)
    assert "# 1.mc\n\n**INTERRUPTED: " in markdown(report)


def test_interrupted_goes_before_a_violation_that_was_found(interrupt: Interrupt) -> None:
    interrupt(1)
    report = verify(VIOLATED)
    assert report.specs[0].checks[0].properties[0].verdict == "violated"
    assert report.exit_code == 130
    assert render(report).splitlines()[-1] == "INTERRUPTED: 1 check, 3 verdicts, 1 not as expected so far"


@pytest.mark.parametrize("step", ["_choose", "explained"])
def test_what_was_found_stands_though_what_else_is_asked_for_is_interrupted(
    step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(import_module("modelcheck.pipeline.verify"), step, interrupted)
    report = verify(VIOLATED, VIOLATED)
    assert names(report) == [("0.mc", ["one"])]
    (check,) = report.specs[0].checks
    assert [(found.verdict, found.steps) for found in check.properties[:1]] == [("violated", 5)]
    assert (check.complete, check.interrupted, report.exit_code) == (True, True, 130)


@pytest.mark.parametrize(("step", "left"), [("observe", ["one"]), ("warn", ["one", "two"])])
def test_verdicts_stand_though_looking_for_what_no_check_shows_is_interrupted(
    step: str, left: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(Behaviour, step, interrupted)
    report = verify(COUNTER, COUNTER)
    assert names(report) == [("0.mc", left)]
    assert all(check.ok and not check.interrupted for check in report.specs[0].checks)
    assert (report.specs[0].interrupted, report.ok, report.exit_code) == (True, False, 130)


def test_an_interrupted_specification_is_not_said_to_have_idle_transitions(interrupt: Interrupt) -> None:
    idle = COUNTER.replace("check", 'check "none" { Node = 0 expect typed }\ncheck', 1)
    interrupt(2, outside=True)
    assert "MC505" not in [warning.code for warning in verify(idle).specs[0].warnings]


def mutation(folder: Path, *files: str) -> list[MutationReport]:
    for file in files:
        (folder / f"{file}.mc").write_text(COUNTER, "utf-8")
        (folder / f"{file}.mutants.toml").write_text(MUTANTS, "utf-8")
    return mutate(plan([folder / f"{file}.mc" for file in files]), Options())


def test_mutants_before_ctrl_c_keep_their_fate(interrupt: Interrupt, tmp_path: Path) -> None:
    interrupt(3)
    (report,) = mutation(tmp_path, "a", "b")
    fates = [(mutant.name, mutant.fate, mutant.detail) for mutant in report.mutants]
    assert fates == [("first", "killed", ""), ("second", "unknown", "the search was interrupted")]
    assert (report.interrupted, report.exit_code) == (True, 130)


def test_ctrl_c_in_the_specification_itself_is_not_its_failure(interrupt: Interrupt, tmp_path: Path) -> None:
    from modelcheck.cli.mutate import _text  # noqa: PLC0415 - what is printed of it
    from modelcheck.reports.style import PLAIN  # noqa: PLC0415

    interrupt(1)
    reports = mutation(tmp_path, "a", "b")
    assert [(report.interrupted, report.exit_code, report.mutants) for report in reports] == [(True, 130, ())]
    text = _text(reports, PLAIN)
    assert "does not verify" not in text
    assert text.splitlines()[-1] == "INTERRUPTED: 0 mutants so far"
