from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import click
import jsonschema  # type: ignore[import-untyped]  # it has no types
import pytest

from modelcheck.cli.examples import EXAMPLES
from modelcheck.cli.explain import explanations
from modelcheck.cli.main import COMMANDS, cli

Run = Callable[..., "subprocess.CompletedProcess[str]"]

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "docs" / "report.schema.json").read_text("utf-8"))

MUTANT = """[[mutant]]
name = "counts on"
find = "when n < 9"
replace = "when n < 8"
violates = "{violates}"
"""


@pytest.mark.parametrize("name", COMMANDS)
def test_command_has_help_a_page_and_a_missing_argument_is_wrong_usage(run: Run, name: str) -> None:
    done = run(name, "--help")
    assert done.returncode == 0
    assert f"Usage: modelcheck {name}" in done.stdout
    page = (ROOT / "docs" / "cli.md").read_text("utf-8")
    assert f"\n## {name}\n" in page
    assert f"\n| [`{name}`](#{name}) | " in page
    assert run(name).returncode == (0 if name == "explain" else 2)


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_in_the_help_are_usage_as_it_should_be(run: Run, name: str) -> None:
    told = run(name, "--help").stdout
    for example in EXAMPLES[name]:
        assert f"\n    modelcheck {example}\n" in told
        command, *arguments = shlex.split(example)
        found = cli.get_command(click.Context(cli), command)
        assert found is not None
        assert found.make_context(command, arguments).params


def test_every_option_stands_on_the_page_of_the_command_line(run: Run) -> None:
    page = (ROOT / "docs" / "cli.md").read_text("utf-8")
    options = {option for name in COMMANDS for option in re.findall(r"--[a-z-]+", run(name, "--help").stdout)}
    assert sorted(option for option in options if option not in page) == []


def test_help_is_quick(start: Run) -> None:
    start("--help")
    best = min(_seconds(start, "--help") for _ in range(3))
    # 0.2 s where nothing else runs. Of the processor's time others take nothing; the machines of CI may be slower.
    assert best < 0.5


def _seconds(start: Run, *arguments: str) -> float:
    before = os.times()
    start(*arguments)
    after = os.times()
    return after.children_user - before.children_user + after.children_system - before.children_system


def test_unknown_command_gets_a_suggestion(run: Run) -> None:
    done = run("verfy", "counter.mc")
    assert done.returncode == 2
    assert "did you mean 'verify'?" in done.stderr


def test_same_seed_makes_the_same_runs(run: Run) -> None:
    first, again = (run("simulate", "counter.mc", "--seed", "5", "--runs", "9", "--show").stdout for _ in range(2))
    assert re.sub(r"\d\.\d\d s", "", first) == re.sub(r"\d\.\d\d s", "", again)


def test_a_single_run_is_one_run(run: Run) -> None:
    done = run("simulate", "counter.mc", "--runs", "1", "--depth", "1")
    assert "not seen in 1 random run\n" in done.stdout


def test_seed_is_printed_where_none_was_given(run: Run) -> None:
    assert re.search(r"seed \d+", run("simulate", "counter.mc", "--runs", "3").stdout)


def test_simulation_never_says_holds_and_follows_the_schema(run: Run) -> None:
    done = run("simulate", "counter.mc", "--runs", "3", "--show", "--format", "json")
    document = json.loads(done.stdout)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    verdicts = {p["verdict"] for check in document["specs"][0]["checks"] for p in check["properties"]}
    assert (done.returncode, verdicts) == (0, {"violated", "unknown"})
    assert len(document["runs"]) == 2


def test_simulation_exits_with_1_on_an_unexpected_violation(run: Run, tmp_path: Path) -> None:
    text = (tmp_path / "counter.mc").read_text("utf-8").replace("not small in 5 steps", "small")
    (tmp_path / "counter.mc").write_text(text, "utf-8")
    done = run("simulate", "counter.mc", "--check", "one", "--runs", "1")
    assert done.returncode == 1
    assert "UNEXPECTED counterexample" in done.stdout


