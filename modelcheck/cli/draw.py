"""`modelcheck draw`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from modelcheck.cli.common import files_argument, input_errors, instance_options, parse_faults, parse_settings, short
from modelcheck.cli.output import Folder, write_files
from modelcheck.reports.refusal import RefusalError

if TYPE_CHECKING:
    from modelcheck.ir.spec import Spec
    from modelcheck.reports.graphs.picture import Graph

    _Named = tuple[tuple[str, str], Graph]
    """A picture with the names of its file and of what it shows."""

_MOST_STATES = 200


@click.command(name="draw")
@files_argument
@click.option("--agent", "kinds", multiple=True, metavar="KIND", help="Only this kind of agents (may be repeated).")
@click.option("--states", is_flag=True, help="Draw all states of each check instead.")
@instance_options
@click.option(
    "--max-states",
    type=click.IntRange(min=1),
    default=_MOST_STATES,
    show_default=True,
    metavar="N",
    help="Draw no more than N states of a check.",
)
@click.option("--format", "format_", default="svg", metavar="F", help="svg, png, or dot for Graphviz [default: svg].")
@click.option(
    "--out",
    type=Folder(),
    metavar="DIR",
    help="Write the pictures into this folder instead.",
)
def command(  # noqa: PLR0913 - one parameter a flag
    *,
    files: tuple[str, ...],
    kinds: tuple[str, ...],
    states: bool,
    checks: tuple[str, ...],
    settings: tuple[str, ...],
    faults: tuple[str, ...],
    max_states: int,
    format_: str,
    out: Path | None,
) -> None:
    """Draw the state machine of each kind of agents, or with --states the states of small checks.

    `--check`, `--set`, `--fault` and `--max-states` go with --states, `--agent` without.
    """
    from modelcheck.reports.graphs.formats import GRAPH_FORMATS  # noqa: PLC0415 - `--help` stays quick
    from modelcheck.reports.runs import unique_stems  # noqa: PLC0415

    if format_ not in GRAPH_FORMATS:
        raise click.UsageError(f"there is no format '{short(format_)}': there are {', '.join(GRAPH_FORMATS)}")
    if states and kinds:
        raise click.UsageError("--agent goes without --states: a state is one of all agents")
    if not states and (checks or settings or faults):
        raise click.UsageError("--check, --set and --fault go with --states: a state machine is the same in all checks")
    format_of = GRAPH_FORMATS[format_]
    try:
        # Before the work, and not behind it.
        render = format_of.renderer()
        named = _pictures(files, kinds, states=states, instance=(checks, settings, faults), most=max_states)
        if out is None and (len(named) != 1 or not format_of.is_text):
            which = "--check" if states else "--agent"
            alone = f"there are {len(named)} pictures: say --out DIR, or ask for one {which}"
            raise click.UsageError(alone if format_of.is_text else f"{format_} is no text: say --out DIR")
        drawn = [render(graph) for _, graph in named]
    except RefusalError as error:
        raise click.UsageError(str(error)) from None
    if out is None:
        click.echo(drawn[0], nl=False)
    else:
        stems = unique_stems([parts for parts, _ in named])
        write_files(out, {f"{stem}.{format_}": content for stem, content in zip(stems, drawn, strict=True)})


def _pictures(
    files: tuple[str, ...],
    kinds: tuple[str, ...],
    *,
    states: bool,
    instance: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]],
    most: int,
) -> list[_Named]:
    """Each picture with the names of its file and of what it shows."""
    from modelcheck.environment.instantiate import Overrides  # noqa: PLC0415 - `--help` stays quick
    from modelcheck.pipeline import load_files  # noqa: PLC0415
    from modelcheck.pipeline.draw import draw_machines, draw_states  # noqa: PLC0415
    from modelcheck.semantics.states import TooManyStatesError  # noqa: PLC0415

    checks, settings, faults = instance
    with input_errors():
        overrides = Overrides(parse_settings(settings), parse_faults(faults))
        specs = load_files(files)
        _known_kinds(specs, kinds)
        found: list[_Named] = []
        for spec in specs:
            try:
                graphs = draw_states(spec, checks, overrides, most) if states else draw_machines(spec, kinds)
            except TooManyStatesError as error:
                raise click.UsageError(f"{error}: choose a smaller check, or allow more with --max-states") from None
            found += [((spec.source.name, name), graph) for name, graph in graphs.items()]
    return found


def _known_kinds(specs: list[Spec], kinds: tuple[str, ...]) -> None:
    from modelcheck.diagnostics import did_you_mean  # noqa: PLC0415 - only for a mistake

    known = [kind for spec in specs for kind in spec.agents]
    for kind in kinds:
        if kind not in known:
            help_ = did_you_mean(kind, known) or f"there are {', '.join(dict.fromkeys(known))}"
            raise click.UsageError(f"there is no agent '{short(kind)}'. {help_}")
