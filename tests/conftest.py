"""Hypothesis profiles and options.

The profile `ci`, the default, is deterministic; `--hypothesis-profile explore` looks for new examples.
"""

from __future__ import annotations

import pytest
from hypothesis import settings

# No deadline: the time of one example depends on the machine.
settings.register_profile("ci", derandomize=True, database=None, deadline=None, print_blob=True)
settings.register_profile("explore", max_examples=2000, deadline=None, print_blob=True)
settings.load_profile("ci")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write golden files anew instead of comparing them")
