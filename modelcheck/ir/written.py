"""Source text on one line, for people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from modelcheck.source import Span

_COMMENT = re.compile(r"#[^\n]*")


def written(span: Span) -> str:
    """The text of an expression as it is written, comments left out. Expressions hold no strings, so `#` begins one."""
    return " ".join(_COMMENT.sub("", span.text).split())
