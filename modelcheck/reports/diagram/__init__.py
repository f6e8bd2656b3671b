"""Runs as pictures: a space-time diagram, with a lifeline for each agent and time running down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.reports.diagram.layout import picture
from modelcheck.reports.diagram.markup import markup

if TYPE_CHECKING:
    from modelcheck.reports.diagram.palette import Theme
    from modelcheck.reports.report import VerdictWord
    from modelcheck.semantics.trace import Trace


def svg(  # noqa: PLR0913 - what is asked of a picture
    trace: Trace,
    *,
    title: str = "",
    verdict: VerdictWord | None = None,
    standalone: bool = True,
    theme: Theme = "auto",
    prefix: str = "mc",
) -> str:
    """A run as SVG: a file, or an element to be put into a page.

    The first line of the title stands out. `verdict` is on the property that it is a run of.

    Steps are groups of the class `mc-step` with `data-step` and `data-agents`, messages groups of the class
    `mc-message` with `data-sent` and `data-received`. Ids begin with `prefix`, which must differ between pictures on
    one page.
    """
    text = markup(picture(trace, title, verdict, prefix), theme=theme, prefix=prefix)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n' if standalone else text
