"""Which report formats there are: name to ending and thunk. A report is one document, or a file for each run."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from modelcheck.frozen import Frozen

if TYPE_CHECKING:
    from modelcheck.reports.report import Report
    from modelcheck.reports.runs import ShownRun

    Renderer = Callable[[Report], str]
    RunRenderer = Callable[[ShownRun], bytes]


class Format(Frozen):
    """A document of the whole report; `ending` is that of its file's name."""

    ending: str
    renderer: Callable[[], Renderer]


class RunFormat(Frozen):
    """A file for each run."""

    ending: str
    renderer: Callable[[], RunRenderer]
    """Raises `RefusalError` where the format needs what is not installed."""
    is_text: bool = True
    """Whether it can be printed to a terminal."""
    is_picture: bool = False
    """Whether it also shows what is no run from the beginning: counterexamples to induction."""


def _text() -> Renderer:
    from modelcheck.reports.text import render  # noqa: PLC0415 - a thunk

    return render


def _json() -> Renderer:
    from modelcheck.reports.json_report import render  # noqa: PLC0415 - a thunk

    return render


def _markdown() -> Renderer:
    from modelcheck.reports.markdown import render  # noqa: PLC0415 - a thunk

    return render


def _html() -> Renderer:
    from modelcheck.reports.html.page import render  # noqa: PLC0415 - a thunk

    return render


def _junit() -> Renderer:
    from modelcheck.reports.junit import render  # noqa: PLC0415 - a thunk

    return render


def _sarif() -> Renderer:
    from modelcheck.reports.sarif import render  # noqa: PLC0415 - a thunk

    return render


def _github() -> Renderer:
    from modelcheck.reports.github import render  # noqa: PLC0415 - a thunk

    return render


def _trace() -> RunRenderer:
    from modelcheck.reports.trace_file import render  # noqa: PLC0415 - a thunk

    return render


def _svg() -> RunRenderer:
    from modelcheck.reports.svg import render  # noqa: PLC0415 - a thunk

    return render


def _png() -> RunRenderer:
    from modelcheck.reports.diagram.raster import check_png  # noqa: PLC0415 - a thunk
    from modelcheck.reports.png import render  # noqa: PLC0415

    check_png()
    return render


def _itf() -> RunRenderer:
    from modelcheck.reports.itf import render  # noqa: PLC0415 - a thunk

    return render


def _mermaid() -> RunRenderer:
    from modelcheck.reports.mermaid import render  # noqa: PLC0415 - a thunk

    return render


FORMATS: dict[str, Format] = {
    "text": Format("txt", _text),
    "json": Format("json", _json),
    "markdown": Format("md", _markdown),
    "html": Format("html", _html),
    "junit": Format("xml", _junit),
    "sarif": Format("sarif", _sarif),
    "github": Format("github.txt", _github),
}

RUN_FORMATS: dict[str, RunFormat] = {
    "trace": RunFormat("trace.json", _trace),
    "svg": RunFormat("svg", _svg, is_picture=True),
    "png": RunFormat("png", _png, is_text=False, is_picture=True),
    "itf": RunFormat("itf.json", _itf),
    "mermaid": RunFormat("mmd", _mermaid, is_picture=True),
}
