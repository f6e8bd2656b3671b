"""Formulas asked of cvc5, a solver that shares nothing with the one that the proofs are found by."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from importlib.metadata import version
from typing import Literal, Self

from modelcheck.engines.process import budget_bytes, memory_bytes
from modelcheck.frozen import Frozen
from modelcheck.kernel.task import Limits

_GRACE_SECONDS = 0.05
"""The solver looks at its clock now and then only; what does not end this long after its time is ended."""

_ROOM_BYTES = 1 << 29
"""Address space that the process takes before it solves anything."""

_TIME = "the time limit was reached"


class Answer(Frozen):
    """What the solver says: `unsat` where the assertions cannot all be true. `reason` says why it is unknown."""

    word: Literal["unsat", "sat", "unknown"]
    reason: str = ""


def solver_name() -> str:
    """The solver and its version."""
    return f"cvc5 {version('cvc5')}"


class Solver:
    """cvc5 within limits. As a context manager it leaves no process behind."""

    def __init__(self, limits: Limits, started: float) -> None:
        self._deadline = None if limits.seconds is None else started + limits.seconds
        budget = budget_bytes(limits)
        self._bytes = 0 if budget is None else max(_ROOM_BYTES, budget - memory_bytes()) + _ROOM_BYTES
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._end()

    def ask(self, script: str) -> Answer:
        """The answer to a script, which asks one question."""
        left = None if self._deadline is None else self._deadline - time.monotonic()
        if left is not None and left <= 0:
            return Answer("unknown", _TIME)
        process = self._process = self._process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        # 0 is no limit.
        question = {"script": script, "milliseconds": 0 if left is None else max(1, int(1000 * left))}
        late = None if left is None else threading.Timer(left + _GRACE_SECONDS, _kill, [process])
        try:
            if late is not None:
                late.start()
            process.stdin.write(json.dumps(question).encode() + b"\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            line = b""
        finally:
            if late is not None:
                late.cancel()
        if line:
            found = json.loads(line)
            return Answer(found["answer"], found["reason"])
        self._end()
        is_over = self._deadline is not None and time.monotonic() >= self._deadline
        return Answer("unknown", _TIME if is_over else "the solver ended before it had an answer: perhaps no memory")

    def _start(self) -> subprocess.Popen[bytes]:
        # -P: a file in the current folder must not take the place of the solver. Ctrl-C is for us.
        arguments = [sys.executable, "-P", "-m", "modelcheck.engines.cvc5_worker", str(self._bytes)]
        pipe = subprocess.PIPE
        return subprocess.Popen(  # noqa: S603 - ourselves
            arguments, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, start_new_session=True
        )

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        _kill(process)
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                # A question may be left that nobody read.
                with contextlib.suppress(BrokenPipeError):
                    stream.close()


def _kill(process: subprocess.Popen[bytes]) -> None:
    """With the copy of itself that solves."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
