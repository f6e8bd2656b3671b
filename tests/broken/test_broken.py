"""Specifications with mistakes: what is said of them, all at once, each once, and where.

The first comments of a file say what is expected: `# expect: MC301 at 7:12` for each diagnostic, `# expect-exit: 1` and
`# expect-property: errors violated` for each verdict that is not as the file wants it, `# run: --set N=5` for options.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from modelcheck.cli.main import cli
from modelcheck.diagnostics import InputError
from modelcheck.environment.instantiate import Overrides
from modelcheck.pipeline import Options, load_file, verify_specs

FOLDER = Path(__file__).parent / "semantic"
FILES = sorted(FOLDER.glob("*.mc"))
THROUGH_THE_COMMAND = ["many_mistakes_at_once", "set_outside_the_type", "overflow_on_assignment", "capacity_exceeded"]
SLOWEST_SECONDS = 2.0
FILES_WANTED = 100


@dataclass(frozen=True)
class Wanted:
    """What the comments of a file expect."""

    diagnostics: list[str]
    exit_code: int
    properties: list[str]
    settings: dict[str, str]


def wanted(file: Path) -> Wanted:
    text = file.read_text("utf-8")
    diagnostics = re.findall(r"^# expect: (.*)$", text, re.MULTILINE)
    exit_code = re.search(r"^# expect-exit: (\d+)$", text, re.MULTILINE)
    properties = re.findall(r"^# expect-property: (.*)$", text, re.MULTILINE)
    settings = dict(re.findall(r"--set (\w+)=(\S+)", text.partition("protocol")[0]))
    return Wanted(diagnostics, int(exit_code[1]) if exit_code else 2, properties, settings)


def outcome(file: Path, settings: dict[str, str]) -> Wanted:
    try:
        options = Options(engine="interpreter", overrides=Overrides(settings))
        report = verify_specs([load_file(file)], options)
    except InputError as error:
        found = [f"{d.code} at {d.span.line}:{d.span.column}" if d.span else d.code for d in error.diagnostics]
        return Wanted(found, 2, [], settings)
    wrong = [f"{p.name} {p.verdict}" for check in report.specs[0].checks for p in check.properties if not p.ok]
    return Wanted([], report.exit_code, wrong, settings)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_mistake_is_told_once_and_nothing_else_is(file: Path) -> None:
    expected = wanted(file)
    started = time.process_time()
    found = outcome(file, expected.settings)
    seconds = time.process_time() - started
    assert sorted(found.diagnostics) == sorted(expected.diagnostics)
    assert sorted(found.properties) == sorted(expected.properties)
    assert found.exit_code == expected.exit_code
    assert seconds < SLOWEST_SECONDS


@pytest.mark.parametrize("name", THROUGH_THE_COMMAND)
def test_the_command_prints_them_without_a_traceback(name: str) -> None:
    file = FOLDER / f"{name}.mc"
    expected = wanted(file)
    options = [part for key, value in expected.settings.items() for part in ("--set", f"{key}={value}")]
    result = CliRunner().invoke(cli, ["verify", str(file), *options])
    output = result.output + result.stderr
    assert result.exit_code == expected.exit_code
    assert "Traceback" not in output
    for code in {diagnostic.split()[0] for diagnostic in expected.diagnostics}:
        assert f"[{code}]" in output


def test_there_are_many_of_them() -> None:
    assert len(FILES) >= FILES_WANTED
