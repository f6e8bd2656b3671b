"""The command line: one command a file. Flags become a request, a report becomes output and an exit code."""

from __future__ import annotations


def main() -> None:
    """Entry point of the `modelcheck` command."""
    try:
        from modelcheck.cli.main import run  # noqa: PLC0415 - importing the package stays cheap
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    run()
