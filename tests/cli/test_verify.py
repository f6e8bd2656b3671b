from __future__ import annotations

import json
import os
import pty
import re
import signal
import sys
import time
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]  # it has no types
import pytest

from modelcheck.cli.main import run as main

from .conftest import Run, command, environment
from .started import started

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "docs" / "report.schema.json").read_text("utf-8"))


def document(text: str) -> dict[str, object]:
    found = json.loads(text)
    jsonschema.Draft202012Validator(SCHEMA).validate(found)
    assert isinstance(found, dict)
    return found


def test_schema_is_valid() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["counter.mc"], 0),
        (["counter.mc", "--check", "one", "--property", "small"], 0),
        (["counter.mc", "--check", "one", "--set", "Node=2"], 0),
        (["counter.mc", "--max-states", "3"], 3),
        (["counter.mc", "--max-depth", "2"], 3),
        (["endless.mc", "--max-seconds", "0.2"], 3),
        (["endless.mc", "--max-memory", "1K"], 3),
        (["counter.mc", "--check", "onne"], 2),
        (["counter.mc", "--property", "smal"], 2),
        (["counter.mc", "--set", "Nodes=2"], 2),
        (["counter.mc", "--set", "Node"], 2),
        (["counter.mc", "--fault", "crash"], 2),
        (["counter.mc", "--fault", "melt=1"], 2),
        (["counter.mc", "--engine", "steam"], 2),
        (["counter.mc", "--fewest-switches", "--counterexamples", "3", "--slice"], 0),
        (["counter.mc", "--fewest-faults", "--format", "json"], 0),
        (["counter.mc", "--counterexamples", "0"], 2),
        (["counter.mc", "--format", "yaml"], 2),
        (["counter.mc", "--fault", "lose=" + "9" * 18], 0),
        (["counter.mc", "--fault", "lose=" + "9" * 19], 2),
        (["counter.mc", "--fault", "lose=" + "9" * 5000], 2),
        (["counter.mc", "--audit", "9" * 5000], 2),
        (["counter.mc", "--max-memory", "8X"], 2),
        (["counter.mc", "--max-memory", "0"], 2),
        (["counter.mc", "--max-memory", "9" * 5000], 2),
        (["missing.mc"], 2),
        (["."], 2),
        ([], 2),
    ],
)
def test_exit_status_and_no_traceback(run: Run, arguments: list[str], status: int) -> None:
    done = run("verify", *arguments)
    assert done.returncode == status, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert bool(done.stderr) == (status == 2)
    assert len(done.stderr) < 500


@pytest.mark.parametrize("command", ["verify", "prove"])
def test_a_memory_limit_that_lets_nothing_begin_is_told_with_what_it_takes(run: Run, command: str) -> None:
    if command == "prove":
        pytest.importorskip("z3")
    done = run(command, "endless.mc", "--max-memory", "1K")
    assert (done.returncode, done.stderr) == (3, "")
    needed, advised = re.findall(r"needs (\d+)M of memory|--max-memory (\d+)M", done.stdout)
    assert 10 < int(needed[0]) < int(advised[1])
    assert "warning[MC514]" in done.stdout


@pytest.mark.parametrize("wrong", [b"\xff\xfe", b"protocol \0", b""])
def test_content_that_is_no_specification_exits_with_2(run: Run, tmp_path: Path, wrong: bytes) -> None:
    (tmp_path / "wrong.mc").write_bytes(wrong)
    done = run("verify", "wrong.mc")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_unexpected_violation_exits_with_1_and_shows_its_trace(run: Run, tmp_path: Path) -> None:
    text = (tmp_path / "counter.mc").read_text("utf-8")
    (tmp_path / "counter.mc").write_text(text.replace("not small in 5 steps", "small"), "utf-8")
    done = run("verify", "counter.mc")
    assert done.returncode == 1
    assert "UNEXPECTED counterexample for small" in done.stdout


def test_limit_leaves_unknown_and_never_holds(run: Run) -> None:
    found = document(run("verify", "counter.mc", "--check", "two", "--max-states", "9", "--format", "json").stdout)
    assert '"holds"' not in json.dumps([p["verdict"] for p in found["specs"][0]["checks"][0]["properties"]])  # type: ignore[index]
    assert not found["specs"][0]["checks"][0]["complete"]  # type: ignore[index]


