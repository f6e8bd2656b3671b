"""A search that goes on from a checkpoint ends like one that was never stopped."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("llvmlite")

from modelcheck.engines.base import Saving
from modelcheck.engines.native import saver, slots
from modelcheck.engines.native.checkpoint import LOCK, MANIFEST, STATES, CheckpointError, Files, Progress, read_manifest
from modelcheck.engines.native.explorer import Explorer, Setting
from modelcheck.engines.native.findings import Explored
from modelcheck.engines.native.saver import run_saving
from modelcheck.kernel.task import Limits

from .conftest import DEEP, GRID

Native = Callable[..., Explorer]


def started(explorer: Explorer, folder: Path, every_seconds: float = 1000) -> Explored:
    return run_saving(explorer, Saving(folder, every_seconds, resume=False), None, 8)


def resumed(explorer: Explorer, folder: Path) -> Explored:
    manifest = read_manifest(folder)
    assert manifest is not None
    assert manifest.room == 8
    return run_saving(explorer, Saving(folder, 1000, resume=True), manifest, 8)


@pytest.mark.parametrize("after", [1, 2, 8])
@pytest.mark.parametrize("before", [1, 2, 8])
def test_a_search_goes_on_with_any_number_of_workers(native: Native, tmp_path: Path, before: int, after: int) -> None:
    first = started(native(GRID, Setting(workers=before), Limits(depth=120)), tmp_path)
    assert first.stopped == "depth"
    assert resumed(native(GRID, Setting(workers=after)), tmp_path) == native(GRID).run()


@pytest.mark.parametrize("limits", [Limits(depth=0), Limits(depth=1), Limits(states=1), Limits()])
def test_a_search_goes_on_from_its_beginning_and_its_end(native: Native, tmp_path: Path, limits: Limits) -> None:
    started(native(GRID, limits=limits), tmp_path)
    assert resumed(native(GRID), tmp_path) == native(GRID).run()
    assert resumed(native(GRID), tmp_path) == native(GRID).run()


def test_a_search_can_be_stopped_and_go_on_many_times(native: Native, tmp_path: Path) -> None:
    started(native(GRID, limits=Limits(depth=10)), tmp_path, every_seconds=0)
    for depth in (30, 31, 101, 150, 151):
        resumed(native(GRID, Setting(workers=2), Limits(depth=depth)), tmp_path)
    assert resumed(native(GRID), tmp_path) == native(GRID).run()


def test_what_a_stopped_level_gave_is_not_counted_twice(native: Native, tmp_path: Path) -> None:
    text = """
        shared var a: 0..99 = any
        shared var b: 0..99 = any
        agent Node { initial final state Run { step go { choose k in 0..9 { a := k * 10 + 9 - k } } } }
        reachable far: a > 95 and b > 95
        check "c" { expect far }
    """
    explorer = native(text, Setting(workers=2))
    add = explorer.machine.call["work"]

    def interrupted(*arguments: object) -> object:
        # As if Ctrl-C came while the starts, one large level, are expanded.
        if arguments[1] == explorer.store.own[1].address:
            explorer.store.ctx[slots.STOP] = slots.INTERRUPT
            explorer.watch.is_interrupted = True
            return 1
        return add(*arguments)

    explorer.machine.call["work"] = interrupted
    assert started(explorer, tmp_path).stopped == "interrupted"
    assert resumed(native(text, Setting(workers=2)), tmp_path) == native(text).run()


def test_checkpoints_are_made_between_small_levels(
    native: Native, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    levels: list[int] = []
    commit = Files.commit

    def noted(files: Files, progress: Progress) -> None:
        levels.append(progress.level)
        commit(files, progress)

    monkeypatch.setattr(Files, "commit", noted)
    started(native(DEEP % (30, 30)), tmp_path, every_seconds=0)
    # Asked for all the time; the last one is made in any case.
    assert levels == [*range(1, 32), 31]


def test_what_was_appended_behind_the_manifest_is_cut_off(native: Native, tmp_path: Path) -> None:
    started(native(GRID, limits=Limits(depth=50)), tmp_path)
    with (tmp_path / STATES).open("ab") as file:
        file.write(b"x" * 1000)
    assert resumed(native(GRID), tmp_path) == native(GRID).run()


def damage_digit(folder: Path) -> None:
    path = folder / MANIFEST
    path.write_text(path.read_text().replace('"transitions": ', '"transitions": 1'))


def damage_json(folder: Path) -> None:
    (folder / MANIFEST).write_text("{")


def damage_states(folder: Path) -> None:
    data = bytearray((folder / STATES).read_bytes())
    data[100] ^= 1
    (folder / STATES).write_bytes(data)


def cut_states(folder: Path) -> None:
    data = (folder / STATES).read_bytes()
    (folder / STATES).write_bytes(data[:-8])


def remove_states(folder: Path) -> None:
    (folder / STATES).unlink()


def make_older(folder: Path) -> None:
    data = json.loads((folder / MANIFEST).read_text())
    data["identity"]["version"] = "0.0.1"
    (folder / MANIFEST).write_text(json.dumps(data))


@pytest.mark.parametrize("damage", [damage_digit, damage_json, damage_states, cut_states, remove_states, make_older])
def test_a_checkpoint_that_was_changed_is_not_used(
    native: Native, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    started(native(GRID, limits=Limits(depth=50)), tmp_path)
    damage(tmp_path)
    with pytest.raises(CheckpointError, match=r"damaged|missing|shorter"):
        resumed(native(GRID), tmp_path)


@pytest.mark.parametrize("other", [GRID.replace("150", "151"), GRID.replace("0..99", "0..100"), DEEP % (9, 9)])
def test_a_checkpoint_of_another_search_is_not_used(native: Native, tmp_path: Path, other: str) -> None:
    started(native(GRID, limits=Limits(depth=50)), tmp_path)
    with pytest.raises(CheckpointError, match="another"):
        resumed(native(other), tmp_path)
    with pytest.raises(CheckpointError, match="another"):
        resumed(native(GRID, Setting(deadlock=False)), tmp_path)


def test_a_checkpoint_beyond_the_memory_budget_is_kept(native: Native, tmp_path: Path) -> None:
    started(native(GRID, limits=Limits(depth=50)), tmp_path)
    assert resumed(native(GRID, limits=Limits(memory_bytes=1000)), tmp_path).stopped == "memory"
    assert resumed(native(GRID), tmp_path) == native(GRID).run()


def test_more_states_than_one_arena_holds_are_shared_among_the_workers(
    native: Native, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = started(native(GRID, Setting(workers=2)), tmp_path)
    explorer = native(GRID, Setting(workers=2, capacity=32))
    monkeypatch.setattr(slots, "PLACE", first.states - 1000)
    monkeypatch.setattr(saver, "SHARE", first.states // 2 + 1)
    assert resumed(explorer, tmp_path) == first


def test_a_table_that_was_not_filled_again_is_not_searched_on(
    native: Native, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started(native(GRID, limits=Limits(depth=120)), tmp_path)
    explorer = native(GRID)
    told = iter([False, True])
    monkeypatch.setattr(explorer.watch, "is_over", lambda _: next(told, False))  # too much for a moment
    rehash = explorer.machine.call["rehash"]

    def slowly(*arguments: object) -> object:
        while explorer.store.stored() and explorer.store.ctx[slots.STOP] == 0:
            time.sleep(0.001)
        return rehash(*arguments)

    explorer.machine.call["rehash"] = slowly
    assert resumed(explorer, tmp_path).stopped == "memory"
    assert resumed(native(GRID), tmp_path) == native(GRID).run()


def test_one_process_at_a_time_has_a_folder(native: Native, tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    started(native(GRID, limits=Limits(depth=10)), tmp_path)
    with (tmp_path / LOCK).open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(CheckpointError, match="in use"):
            resumed(native(GRID), tmp_path)
    assert resumed(native(GRID), tmp_path) == native(GRID).run()


def test_where_a_disk_is_full_the_search_goes_on_and_the_last_checkpoint_stays(
    native: Native, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    append_states, calls = Files.append_states, list[int]()

    def until_it_is_full(self: Files, words: memoryview) -> None:
        calls.append(len(words))
        if len(calls) > 20:
            self._states.write(words[: len(words) // 2])
            raise CheckpointError("states cannot be written: No space left on device")
        append_states(self, words)

    monkeypatch.setattr(Files, "append_states", until_it_is_full)
    found = started(native(GRID), tmp_path, every_seconds=0)
    assert found.unsaved == "states cannot be written: No space left on device"
    assert len(calls) == 21
    found.unsaved = ""
    assert found == native(GRID).run()
    monkeypatch.undo()
    manifest = read_manifest(tmp_path)
    assert manifest is not None
    assert manifest.progress.level < found.depth
    assert resumed(native(GRID), tmp_path) == native(GRID).run()
