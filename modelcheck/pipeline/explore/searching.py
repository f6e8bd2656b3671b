"""The search for counterexamples beside the walk: in a process of its own, which can be ended at any time."""

from __future__ import annotations

import multiprocessing
import signal
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Literal

from modelcheck.diagnostics import InputError, bug_report
from modelcheck.engines.base import DEADLOCK, Exploration, Progress, Request
from modelcheck.engines.interruptible import deaf_to_the_terminal
from modelcheck.engines.registry import DEFAULT_ENGINE, ENGINES
from modelcheck.environment.instantiate import Overrides, instantiate
from modelcheck.frozen import Frozen, replace
from modelcheck.kernel.task import Limits
from modelcheck.pipeline.expectations import compare, wanted_properties
from modelcheck.pipeline.liveness import with_liveness
from modelcheck.pipeline.verify import load
from modelcheck.reports.diagnostics import render_diagnostics
from modelcheck.reports.report import PropertyReport, VerdictWord
from modelcheck.source import Source
from modelcheck.verdict import Reached, Run, Violated

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Check

Stage = Literal["idle", "running", "done", "stopped", "failed"]


class Order(Frozen):
    """What to search: a check of a specification by its text, so that both processes mean the same."""

    file: str
    text: str
    check: str
    overrides: Overrides
    limits: Limits


class Finding(Frozen):
    """The verdict on one property. `remark` says how far it reaches or why it is unknown; `run` is what shows it."""

    name: str
    verdict: VerdictWord
    expected: bool
    remark: str
    steps: int | None = None
    conclusion: str = ""
    facts: tuple[str, ...] = ()
    grounds: tuple[int, ...] = ()
    run: Run | None = None


class Status(Frozen):
    """How far a search has come. `problem` says why it failed."""

    stage: Stage = "idle"
    states: int = 0
    depth: int = 0
    findings: tuple[Finding, ...] = ()
    problem: str = ""


class Search:
    """One search, or none."""

    def __init__(self) -> None:
        self._status = Status()
        self._process: BaseProcess | None = None
        self._connection: Connection | None = None

    def start(self, order: Order) -> None:
        """Begin; a search that is running is ended."""
        self.stop()
        # Not a fork: this process may have threads.
        context = multiprocessing.get_context("spawn")
        here, there = context.Pipe(duplex=False)
        self._process = context.Process(target=_work, args=(there, order), daemon=True)
        if hasattr(signal, "pthread_sigmask"):
            from multiprocessing import resource_tracker  # noqa: PLC0415 - not on every system

            # It unblocks the signals when it starts, and the other process is to hear none while it imports.
            resource_tracker.ensure_running()
        with deaf_to_the_terminal():
            self._process.start()
        there.close()
        self._connection = here
        self._status = Status("running")

    def status(self) -> Status:
        """How far it is, by now."""
        if self._connection is not None and self._process is not None:
            try:
                while self._connection is not None and self._connection.poll():
                    self._hear(self._connection.recv())
            except EOFError:
                self._end(replace(self._status, stage="failed", problem="the search died; perhaps for want of memory"))
        return self._status

    def stop(self) -> None:
        """End a search that is running."""
        if self._process is not None:
            self._end(replace(self._status, stage="stopped"))

    def _hear(self, message: Progress | tuple[Finding, ...] | str) -> None:
        match message:
            case Progress():
                self._status = replace(self._status, states=message.states, depth=message.depth)
            case str():
                self._end(replace(self._status, stage="failed", problem=message))
            case _:
                self._end(replace(self._status, stage="done", findings=message))

    def _end(self, status: Status) -> None:
        self._status = status
        if self._process is not None and self._connection is not None:
            self._process.kill()
            self._process.join()
            self._process.close()
            self._connection.close()
        self._process = self._connection = None


def _work(connection: Connection, order: Order) -> None:
    """The other process. Ctrl-C is its parent's business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # A parent that is gone wants to hear nothing any more.
    with suppress(BrokenPipeError):
        try:
            found = findings(order, connection)
        except InputError as error:
            connection.send(render_diagnostics(error.diagnostics))
        except MemoryError:
            connection.send("the search ran out of memory")
        except Exception as error:  # noqa: BLE001 - no traceback ever reaches a user
            connection.send(bug_report(error))
        else:
            connection.send(found)


def findings(order: Order, connection: Connection | None = None) -> tuple[Finding, ...]:
    """The verdicts on a check, each with its run. Raises `InputError`; progress goes to the connection."""
    spec = load(Source(order.file, order.text))
    check = next(check for check in spec.checks if check.name == order.check)
    model = instantiate(spec, check, wanted_properties(spec, check, ()), order.overrides)
    wanted = not check.allow_deadlock or any(e.subject == DEADLOCK for e in check.expectations)
    request = Request(order.limits, deadlock=wanted, progress=None if connection is None else connection.send)
    seconds = order.limits.seconds
    deadline = None if seconds is None else time.monotonic() + seconds
    found = with_liveness(model, ENGINES[DEFAULT_ENGINE]()(model, request), order.limits, deadline)
    return _findings(model, check, found, judged=not order.overrides)


def _findings(model: Model, check: Check, found: Exploration, *, judged: bool) -> tuple[Finding, ...]:
    reports = compare(model, check, found, judged=judged, only=())
    return tuple(_finding(report, found) for report in reports if report.kind != "states")


def _finding(report: PropertyReport, found: Exploration) -> Finding:
    verdict = found.verdicts[report.name]
    remark = f"{report.reason}: {report.evidence}" if report.reason else report.scope
    trace = report.trace
    return Finding(
        report.name,
        report.verdict,
        report.verdict == report.expected,
        remark,
        report.steps,
        "" if trace is None else trace.conclusion,
        () if trace is None else trace.facts,
        () if trace is None else trace.grounds,
        verdict.run if isinstance(verdict, Violated | Reached) else None,
    )
