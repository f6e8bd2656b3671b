"""Looking for the values of parameters, sizes and unknown constants for which every expectation is met."""

from __future__ import annotations

from modelcheck.pipeline.solve.ranges import Range
from modelcheck.pipeline.solve.search import Asked, solve

__all__ = ["Asked", "Range", "solve"]
