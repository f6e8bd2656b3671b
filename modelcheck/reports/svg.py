"""One run as a picture."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from modelcheck.reports.diagram import svg
from modelcheck.reports.diagram.metrics import plain
from modelcheck.reports.trace_text import length, quoted

if TYPE_CHECKING:
    from modelcheck.reports.runs import ShownRun


def render(run: ShownRun) -> bytes:
    """The run as SVG, which says what it is a run of."""
    return svg(run.trace, title=title_of(run), verdict=run.verdict).encode()


def title_of(run: ShownRun) -> str:
    """What a run is a run of, and on a line of its own where."""
    kind = "witness" if run.found.verdict == "reached" else "counterexample"
    what = f"{kind}{' to induction' if run.is_pair else ''} for {run.found.name}"
    # Where the file lies differs between machines.
    file = PurePath(run.spec.file).name
    place = f"check {quoted(run.check.name)} of {file}, {length(run.trace)}"
    return f"{plain(what if run.found.name else 'a random run')}\n{plain(place)}"
