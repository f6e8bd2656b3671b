"""One run as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.reports.diagram import svg

if TYPE_CHECKING:
    from modelcheck.reports.runs import ShownRun


def render(run: ShownRun) -> bytes:
    """The run as SVG, which says what it is a run of."""
    return svg(run.trace, title=title_of(run)).encode()


def title_of(run: ShownRun) -> str:
    """What a run is a run of."""
    return f"{run.found.name} in check “{run.check.name}” of {run.spec.file}"
