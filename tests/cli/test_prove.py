"""`modelcheck prove`: who proves what, and what cannot be proved."""

from __future__ import annotations

import html
import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import jsonschema  # type: ignore[import-untyped]  # it has no types
import pytest

pytest.importorskip("z3")

from modelcheck.engines import induction, proving, spacer
from modelcheck.engines.base import Exploration, Request
from modelcheck.frozen import replace
from modelcheck.ir.model import Model
from modelcheck.kernel.task import Limits
from tests.cli.conftest import command, environment
from tests.cli.started import are_gone, started, started_by

Run = Callable[..., "subprocess.CompletedProcess[str]"]

SCHEMA = json.loads((Path(__file__).resolve().parents[2] / "docs" / "report.schema.json").read_text("utf-8"))

HOLDER = """
protocol Token
shared var holder: Node = any
shared var hour: 0..5 = 0
agent Node {
  var busy: bool = false
  final initial state S {
    step wait { hour := (hour + 1) % 6 }
    step take when holder == self { busy := true }
    step give when holder == self and busy { busy := false  choose n in Node { holder := n } }
  }
}
invariant one: forall p, q in Node: p.busy and q.busy implies p == q
invariant idle: forall p in Node: not p.busy
reachable first: holder == Node[0]
check "c" { Node = 3  expect one, first }
check "d" { Node = 3  expect not idle in 1 steps, one }
"""


@pytest.fixture
def token(tmp_path: Path) -> Path:
    file = tmp_path / "token.mc"
    file.write_text(HOLDER, "utf-8")
    return file


def test_invariants_are_proved_or_refuted_and_it_is_told_by_what(run: Run, token: Path) -> None:
    done = run("prove", str(token))
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line.strip() for line in done.stdout.splitlines()]
    without_times = [re.sub(r",? (after )?[0-9.]+ s\b", "", line) for line in lines]
    assert 'check "c": tried visiting all 36 states, k-induction for k up to 2, induction with lemmas' in without_times
    assert "ok   one     holds      inductive, by induction with lemma 1" in without_times
    assert "ok   errors  holds      inductive, by k-induction, k = 1" in without_times
    assert "ok   idle    violated   in 1 step, by visiting states, as expected" in without_times
    assert lines.count("lemma 1: forall p in Node: p.busy implies holder == p") == 2
    assert not any("first" in line.split() or "deadlock" in line for line in lines[:5])


def test_runs_that_are_expected_are_left_out_where_they_are_not_wanted(run: Run, token: Path) -> None:
    asked = ("prove", str(token), "--check", "d", "--property", "idle")
    told, quiet = run(*asked), run(*asked, "--quiet")
    assert (told.returncode, quiet.returncode) == (0, 0)
    assert "counterexample for idle" in told.stdout
    assert "counterexample" not in quiet.stdout
    assert "ok   idle    violated" in quiet.stdout


def test_json_is_that_of_verify(run: Run, token: Path) -> None:
    done = run("prove", str(token), "--check", "d", "--format", "json")
    document = json.loads(done.stdout)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    (check,) = document["specs"][0]["checks"]
    provers = {found["name"]: found["prover"] for found in check["properties"]}
    assert {name: (prover["name"], len(prover["lemmas"])) for name, prover in provers.items()} == {
        "idle": ("visiting states", 0),
        "one": ("induction", 1),
        "errors": ("k-induction, k = 1", 0),
    }
    assert provers["errors"]["seconds"] <= provers["one"]["seconds"] <= check["seconds"]["search"]
    assert provers["one"]["lemmas"] == check["proof"]["lemmas"]


@pytest.mark.parametrize("format_", ["markdown", "html", "junit", "github", "sarif"])
def test_every_report_tells_who_proved_what_with_which_lemmas(run: Run, token: Path, format_: str) -> None:
    done = run("prove", str(token), "--check", "c", "--format", format_)
    assert done.returncode == 0
    told = re.sub(r"<[^>]*>", "", html.unescape(done.stdout))
    assert "by induction with lemma 1" in told
    assert "by k-induction, k = 1" in told
    assert "forall p in Node: p.busy implies holder == p" in told


def test_what_was_not_settled_in_time_exits_with_3(run: Run, token: Path) -> None:
    done = run("prove", str(token), "--check", "c", "--max-seconds", "0")
    assert done.returncode == 3
    assert "??   one     unknown    the time limit was reached" in done.stdout


