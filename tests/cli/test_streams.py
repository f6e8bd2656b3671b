"""Standard streams that are closed, as by `>&-`."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from .conftest import command, environment


def redirected(folder: Path, how: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A run of the command in a shell with these redirections."""
    shell = ["sh", "-c", f'exec "$@" {how}', "sh", *command(*arguments)]
    return subprocess.run(shell, cwd=folder, env=environment(), capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("name", ["verify", "simulate", "list", "lint", "show", "fmt"])
def test_nothing_is_done_without_a_standard_output(tmp_path: Path, name: str) -> None:
    done = redirected(tmp_path, ">&-", name, "counter.mc")
    assert (done.returncode, done.stderr) == (2, "cannot write the output: the standard output is closed\n")


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(("file", "status"), [("counter.mc", 0), ("missing.mc", 2)])
def test_a_closed_standard_error_changes_nothing_else(tmp_path: Path, file: str, status: int) -> None:
    done = redirected(tmp_path, "2>&-", "verify", file, "--out", "o")
    assert (done.returncode, done.stdout) == (status, "wrote o/report.txt\n" if status == 0 else "")


@pytest.mark.usefixtures("files")
def test_without_any_standard_stream_the_exit_status_tells(tmp_path: Path) -> None:
    assert redirected(tmp_path, "<&- >&- 2>&-", "verify", "counter.mc").returncode == 2
    assert redirected(tmp_path, "<&- 2>&-", "verify", "counter.mc").returncode == 0


@pytest.mark.parametrize("name", ["lint", "fmt"])
@pytest.mark.parametrize(("how", "why"), [("<&-", "is closed"), ("0>written", "cannot be read")])
def test_a_standard_input_that_cannot_be_read_is_an_input_error(tmp_path: Path, name: str, how: str, why: str) -> None:
    done = redirected(tmp_path, how, name, "-")
    assert (done.returncode, f"MC101]: the standard input {why}" in done.stdout + done.stderr) == (2, True)
