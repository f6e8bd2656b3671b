"""`modelcheck report`."""

from __future__ import annotations

import sys
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Literal

import click

from modelcheck.cli.choosing import check_choosing, order_options
from modelcheck.cli.common import (
    files_argument,
    input_errors,
    instance_options,
    known_engine,
    limit_options,
    parse_faults,
    parse_settings,
)
from modelcheck.cli.output import Folder, write_files
from modelcheck.cli.progress import progress_line
from modelcheck.cli.searching import search_options

if TYPE_CHECKING:
    from modelcheck.analysis.counterexamples.cheapest import Order
    from modelcheck.kernel.task import Limits
    from modelcheck.reports.packet.data import Kept
    from modelcheck.reports.packet.packet import Packet

_DATA = "packet.json"
_PICTURES = "pictures"


@click.command(name="report")
@files_argument
@instance_options
@search_options
@limit_options
@order_options
@click.option(
    "--since",
    type=click.Path(path_type=Path),
    metavar="OLD",
    help="Say what changed since an earlier packet: its folder or its packet.json.",
)
@click.option(
    "--out",
    type=Folder(),
    required=True,
    metavar="DIR",
    help="The folder to write the packet into.",
)
def command(  # noqa: PLR0913 - one parameter a flag
    *,
    files: tuple[str, ...],
    checks: tuple[str, ...],
    settings: tuple[str, ...],
    faults: tuple[str, ...],
    properties: tuple[str, ...],
    engine: str | None,
    workers: int | None,
    no_symmetry: bool,
    explain: tuple[str, ...],
    max_states: int | None,
    max_memory: int | None,
    max_seconds: float | None,
    max_depth: int | None,
    order: Order | Literal[""] | None,
    counterexamples: int,
    since: Path | None,
    out: Path,
) -> None:
    """Verify specifications and write a packet for their design review: Markdown, HTML, pictures and data.

    Exit status as of `verify`: 0 every verdict is as expected, 1 a verdict differs, 2 the input is at fault, 3 a limit
    stopped the search first.
    """
    from modelcheck.environment.instantiate import Overrides  # noqa: PLC0415 - `--help` stays quick
    from modelcheck.kernel.task import Limits  # noqa: PLC0415
    from modelcheck.pipeline import Options  # noqa: PLC0415
    from modelcheck.pipeline.packet import packet  # noqa: PLC0415

    chosen_engine = known_engine(engine)
    check_choosing(chosen_engine, order, counterexamples)
    old = None if since is None else _earlier(since)
    with progress_line() as progress, input_errors():
        options = Options(
            checks=checks,
            properties=properties,
            overrides=Overrides(parse_settings(settings), parse_faults(faults)),
            engine=chosen_engine,
            workers=workers,
            limits=Limits(max_states, max_memory, max_seconds, max_depth),
            symmetry=not no_symmetry,
            explain_fairness=explain,
            order=order or None,
            counterexamples=counterexamples,
            progress=progress,
        )
        told = {"--check": checks, "--property": properties, "--set": settings, "--fault": faults}
        given = [f"{option} {quote(value)}" for option, values in told.items() for value in values]
        found = packet(files, options, [*given, *_limits(options.limits)])
    write_files(out, _files(found, old))
    sys.exit(found.report.exit_code)


def _limits(limits: Limits) -> list[str]:
    """Limits as options."""
    told = {
        "--max-states": limits.states,
        "--max-memory": limits.memory_bytes,
        "--max-seconds": limits.seconds,
        "--max-depth": limits.depth,
    }
    return [f"{option} {value}" for option, value in told.items() if value is not None]


def _earlier(path: Path) -> Kept:
    """An earlier packet, by its folder or its data."""
    from modelcheck.reports.packet.data import NoPacketError, kept  # noqa: PLC0415 - only where it is asked

    data = path / _DATA if path.is_dir() else path
    try:
        return kept(data.read_bytes())
    except OSError as error:
        raise click.UsageError(f"cannot read the earlier packet {data}: {error.strerror}") from None
    except NoPacketError as error:
        raise click.UsageError(f"{data} is no packet: {error}") from None


def _files(found: Packet, old: Kept | None) -> dict[str, bytes]:
    """The files of a packet by name."""
    from modelcheck.reports.packet import data, html, markdown  # noqa: PLC0415 - `--help` stays quick
    from modelcheck.reports.packet.changes import changes  # noqa: PLC0415
    from modelcheck.reports.packet.content import document  # noqa: PLC0415
    from modelcheck.reports.packet.document import Picture  # noqa: PLC0415

    told = document(found, () if old is None else changes(old, data.same(found)))
    pictures = [block for block in told.blocks if isinstance(block, Picture)]
    return {
        "packet.md": markdown.render(told, _PICTURES).encode(),
        "packet.html": html.render(told).encode(),
        _DATA: data.render(found).encode(),
        **{f"{_PICTURES}/{picture.stem}.svg": picture.file.encode() for picture in pictures},
    }
