from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.commands import modelcheck

Run = Callable[..., "subprocess.CompletedProcess[str]"]

COUNTER = """protocol Counter

agent Node {
  var n: 0..9 = 0
  initial final state Counting { step count_up when n < 9 { n += 1 } }
}

invariant small: forall p in Node: p.n < 5
invariant typed: forall p in Node: p.n <= 9

check "one" { expect not small in 5 steps, typed, 10 states }
check "two" { Node = 2  expect typed }
"""

ENDLESS = """protocol Endless

agent Node {
  var n: 0..9 = 0
  initial final state Counting {
    step count_up when n < 9 { n += 1 }
    step reset when n == 9 { n := 0 }
  }
}

invariant typed: forall p in Node: p.n <= 9

check "large" { Node = 12  expect typed }
"""


def environment(**more: str) -> dict[str, str]:
    """This process's environment, with the package where the tests find it."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **more}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "modelcheck", *arguments]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with `counter.mc` and `endless.mc`."""
    (tmp_path / "counter.mc").write_text(COUNTER, "utf-8")
    (tmp_path / "endless.mc").write_text(ENDLESS, "utf-8")
    return tmp_path


@pytest.fixture
def run(files: Path) -> Run:
    """Runs a command there, in this process."""
    return partial(modelcheck, files)


@pytest.fixture
def start(files: Path) -> Run:
    """Runs a command there in a process of its own, for what only those have: a start, an import path."""

    def start_command(*arguments: str, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command(*arguments),
            cwd=files,
            env=environment(**more),
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=60,
        )

    return start_command