def mutants(folder: Path, text: str) -> None:
    (folder / "counter.mutants.toml").write_text(text, "utf-8")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("mutant = = 1", "MC601"),
        ("", "MC602"),
        ("mutant = 3", "MC602"),
        ("mutant = [3]", "MC602"),
        ("[[mutants]]", "MC602"),
        (MUTANT.format(violates="typd"), "MC602"),
        (MUTANT.format(violates="small"), "MC602"),  # nobody expects it to hold
        (MUTANT.format(violates="typed") + 'chek = "one"', "MC602"),
        (MUTANT.format(violates="typed") + 'check = "onne"', "MC602"),
        (MUTANT.format(violates="typed") * 2, "MC602"),
        (MUTANT.format(violates="typed").replace("when n < 9", "n"), "MC603"),
        (MUTANT.format(violates="typed").replace("when n < 9", "nowhere"), "MC603"),
        (MUTANT.format(violates="typed").replace("when n < 8", "when m < 8"), "MC604"),
    ],
)
def test_mistake_in_the_file_of_mutants_is_told_with_its_name(run: Run, tmp_path: Path, text: str, code: str) -> None:
    mutants(tmp_path, text)
    done = run("mutate", "counter.mc")
    assert done.returncode == 2, done.stdout
    assert code in done.stderr
    assert "counter.mutants.toml" in done.stderr


@pytest.mark.parametrize(
    ("find", "advice"), [("n", "give more of the text around it"), ("nowhere", "to the letter, spaces and line ends")]
)
def test_advice_on_the_text_to_replace_hangs_on_how_often_it_occurs(
    run: Run, tmp_path: Path, find: str, advice: str
) -> None:
    mutants(tmp_path, MUTANT.format(violates="typed").replace("when n < 9", find))
    assert advice in run("mutate", "counter.mc").stderr


def test_missing_file_of_mutants_and_unknown_mutant_are_input_errors(run: Run, tmp_path: Path) -> None:
    assert run("mutate", "counter.mc").returncode == 2
    mutants(tmp_path, MUTANT.format(violates="typed"))
    done = run("mutate", "counter.mc", "--mutant", "count on")
    assert (done.returncode, "did you mean 'counts on'?" in done.stderr) == (2, True)


def test_surviving_mutant_exits_with_1_and_a_killed_one_with_0(run: Run, tmp_path: Path) -> None:
    mutants(tmp_path, MUTANT.format(violates="typed"))
    assert run("mutate", "counter.mc").returncode == 1
    mutants(tmp_path, MUTANT.format(violates="errors").replace("when n < 8", ""))
    done = run("mutate", "counter.mc", "--format", "json")
    (mutant,) = json.loads(done.stdout)["specs"][0]["mutants"]
    assert (done.returncode, mutant["fate"], mutant["steps"]) == (0, "killed", 10)


def test_mutant_that_ends_at_a_limit_is_unknown(run: Run, tmp_path: Path) -> None:
    mutants(tmp_path, MUTANT.format(violates="typed").replace("when n < 8", "when n < 9 or self == self"))
    done = run("mutate", "counter.mc", "--max-states", "5")
    assert done.returncode == 3


def test_specification_that_does_not_verify_is_not_mutated(run: Run, tmp_path: Path) -> None:
    text = (tmp_path / "counter.mc").read_text("utf-8").replace("10 states", "11 states")
    (tmp_path / "counter.mc").write_text(text, "utf-8")
    mutants(tmp_path, MUTANT.format(violates="typed"))
    done = run("mutate", "counter.mc")
    assert (done.returncode, "itself does not verify" in done.stdout) == (1, True)


def test_list_fills_in_defaults(run: Run) -> None:
    checks = json.loads(run("list", "counter.mc", "--format", "json").stdout)["specs"][0]["checks"]
    assert [check["sizes"] for check in checks] == [{"Node": 1}, {"Node": 2}]
    assert run("list", "missing.mc").returncode == 2


