"""Layered layout of a directed graph (Sugiyama, Tagawa and Toda, "Methods for Visual Understanding", 1981).

Cycles are broken, nodes put into layers, crossings reduced, then coordinates found. The label of a link is an item of a
layer of its own half way, as in Gansner et al., "A Technique for Drawing Directed Graphs" (1993), section 5: so no
label can lie on a node, another label or the line of another link.
"""

from __future__ import annotations

from modelcheck.reports.graphs.layout.coordinates import Layout, Route, placed
from modelcheck.reports.graphs.layout.crossings import ordered
from modelcheck.reports.graphs.layout.layers import Link, Size, layered

__all__ = ["Layout", "Link", "Route", "Size", "laid_out"]


def laid_out(sizes: dict[str, Size], links: list[Link]) -> Layout:
    """Where everything lies, in the units of the sizes. Nodes come first and further left as they are listed."""
    layers = layered(sizes, links)
    ordered(layers)
    return placed(layers, links)
