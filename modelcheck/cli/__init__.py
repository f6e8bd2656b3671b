"""The command line: one command a file. Flags become a request, a report becomes output and an exit code."""

from __future__ import annotations

MANY_OBJECTS = 100_000
"""So many new objects make Python look for garbage: a small verification has fewer, and nearly none of it in cycles."""


def main() -> None:
    """Entry point of the `modelcheck` command."""
    try:
        _spare_the_collector()
        # Within the `try`: most of a start are imports, in which Ctrl-C may come as well.
        from modelcheck.cli.main import run  # noqa: PLC0415

        run()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except SystemExit as done:
        _end_if_it_compiles(done.code)
        raise


def _spare_the_collector() -> None:
    """Look for garbage seldom, and not once more at the end: what is left then goes with the process."""
    import atexit  # noqa: PLC0415 - as above
    import gc  # noqa: PLC0415

    gc.set_threshold(MANY_OBJECTS)
    atexit.register(gc.freeze)


def _end_if_it_compiles(code: object) -> None:
    """Wait for code that is optimised in the background, unless somebody has no time for that."""
    import sys  # noqa: PLC0415 - as above

    if not isinstance(code, int) or "modelcheck.jit.aside" not in sys.modules:
        return
    import signal  # noqa: PLC0415

    from modelcheck.cli.exit_codes import INTERRUPTED  # noqa: PLC0415
    from modelcheck.jit.aside import end_process  # noqa: PLC0415

    try:
        end_process(code, waits=code != INTERRUPTED)
    except KeyboardInterrupt:
        # Once more would change nothing.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        end_process(INTERRUPTED, waits=False)
        raise SystemExit(INTERRUPTED) from None
