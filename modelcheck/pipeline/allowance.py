"""What a solver may do to answer a question of `lint`."""

from __future__ import annotations

from modelcheck.frozen import Frozen

MILLION = 1_000_000
TERMS = 1_000
"""How many terms are written out in about the time of a million steps."""


class Allowance(Frozen):
    """For one question to one check: `effort`, in millions of steps of the solver, the same on every machine.

    `seconds` are a last resort, for a machine that needs them does little else.
    """

    effort: int = 15
    seconds: float = 60.0

    @property
    def steps(self) -> int:
        """The steps of the solver, in its own unit."""
        return self.effort * MILLION

    @property
    def terms(self) -> int:
        """The terms that may be written out for it."""
        return self.effort * TERMS
