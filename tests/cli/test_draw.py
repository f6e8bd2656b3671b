from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def test_one_picture_goes_to_the_output(run: Run) -> None:
    done = run("draw", "counter.mc")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("<?xml")
    assert "count_up [n &lt; 9]" in done.stdout
    assert run("draw", "counter.mc").stdout == done.stdout


def test_several_pictures_go_to_files_of_a_folder(run: Run, tmp_path: Path) -> None:
    refused = run("draw", "counter.mc", "--states")
    assert refused.returncode == 2
    assert "there are 2 pictures: say --out DIR, or ask for one --check" in refused.stderr
    done = run("draw", "counter.mc", "--states", "--out", "pictures", "--format", "dot")
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (tmp_path / "pictures").iterdir()) == ["counter-one.dot", "counter-two.dot"]
    assert (tmp_path / "pictures" / "counter-one.dot").read_text("utf-8").startswith('digraph "Counter, check')


def test_what_cannot_be_drawn_is_said(run: Run) -> None:
    for arguments, said in (
        (("--agent", "Nod"), "there is no agent 'Nod'. did you mean 'Node'?"),
        (("--states", "--max-states", "3"), 'the check "one" has more than 3 states'),
        (("--states", "--agent", "Node"), "--agent goes without --states"),
        (("--check", "one"), "go with --states"),
        (("--format", "jpeg"), "there is no format 'jpeg': there are svg, png, dot"),
    ):
        done = run("draw", "counter.mc", *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr
