"""Compiled code at work in threads of its own, while the main thread looks at the clock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from modelcheck.engines.native import slots
from modelcheck.engines.native.store import Store

LOOK_SECONDS = 0.02
"""How long nobody looks at the clock, or hears of Ctrl-C."""


def run_jobs(store: Store, jobs: Sequence[Callable[[], object]], is_over: Callable[[], bool]) -> list[object]:
    """Run jobs at the same time and wait for them; once `is_over` says so, they are told to stop, at once.

    Returns what the jobs did, which is 1 for a job that was not begun.

    The main thread is never inside compiled code, where it could neither see the time nor hear of Ctrl-C.
    """
    results: list[object] = [1] * len(jobs)
    if is_over():
        _halt(store, 1)
        return results

    def run(number: int) -> None:
        results[number] = jobs[number]()

    _halt(store, 0)
    threads: list[threading.Thread] = []
    try:
        for number in range(len(jobs)):
            # Noted before it runs: it is waited for whatever happens from here on.
            threads.append(threading.Thread(target=run, args=(number,), daemon=True))
            threads[-1].start()
        for thread in threads:
            thread.join(LOOK_SECONDS)
            while thread.is_alive():
                if is_over():
                    _halt(store, 1)
                thread.join(LOOK_SECONDS)
    except BaseException:
        # What the workers write to must outlive them.
        _halt(store, 1)
        for thread in threads:
            if thread.ident is not None:
                thread.join()
        raise
    return results


def _halt(store: Store, halted: int) -> None:
    store.ctx[slots.STOP] = slots.INTERRUPT if halted else 0
    for worker in range(store.workers):
        store.info(worker)[slots.HALTED] = halted
