"""Work in a process of its own, which can be ended at any time.

A solver minds its limits most of the time only: what it does in one go may take seconds, and more memory than there is.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from msgspec import Struct

from modelcheck.engines.interruptible import Interruptible, deaf_to_the_terminal
from modelcheck.engines.process import LOOK_SECONDS, OWN_SHARE, budget_bytes, memory_bytes
from modelcheck.frozen import Frozen, replace
from modelcheck.kernel.task import Limits

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkProcess

T = TypeVar("T")
Tell = Callable[[Any], None]

End = Literal["time", "memory", "interrupted", "died"]

GRACE_SHARE, GRACE_SECONDS, LONGEST_GRACE_SECONDS = 0.05, 0.05, 2.0
"""How much longer than its limit, and than that, the work may take to come to an end by itself."""

_DEEP = 20_000
"""How deep the values may be nested that are handed over, in calls."""


class EndedError(Exception):
    """The work was ended before it was done; `why` says by which limit, or that its process died."""

    def __init__(self, why: End) -> None:
        self.why: End = why
        super().__init__(why)


def can_have_child() -> bool:
    """Whether this process can be copied: a copy has one thread only, and what the others held is never let go."""
    try:
        threads = len(list(Path("/proc/self/task").iterdir()))
    except OSError:
        threads = threading.active_count()
    return hasattr(os, "fork") and threads == 1


def in_child(work: Callable[[Tell], T], hear: Tell, limits: Limits) -> T:
    """What `work` returns or raises, done in a copy of this process; what it tells on the way, `hear` gets.

    Raises `EndedError` soon after a limit or Ctrl-C, and where the process dies. Nothing of it is left then, nor where
    this process is killed. What is handed over is pickled.
    """
    began = time.monotonic()
    from multiprocessing import get_context  # noqa: PLC0415 - takes longer to load than most verifications

    context = get_context("fork")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(work, there), daemon=True)
    with Interruptible() as user, here:
        with deaf_to_the_terminal(), there:
            process.start()
        try:
            assert process.pid is not None
            answer: T = _answer(process, here, hear, _Watch(process.pid, limits, user, began))
            return answer
        finally:
            process.kill()
            process.join()
            process.close()


def within(limits: Limits) -> Limits:
    """The limits with the memory that there is, where nobody says."""
    return replace(limits, memory_bytes=budget_bytes(limits))


def own(limits: Limits, began: float | None = None) -> Limits:
    """The limits that the work itself looks at, of those that its process is ended by.

    Of the time that has been going on since it `began`, a point of the monotonic clock, the rest: that a process starts
    takes some, too.
    """
    memory, seconds = limits.memory_bytes, limits.seconds
    if memory is not None:
        memory = int(OWN_SHARE * memory)
    if seconds is not None and began is not None:
        seconds = max(0.0, began + seconds - time.monotonic())
    return replace(limits, memory_bytes=memory, seconds=seconds)


class Again(Frozen):
    """Told by work whose limit of time is one for each of its parts: the next one begins."""


class _Told(Frozen):
    value: Any


class _Done(Frozen):
    value: Any


class _Raised(Frozen):
    error: BaseException


# ------------------------------------------------------------------------------------------------------ this process


def _answer(process: ForkProcess, here: Connection, hear: Tell, watch: _Watch) -> Any:  # noqa: ANN401 - any
    while True:
        if here.poll(LOOK_SECONDS):
            match _received(process, here):
                case _Told(Again()):
                    watch.began = time.monotonic()
                case _Told(value):
                    hear(value)
                case _Done(value):
                    return value
                case _Raised(error):
                    raise error
        if (end := watch.look()) is not None:
            raise EndedError(end)


def _received(process: ForkProcess, here: Connection) -> Any:  # noqa: ANN401 - one of the three
    try:
        return pickle.loads(here.recv_bytes())  # noqa: S301 - from ourselves
    except (EOFError, OSError):
        process.join()
        # What else kills it is the system, where there is no memory.
        raise EndedError("memory" if process.exitcode == -signal.SIGKILL else "died") from None


class _Watch(Struct):
    """Looks at the limits of a process."""

    process: int
    limits: Limits
    user: Interruptible
    began: float

    def look(self) -> End | None:
        """Which limit was reached, if one was."""
        if self.user.is_interrupted:
            return "interrupted"
        seconds, memory = self.limits.seconds, self.limits.memory_bytes
        if seconds is not None:
            grace = min(GRACE_SHARE * seconds, LONGEST_GRACE_SECONDS) + GRACE_SECONDS
            if time.monotonic() >= self.began + seconds + grace:
                return "time"
        return "memory" if memory is not None and memory_bytes(self.process) > memory else None


# ----------------------------------------------------------------------------------------------------- the other one


def _work(work: Callable[[Tell], Any], there: Connection) -> None:
    """Ends the process: nothing that the other one left to be done at its end is done twice."""
    # What was there before is not looked through, and so not copied.
    gc.freeze()
    # What was found is told by the parent.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _end_with_parent()

    def send(message: Any) -> None:  # noqa: ANN401 - one of the three
        there.send_bytes(_pickled(message))

    with suppress(BrokenPipeError):
        try:
            done = _Done(work(lambda value: send(_Told(value))))
            send(done)
        except BaseException as error:  # noqa: BLE001 - the other process raises it
            send(_Raised(_portable(error)))
    os._exit(0)


def _end_with_parent() -> None:
    """A thread that waits for the end of the other process, however it ends."""
    from multiprocessing import connection, parent_process  # noqa: PLC0415 - the other process has it

    parent = parent_process()
    assert parent is not None

    def wait() -> None:
        connection.wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _pickled(value: Any) -> bytes:  # noqa: ANN401 - any
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(_DEEP)
    try:
        return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    finally:
        sys.setrecursionlimit(usual)


def _portable(error: BaseException) -> BaseException:
    """The error as it can be handed over, with the place where it was raised."""
    where = "".join(traceback.format_exception(error))
    error.__cause__ = error.__context__ = None
    try:
        pickle.loads(_pickled(error))  # noqa: S301 - from ourselves
    except Exception:  # noqa: BLE001 - whatever its class does not allow
        error = RuntimeError(f"{type(error).__name__}: {error}")
    error.add_note(where.rstrip())
    return error
