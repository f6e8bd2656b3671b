"""`modelcheck replay`: exit codes and where things are looked for."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

Run = Callable[..., "subprocess.CompletedProcess[str]"]


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
