"""`modelcheck explain`."""

from __future__ import annotations

import re
from importlib.resources import files

import click

from modelcheck.diagnostics import did_you_mean


def explanations() -> dict[str, str]:
    """The explanation of every error code, in Markdown, by code."""
    folder = files("modelcheck") / "codes"
    found = {}
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if re.fullmatch(r"MC\d{3}\.md", entry.name):
            found[entry.name.removesuffix(".md")] = entry.read_text(encoding="utf-8")
    return found


def title_of(text: str) -> str:
    """What stands behind `# MCnnn: ` in an explanation's first line."""
    return text.partition("\n")[0].partition(": ")[2]


@click.command(name="explain")
@click.argument("code", required=False)
def command(code: str | None) -> None:
    """Explain an error code, such as MC104 or 104; without one, list all codes."""
    known = explanations()
    if code is None:
        click.echo("\n".join(f"{name}  {title_of(text)}" for name, text in known.items()))
        return
    name = code.strip().upper()
    name = name if name.startswith("MC") else f"MC{name}"
    if name not in known:
        help_ = did_you_mean(name, known) or "`modelcheck explain` lists them"
        raise click.UsageError(f"there is no code '{code}'. {help_}")
    click.echo(known[name].rstrip("\n"))
