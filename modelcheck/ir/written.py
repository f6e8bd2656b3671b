"""Source text on one line, for people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from modelcheck.source import Span

_COMMENT = re.compile(r"(\"[^\"\n]*\")|#[^\n]*")


def written(span: Span) -> str:
    """The text of an expression or a statement as it is written, comments left out; a `#` in a string begins none."""
    return " ".join(_COMMENT.sub(r"\1", span.text).split())