@pytest.mark.parametrize("arguments", [["counter.mc"], ["counter.mc", "--max-states", "3"], ["missing.mc"]])
def test_json_follows_the_schema(run: Run, arguments: list[str]) -> None:
    document(run("verify", *arguments, "--format", "json").stdout)


def test_errors_in_json_stand_on_the_output_with_their_place(run: Run, tmp_path: Path) -> None:
    (tmp_path / "wrong.mc").write_text(
        "protocol Wrong\nagent Node { initial state A { step s { n := 1 } } }\n", "utf-8"
    )
    done = run("verify", "wrong.mc", "--format", "json")
    error = document(done.stdout)["errors"][0]  # type: ignore[index]
    assert (done.returncode, error["code"], error["line"], done.stderr) == (2, "MC201", 2, "")


def test_out_writes_the_report_into_a_folder(run: Run, tmp_path: Path) -> None:
    assert run("verify", "counter.mc", "--format", "json", "--out", "a/b").returncode == 0
    document((tmp_path / "a/b/report.json").read_text("utf-8"))
    assert run("verify", "counter.mc", "--out", "a/b").returncode == 0
    assert "as expected" in (tmp_path / "a/b/report.txt").read_text("utf-8")
    assert run("verify", "counter.mc", "--out", "counter.mc/x").returncode == 2


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("format_", "number"), [("text", signal.SIGINT), ("json", signal.SIGTERM), ("trace", signal.SIGINT)]
)
def test_ctrl_c_gives_130_and_what_was_found_so_far(tmp_path: Path, format_: str, number: signal.Signals) -> None:
    arguments = ["verify", "counter.mc", "endless.mc", "endless.mc", "--no-symmetry", "--format", format_]
    arguments += ["--checkpoint", "saved", "--checkpoint-every", "0.05"]
    arguments += ["--out", "runs"] if format_ == "trace" else []
    # A job in the background of a shell ignores the signal, and what it starts would inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        running = started(command(*arguments), tmp_path, environment())
        with running as process:
            # The folder of the second file's check: its search is in its midst.
            while process.poll() is None and not list(tmp_path.glob("saved/large-*/manifest.json")):
                time.sleep(0.01)
            process.send_signal(number)
            output, errors = process.communicate(timeout=30)
    finally:
        signal.signal(signal.SIGINT, before)
    assert process.returncode == 130, output + errors
    assert "Traceback" not in errors
    if format_ == "json":
        specs = document(output)["specs"]
        assert isinstance(specs, list)
        assert [len(spec["checks"]) for spec in specs] == [2, 1]
        assert specs[1]["checks"][0]["states"]["explored"] > 0
    else:
        assert "INTERRUPTED" in (errors if format_ == "trace" else output)


@pytest.mark.usefixtures("files")
def test_where_ctrl_c_is_ignored_a_signal_ends_the_command_all_the_same(tmp_path: Path) -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        arguments = ["endless.mc", "--no-symmetry", "--checkpoint", "saved", "--checkpoint-every", "0.05"]
        with started(command("verify", *arguments), tmp_path, environment()) as process:
            while process.poll() is None and not list(tmp_path.glob("saved/*/manifest.json")):
                time.sleep(0.01)
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)
    finally:
        signal.signal(signal.SIGINT, before)
    assert process.returncode == -signal.SIGTERM


