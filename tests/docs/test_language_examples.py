"""Every example of the language reference does what the reference says.

The title of a fenced `mc` block says what is done with it; the reference explains the titles to its readers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import modelcheck

DOCS = Path(__file__).parents[2] / "docs"
PAGES = [
    DOCS / "language.md",
    *sorted((DOCS / "language").glob("*.md")),
    *sorted((DOCS / "reference").glob("*.md")),
]
BLOCK = re.compile(r'^```mc(?: title="(?P<title>[^"]*)")?\n(?P<text>.*?)^```$', re.MULTILINE | re.DOTALL)
WRAPPED = "protocol Example\n"
SIZES = 'check "frame" { Node = 3  Key = 2  allow deadlock  expect '


@dataclass(frozen=True)
class Block:
    page: str
    line: int
    title: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def blocks() -> Iterator[Block]:
    for page in PAGES:
        content = page.read_text(encoding="utf-8")
        for match in BLOCK.finditer(content):
            line = content.count("\n", 0, match.start()) + 1
            yield Block(page.name, line, match["title"] or "", match["text"])


BLOCKS = list(blocks())


def titled(start: str) -> list[Block]:
    return [block for block in BLOCKS if block.title.split(" ")[0] == start]


def saved(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "example.mc"
    path.write_text(text, encoding="utf-8")
    return path


def unmet(report: modelcheck.Report) -> list[str]:
    return [
        f"{check.name}: {found.name} is {found.verdict}, expected {found.expected}; {found.steps} {found.evidence}"
        for check in report.specs[0].checks
        for found in check.properties
        if not found.ok
    ]


def fails(report: modelcheck.Report) -> bool:
    """Whether every check meets an evaluation error."""
    verdicts = [p.verdict for check in report.specs[0].checks for p in check.properties if p.name == "errors"]
    return bool(verdicts) and set(verdicts) == {"violated"}


def codes(tmp_path: Path, text: str) -> list[str]:
    path = saved(tmp_path, text)
    with pytest.raises(modelcheck.InputError) as caught:
        modelcheck.verify(path)
    return [found.code for found in caught.value.diagnostics]


def complete(text: str) -> str:
    return text if re.match(r"(\s|#[^\n]*\n)*protocol\b", text) else WRAPPED + text


def test_all_blocks_have_a_known_title() -> None:
    known = {"", "error", "warning", "fails", "expressions", "frame"}
    assert {block.title.split(" ")[0] for block in BLOCKS} <= known
    assert len(titled("frame")) == 1
    fences = sum(page.read_text(encoding="utf-8").count("\n```mc") for page in PAGES)
    assert fences == len(BLOCKS)


@pytest.mark.parametrize("block", titled(""), ids=str)
def test_example_meets_its_expectations(block: Block, tmp_path: Path) -> None:
    report = modelcheck.verify(saved(tmp_path, complete(block.text)))
    assert unmet(report) == []
    assert [warning.problem for warning in report.specs[0].warnings] == []


@pytest.mark.parametrize("block", titled("error"), ids=str)
def test_example_gives_its_diagnostic_and_no_other(block: Block, tmp_path: Path) -> None:
    assert codes(tmp_path, complete(block.text)) == [block.title.split(" ")[1]]


@pytest.mark.parametrize("block", titled("warning"), ids=str)
def test_example_gives_its_warning_and_no_other(block: Block, tmp_path: Path) -> None:
    report = modelcheck.verify(saved(tmp_path, complete(block.text)))
    assert unmet(report) == []
    assert [warning.code for warning in report.specs[0].warnings] == [block.title.split(" ")[1]]


@pytest.mark.parametrize("block", titled("fails"), ids=str)
def test_example_meets_an_evaluation_error(block: Block, tmp_path: Path) -> None:
    assert fails(modelcheck.verify(saved(tmp_path, complete(block.text))))


def expression_lines(block: Block) -> list[tuple[str, str]]:
    """The expressions of a block with the values that stand behind them."""
    lines = [line for line in block.text.splitlines() if line.strip() and not line.startswith("#")]
    found = [(left.strip(), right.strip()) for left, _, right in (line.rpartition("  # ") for line in lines)]
    assert all(left and right for left, right in found), f"{block}: a line needs `expression  # value`"
    return found


@pytest.mark.parametrize("block", titled("expressions"), ids=str)
def test_expressions_have_the_values_beside_them(block: Block, tmp_path: Path) -> None:
    frame = titled("frame")[0].text
    valued = []
    for number, (expression, value) in enumerate(expression_lines(block)):
        text = f"{frame}\ninvariant e{number}: ({expression})"
        if value == "error":
            failing = f"{frame}\ninvariant e: ({expression}) == ({expression})\n{SIZES}e }}"
            assert fails(modelcheck.verify(saved(tmp_path, failing))), expression
        elif re.fullmatch(r"MC\d+", value):
            wrong = f"{frame}\ninvariant e: ({expression}) == ({expression})\n{SIZES}e }}"
            assert set(codes(tmp_path, wrong)) == {value}, expression
        else:
            valued.append((number, expression, f"{text} == ({value})".removeprefix(frame)))
    names = ", ".join(f"e{number}" for number, _, _ in valued)
    properties = "".join(line for _, _, line in valued)
    report = modelcheck.verify(saved(tmp_path, f"{frame}{properties}\n{SIZES}{names} }}"))
    shown = {f"e{number}": expression for number, expression, _ in valued}
    wrong_values = [shown.get(p.name, p.name) for p in report.specs[0].checks[0].properties if not p.ok]
    assert wrong_values == []
