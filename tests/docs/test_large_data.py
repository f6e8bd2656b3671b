"""The example of data that is too large to be tried is decided as the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import modelcheck
from modelcheck.ir.spec import Spec
from modelcheck.kernel.task import Limits
from modelcheck.pipeline.verify import Options, load, verify_specs
from modelcheck.reports.report import CheckReport
from modelcheck.source import Source

pytest.importorskip("z3")

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"


def example() -> Spec:
    (text,) = re.findall(r"^```mc\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return load(Source("budget.mc", text))


def verified(check: str, engine: str, depth: int | None) -> CheckReport:
    options = Options(engine=engine, checks=(check,), limits=Limits(depth=depth))
    return verify_specs([example()], options).specs[0].checks[0]


def test_nobody_can_try_all() -> None:
    with pytest.raises(modelcheck.InputError, match="MC405"):
        verify_specs([example()], Options())


def test_the_shortest_violation_has_the_least_values() -> None:
    found = {each.name: each for each in verified("booked when paid", "bounded", 6).properties}
    assert (found["covered"].verdict, found["covered"].steps, found["covered"].ok) == ("violated", 6, True)
    trace = found["covered"].trace
    assert trace is not None
    assert "limit = 1" in str(trace)


def test_what_is_booked_at_once_is_proved() -> None:
    found = {each.name: each for each in verified("booked when approved", "induction", None).properties}
    assert {name: found[name].scope for name in ("covered", "errors")} == dict.fromkeys(
        ("covered", "errors"), "inductive"
    )
