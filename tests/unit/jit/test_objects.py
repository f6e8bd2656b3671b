"""Object code on disk: what was not used for the longest time makes room for what is new."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from modelcheck.jit import objects
from modelcheck.jit.objects import load_object, store_object

IMAGE = b"x" * 1000


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("MODELCHECK_CACHE_DIR", str(tmp_path))
    return tmp_path / "objects"


def age(folder: Path) -> None:
    """Make everything an hour older."""
    for path in folder.glob("*.object"):
        used = path.stat().st_mtime - 3600
        os.utime(path, (used, used))


def test_what_was_not_used_for_the_longest_time_goes_first(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "MOST_BYTES", 3500)
    monkeypatch.setattr(objects, "SELDOM", 1)
    for name in ("first", "second", "third"):
        store_object(name, IMAGE)
        age(cache)
    assert load_object("first") == IMAGE
    store_object("fourth", IMAGE)
    found = [name for name in ("first", "second", "third", "fourth") if load_object(name) is not None]
    assert found == ["first", "third", "fourth"]


def test_what_all_take_is_bounded_although_few_look_for_old_ones(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    most, looks, forget_old = 50, list[Path](), objects._forget_old

    def look(folder: Path) -> None:
        looks.append(folder)
        forget_old(folder)

    monkeypatch.setattr(objects, "MOST_BYTES", most * len(IMAGE))
    monkeypatch.setattr(objects, "_forget_old", look)
    for number in range(400):
        store_object(str(number), IMAGE)
        assert len(list(cache.iterdir())) < most + 4 * objects.SELDOM
    assert 5 < len(looks) < 25


def test_hundreds_of_programs_stay(cache: Path) -> None:
    for number in range(200):
        store_object(str(number), IMAGE)
    assert len(list(cache.glob("*.object"))) == 200


def test_a_damaged_object_is_compiled_again(cache: Path) -> None:
    store_object("it", IMAGE)
    (path,) = cache.glob("*.object")
    path.write_bytes(path.read_bytes()[:-1])
    assert load_object("it") is None


def test_what_could_not_be_stored_leaves_nothing(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.mkdir()
    path = objects._path("taken")
    path.mkdir()
    store_object("taken", IMAGE)
    assert list(cache.iterdir()) == [path]

    def full(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(Path, "replace", full)
    store_object("first", IMAGE)
    assert list(cache.iterdir()) == [path]


def test_without_a_home_directory_nothing_is_kept_and_nothing_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("MODELCHECK_CACHE_DIR")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    monkeypatch.setattr("sys.platform", "linux")
    store_object("it", IMAGE)
    assert load_object("it") is None
