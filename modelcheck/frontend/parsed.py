"""What parsing gives."""

from __future__ import annotations

from modelcheck.diagnostics import Diagnostic
from modelcheck.frozen import Frozen
from modelcheck.syntax import Node


class Parsed(Frozen):
    """A syntax tree and what was wrong with the text.

    `root.rule` is `start` always. With errors, items that could not be understood are missing from the tree;
    `skipped_names` are the names in them, which later phases must not report as unknown.
    """

    root: Node
    errors: tuple[Diagnostic, ...]
    skipped_names: frozenset[str]
