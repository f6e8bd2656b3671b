"""Work in a process of its own: each test runs a program, since the process of the tests has threads."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from modelcheck.engines.child import can_have_child, own
from modelcheck.frozen import replace
from modelcheck.kernel.task import Limits
from tests.cli.conftest import environment
from tests.cli.started import are_gone, started

HEAD = """
import os, signal, sys, time
from modelcheck.diagnostics import Diagnostic, InputError
from modelcheck.engines.child import Again, EndedError, can_have_child, in_child
from modelcheck.engines.process import memory_bytes
from modelcheck.kernel.task import Limits

if not can_have_child():
    sys.exit(77)

def busy(tell):
    tell(os.getpid())
    while True:
        pass

def hungry(tell):
    tell(os.getpid())
    held = []
    while True:
        held.append(bytearray(b"x" * (1 << 20)))

def ended(work, limits):
    told = []
    try:
        in_child(work, told.append, limits)
    except EndedError as error:
        assert not os.path.exists(f"/proc/{told[0]}"), "it is still there"
        print(error.why, flush=True)
"""


def run(program: str) -> list[str]:
    """The lines that a program prints."""
    done = subprocess.run(
        [sys.executable, "-c", HEAD + program],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=environment(),
    )
    if done.returncode == 77:
        pytest.skip("processes cannot be copied here")
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def test_work_is_done_and_what_it_tells_is_heard() -> None:
    program = """
def work(tell):
    tell("half")
    return os.getpid()
heard = []
print(in_child(work, heard.append, Limits()) != os.getpid(), heard)

def mistaken(tell):
    raise InputError([Diagnostic("MC999", None, "wrong")])
try:
    in_child(mistaken, print, Limits())
except InputError as error:
    print(error.diagnostics[0].code, "mistaken" in error.__notes__[0])
"""
    assert run(program) == ["True ['half']", "MC999 True"]


def test_work_that_looks_at_nothing_is_ended_at_each_limit() -> None:
    program = """
began = time.monotonic()
ended(busy, Limits(seconds=0.1))
print(0.1 <= time.monotonic() - began < 0.4)

def in_parts(tell):
    tell(os.getpid())
    for _ in range(4):
        time.sleep(0.1)
        tell(Again())
    busy(tell)
began = time.monotonic()
ended(in_parts, Limits(seconds=0.2))
print(0.6 <= time.monotonic() - began < 0.9)
ended(hungry, Limits(memory_bytes=memory_bytes() + (50 << 20)))
ended(lambda tell: (tell(os.getpid()), os.kill(os.getpid(), signal.SIGSEGV)), Limits())
ended(lambda tell: (tell(os.getpid()), os.kill(os.getpid(), signal.SIGKILL)), Limits())
"""
    assert run(program) == ["time", "True", "time", "True", "memory", "died", "memory"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_nothing_outlives_a_process_that_is_ended(number: signal.Signals, tmp_path: Path) -> None:
    if not Path("/proc/self").exists():
        pytest.skip("nobody tells which processes there are")
    program = HEAD + "in_child(busy, lambda child: print(child, flush=True), Limits())"
    # A job in the background of a shell ignores Ctrl-C, and what it starts would inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with started([sys.executable, "-c", program], tmp_path, environment()) as process:
            assert process.stdout is not None
            child = process.stdout.readline().strip()
            if not child:
                pytest.skip("processes cannot be copied here")
            if number == signal.SIGINT:
                # Ctrl-C reaches all processes that belong to a terminal.
                os.kill(int(child), number)
            process.send_signal(number)
            began = time.monotonic()
            _, errors = process.communicate(timeout=30)
            assert time.monotonic() - began < 2
            assert are_gone([int(child)])
    finally:
        signal.signal(signal.SIGINT, before)
    assert errors.splitlines()[-1:] == ["modelcheck.engines.child.EndedError: interrupted"] * (number == signal.SIGINT)


def test_a_process_with_threads_is_not_copied() -> None:
    program = """
import threading
print(can_have_child())
threading.Thread(target=time.sleep, args=(1,), daemon=True).start()
print(can_have_child())
"""
    assert run(program) == ["True", "False"]
    # The one of the tests has at least the thread that ends it when it hangs.
    assert not can_have_child()


def test_work_has_what_is_left_of_the_time_and_ends_itself_before_its_process_is_ended() -> None:
    limits = own(Limits(states=7, memory_bytes=1000, seconds=10.0), time.monotonic() - 4)
    assert limits.seconds == pytest.approx(6, abs=0.5)
    assert replace(limits, seconds=None) == Limits(states=7, memory_bytes=950)
    assert own(Limits(seconds=1.0), time.monotonic() - 4) == Limits(seconds=0.0)
    assert own(Limits(), time.monotonic()) == Limits()
