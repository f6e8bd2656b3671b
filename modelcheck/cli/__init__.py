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
