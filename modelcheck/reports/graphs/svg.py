"""A graph as SVG, in the same visual language as the diagrams of runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.reports.diagram.markup import markup
from modelcheck.reports.graphs.drawing import drawn

if TYPE_CHECKING:
    from modelcheck.reports.diagram.palette import Theme
    from modelcheck.reports.graphs.picture import Graph

_RULES = """
.mc-diagram text{fill:$ink;font-family:$font}
.mc-ground,.mc-label{fill:$ground}
.mc-diagram .mc-small{fill:$muted}
.mc-diagram .mc-fault-text{fill:$fault}
.mc-state-box{fill:$panel;stroke:$line;stroke-width:1.4}
.mc-inner{fill:none;stroke:$line}
.mc-any .mc-state-box{fill:$ground;stroke-dasharray:5 4}
.mc-violating .mc-state-box{stroke:$fault;stroke-width:3}
.mc-bar,.mc-dot,.mc-arrow{fill:$ink}
.mc-link{fill:none;stroke:$ink;stroke-width:1.3}
.mc-fault .mc-link{stroke:$fault;stroke-dasharray:6 4}
.mc-fault .mc-arrow{fill:$fault}
"""


def svg(graph: Graph, *, standalone: bool = True, theme: Theme = "auto", prefix: str = "mc") -> str:
    """The picture: a file, or an element for a page, on which `prefix` must differ between pictures."""
    text = markup(drawn(graph), theme=theme, prefix=prefix, rules=_RULES)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n' if standalone else text
