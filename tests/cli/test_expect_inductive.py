"""`expect inductive p`, as users see it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]  # it has no types
import pytest

pytest.importorskip("z3")

Run = Callable[..., "subprocess.CompletedProcess[str]"]

SCHEMA = json.loads((Path(__file__).resolve().parents[2] / "docs" / "report.schema.json").read_text("utf-8"))

LEASE = """
protocol Lease
shared var holder: Node = any
agent Node {
  var busy: bool = false
  final initial state S {
    step take when holder == self { busy := true }
    step give when holder == self and busy { busy := false  choose n in Node { holder := n } }
  }
}
invariant one: forall p, q in Node: p.busy and q.busy implies p == q
invariant own: forall p in Node: p.busy implies holder == p
check "right" { Node = 2  expect one, not inductive one, inductive own }
check "wrong" { Node = 2  expect inductive one, not inductive own }
"""


@pytest.fixture
def lease(tmp_path: Path) -> str:
    (tmp_path / "lease.mc").write_text(LEASE, "utf-8")
    return "lease.mc"


def test_the_step_that_breaks_an_invariant_is_shown(run: Run, lease: str) -> None:
    done = run("verify", lease)
    assert (done.returncode, done.stderr) == (1, "")
    lines = [line.strip() for line in done.stdout.splitlines()]
    broken = "violated   a step breaks it, from a state that may be unreachable"
    assert f"ok   inductive one  {broken}, as expected" in lines
    assert "ok   inductive own  holds      inductive" in lines
    assert f"FAIL inductive one  {broken}, but expected: holds" in lines
    assert "FAIL inductive own  holds      inductive, but expected: violated" in lines
    assert 'UNEXPECTED counterexample to induction for inductive one in check "wrong" (1 step)' in lines
    assert "0. a state in which it holds, which may be unreachable" in lines


def test_in_json_and_markdown_too(run: Run, lease: str) -> None:
    document = json.loads(run("verify", lease, "--check", "right", "--format", "json").stdout)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    properties = {found["name"]: found for found in document["specs"][0]["checks"][0]["properties"]}
    pair = properties["inductive one"]["pair"]
    assert [step["step"] for step in pair["trace"]] == [0, 1]
    assert properties["inductive one"]["trace"] is None
    assert properties["inductive own"]["pair"] is None
    done = run("verify", lease, "--check", "right", "--format", "markdown")
    assert "### Counterexample to induction: inductive one" in done.stdout


def test_it_can_be_asked_for_by_the_name_of_the_invariant(run: Run, lease: str) -> None:
    done = run("verify", lease, "--property", "own")
    lines = [line.split()[1:3] for line in done.stdout.splitlines() if "inductive" in line]
    assert lines == [["inductive", "own"], ["inductive", "own"]]


def test_it_is_listed_as_it_is_written(run: Run, lease: str) -> None:
    assert "not inductive one, inductive own" in run("list", lease).stdout


def test_a_packet_says_what_it_means(run: Run, lease: str, tmp_path: Path) -> None:
    run("report", lease, "--check", "right", "--out", "packet")
    packet = (tmp_path / "packet" / "packet.md").read_text("utf-8")
    kept = "Every step from any state with this, reachable or not, leads to one with it: "
    cells = f'{kept}forall p in Node: p.busy implies holder == p | "right" | every state that the types allow'
    assert f"| **inductive own**<br>{cells} of the check |" in packet
    broken = "a step breaks it, from a state that may be unreachable"
    assert f"| **inductive one** | is violated | {broken} | yes |" in packet


def test_it_is_told_what_a_missing_solver_is_needed_for(run: Run, lease: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "z3", None)
    monkeypatch.delitem(sys.modules, "modelcheck.engines.inductive", raising=False)
    done = run("verify", lease)
    assert (done.returncode, done.stdout) == (2, "")
    assert "`expect inductive` needs z3" in done.stderr
    assert "pip install 'modelcheck[smt]'" in done.stderr
