"""The command line: one command a file. Flags become a request, a report becomes output and an exit code."""

from __future__ import annotations


def main() -> None:
    """Entry point of the `modelcheck` command."""
    try:
        # Within the `try`: most of a start are imports, in which Ctrl-C may come as well.
        from modelcheck.cli.main import run  # noqa: PLC0415

        run()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except SystemExit as done:
        if done.code == 130:  # noqa: PLR2004 - interrupted; the constant takes an import
            _end_if_it_compiles()
        raise


def _end_if_it_compiles() -> None:
    """Python would wait for code that is optimised in the background, and whoever presses Ctrl-C waits for nothing."""
    import os  # noqa: PLC0415 - as above
    import sys  # noqa: PLC0415
    import threading  # noqa: PLC0415

    if any(thread.name == "compiler" for thread in threading.enumerate()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(130)
