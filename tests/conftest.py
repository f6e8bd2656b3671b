"""Hypothesis profiles. `ci`, the default, is deterministic; `--hypothesis-profile explore` looks for new examples."""

from __future__ import annotations

from hypothesis import settings

# No deadline: the time of one example depends on the machine.
settings.register_profile("ci", derandomize=True, database=None, deadline=None, print_blob=True)
settings.register_profile("explore", max_examples=2000, deadline=None, print_blob=True)
settings.load_profile("ci")
