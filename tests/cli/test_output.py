"""Files that commands write."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NoReturn

import click
import pytest

from modelcheck.cli.output import write_files, write_runs
from modelcheck.frozen import replace
from modelcheck.pipeline.verify import Options, load, verify_specs
from modelcheck.reports import registry
from modelcheck.reports.refusal import RefusalError
from modelcheck.reports.runs import ShownRun, runs_of
from modelcheck.source import Source

from .conftest import COUNTER


def test_a_file_is_replaced_at_once_or_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    write_files(tmp_path, {"one": b"old"})
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", interrupted)
        with pytest.raises(KeyboardInterrupt):
            write_files(tmp_path, {"one": b"new"})
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("one", b"old")]


def test_files_have_the_permissions_of_any_or_keep_their_own(tmp_path: Path) -> None:
    usual = tmp_path / "usual"
    usual.touch()
    write_files(tmp_path, {"one": b"1"})
    assert (tmp_path / "one").stat().st_mode == usual.stat().st_mode
    (tmp_path / "one").chmod(0o640)
    write_files(tmp_path, {"one": b"2"})
    assert (tmp_path / "one").stat().st_mode & 0o777 == (0o640 if os.name == "posix" else 0o666)


def test_runs_are_written_although_there_is_no_room_for_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (run,) = runs_of(verify_specs([load(Source("counter.mc", COUNTER))], Options(checks=("one",))))

    def render(run: ShownRun) -> bytes:
        if run.found.name == "large":
            raise RefusalError("too large")
        return b"drawn"

    picture = replace(registry.RUN_FORMATS["svg"], renderer=lambda: render)
    monkeypatch.setitem(registry.RUN_FORMATS, "svg", picture)
    runs = [replace(run, found=replace(run.found, name=name)) for name in ("large", "small")]
    with pytest.raises(click.UsageError, match="counter-one-large: too large"):
        write_runs(runs, "svg", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["counter-one-small.svg"]