@pytest.mark.usefixtures("files")
def test_a_terminal_that_is_closed_loses_nothing_of_what_goes_elsewhere(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    program = "import fcntl, termios\nfcntl.ioctl(2, termios.TIOCSCTTY, 0)\nfrom modelcheck.cli import main\nmain()"
    arguments = ["verify", "counter.mc", "endless.mc", "endless.mc", "--no-symmetry", "--format", "json"]
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        words = [sys.executable, "-c", program, *arguments]
        with started(words, tmp_path, environment(), terminal=theirs) as process:
            os.close(theirs)
            # The progress is shown: the search is in its midst, and the line is to be cleared.
            shown = b""
            while b"endless.mc" not in shown:
                shown += os.read(ours, 4096)
            os.close(ours)
            output, _ = process.communicate(timeout=30)
    finally:
        signal.signal(signal.SIGINT, before)
    found = document(output)
    assert (process.returncode, found["interrupted"]) == (130, True)
    assert [spec["ok"] for spec in found["specs"]] == [True, False]  # type: ignore[attr-defined]


def test_whoever_says_nohup_is_heard() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        main(["--version"])
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def on_a_terminal(folder: Path, **more: str) -> str:
    """What the command prints on a terminal."""
    ours, theirs = pty.openpty()
    with started(command("verify", "counter.mc"), folder, environment(TERM="xterm", **more), output=theirs):
        os.close(theirs)
        parts = []
        try:
            while part := os.read(ours, 65536):
                parts.append(part)
        except OSError:  # Linux says so when the other end is closed.
            pass
    os.close(ours)
    return b"".join(parts).decode()


def test_colour_on_a_terminal_but_not_with_no_color_nor_in_a_pipe(run: Run, tmp_path: Path) -> None:
    assert "\x1b[" in on_a_terminal(tmp_path, NO_COLOR="")
    assert "\x1b[" not in on_a_terminal(tmp_path, NO_COLOR="1")
    assert "\x1b[" not in run("verify", "counter.mc", NO_COLOR="").stdout


@pytest.mark.usefixtures("files")
def test_closed_pipe_is_no_error_message_and_no_verdict(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    with started(command("verify", "counter.mc"), tmp_path, environment(), output=write) as process:
        os.close(write)
        _, errors = process.communicate(timeout=30)
    assert (errors, process.returncode) == ("", 141)


def test_specification_cannot_drive_the_terminal(run: Run, tmp_path: Path) -> None:
    text = (tmp_path / "counter.mc").read_text("utf-8").replace('"one"', '"o\u009bne"')
    (tmp_path / "counter.mc").write_text(text, "utf-8")
    assert "\u009b" not in run("verify", "counter.mc").stdout


def test_the_report_says_what_was_reduced_and_the_option_switches_it_off(run: Run) -> None:
    pytest.importorskip("llvmlite")
    arguments = ["verify", "counter.mc", "--engine", "native", "--check", "two"]
    told = "symmetry: interchangeable ids of Node (2! = 2 renamings)"
    assert f"{told}\n" in run(*arguments).stdout
    assert "100 states, 55 visited" in run(*arguments).stdout
    (check,) = document(run(*arguments, "--format", "json").stdout)["specs"][0]["checks"]  # type: ignore[index]
    assert check["reductions"] == [told]
    assert (check["states"]["distinct"], check["states"]["explored"]) == (100, 55)
    assert f"- {told.split(maxsplit=1)[0]}" in run(*arguments, "--format", "markdown").stdout
    whole = run(*arguments, "--no-symmetry")
    assert "no symmetry: switched off\n" in whole.stdout
    assert "100 states, 180 transitions" in whole.stdout


def test_the_number_of_states_is_known_though_some_were_left_out(run: Run) -> None:
    pytest.importorskip("llvmlite")
    done = run("verify", "counter.mc", "--engine", "native", "--check", "one", "--set", "Node=2")
    assert "symmetry: interchangeable ids of Node" in done.stdout
    assert "100 states; not judged, as the check was changed" in done.stdout


def test_a_format_of_runs_needs_a_folder_for_several(run: Run, tmp_path: Path) -> None:
    text = (tmp_path / "counter.mc").read_text("utf-8")
    (tmp_path / "counter.mc").write_text(text.replace("Node = 2  expect", "Node = 2  expect not small,"), "utf-8")
    refused = run("verify", "counter.mc", "--format", "trace")
    assert refused.returncode == 2
    assert "--out DIR" in refused.stderr
    # Before the search, which would not end.
    text = (tmp_path / "endless.mc").read_text("utf-8").replace("expect typed", "expect not typed, deadlock")
    (tmp_path / "twice.mc").write_text(text, "utf-8")
    assert "svg is a file for each run, and 2 are to come" in run("verify", "twice.mc", "--format", "svg").stderr
    assert "png is no text: say --out DIR" in run("verify", "endless.mc", "--format", "png").stderr
    assert run("verify", "counter.mc", "--check", "one", "--format", "trace").returncode == 0
    assert run("verify", "counter.mc", "--format", "trace", "--out", "runs").returncode == 0
    names = {"one": "counter-one-small.trace.json", "two": "counter-two-small.trace.json"}
    assert {path.name for path in (tmp_path / "runs").iterdir()} == {*names.values()}
    for check, name in names.items():
        kept = json.loads((tmp_path / "runs" / name).read_text("utf-8"))
        assert kept["check"] == check
        assert len(kept["property"]["trace"]) == 6


def test_what_was_found_is_not_lost_for_want_of_a_folder(run: Run, tmp_path: Path) -> None:
    text = (tmp_path / "counter.mc").read_text("utf-8")
    (tmp_path / "both.mc").write_text(text.replace("p.n <= 9", "p.n < 7"), "utf-8")
    both = run("verify", "both.mc", "--check", "one", "--format", "trace")
    assert both.returncode == 1
    assert json.loads(both.stdout)["property"]["name"] == "small"
    assert both.stderr == "this is the first of 2 runs: say --out DIR for all of them\n"
    none = run("verify", "counter.mc", "--check", "two", "--format", "trace")
    assert (none.returncode, none.stdout, none.stderr) == (0, "", "there is no run to write\n")


def test_a_slice_is_for_text(run: Run) -> None:
    found = run("verify", "counter.mc", "--slice", "--format", "json")
    assert found.returncode == 2
    assert "--slice" in found.stderr


def test_mistakes_are_annotations_too(run: Run, tmp_path: Path) -> None:
    (tmp_path / "wrong.mc").write_text(
        "protocol Wrong\nagent Node { initial state A { step s { n := 1 } } }\n", "utf-8"
    )
    done = run("verify", "wrong.mc", "--format", "github")
    assert (done.returncode, done.stderr) == (2, "")
    assert done.stdout.startswith("::error file=wrong.mc,line=2,col=41,title=MC201::")


@pytest.mark.parametrize("asked", [["--counterexamples", "2"], ["--fewest-faults"]])
def test_an_engine_that_asks_a_solver_cannot_choose_among_runs(run: Run, asked: list[str]) -> None:
    refused = run("verify", "counter.mc", "--engine", "bounded", *asked)
    assert refused.returncode == 2
    assert f"leave {asked[0]} out" in refused.stderr


def test_lemmas_are_told_in_the_language(run: Run, tmp_path: Path) -> None:
    """So that they can be copied into the specification, where they are proved like any invariant."""
    pytest.importorskip("z3")
    text = """
        protocol Token
        shared var holder: Node = any
        agent Node {
          var busy: bool = false
          final initial state S {
            step take when holder == self { busy := true }
            step give when holder == self and busy { busy := false  choose n in Node { holder := n } }
          }
        }
        invariant one: forall p, q in Node: p.busy and q.busy implies p == q
        check "c" { Node = 3  expect one }
    """
    file = tmp_path / "token.mc"
    file.write_text(text, encoding="utf-8")
    asked = ("--engine", "induction", "--lemmas", "--format", "json", "--property", "one")
    done = run("verify", str(file), *asked)
    (check,) = document(done.stdout)["specs"][0]["checks"]  # type: ignore[index]
    told = ["forall p in Node: p.busy implies holder == p"]
    assert check["proof"] == {"k": 1, "lemmas": told, "storage": [], "formulas": []}
    lemma = f"invariant lemma: {check['proof']['lemmas'][0]}\n"
    file.write_text(
        text.replace("expect one", "expect one, lemma").replace("invariant", f"{lemma} invariant", 1), "utf-8"
    )
    done = run("verify", str(file), "--engine", "induction", "--property", "one", "--property", "lemma")
    assert done.returncode == 0


def test_lemmas_are_for_proofs(run: Run) -> None:
    refused = run("verify", "counter.mc", "--lemmas")
    assert refused.returncode == 2
    assert "--lemmas needs --engine induction" in refused.stderr
