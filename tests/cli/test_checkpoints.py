"""`verify --checkpoint` and `--resume`: a search outlives its process."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("llvmlite")

from .conftest import Run, command, environment
from .started import started

PLANE = """protocol Plane

shared var n: 0..699 = 0
shared var m: 0..699 = 0

agent Node {
  initial final state Run {
    step right when n < 699 { n += 1 }
    step above when m < 699 { m += 1 }
  }
}

invariant low: n + m < 700
reachable corner: n == 699 and m == 699

check "small plane" { bound n < 9  expect low, 6300 states }
check "a/plane: Ⅱ" { expect not low, corner, 490000 states }
"""

TINY = 'check "tiny" { expect not low, corner, 16 states }'

OPTIONS = ("verify", "plane.mc", "--engine", "native", "--workers", "2", "--format", "json")


@pytest.fixture
def plane(tmp_path: Path) -> Path:
    (tmp_path / "plane.mc").write_text(PLANE, "utf-8")
    return tmp_path


def document(text: str) -> Any:  # noqa: ANN401 - JSON
    data = json.loads(text)
    for check in data["specs"][0]["checks"]:
        del check["seconds"], check["memory_bytes"]
    return data


def test_a_search_that_was_killed_ends_with_the_same_report(run: Run, plane: Path) -> None:
    expected = document(run(*OPTIONS).stdout)
    arguments = command(*OPTIONS, "--checkpoint", "saved", "--checkpoint-every", "0.02")
    with started(arguments, plane, environment()) as process:
        # The second check's folder: the search is in its midst.
        while process.poll() is None and not list(plane.glob("saved/a-plane-*/manifest.json")):
            time.sleep(0.005)
    assert process.returncode != 0, "it ended before it was killed"
    done = run(*OPTIONS, "--resume", "saved")
    assert document(done.stdout) == expected
    again = run(*OPTIONS, "--resume", "saved", "--workers", "1")
    assert document(again.stdout) == expected


def test_a_limit_leaves_a_checkpoint(run: Run, plane: Path) -> None:
    first = run(*OPTIONS, "--max-depth", "100", "--checkpoint", "saved")
    assert first.returncode == 3
    assert document(run(*OPTIONS, "--resume", "saved").stdout) == document(run(*OPTIONS).stdout)
    assert len(list(plane.glob("saved/*/manifest.json"))) == 2


def code_of(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 2
    return str(json.loads(done.stdout)["errors"][0]["code"])


def test_wrong_checkpoints_are_told(run: Run, plane: Path) -> None:
    assert code_of(run(*OPTIONS, "--resume", "saved")) == "MC414"
    saving = (*OPTIONS, "--max-depth", "9", "--checkpoint", "saved")
    assert run(*saving).returncode == 3
    assert code_of(run(*saving)) == "MC414"
    assert code_of(run(*OPTIONS, "--resume", "saved", "--property", "low")) == "MC414"
    states = next(plane.glob("saved/*/states"))
    states.write_bytes(b"")
    assert code_of(run(*OPTIONS, "--resume", "saved")) == "MC414"


def test_the_default_engine_keeps_them_even_for_tiny_checks(run: Run, plane: Path) -> None:
    (plane / "tiny.mc").write_text(PLANE.replace("699", "3").replace("700", "5").partition("check")[0] + TINY, "utf-8")
    options = ("verify", "tiny.mc", "--format", "json")
    assert run(*options, "--max-depth", "2", "--checkpoint", "saved").returncode == 3
    found = document(run(*options, "--resume", "saved").stdout)["specs"][0]["checks"][0]
    assert (found["ok"], found["states"]["distinct"]) == (True, 16)


@pytest.mark.parametrize("engine", ["interpreter", "bounded", "induction"])
def test_engines_that_visit_no_states_in_compiled_code_have_no_checkpoints(run: Run, plane: Path, engine: str) -> None:
    assert plane.exists()
    done = run("verify", "plane.mc", "--engine", engine, "--checkpoint", "saved", "--format", "json")
    assert code_of(done) == "MC413"


def test_what_is_beyond_compiled_code_has_no_checkpoints(run: Run, plane: Path) -> None:
    large = PLANE.replace("reachable", f"invariant large: {' * '.join(['n'] * 9)} >= 0 reachable").replace(
        "low,", "large,"
    )
    (plane / "large.mc").write_text(large, "utf-8")
    done = run("verify", "large.mc", "--checkpoint", "saved", "--format", "json")
    assert code_of(done) == "MC413"
    assert "too large" in done.stdout


def test_checks_of_infinite_runs_are_told_before_any_check_is_begun(run: Run, plane: Path) -> None:
    more = 'temporal far: eventually n + m == 99\ncheck "far" { expect low, far }\ncheck "too" { expect not far }'
    (plane / "far.mc").write_text(PLANE + more, "utf-8")
    options = ("verify", "far.mc", "--checkpoint", "saved", "--max-depth", "2", "--format", "json")
    done = run(*options)
    assert code_of(done) == "MC413"
    assert [error["line"] for error in json.loads(done.stdout)["errors"]] == [19, 20]
    assert not (plane / "saved").exists()
    assert run(*options, "--check", "far", "--property", "low").returncode == 3


LOST = """protocol Lost

shared var mate: map N -> option N = all none
shared var marks: 0..2 = 0

agent N {
  var marked: bool = false
  initial final state S {
    step pair(p in others) when mate[self] == none and mate[p] == none { mate[self] := some(p)  mate[p] := some(self) }
    step mark when (forall p in N: mate[p] != none) and marks < 2 and not marked { marked := true  marks += 1 }
  }
}

invariant apart: not exists p, q in N: p.marked and q.marked and mate[p] == some(q)

check "pairs" { N = 8  expect not apart in 6 steps }
"""


def test_a_search_that_began_again_without_symmetry_goes_on_so(run: Run, plane: Path) -> None:
    (plane / "lost.mc").write_text(LOST, "utf-8")
    options = ("verify", "lost.mc", "--engine", "native", "--format", "json")
    expected = document(run(*options).stdout)
    assert "the run to an answer was lost" in expected["specs"][0]["checks"][0]["reductions"][0]
    for depth, how in (("5", "--checkpoint"), ("6", "--resume"), ("7", "--resume")):
        assert run(*options, how, "saved", "--max-depth", depth).returncode in {0, 3}
    assert document(run(*options, "--resume", "saved").stdout) == expected
    whole = document(run(*options, "--no-symmetry").stdout)
    assert whole["specs"][0]["checks"][0].pop("reductions") == ["no symmetry: switched off"]
    del expected["specs"][0]["checks"][0]["reductions"]
    assert whole == expected


@pytest.mark.parametrize(
    "options", [("--checkpoint-every", "5"), ("--checkpoint", "a", "--resume", "b"), ("--checkpoint", "plane.mc")]
)
def test_options_that_make_no_sense_are_told(run: Run, plane: Path, options: tuple[str, ...]) -> None:
    assert plane.exists()
    assert run(*OPTIONS, *options).returncode == 2
