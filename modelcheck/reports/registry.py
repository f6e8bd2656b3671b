"""Which report formats there are: name to thunk."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from modelcheck.reports.report import Report

    Renderer = Callable[[Report], str]


def _text() -> Renderer:
    from modelcheck.reports.text import render  # noqa: PLC0415 - a thunk

    return render


def _json() -> Renderer:
    from modelcheck.reports.json_report import render  # noqa: PLC0415 - a thunk

    return render


def _markdown() -> Renderer:
    from modelcheck.reports.markdown import render  # noqa: PLC0415 - a thunk

    return render


FORMATS: dict[str, Callable[[], Renderer]] = {"text": _text, "json": _json, "markdown": _markdown}
