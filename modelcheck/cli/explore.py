"""`modelcheck explore`."""

from __future__ import annotations

import os
import socket
import sys
import threading
import webbrowser
from typing import TYPE_CHECKING

import click

from modelcheck.cli.common import input_errors, instance_options, limit_options, parse_faults, parse_settings

if TYPE_CHECKING:
    from modelcheck.explorer.answers import Explorer

_LARGEST_PORT = 65535


@click.command(name="explore")
@click.argument("file")
@instance_options
@click.option(
    "--port",
    type=click.IntRange(0, _LARGEST_PORT),
    default=0,
    metavar="P",
    help="Listen there [default: any free port].",
)
@click.option("--trace", "trace_file", metavar="TRACE", help="Begin with this saved run.")
@click.option("--no-browser", is_flag=True, help="Only print the address of the page.")
@limit_options
def command(  # noqa: PLR0913 - one parameter a flag
    *,
    file: str,
    checks: tuple[str, ...],
    settings: tuple[str, ...],
    faults: tuple[str, ...],
    port: int,
    trace_file: str | None,
    no_browser: bool,
    max_states: int | None,
    max_memory: int | None,
    max_seconds: float | None,
    max_depth: int | None,
) -> None:
    """Walk through the states of a check by hand, on a page in the browser.

    The page is served on this machine only, to whoever knows the address that is printed. Ctrl-C ends it. The limits
    are those of the search for counterexamples that can be started on the page.
    """
    try:
        import starlette  # noqa: F401, PLC0415 - is it there?
        import uvicorn  # noqa: F401, PLC0415 - as above
    except ImportError as error:
        problem = (
            f"`explore` needs {error.name}: install modelcheck with its extra, `pip install 'modelcheck[explore]'`"
        )
        raise click.UsageError(problem) from None
    from modelcheck.environment.instantiate import Overrides  # noqa: PLC0415 - `--help` stays quick
    from modelcheck.explorer.answers import Explorer  # noqa: PLC0415
    from modelcheck.kernel.task import Limits  # noqa: PLC0415
    from modelcheck.pipeline import load_file, select_checks  # noqa: PLC0415

    if len(checks) > 1:
        raise click.UsageError("explore shows one check at a time: the page can change it")
    with input_errors():
        spec = load_file(file)
        ((_, found),) = select_checks([spec], checks)
        overrides = Overrides(parse_settings(settings), parse_faults(faults))
        limits = Limits(max_states, max_memory, max_seconds, max_depth)
        explorer = Explorer(spec, found[0].name, overrides, limits)
        if trace_file is not None:
            _show(explorer, trace_file, checks)
    try:
        _serve(explorer, _listening(port), browser=not no_browser)
    except KeyboardInterrupt:
        # The usual way to end it.
        click.echo("ended", err=True)
    finally:
        explorer.close()
    sys.exit(0)


def _show(explorer: Explorer, path: str, checks: tuple[str, ...]) -> None:
    from modelcheck.pipeline.explore import RefusedError  # noqa: PLC0415 - heavy for --help
    from modelcheck.pipeline.recorded import read_runs  # noqa: PLC0415 - as above
    from modelcheck.pipeline.replay import Which, chosen_run  # noqa: PLC0415 - as above

    recorded = chosen_run(path, read_runs(path), Which(checks[0] if checks else None))
    try:
        amiss = explorer.show(path, recorded)
    except RefusedError as error:
        raise click.UsageError(f"cannot walk the run in {path}: {error}") from None
    if amiss:
        click.echo(f"note: {amiss}", err=True)


def _listening(port: int) -> socket.socket:
    from modelcheck.explorer.server import listen  # noqa: PLC0415 - heavy for --help

    try:
        return listen(port)
    except OSError as error:
        raise click.UsageError(f"cannot listen on port {port}: {error.strerror}") from None


def _has_display() -> bool:
    """Whether a browser can open a window: one for terminals would take this one over."""
    names = ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY")
    return sys.platform in {"darwin", "win32"} or any(os.environ.get(name) for name in names)


def _serve(explorer: Explorer, listening: socket.socket, *, browser: bool) -> None:
    import secrets  # noqa: PLC0415 - not needed for --help

    from modelcheck.explorer.guard import Admission  # noqa: PLC0415 - heavy for --help
    from modelcheck.explorer.server import application, server  # noqa: PLC0415 - as above

    admission = Admission(secrets.token_urlsafe(24), listening.getsockname()[1])
    click.echo(f"exploring at {admission.url} (Ctrl-C ends it)")
    sys.stdout.flush()
    if browser and _has_display():
        # Some browsers return only when they are closed, and the server has to run meanwhile.
        threading.Thread(target=webbrowser.open, args=(admission.url,), daemon=True).start()
    server(application(explorer, admission)).run(sockets=[listening])
