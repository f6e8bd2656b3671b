from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]  # it has no types
import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]

SCHEMA = json.loads((Path(__file__).resolve().parents[2] / "docs" / "solution.schema.json").read_text("utf-8"))

SPEC = """protocol Steps
enum Mode { slow, fast }
param Top: 0..9 = 3
param mode = slow
const plan: map Node -> bool = any
agent Node {
  var n: 0..9 = 0
  initial final state Run { step go when plan[self] and n < (if mode == fast then 2 * Top else Top) { n += 1 } }
}
invariant low: forall p in Node: p.n < 4
reachable high: exists p in Node: p.n > 1
check "c" { Node = 2  expect low, high }
"""


@pytest.fixture
def solve(run: Run, tmp_path: Path) -> Run:
    (tmp_path / "steps.mc").write_text(SPEC, "utf-8")
    return lambda *arguments: run("solve", "steps.mc", *arguments)


def test_json_follows_the_schema(solve: Run) -> None:
    done = solve(
        "--for", "Top=1..2, mode", "--for", "plan=all false|[Node[0]: true, Node[1]: false]", "--format", "json"
    )
    document = json.loads(done.stdout)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    assert done.returncode == 0
    assert document["names"] == ["Top", "mode", "plan"]
    assert [row["outcome"] for row in document["rows"]] == [
        *["refuted", "refuted", "refuted", "solution"],  # Top = 1
        *["refuted", "solution", "refuted", "refuted"],
    ]
    assert document["solution"] == {"Top": "1", "mode": "fast", "plan": "[Node[0]: true, Node[1]: false]"}
    last = {found["name"]: found for found in document["rows"][-1]["expectations"]}
    assert (last["low"]["verdict"], last["low"]["steps"], last["low"]["shortest"]) == ("violated", 4, True)
    assert last["deadlock"]["verdict"] is None


@pytest.mark.parametrize(
    ("arguments", "code", "last"),
    [
        (
            ("--for", "plan", "--set", "Top=2"),
            0,
            "found: plan = [Node[0]: false, Node[1]: true], 3 solutions in 4 comb",
        ),
        (("--for", "plan", "--set", "Top=5", "--first"), 1, "NONE: no solution in 4 combinations"),
        (
            ("--for", "Top=2,plan", "--first"),
            0,
            "found: Top = 2, plan = [Node[0]: false, Node[1]: true] in 2 combinations",
        ),
        (
            ("--set", "Top=2", "--max-states", "1", "--engine", "interpreter"),
            3,
            "INCONCLUSIVE: no solution found in 4 ",
        ),
        (("--set", "Top=2", "--max-seconds", "0"), 3, "INCONCLUSIVE: no solution found in 0 combinations, the others"),
    ],
)
def test_the_last_line_and_the_exit_code_say_the_same(
    solve: Run, arguments: tuple[str, ...], code: int, last: str
) -> None:
    done = solve(*arguments)
    assert done.stdout.rstrip("\n").rpartition("\n")[2].startswith(last)
    assert (done.returncode, done.stderr) == (code, "")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("Top=", "--for needs NAME or NAME=VALUES"),
        ("=3", "--for needs NAME or NAME=VALUES"),
        ("Top=5..3", "5..3 has no values"),
        ("Top=0..99999999", "has more than 65,536 values"),
        ("Top=1||2", "a value is missing"),
        ("Tap=3", "did you mean 'Top'?"),
        ("plan=all maybe", "'all maybe' is no value for the constant 'plan'"),
    ],
)
def test_a_wrong_range_is_told(solve: Run, asked: str, said: str) -> None:
    done = solve("--for", asked)
    assert said in done.stderr
    assert (done.returncode, done.stdout) == (2, "")