@pytest.mark.parametrize(("solves", "uncertified"), [(True, []), (False, ["one", "errors"])])
def test_what_holds_without_a_certificate_is_named(
    run: Run,
    token: Path,
    monkeypatch: pytest.MonkeyPatch,
    solves: bool,  # noqa: FBT001 - a parameter of the test
    uncertified: list[str],
) -> None:
    def unsettled(model: Model, request: Request) -> Exploration:
        return replace(induction.explore(model, replace(request, limits=Limits(seconds=0))), stopped="depth")

    for engine in (induction, spacer) if not solves else ():
        monkeypatch.setattr(proving, engine.__name__.rpartition(".")[2], SimpleNamespace(explore=unsettled))
    asked = ("prove", str(token), "--check", "d", "--certificate", str(token.parent / "out"))
    document = json.loads(run(*asked, "--format", "json").stdout)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    assert document["specs"][0]["checks"][0]["uncertified"] == uncertified
    for format_ in () if solves else ("text", "markdown", "html"):
        told = html.unescape(run(*asked, "--format", format_).stdout).replace("\\", "")
        assert "no certificate: one, errors (only what induction proves has one)" in told
    assert (token.parent / "out").exists() == solves


HARD = """
protocol Hard
shared var x: 0..65535 = any
shared var y: 0..65535 = any
agent Node { final initial state S { step swap { x := y  y := x } } }
invariant same: x * (y + 3) == x * y + x + x + x
check "c" { expect same }
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_what_a_terminal_sends_to_all_ends_the_command_and_leaves_no_process_behind(
    tmp_path: Path, number: signal.Signals
) -> None:
    (tmp_path / "hard.mc").write_text(HARD, "utf-8")
    # A job in the background of a shell ignores the signal, and what it starts would inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with started(command("prove", "hard.mc"), tmp_path, environment()) as process:
            while not (solving := started_by(process.pid)) and process.poll() is None:
                time.sleep(0.01)
            # The solver is at it by then, most likely.
            time.sleep(0.5)
            for each in (*solving, process.pid):
                os.kill(each, number)
            output, errors = process.communicate(timeout=30)
    finally:
        signal.signal(signal.SIGINT, before)
    assert (process.returncode, errors) == (130, "")
    assert "??   same    unknown    the search was interrupted" in output
    assert are_gone(solving)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--property", "first"), "'first' is no invariant: there are proofs of `invariant` and `transition` only"),
        (("--property", "none"), "there is no property 'none'"),
        (("--check", "e"), "there is no check 'e'"),
    ],
)
def test_what_cannot_be_proved_is_refused(arguments: tuple[str, ...], told: str, run: Run, token: Path) -> None:
    done = run("prove", str(token), *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr


def test_a_check_without_invariants_has_nothing_to_prove(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "none.mc"
    text = HOLDER.replace("expect one, first", "expect first").replace(
        "expect not idle in 1 steps, one", "expect first"
    )
    file.write_text(text, "utf-8")
    done = run("prove", str(file))
    assert done.returncode == 2
    assert "there is nothing to prove" in done.stderr


FULL = """protocol Full
message M
shared var n: 0..1 = 0
agent A { final initial state S { step go when n == 0 { send M to B  send M to B  n := 1 }  step pass { n := 1 } } }
agent B { final initial state S { on M } }
invariant low: n <= 1
check "c" { network unordered capacity 1  expect low }
"""


@pytest.mark.parametrize(
    ("engine", "format_", "told"),
    [
        ("induction", "text", "bound not ruled out: more than 1 message in flight"),
        ("induction", "markdown", "bound not ruled out: more than 1 message in flight"),
        ("induction", "html", "Bounds that may cut behaviour off"),
        ("interpreter", "text", "bound hit: more than 1 message in flight"),
    ],
)
def test_who_proves_says_of_no_bound_that_a_run_has_hit_it(
    run: Run, tmp_path: Path, engine: str, format_: str, told: str
) -> None:
    (tmp_path / "full.mc").write_text(FULL, "utf-8")
    done = run("verify", "full.mc", "--engine", engine, "--format", format_)
    assert done.returncode == 3
    assert told in done.stdout
    assert ("bound hit" in done.stdout) == (engine == "interpreter")
