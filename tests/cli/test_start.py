"""Ctrl-C before there is a command."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from .conftest import Run, environment


def test_ctrl_c_while_modules_are_imported_ends_quietly(run: Run, tmp_path: Path) -> None:
    (tmp_path / "early").mkdir()
    (tmp_path / "early" / "click.py").write_text("raise KeyboardInterrupt", "utf-8")
    done = run("verify", "counter.mc", PYTHONPATH=os.pathsep.join([str(tmp_path / "early"), *filter(None, sys.path)]))
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_the_command_imports_nothing_large_before_it_minds_ctrl_c() -> None:
    program = "import sys; before = {*sys.modules}; import modelcheck.cli; print(*sorted({*sys.modules} - before))"
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment(), capture_output=True, text=True, check=True, timeout=60
    )
    assert {*done.stdout.split()} <= {"__future__", "modelcheck", "modelcheck.cli", "modelcheck.version"}
