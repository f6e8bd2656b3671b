"""Limits and Ctrl-C while code is compiled, which nothing ends: as a program that takes a minute to compile would."""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("llvmlite")

from .conftest import environment
from .started import started

SLOW = """
import sys, time
from pathlib import Path
from modelcheck.jit import compile as jit

def slow(self, text, exported):
    Path("compiles").touch()
    time.sleep(60)

jit._Machine.compile, jit.load_object = slow, lambda key: None
sys.argv[0] = "modelcheck"
from modelcheck.cli import main
main()
"""

LARGE = """
protocol Large
agent A { var x: 0..999 = 0  final initial state S { step right when x < 999 { x += 1 } } }
invariant low: forall a in A: a.x < 20
invariant inside: forall a in A: a.x < 999
check "c" { A = 2 expect not low, inside }
"""

PROMPT_SECONDS = 3.0
"""Far more than it takes, and far less than the compiler would."""


@pytest.mark.parametrize("end", ["Ctrl-C", "time"])
def test_the_compiler_is_not_waited_for_and_what_was_found_is_told(tmp_path: Path, end: str) -> None:
    (tmp_path / "large.mc").write_text(LARGE, "utf-8")
    limit = ["--max-seconds", "0.5"] if end == "time" else []
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        words = [sys.executable, "-c", SLOW, "verify", "large.mc", "--no-symmetry", *limit]
        with started(words, tmp_path, environment()) as process:
            while process.poll() is None and not (tmp_path / "compiles").exists():
                time.sleep(0.01)
            began = time.monotonic()
            if end == "Ctrl-C":
                process.send_signal(signal.SIGINT)
            output, errors = process.communicate(timeout=30)
    finally:
        signal.signal(signal.SIGINT, before)
    assert time.monotonic() - began < PROMPT_SECONDS
    assert (process.returncode, errors) == (3 if end == "time" else 130, "")
    # The interpreter has seen it, who looks at what is tiny first.
    assert 'counterexample for low in check "c" (20 steps)' in output
    why = "the time limit was reached" if end == "time" else "the search was interrupted"
    assert f"inside    unknown    {why} while code was made: no violation in " in output
    assert "in 0 states" not in output
