"""Reports on whole specifications, made once for all tests of a process."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import modelcheck
from modelcheck import Options
from modelcheck.reports.report import Report

SPECS = Path(__file__).parents[2] / "specs"
QUICKLY = Options(effort=1000)
"""Compiled code takes over sooner than by default: nobody waits for each single check."""


@cache
def verified(name: str) -> Report:
    """The report on `specs/{name}.mc`."""
    return modelcheck.verify(SPECS / f"{name}.mc", options=QUICKLY)
