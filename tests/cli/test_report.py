from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_packet_is_the_same_each_time_whatever_the_path_of_its_file(run: Run, tmp_path: Path) -> None:
    done = run("report", "counter.mc", "--out", "one")
    assert (done.returncode, done.stderr) == (0, "")
    files = files_of(tmp_path / "one")
    pictures = {"pictures/counter-machine-Node.svg", "pictures/counter-one-small.svg"}
    assert set(files) == {"packet.md", "packet.html", "packet.json"} | pictures
    run("report", str(tmp_path / "counter.mc"), "--out", "two", "--workers", "2")
    assert files_of(tmp_path / "two") == files


def test_the_exit_code_is_that_of_verify_and_what_changed_is_told(run: Run, tmp_path: Path) -> None:
    run("report", "counter.mc", "--out", "old")
    path = tmp_path / "counter.mc"
    path.write_text(path.read_text("utf-8").replace("p.n < 5", "p.n < 10"), "utf-8")
    done = run("report", "counter.mc", "--out", "new", "--since", "old")
    assert done.returncode == 1
    assert "**small**: violated → **holds**" in (tmp_path / "new" / "packet.md").read_text("utf-8")
    limited = run("report", "endless.mc", "--out", "limited", "--max-states", "5", "--property", "typed")
    assert limited.returncode == 3
    told = (tmp_path / "limited" / "packet.md").read_text("utf-8")
    assert "<code>--property typed</code> <code>--max-states 5</code>" in told


def test_options_are_told_as_a_shell_takes_them(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "counter.mc"
    path.write_text(re.sub('check "[^"]*"', 'check "one, two"', path.read_text("utf-8"), count=1), "utf-8")
    run("report", "counter.mc", "--check", "one, two", "--out", "out")
    assert "<code>--check 'one, two'</code>" in (tmp_path / "out" / "packet.md").read_text("utf-8")


def test_what_no_packet_can_be_made_of_is_said(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text(json.dumps({"format": "else"}), "utf-8")
    for arguments, said in (
        (("counter.mc",), "Missing option '--out'"),
        (("counter.mc", "--out", "x", "--since", "nowhere"), "cannot read the earlier packet nowhere"),
        (("counter.mc", "--out", "x", "--since", "bad.json"), "bad.json is no packet"),
        (("counter.mc", "--out", "counter.mc"), "counter.mc"),
        # Before the search, which would not end.
        (("endless.mc", "--out", "counter.mc/x"), "cannot write to counter.mc/x: counter.mc is a file"),
        (("endless.mc", "--out", ""), "the name of the folder is empty"),
        (("nowhere.mc", "--out", "x"), "nowhere.mc"),
        (("counter.mc", "--out", "x", "--engine", "warp"), "there is no engine 'warp'"),
    ):
        done = run("report", *arguments)
        assert done.returncode == 2, arguments
        assert said in done.stderr
        assert not (tmp_path / "x").exists()
