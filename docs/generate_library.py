"""Write `docs/library.md` from the headers of the specifications; a test keeps the two in step."""  # noqa: INP001 - a program, not a package

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "library.md"
SPECS = ROOT / "specs"

_FOLDERS = {
    "consensus": "Consensus and commit",
    "coordination": "Coordination",
    "failures": "Detecting failures",
    "theorems": "Theorems, and what they rule out",
    "agents": "Teams of agents",
}
_HEAD = """# The specifications in `specs/`

Each is a file to read: its header names the source, says what is left out, and what the checks show. `modelcheck verify
FILE` checks that every verdict is the expected one, many with the state counts and the lengths of shortest runs that
are published; `modelcheck mutate FILE` that its properties notice small deliberate breakages.

This page is made from the headers: see `docs/generate_library.py`.
"""
_SOURCE = re.compile(r"Source: (.*?\b(?:19|20)\d\d\b\)*)")


def page() -> str:
    """The whole page: a table for each folder."""
    found = {path.relative_to(SPECS).parts[0] for path in SPECS.rglob("*.mc")}
    assert found == _FOLDERS.keys(), "every folder has a title, and every title a folder"
    return "\n".join([_HEAD, *(_table(folder, title) for folder, title in _FOLDERS.items())])


def _table(folder: str, title: str) -> str:
    rows = [_row(path) for path in sorted((SPECS / folder).rglob("*.mc"))]
    head = ["| specification | what it is | source | checks | mutants |", "|---|---|---|---|---|"]
    return "\n".join([f"## {title}", "", *head, *rows, ""])


def _row(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    what, source = header(text)
    mutants = path.with_suffix(".mutants.toml").read_text(encoding="utf-8").count("[[mutant]]")
    checks = len(re.findall(r"^check ", text, re.MULTILINE))
    cells = (f"`{path.relative_to(SPECS).as_posix()}`", what, source, str(checks), str(mutants))
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def header(text: str) -> tuple[str, str]:
    """What a specification is, which is the first paragraph of its header, and its first source, in the second one."""
    comment = re.match(r"(?:#.*\n)+", text)
    assert comment is not None, "a specification begins with a header"
    lines = (line.removeprefix("#").strip() for line in comment[0].splitlines())
    what, source, *_ = (" ".join(part.split("\n")) for part in "\n".join(lines).split("\n\n"))
    named = _SOURCE.match(source)
    assert named is not None, f"the second paragraph names a source and its year: {source}"
    return what, named[1]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
