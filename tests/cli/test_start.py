"""Ctrl-C before there is a command."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from modelcheck.cli.main import cli
from modelcheck.cli.main import run as run_here

from .conftest import Run, environment


def test_ctrl_c_while_modules_are_imported_ends_quietly(start: Run, tmp_path: Path) -> None:
    (tmp_path / "early").mkdir()
    (tmp_path / "early" / "click.py").write_text("raise KeyboardInterrupt", "utf-8")
    done = start("verify", "counter.mc", PYTHONPATH=os.pathsep.join([str(tmp_path / "early"), *filter(None, sys.path)]))
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_the_command_imports_nothing_large_before_it_minds_ctrl_c() -> None:
    program = "import sys; before = {*sys.modules}; import modelcheck.cli; print(*sorted({*sys.modules} - before))"
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment(), capture_output=True, text=True, check=True, timeout=60
    )
    assert {*done.stdout.split()} <= {"__future__", "modelcheck", "modelcheck.cli", "modelcheck.version"}


def test_what_the_interpreter_decides_loads_neither_a_compiler_nor_what_lowers(tmp_path: Path) -> None:
    program = "import sys; from modelcheck.pipeline import verify; assert verify(['sent.mc']).ok; print(*sys.modules)"
    (tmp_path / "sent.mc").write_text(
        """
protocol Sent
network soup
message M
agent A { initial state S { step go -> T { send M to B } } final state T }
agent B { final initial state W { on M -> X } final state X }
reachable got: exists b in B: b is X
check "one" { A = 1  B = 1  expect got }
""",
        "utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment(),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    loaded = {*done.stdout.split()}
    assert "modelcheck.environment.networks.soup" in loaded
    unwanted = {"llvmlite", "modelcheck.ir.lowered.api", "modelcheck.kernel.program", "modelcheck.environment.rounds"}
    assert not unwanted & loaded


def test_ctrl_c_does_not_wait_for_code_that_is_optimised() -> None:
    program = """
import sys, time
from modelcheck.cli import main
import modelcheck.cli.main
from modelcheck.jit.aside import Compiling

Compiling(lambda: time.sleep(50)).start()

def run():
    print("what was found")
    sys.exit(130)

modelcheck.cli.main.run = run
main()
"""
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment(), capture_output=True, text=True, check=False, timeout=40
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "what was found\n", "")


def test_a_mistake_of_ours_exits_with_70_also_where_its_place_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(**_: object) -> NoReturn:
        raise ValueError("so it is")

    monkeypatch.setattr(cli, "main", fail)
    for asked in ("", "1"):
        monkeypatch.setenv("MODELCHECK_TRACEBACK", asked)
        with pytest.raises(SystemExit) as done:
            run_here(["verify"])
        assert done.value.code == 70
        told = capsys.readouterr().err
        assert "ValueError: so it is\n" in told
        assert ("Traceback" in told) == bool(asked)