@pytest.mark.parametrize(
    "command",
    [
        ("verify",),
        ("prove", "--property", "typed", "--check", "one"),
        ("solve", "--check", "two", "--for", "Node=1..2"),
        ("simulate", "--runs", "3", "--seed", "1", "--show"),
        ("draw", "--agent", "Node"),
        ("list",),
        ("show", "--check", "two"),
    ],
    ids=lambda command: command[0],
)
def test_a_specification_from_the_standard_input_is_what_a_file_is(
    run: Run, tmp_path: Path, command: tuple[str, ...]
) -> None:
    text = (tmp_path / "counter.mc").read_text("utf-8")
    file, given = run(*command, "counter.mc"), run(*command, "-", stdin=text)
    told, wanted = (re.sub(r"\d+\.\d+ s", "", one.stdout) for one in (given, file))
    assert (given.returncode, told) == (file.returncode, wanted.replace("counter.mc", "<stdin>"))


def test_a_packet_is_made_of_the_standard_input(run: Run, tmp_path: Path) -> None:
    done = run("report", "-", "--check", "two", "--out", "out", stdin=(tmp_path / "counter.mc").read_text("utf-8"))
    assert done.returncode == 0
    assert r"\<stdin\>" in (tmp_path / "out" / "packet.md").read_text("utf-8")


def test_the_standard_input_is_read_once_and_has_no_mutants_beside_it(run: Run, tmp_path: Path) -> None:
    text = (tmp_path / "counter.mc").read_text("utf-8")
    twice, mutants = run("list", "-", "counter.mc", "-", stdin=text), run("mutate", "-", stdin=text)
    assert (twice.returncode, mutants.returncode) == (2, 2)
    assert "can be read once only" in twice.stderr
    assert "mutants stand beside a file" in mutants.stderr


def test_lint_reads_standard_input_and_gives_both_ends_of_a_place(run: Run, tmp_path: Path) -> None:
    text = (tmp_path / "counter.mc").read_text("utf-8").replace("n += 1", "m += 1")
    done = run("lint", "-", "--format", "json", stdin=text)
    (found,) = json.loads(done.stdout)["diagnostics"]
    place = (found["line"], found["column"], found["end_line"], found["end_column"])
    assert (done.returncode, found["file"], place) == (2, "<stdin>", (5, 61, 5, 62))
    assert run("lint", "counter.mc").returncode == 0


DEAD_GUARD = """protocol Dead
shared var x: 0..3 = 0
agent Node { initial final state Run { step go when x < 3 { x += 1 }  step reset when x > 3 { x := 0 } } }
check "c" { expect 4 states }
"""


def test_lint_asks_a_solver_unless_it_is_told_not_to(run: Run) -> None:
    pytest.importorskip("z3")
    found = json.loads(run("lint", "-", "--format", "json", stdin=DEAD_GUARD).stdout)["diagnostics"]
    assert [one["code"] for one in found] == ["MC520"]
    done = run("lint", "-", "--no-solver", stdin=DEAD_GUARD)
    assert (done.stdout, done.stderr) == ("", "")
    assert run("lint", "-", "--max-seconds", "x", stdin=DEAD_GUARD).returncode == 2


@pytest.mark.parametrize("format_", ["text", "json"])
def test_lint_tells_what_it_knew_before_ctrl_c(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format_: str
) -> None:
    pytest.importorskip("z3")

    def interrupted(*_: object, **__: object) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr("modelcheck.pipeline.static.survey", interrupted)
    (tmp_path / "doubt.mc").write_text(f"{DEAD_GUARD}invariant small: x <= 3\n", "utf-8")
    (tmp_path / "wrong.mc").write_text("protocol Wrong agent", "utf-8")
    done = run("lint", "doubt.mc", "wrong.mc", "--format", format_)
    assert (done.returncode, done.stderr) == (130, "interrupted: not every doubt was looked into\n")
    assert "MC507" in done.stdout
    assert "wrong.mc" not in done.stdout
    assert run("lint", "wrong.mc", "doubt.mc", "--format", format_).returncode == 2


