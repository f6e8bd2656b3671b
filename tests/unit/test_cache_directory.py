from __future__ import annotations

import sys
from pathlib import Path

import pytest

from modelcheck.cache_directory import cache_directory, read_entry, write_entry


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="other conventions hold there")
def test_a_relative_folder_of_caches_is_ignored_as_xdg_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MODELCHECK_CACHE_DIR", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    for relative in ("", "relative", "./relative"):
        monkeypatch.setenv("XDG_CACHE_HOME", relative)
        assert cache_directory() == tmp_path / ".cache" / "modelcheck"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "own"))
    assert cache_directory() == tmp_path / "own" / "modelcheck"


def test_an_entry_counts_under_its_own_name_only(tmp_path: Path) -> None:
    one, other = tmp_path / "one.object", tmp_path / "other.object"
    write_entry(one, b"code")
    one.rename(other)
    assert (read_entry(one), read_entry(other)) == (None, None)
    other.rename(one)
    assert read_entry(one) == b"code"
