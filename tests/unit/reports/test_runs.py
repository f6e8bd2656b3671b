"""Names of the files of runs."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from modelcheck.frozen import replace
from modelcheck.pipeline.verify import Options, load, verify_specs
from modelcheck.reports.report import Report
from modelcheck.reports.runs import file_stems, runs_of, unique_stems
from modelcheck.reports.svg import title_of
from modelcheck.source import Source

Made = Callable[[str], Report]


def report_of(names: list[str], file: str = "spec.mc") -> Report:
    checks = "\n".join(f'check "{name}" {{ allow deadlock  expect end }}' for name in names)
    text = f"protocol P\nagent A {{ initial state S {{ step go -> T }} state T }}\nreachable end: A[0] is T\n{checks}"
    return verify_specs([load(Source(file, text))], Options(engine="interpreter"))


@pytest.mark.parametrize(
    "names",
    [["a", "A", "a!"], ["<script>", "«script»", "../../etc"], ["x" * 200, "x" * 201], ["日本", "中国"]],
)
def test_every_run_has_a_file_name_of_its_own_that_is_harmless(names: list[str]) -> None:
    stems = file_stems(runs_of(report_of(names)))
    assert len({stem.lower() for stem in stems}) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,200}", stem) for stem in stems)


def test_a_picture_says_what_it_is_a_run_of() -> None:
    (run,) = runs_of(report_of(["a"]))
    assert title_of(run).startswith("witness for end\n")
    # What `simulate` draws is a run of no property.
    nameless = replace(run, found=replace(run.found, name="", verdict="unknown"))
    assert title_of(nameless).startswith("a random run\n")


def test_many_runs_of_one_name_are_numbered_in_no_time() -> None:
    # What looks at all names for each number would take hours.
    stems = unique_stems([("a.mc", "run")] * 5000 + [("a.mc", "RUN-2"), ("a.mc", "run_2")])
    assert stems[:3] == ["a-run", "a-run-2", "a-run-3"]
    assert stems[-3:] == ["a-run-5000", "a-RUN_2", "a-run_2-2"]
    assert len({stem.lower() for stem in stems}) == len(stems)