def test_lint_says_that_there_is_no_solver(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "z3", None)
    done = run("lint", "-", stdin=DEAD_GUARD)
    assert (done.returncode, done.stdout) == (0, "")
    assert "pip install 'modelcheck[smt]'" in done.stderr


def test_a_choice_that_only_a_solver_can_take_is_a_doubt_and_no_mistake(run: Run, tmp_path: Path) -> None:
    text = DEAD_GUARD.replace("0..3 = 0", "0..4294967295 = any").replace("x > 3", "x > 9")
    done = run("lint", "-", "--no-solver", stdin=text)
    assert (done.returncode, done.stdout.count("warning[MC405]"), done.stdout.count("error")) == (0, 1, 0)
    assert "<stdin>:2:" in done.stdout
    (tmp_path / "wide.mc").write_text(text, "utf-8")
    assert run("list", "wide.mc").returncode == 0
    assert run("verify", "wide.mc").returncode == 2


def test_fmt_keeps_permissions_and_links_and_is_idempotent(run: Run, tmp_path: Path) -> None:
    path, link = tmp_path / "counter.mc", tmp_path / "link.mc"
    path.write_text(path.read_text("utf-8").replace("agent Node {", "agent   Node{\r\n\r\n\r\n"), "utf-8", newline="")
    path.chmod(0o640)
    link.symlink_to(path)
    assert run("fmt", "--check", "link.mc").returncode == 1
    assert "+agent Node {" in run("fmt", "--diff", "link.mc").stdout
    before = path.read_bytes()
    assert b"\r" in before
    assert run("fmt", "link.mc").returncode == 0
    assert (link.is_symlink(), path.stat().st_mode & 0o777) == (True, 0o640)
    assert b"\r" not in path.read_bytes()
    assert run("fmt", "--check", "link.mc").returncode == 0
    assert run("fmt", "-", stdin=path.read_text("utf-8")).stdout == path.read_text("utf-8")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["counter.mc", "endless.mc", "link.mc"]


def test_fmt_leaves_a_file_with_errors_as_it_is(run: Run, tmp_path: Path) -> None:
    (tmp_path / "wrong.mc").write_text("protocol  {", "utf-8")
    assert run("fmt", "wrong.mc").returncode == 2
    assert (tmp_path / "wrong.mc").read_text("utf-8") == "protocol  {"


def test_show_names_the_check_that_it_shows(run: Run) -> None:
    assert 'check "two"' in run("show", "counter.mc", "--check", "two").stdout
    assert run("show", "counter.mc", "--check", "three").returncode == 2


def test_show_prints_the_kernel(run: Run) -> None:
    pytest.importorskip("modelcheck.lowering")
    done = run("show", "counter.mc", "--ir", "kernel")
    assert (done.returncode, "action" in done.stdout) == (0, True)


def test_explain_takes_a_code_in_any_spelling(run: Run) -> None:
    texts = {run("explain", code).stdout for code in ("MC601", "mc601", "601")}
    assert texts == {explanations()["MC601"]}


def test_explain_lists_all_codes_and_rejects_unknown_ones(run: Run) -> None:
    assert run("explain").stdout.count("\n") == len(explanations())
    done = run("explain", "MC699")
    assert (done.returncode, "did you mean" in done.stderr) == (2, True)


def test_new_specification_verifies_and_is_never_overwritten(run: Run, tmp_path: Path) -> None:
    assert "modelcheck verify my-lock.mc" in run("new", "my-lock").stdout
    assert "protocol MyLock" in (tmp_path / "my-lock.mc").read_text("utf-8")
    done = run("verify", "my-lock.mc")
    assert (done.returncode, "as expected" in done.stdout, "counterexample" in done.stdout) == (0, True, True)
    assert run("lint", "my-lock.mc").stdout == ""
    listed = json.loads(run("list", "my-lock.mc", "--format", "json").stdout)
    assert {check["sizes"]["Server"] for check in listed["specs"][0]["checks"]} == {1}, "as its comment says"
    assert run("new", "my-lock.mc").returncode == 2
    for wrong in ("1st", "a b", "", "missing/x"):
        assert run("new", wrong).returncode == 2
