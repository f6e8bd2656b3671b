from __future__ import annotations

import re
import runpy
import shlex
from pathlib import Path

import pytest

from tests.commands import modelcheck

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CASES = sorted(path.parent for path in (HERE / "cases").glob("*/command.txt"))

# What differs from run to run and from machine to machine.
VOLATILE = (
    (re.compile(r"\b\d+\.\d\d s\b"), "0.00 s"),
    (re.compile(r'("(?:compile|search|cpu)"): [0-9.e-]+'), r"\1: 0.0"),
    (re.compile(r'("memory_bytes"): \d+'), r"\1: 0"),
    (re.compile(r'("version"): "[^"]+"'), r'\1: "VERSION"'),
)


def outcome(case: Path) -> str:
    """What a command prints and how it exits, volatile numbers aside. Paths are relative, so it runs in the folder."""
    arguments = shlex.split((case / "command.txt").read_text("utf-8"))
    done = modelcheck(case, *arguments)
    text = f"exit status {done.returncode}\n\n{done.stdout}"
    if done.stderr:
        text += f"\non the error stream:\n\n{done.stderr}"
    for pattern, instead in VOLATILE:
        text = pattern.sub(instead, text)
    return text


def agrees(path: Path, text: str, config: pytest.Config) -> None:
    if config.getoption("--update-golden"):
        path.write_text(text, encoding="utf-8")
    assert path.exists(), "there is no golden file yet: run pytest with --update-golden and read what it wrote"
    assert text == path.read_text("utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_command_prints_what_somebody_agreed_with(case: Path, pytestconfig: pytest.Config) -> None:
    agrees(case / "output.txt", outcome(case), pytestconfig)


PICTURES = {
    "blocked.svg": ("the coordinator may crash", "deadlock"),
    "forgotten.svg": ("the coordinator forgets its decision", "agreement"),
}
"""Runs of two-phase commit that the documentation shows as pictures: check and property."""


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_in_the_documentation_are_what_the_command_draws(name: str, pytestconfig: pytest.Config) -> None:
    check, shown = PICTURES[name]
    arguments = ["specs/consensus/two_phase_commit.mc", "--check", check, "--property", shown, "--format", "svg"]
    done = modelcheck(ROOT, "verify", *arguments)
    assert done.returncode == 0
    agrees(ROOT / "docs" / "pictures" / name, done.stdout, pytestconfig)


def test_the_run_in_the_readme_is_what_its_first_command_prints() -> None:
    shown = re.search(r"```text\n(.+?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert shown is not None
    check, name = PICTURES["blocked.svg"]
    done = modelcheck(ROOT, "verify", "specs/consensus/two_phase_commit.mc", "--check", check, "--property", name)
    assert shown[1] in done.stdout


@pytest.mark.parametrize("name", ["codes", "library"])
def test_generated_page_is_in_step_with_what_it_is_made_from(name: str, pytestconfig: pytest.Config) -> None:
    page = runpy.run_path(str(ROOT / "docs" / f"generate_{name}.py"))["page"]()
    agrees(ROOT / "docs" / f"{name}.md", page, pytestconfig)
