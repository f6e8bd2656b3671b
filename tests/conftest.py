"""Hypothesis profiles and options, and how long a test may take.

The profile `ci`, the default, is deterministic; `--hypothesis-profile explore` looks for new examples.
"""

from __future__ import annotations

import faulthandler
import gc
import signal
from collections.abc import Generator

import pytest
from hypothesis import settings

# No deadline: the time of one example depends on the machine.
settings.register_profile("ci", derandomize=True, database=None, deadline=None, print_blob=True)
settings.register_profile("explore", max_examples=2000, deadline=None, print_blob=True)
settings.load_profile("ci")


# Whoever starts the tests in the background, or by `nohup`, has these ignored, also in what tests start and interrupt.
for name, handler in (("SIGINT", signal.default_int_handler), ("SIGHUP", signal.SIG_DFL)):
    if (number := getattr(signal, name, None)) is not None and signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write golden files anew instead of comparing them")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow tests take their time. Long ones come first, so that no process works on one when the other is through."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
    for item in items:
        if item.get_closest_marker("slow") is not None:
            item.add_marker(pytest.mark.timeout(0))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is imported and collected stays: garbage is looked for afterwards, and only in what came since then.

    To look through all takes a tenth of a second, each time.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


def pytest_runtest_setup(item: pytest.Item) -> None:
    # The limit that pytest keeps itself knows no marks.
    if item.get_closest_marker("slow") is not None:
        faulthandler.cancel_dump_traceback_later()
