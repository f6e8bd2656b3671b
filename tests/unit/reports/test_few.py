"""Runs with nobody in them, and with the same twice, in every format."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelcheck.pipeline import Options, load, verify_specs
from modelcheck.pipeline.packet import packet
from modelcheck.reports.packet import html, markdown
from modelcheck.reports.packet.content import document
from modelcheck.reports.registry import FORMATS, RUN_FORMATS
from modelcheck.reports.runs import runs_of
from modelcheck.source import Source

EMPTY = """protocol Empty
shared var x: 0..3 = 0
agent Node { initial final state S { step go when x < 3 { x += 1 } } }
invariant small: x > 0
check "nobody" { Node = 0  expect small }
"""
TWICE = """protocol Twice
message Go
agent A { initial state S { step go -> T { send Go to B  send Go to B } }  final state T }
agent B { initial final state R { on Go { skip } } }
reachable end: A[0] is T
check "c" { expect end }
"""


@pytest.mark.parametrize("name", FORMATS)
def test_a_check_without_agents_has_a_report(name: str) -> None:
    report = verify_specs([load(Source("empty.mc", EMPTY))], Options(engine="interpreter"))
    assert "small" in FORMATS[name].renderer()(report)


@pytest.mark.parametrize("name", ["svg", "mermaid", "itf", "trace"])
def test_its_run_is_told_in_a_file_of_its_own(name: str) -> None:
    (run,) = runs_of(verify_specs([load(Source("empty.mc", EMPTY))], Options(engine="interpreter")))
    assert b"small is false here" in RUN_FORMATS[name].renderer()(run)


def test_its_packet_is_written(tmp_path: Path) -> None:
    path = tmp_path / "empty.mc"
    path.write_text(EMPTY, "utf-8")
    told = document(packet([path], Options(engine="interpreter")))
    assert "It begins: nobody is there." in markdown.render(told, "p")
    assert "It begins: nobody is there." in html.render(told)


def test_what_is_sent_twice_has_one_receiver(tmp_path: Path) -> None:
    path = tmp_path / "twice.mc"
    path.write_text(TWICE, "utf-8")
    page = markdown.render(document(packet([path], Options(engine="interpreter"))), "p")
    assert "A takes the step “go”, sends Go to B ×2 and goes to T." in page  # noqa: RUF001 - a sign of ours
