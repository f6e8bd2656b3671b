"""The command line: one command a file. Flags become a request, a report becomes output and an exit code."""

from __future__ import annotations


def main() -> None:
    """Entry point of the `modelcheck` command."""
    from modelcheck.cli.main import run  # noqa: PLC0415 - importing the package stays cheap

    run()
