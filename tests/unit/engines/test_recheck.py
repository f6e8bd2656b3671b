"""The process that asks cvc5: it ends in time, and with whoever asks."""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("cvc5")

from modelcheck.engines.recheck import Answer, Solver
from modelcheck.kernel.task import Limits
from tests.cli.conftest import environment
from tests.cli.started import are_gone, started, started_by

HARD = """(set-logic QF_BV)(declare-const a (_ BitVec 64))(declare-const b (_ BitVec 64))
(assert (= (bvmul a b) (_ bv1000000016000000063 64)))(assert (bvult a (_ bv2000000000 64)))
(assert (bvult b (_ bv2000000000 64)))(assert (bvugt a (_ bv1000000009 64)))(check-sat)"""


def test_the_solver_is_stopped_in_time() -> None:
    started = time.monotonic()
    with Solver(Limits(seconds=0.4), started) as solver:
        assert solver.ask(HARD) == Answer("unknown", "the time limit was reached")
        assert solver.ask("(check-sat)") == Answer("unknown", "the time limit was reached")
    assert time.monotonic() - started < 2


def test_whoever_interrupts_leaves_no_process_behind() -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        with Solver(Limits(), time.monotonic()) as solver:
            assert solver.ask("(set-logic QF_BV)(check-sat)").word == "sat"
            process = solver._process
            assert process is not None
            everybody = [process.pid, *started_by(process.pid)]
            signal.setitimer(signal.ITIMER_REAL, 0.2)
            with pytest.raises(KeyboardInterrupt):
                solver.ask(HARD)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert process.poll() is not None
    assert are_gone(everybody)


def test_nothing_outlives_whoever_asks(tmp_path: Path) -> None:
    program = f"""
from modelcheck.engines.recheck import Solver
from modelcheck.kernel.task import Limits
solver = Solver(Limits(), 0.0)
solver.ask("(set-logic QF_BV)(check-sat)")
print(solver._process.pid, flush=True)
solver.ask({HARD!r})
"""
    with started([sys.executable, "-c", program], tmp_path, environment()) as process:
        assert process.stdout is not None
        asked = int(process.stdout.readline())
        everybody = [asked, *started_by(asked)]
        # It is solving by then.
        time.sleep(0.2)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=30)
    assert are_gone(everybody)
