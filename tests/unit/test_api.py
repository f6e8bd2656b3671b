from __future__ import annotations

import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import modelcheck

ROOT = Path(__file__).resolve().parents[2]


def examples() -> list[str]:
    """The Python in the package's docstring and in the README."""
    assert modelcheck.__doc__ is not None
    indented = re.findall(r"(?:^    .*\n|^\n)+", modelcheck.__doc__, re.MULTILINE)
    fenced = re.findall(r"^```python\n(.*?)^```", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return [textwrap.dedent(text) for text in (*indented, *fenced) if text.strip()]


def test_there_is_an_example() -> None:
    assert examples()


@pytest.mark.parametrize("example", examples())
def test_documented_example_runs(example: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    exec(compile(example, "example", "exec"), {})  # noqa: S102 - it is our own


def test_verify_returns_typed_objects() -> None:
    report = modelcheck.verify(ROOT / "specs" / "coordination" / "peterson.mc")
    assert isinstance(report, modelcheck.Report)
    (spec,) = report.specs
    assert isinstance(spec, modelcheck.SpecReport)
    check = spec.checks[0]
    assert isinstance(check, modelcheck.CheckReport)
    assert all(isinstance(found, modelcheck.PropertyReport) for found in check.properties)
    assert (report.ok, report.exit_code, check.states.distinct) == (True, 0, 42)


def test_solve_takes_values_as_python_has_them() -> None:
    path = ROOT / "specs" / "theorems" / "byzantine_generals_om.mc"
    found = modelcheck.solve(path, {"Lieutenant": (2,), "credulous": (False, True)}, checks=["three who simply obey"])
    assert isinstance(found, modelcheck.SolutionReport)
    assert [dict(row.values)["credulous"] for row in found.rows] == ["false", "true"]
    assert [row.outcome for row in found.rows] == ["refuted", "solution"]


def test_mistakes_are_raised_as_diagnostics(tmp_path: Path) -> None:
    path = tmp_path / "wrong.mc"
    path.write_text("protocol Wrong\nagent Node { initial state A { step s { n := 1 } } }\n", "utf-8")
    with pytest.raises(modelcheck.InputError) as raised:
        modelcheck.load(path)
    (found,) = raised.value.diagnostics
    assert isinstance(found, modelcheck.Diagnostic)
    assert found.span is not None
    assert (found.code, found.span.line) == ("MC201", 2)


def test_unknown_attribute_is_an_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = modelcheck.nothing


def test_the_example_prints_the_verdicts() -> None:
    arguments = [sys.executable, "examples/verdicts.py", "specs/coordination/peterson.mc"]
    done = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "42 states" in done.stdout
