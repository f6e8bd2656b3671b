"""The page: one file that needs nothing else and asks nobody for anything."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

from modelcheck.counts import counted
from modelcheck.reports.diagram.palette import LIGHT
from modelcheck.reports.html.data import data_block
from modelcheck.reports.html.elements import Markup, element, markup, text
from modelcheck.reports.html.overview import overview
from modelcheck.reports.html.run_section import run_section
from modelcheck.reports.outcome import outcome
from modelcheck.reports.runs import file_stems, runs_of

if TYPE_CHECKING:
    from modelcheck.reports.report import Report

_ASSETS = files("modelcheck.reports.html") / "assets"

SCRIPTS = ("data.js", "dom.js", "walk.js", "diagram.js", "state.js", "viewer.js", "keys.js", "main.js")
"""In this order they are one script. Each is a classic script; what stands at its top level the later ones see."""


def render(report: Report) -> str:
    """The whole report as one HTML document. The same report gives the same bytes."""
    runs = runs_of(report)
    stems = file_stems(runs)
    by_report: dict[int, list[str]] = {}
    for run, stem in zip(runs, stems, strict=True):
        by_report.setdefault(id(run.found), []).append(stem)
    found = outcome(report)
    code = script()
    return Template(asset("page.html")).substitute(
        policy=text(policy(code)),
        title=text(f"{_title(report)} – modelcheck"),  # noqa: RUF001 - a dash
        version=text(report.version),
        style=asset("style.css") + _printed(),
        outcome=element("p", found.text, class_=f"outcome {found.level}"),
        overview=markup(overview(report.specs, by_report)),
        runs=markup(run_section(run, stem) for run, stem in zip(runs, stems, strict=True)),
        data=data_block(runs, stems),
        script=Markup(f"<script>{code}</script>"),
    )


def _title(report: Report) -> str:
    return report.specs[0].file if len(report.specs) == 1 else counted(len(report.specs), "specification")


def policy(code: str) -> str:
    """The content security policy of the page: this script and styles of its own, nothing else from anywhere.

    Trusted types, as none may be made, keep the script from making elements out of texts.
    """
    digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; base-uri 'none'; "
        "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _printed() -> str:
    """Pictures on paper are for a light ground, whatever the reader's system prefers."""
    colours = " ".join(f"--mc-{name}: {value};" for name, value in LIGHT.items())
    return f"@media print {{ body .mc-diagram {{ {colours} }} }}\n"


def script() -> str:
    """The scripts as one, in a scope of their own."""
    parts = "\n".join(asset(name) for name in SCRIPTS)
    return f'(() => {{\n"use strict";\n{parts}}})();\n'


def asset(name: str) -> str:
    """The text of a file beside this one."""
    return _ASSETS.joinpath(name).read_text("utf-8")
