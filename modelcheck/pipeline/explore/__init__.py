"""Walking through the states of a check by hand."""

from __future__ import annotations

from modelcheck.pipeline.explore.session import RefusedError, Session
from modelcheck.pipeline.explore.view import View

__all__ = ["RefusedError", "Session", "View"]
