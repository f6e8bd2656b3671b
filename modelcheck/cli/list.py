"""`modelcheck list`."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click
from msgspec import to_builtins

from modelcheck.cli.common import files_argument, input_errors, style_of, text_or_json

if TYPE_CHECKING:
    from modelcheck.pipeline.listing import ListedCheck, Listing
    from modelcheck.reports.style import Style

_WIDTH = 100


@click.command(name="list")
@files_argument
@text_or_json
def command(files: tuple[str, ...], format_: str) -> None:
    """List the properties and checks of specifications, sizes, parameters and networks filled in."""
    from modelcheck.diagnostics import Diagnostics  # noqa: PLC0415 - `--help` stays quick
    from modelcheck.pipeline import load_file  # noqa: PLC0415
    from modelcheck.pipeline.listing import listing  # noqa: PLC0415

    found: list[Listing] = []
    diagnostics = Diagnostics()
    with input_errors(format_):
        for file in files:
            with diagnostics.collecting():
                found.append(listing(load_file(file)))
        diagnostics.raise_errors()
    if format_ == "json":
        click.echo(json.dumps({"specs": to_builtins(found)}, indent=2, ensure_ascii=False))
    else:
        click.echo("\n\n".join("\n".join(_lines(one, style_of())) for one in found))


def _lines(one: Listing, style: Style) -> Iterator[str]:
    protocol = f": {one.protocol}" if one.protocol else ""
    yield f"{style.paint(one.file, 'bold')}{protocol}"
    kinds = max((len(p.kind) for p in one.properties), default=0)
    names = max((len(p.name) for p in one.properties), default=0)
    if one.properties:
        yield ""
    for found in one.properties:
        head = f"  {found.kind:<{kinds}} {found.name:<{names}}  "
        yield from textwrap.wrap(
            found.text, _WIDTH, initial_indent=head, subsequent_indent=" " * len(head), break_on_hyphens=False
        )
    for check in one.checks:
        yield ""
        yield f"  check {style.paint(f'{chr(34)}{check.name}{chr(34)}', 'bold')}"
        for name, text in _rows(check):
            head = f"    {name:<8} "
            yield from textwrap.wrap(
                text, _WIDTH, initial_indent=head, subsequent_indent=" " * len(head), break_on_hyphens=False
            )


def _rows(check: ListedCheck) -> Iterator[tuple[str, str]]:
    yield "sizes", _settings(check.sizes)
    if check.params:
        yield "params", _settings(check.params)
    if check.unknowns:
        yield "unknown", _settings(check.unknowns)
    if check.networks:
        yield "network", _networks(check.networks)
    if check.detector is not None:
        yield "detector", check.detector
    if check.faults:
        yield "faults", ", ".join(check.faults)
    if check.bound is not None:
        yield "bound", check.bound
    expected = [*check.expectations, *(["deadlock allowed"] if check.allow_deadlock else [])]
    if expected:
        yield "expect", ", ".join(expected)


def _settings(values: dict[str, int] | dict[str, str]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in values.items())


def _networks(networks: dict[str, str]) -> str:
    """One kind for all messages, or each kind with its messages."""
    by_kind: dict[str, list[str]] = {}
    for message, kind in networks.items():
        by_kind.setdefault(kind, []).append(message)
    if len(by_kind) == 1:
        return next(iter(by_kind))
    return "; ".join(f"{kind}: {', '.join(messages)}" for kind, messages in by_kind.items())
