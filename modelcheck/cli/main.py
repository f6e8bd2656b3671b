"""The group of commands. Each command's module is imported when it is run, so that `--help` is quick."""

from __future__ import annotations

import os
import signal
import sys
from functools import partial
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from modelcheck.cli.examples import examples
from modelcheck.cli.exit_codes import CLOSED_PIPE, INTERNAL_ERROR, INTERRUPTED, USAGE
from modelcheck.version import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

COMMANDS: dict[str, tuple[str, str]] = {
    "verify": ("modelcheck.cli.verify", "Verify the checks of specifications and print counterexamples."),
    "prove": ("modelcheck.cli.prove", "Prove the invariants of checks, with lemmas that are found on the way."),
    "report": ("modelcheck.cli.report", "Write a packet for a design review: pictures, assumptions, verdicts, runs."),
    "simulate": ("modelcheck.cli.simulate", "Make seeded random runs and look for violations along them."),
    "solve": ("modelcheck.cli.solve", "Look for values with which every verdict is as expected."),
    "replay": ("modelcheck.cli.replay", "Take a saved run again, and say where the specification has left it."),
    "certify": ("modelcheck.cli.certify", "Recheck certificates of proofs by another solver."),
    "explore": ("modelcheck.cli.explore", "Walk through the states of a check by hand, in the browser."),
    "mutate": ("modelcheck.cli.mutate", "Break a specification on purpose and see that its properties notice."),
    "draw": ("modelcheck.cli.draw", "Draw state machines, or the states of a small check."),
    "list": ("modelcheck.cli.list", "List the checks and properties of specifications."),
    "lint": ("modelcheck.cli.lint", "Look for mistakes without exploring anything."),
    "fmt": ("modelcheck.cli.fmt", "Lay specifications out in the canonical way."),
    "show": ("modelcheck.cli.show", "Print a specification's typed or kernel representation."),
    "explain": ("modelcheck.cli.explain", "Explain an error code."),
    "new": ("modelcheck.cli.new", "Write a commented specification to start from."),
}
"""Name, module (with a click command called `command`) and one-line help: the help needs no command imported."""


class _Group(click.Group):
    """Imports a command's module only when the command is run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = import_module(COMMANDS[cmd_name][0]).command
        assert isinstance(command, click.Command)
        command.epilog = examples(cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - the command's business
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # The reader has closed the pipe; nothing more can be said, and Python must not try at exit. Left to itself,
            # click would exit with 1, which means that a verdict differs.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(CLOSED_PIPE)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        from modelcheck.diagnostics import did_you_mean  # noqa: PLC0415 - only after a mistake

        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            ctx.fail(f"there is no command '{args[0]}'. {did_you_mean(args[0], COMMANDS)}".strip())
        return super().resolve_command(ctx, args)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="modelcheck")
def cli() -> None:
    """Specify protocols between processes or agents as state machines, and check them exhaustively.

    To begin, `modelcheck new lock` writes lock.mc, and `modelcheck verify lock.mc` verifies it.
    `modelcheck COMMAND --help` has examples for each command. A FILE called `-` is the standard input.
    """


def run(arguments: Sequence[str] | None = None) -> None:
    """Run a command and exit: 0 as expected, 1 verdicts differ, 2 input, 3 inconclusive, 70 our fault, 130 stopped."""
    _replace_closed_streams()
    _write_any_letter()
    _hear_of_the_end()
    try:
        cli.main(args=arguments, prog_name="modelcheck", standalone_mode=False)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(USAGE)
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        sys.exit(INTERRUPTED)
    except OSError as error:
        click.echo(f"cannot write the output: {error.strerror or error}", err=True)
        sys.exit(USAGE)
    except Exception as error:  # noqa: BLE001 - no traceback ever reaches a user
        _internal_error(error)


def _hear_of_the_end() -> None:
    """Services and containers say so by SIGTERM, a terminal that is closed by SIGHUP, unless somebody said `nohup`."""
    terminals = [stream for stream in (1, 2) if os.isatty(stream)]
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, partial(_end, terminals))


def _end(terminals: Sequence[int], number: int, frame: FrameType | None) -> None:
    """End as by Ctrl-C, with what was found so far."""
    if number != signal.SIGTERM:
        # The shell may say so, and then the system again: this is no second Ctrl-C, which waits for nothing.
        signal.signal(number, signal.SIG_IGN)
    for stream in terminals:
        if not os.isatty(stream):
            # Nobody is there to read it, and that must not keep what goes elsewhere.
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
    interrupt = signal.getsignal(signal.SIGINT)
    if callable(interrupt):
        interrupt(signal.SIGINT, frame)
    else:
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)


def _replace_closed_streams() -> None:
    """Do without a standard input and a standard error; without a standard output there is nothing to do: exit."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            # Takes the lowest number that is free. Else the next file would, with all that libraries write to it.
            os.open(os.devnull, os.O_RDWR)
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open to the end
    if sys.stdout is None:
        click.echo("cannot write the output: the standard output is closed", err=True)
        sys.exit(USAGE)


def _write_any_letter() -> None:
    """A file or a pipe gets UTF-8, which documents say of themselves; a terminal what it can show."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")


def _internal_error(error: Exception) -> None:
    from modelcheck.diagnostics import bug_report  # noqa: PLC0415 - only after a mistake of ours

    click.echo(bug_report(error), err=True)
    sys.exit(INTERNAL_ERROR)
