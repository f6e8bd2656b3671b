"""`modelcheck replay`: exit codes and where things are looked for."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]  # it has no types

Run = Callable[..., "subprocess.CompletedProcess[str]"]

SCHEMA = json.loads((Path(__file__).resolve().parents[2] / "docs" / "report.schema.json").read_text("utf-8"))


def follows_schema(document: object) -> None:
    jsonschema.Draft202012Validator(SCHEMA).validate(document)


def test_what_is_a_run_is_told_with_what_it_shows(run: Run, tmp_path: Path) -> None:
    assert run("verify", "counter.mc", "--format", "trace", "--out", "saved").returncode == 0
    document = json.loads(run("replay", "saved/counter-one-small.trace.json", "--format", "json").stdout)
    follows_schema(document)
    assert (document["ok"], document["stop"], document["loop_start"]) == (True, None, None)
    assert document["conclusion"] == "small is false here: forall p in Node: p.n < 5"
    assert document["causal_slice"] == [0, 1, 2, 3, 4, 5]
    text = (tmp_path / "counter.mc").read_text("utf-8")
    (tmp_path / "later.mc").write_text(text.replace("0..9 = 0", "0..9 = 1"), "utf-8")
    done = run("replay", "saved/counter-one-small.trace.json", "later.mc", "--format", "json")
    follows_schema(document := json.loads(done.stdout))
    assert (document["trace"], document["stop"]["step"], document["messages"]) == (None, 0, [])


def test_the_specification_is_looked_for_beside_the_trace_and_here(run: Run, tmp_path: Path) -> None:
    assert run("verify", "counter.mc", "--format", "trace", "--out", "saved").returncode == 0
    done = run("replay", "saved/counter-one-small.trace.json")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("ok: a run of 5 steps that shows small: violated\n")
    (tmp_path / "saved" / "counter.mc").write_text("protocol Other", "utf-8")
    assert "MC410" in run("replay", "saved/counter-one-small.trace.json").stderr


def test_a_run_that_is_none_any_more_exits_with_1(run: Run, tmp_path: Path) -> None:
    assert run("verify", "counter.mc", "--format", "itf", "--out", "saved").returncode == 0
    text = (tmp_path / "counter.mc").read_text("utf-8")
    (tmp_path / "other.mc").write_text(text.replace("when n < 9", "when n < 3"), "utf-8")
    done = run("replay", "saved/counter-one-small.itf.json", "other.mc", "--format", "json")
    document = json.loads(done.stdout)
    assert (done.returncode, document["ok"], document["stop"]["step"]) == (1, False, 4)
    assert document["stop"]["possible"] == []
    follows_schema(document)
    done = run("replay", "saved/counter-one-small.itf.json", "other.mc")
    assert "because `when n < 3` is false" in done.stdout
    assert "nothing is possible here" in done.stdout


def test_random_runs_can_be_saved(run: Run, tmp_path: Path) -> None:
    done = run("simulate", "counter.mc", "--check", "two", "--seed", "1", "--show", "--format", "json")
    (tmp_path / "runs.json").write_text(done.stdout, "utf-8")
    done = run("replay", "runs.json")
    assert done.returncode == 0, done.stdout + done.stderr


def test_unusable_input_exits_with_2_and_has_a_place(run: Run, tmp_path: Path) -> None:
    (tmp_path / "wrong.json").write_text('{\n  "a": 1,,\n}', "utf-8")
    done = run("replay", "wrong.json")
    assert done.returncode == 2
    assert "wrong.json:2:10" in done.stderr
    done = run("replay", "none.json", "--format", "json")
    assert (done.returncode, json.loads(done.stdout)["errors"][0]["code"], done.stderr) == (2, "MC101", "")


def test_random_runs_are_written_for_model_based_tests(run: Run, tmp_path: Path) -> None:
    wanted = ("--check", "two", "--seed", "1", "--depth", "4", "--traces", "5", "--format", "itf", "--out", "runs")
    assert run("simulate", "counter.mc", *wanted).returncode == 0
    files = sorted((tmp_path / "runs").iterdir())
    assert len(files) == 5
    contents = {file.read_bytes() for file in files}
    assert len(contents) > 1
    for file in files:
        document = json.loads(file.read_text("utf-8"))
        assert len(document["states"]) == 5
        assert {state["mbt::actionTaken"] for state in document["states"][1:]} == {"count_up"}
        assert run("replay", f"runs/{file.name}").returncode == 0
    assert run("simulate", "counter.mc", *wanted).returncode == 0
    assert {file.read_bytes() for file in files} == contents


def test_the_time_is_for_the_runs_that_are_written_too(run: Run, tmp_path: Path) -> None:
    wanted = ("--check", "two", "--seed", "1", "--traces", "1000", "--format", "trace", "--out", "runs")
    done = run("simulate", "counter.mc", *wanted, "--max-seconds", "0")
    assert (done.returncode, len([*(tmp_path / "runs").iterdir()])) == (0, 1)
    assert done.stderr == "1 of 1000 random runs: the time was up\n"


def test_formats_of_single_runs_need_a_folder_and_options_need_a_format(run: Run) -> None:
    for wrong in (["--traces", "2"], ["--out", "x"], ["--format", "yaml"], ["--traces", "2", "--format", "itf"]):
        done = run("simulate", "counter.mc", *wrong)
        assert done.returncode == 2, wrong
        assert done.stdout == ""


TWO_WAYS = """protocol Two
agent A { initial state S { step left -> T  step right -> T } state T }
invariant never: not (A[0] is T)
check "c" { allow deadlock expect not never }
"""


def test_one_of_several_counterexamples_can_be_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "two.mc").write_text(TWO_WAYS, "utf-8")
    done = run("verify", "two.mc", "--counterexamples", "2", "--format", "json")
    (tmp_path / "report.json").write_text(done.stdout, "utf-8")
    assert "has 2 runs" in run("replay", "report.json").stderr
    shown = [run("replay", "report.json", "--property", "never", "--number", str(n)) for n in (1, 2, 3)]
    assert [done.returncode for done in shown] == [0, 0, 2]
    taken = [("A: left" in done.stdout, "A: right" in done.stdout) for done in shown[:2]]
    assert taken == [(True, False), (False, True)]
    # Each file of its own holds the run that it is named for.
    assert run("verify", "two.mc", "--counterexamples", "2", "--format", "trace", "--out", "saved").returncode == 0
    again = [run("replay", f"saved/two-c-never{number}.trace.json") for number in ("", "-2")]
    assert [done.stdout for done in again] == [done.stdout for done in shown[:2]]
