"""Standard streams that are closed, as by `>&-`, and what letters they can take."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from .conftest import COUNTER, Run, command, environment


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


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_pipe_gets_utf_8_whatever_the_locale(tmp_path: Path, encoding: str) -> None:
    arguments = command("verify", "counter.mc", "--format", "markdown")
    there = environment(PYTHONIOENCODING=encoding)
    done = subprocess.run(arguments, cwd=tmp_path, env=there, capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "\u2192" in done.stdout.decode("utf-8")


def test_a_file_need_not_be_called_by_text(run: Run, tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.mc")
    try:
        (tmp_path / name).write_text(COUNTER, "utf-8")
    except OSError:
        pytest.skip("this system calls files by text only")
    assert run("report", name, "--out", "packet").returncode == 0
    assert run("report", name, "--out", "again", "--since", "packet").returncode == 0
    saved = ("--property", "small", "--check", "one", "--format", "trace", "--out", ".")
    assert run("verify", name, *saved).returncode == 0
    assert run("replay", "caf-one-small.trace.json", name).returncode == 0
