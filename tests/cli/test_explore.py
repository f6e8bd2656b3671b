"""The command `explore` around its page."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from .conftest import Run, command, environment
from .started import started


@pytest.mark.usefixtures("files")
def test_ctrl_c_ends_it_cleanly_and_the_page_was_there(tmp_path: Path) -> None:
    browser = tmp_path / "browser"
    browser.write_text('#!/bin/sh\necho "$1" > opened\nexec >&- 2>&-\nsleep 3\n', "utf-8")
    browser.chmod(0o755)
    arguments = command("explore", "counter.mc", "--check", "two")
    with started(arguments, tmp_path, environment(BROWSER=f"{browser} %s")) as process:
        assert process.stdout is not None
        printed = process.stdout.readline()
        address = printed.removeprefix("exploring at ").partition(" ")[0]
        assert address.startswith("http://127.0.0.1:")
        assert len(address.partition("token=")[2]) >= 32
        with urllib.request.urlopen(address, timeout=20) as page:  # noqa: S310 - our own address
            assert b"<!doctype html>" in page.read()
        opened = tmp_path / "opened"
        end = time.monotonic() + 20
        while not (opened.exists() and opened.read_text("utf-8")):
            assert time.monotonic() < end
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=20)
    assert (process.returncode, rest, errors) == (0, "", "ended\n")
    assert opened.read_text("utf-8").strip() == address


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("nowhere.mc",), "MC101"),
        (("counter.mc", "--check", "three"), "there is no check 'three'"),
        (("counter.mc", "--check", "one", "--check", "two"), "one check at a time"),
        (("counter.mc", "--set", "Nodes=2"), "Nodes"),
        (("counter.mc", "--port", "70000"), "70000"),
    ],
)
def test_mistakes_are_told_before_anything_is_served(run: Run, options: tuple[str, ...], said: str) -> None:
    done = run("explore", "--no-browser", *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_saved_run_that_cannot_be_walked_is_a_mistake(run: Run, tmp_path: Path) -> None:
    done = run("verify", "counter.mc", "--check", "one", "--property", "small", "--format", "trace")
    (tmp_path / "run.json").write_text(done.stdout.replace('"one"', '"none"'), "utf-8")
    (tmp_path / "bad.json").write_text("{", "utf-8")
    for file, said in (("run.json", "'none'"), ("bad.json", "MC610"), ("nowhere.json", "MC101")):
        done = run("explore", "counter.mc", "--no-browser", "--trace", file)
        assert (done.returncode, done.stdout) == (2, ""), done.stderr
        assert said in done.stderr


def test_a_port_that_is_taken_is_a_mistake(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run("explore", "counter.mc", "--no-browser", "--port", str(taken.getsockname()[1]))
    assert (done.returncode, done.stdout) == (2, "")
    assert "cannot listen on port" in done.stderr


@pytest.mark.parametrize("name", ["starlette", "uvicorn"])
def test_without_the_extra_the_command_says_what_to_install(start: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / f"{name}.py").write_text(f"raise ModuleNotFoundError('gone', name='{name}')\n", "utf-8")
    path = os.pathsep.join([str(tmp_path / "hidden"), *filter(None, sys.path)])
    done = start("explore", "counter.mc", "--no-browser", PYTHONPATH=path)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"needs {name}" in done.stderr
    assert "modelcheck[explore]" in done.stderr
