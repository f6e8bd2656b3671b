from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from modelcheck.frontend import cache
from modelcheck.frontend.parse import parse
from modelcheck.frontend.stored import decode, encode
from modelcheck.frontend.tables import build, load_tables
from modelcheck.source import Source


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MODELCHECK_CACHE_DIR", str(tmp_path / "own"))
    return tmp_path / "own"


def test_what_is_stored_is_found(folder: Path) -> None:
    cache.store("key", [1, "two", None])
    assert cache.load("key") == [1, "two", None]
    assert cache.load("other") is None
    assert [path.name for path in folder.iterdir()] == ["key.entry"]


def test_only_the_newest_entries_are_kept(folder: Path) -> None:
    for number in range(3 * cache.MAX_ENTRIES):
        cache.store(f"key{number}", number)
    assert cache.MAX_ENTRIES <= len(list(folder.iterdir())) < cache.MAX_ENTRIES + 10 * cache.SELDOM
    assert [
        number for number in (0, 2 * cache.MAX_ENTRIES, 3 * cache.MAX_ENTRIES - 1) if cache.load(f"key{number}")
    ] == [
        2 * cache.MAX_ENTRIES,
        3 * cache.MAX_ENTRIES - 1,
    ]


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"null"])
def test_spoilt_entries_count_as_absent(folder: Path, content: bytes) -> None:
    folder.mkdir()
    (folder / "key.entry").write_bytes(content)
    assert cache.load("key") is None


def test_changed_entries_count_as_absent(folder: Path) -> None:
    cache.store("key", [1, 2])
    (path,) = folder.iterdir()
    path.write_bytes(path.read_bytes().replace(b"[1,2]", b"[1,3]"))
    assert cache.load("key") is None


def test_directory_that_cannot_be_written_is_no_cache(folder: Path) -> None:
    folder.write_text("a file, not a folder")
    cache.store("key", 1)
    assert cache.load("key") is None
    assert parse(Source("x.mc", "protocol P\n")).errors == ()


def test_trees_survive_storing(snippets: list[str], locks: str) -> None:
    for text in [*snippets, locks]:
        root = parse(Source("x.mc", text)).root
        assert decode(json.loads(json.dumps(encode(root))), len(text)) == root


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        [],
        [None],
        [["start", 0, 0, 1]],
        [["NAME", 0, 5, ""]],
        [["start", 0, 99, "x"]],
        [["start", -1, 0, "x"]],
        [["start", 0, 0, True]],
        [["NAME", 0, 1, "x"], ["start", 0, 1, 2]],
        [["NAME", 0, 1, "x"], ["start", 0, 1, "x"]],
        [["NAME", 0, 1, "x"], *([["start", 0, 1, 1]] * 1000)],
        [[1, 2, 3]],
        ["start"],
    ],
)
def test_hostile_trees_are_refused(data: object) -> None:
    assert decode(data, 5) is None


@pytest.fixture(scope="module")
def built() -> dict[str, Any]:
    """The tables, which takes more than a second to compute."""
    return build()


def test_hostile_tables_are_rebuilt(folder: Path, built: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    times = []

    def count_and_copy() -> dict[str, Any]:
        times.append(1)
        return copy.deepcopy(built)

    monkeypatch.setattr("modelcheck.frontend.tables.PACKED", "absent.json")
    monkeypatch.setattr("modelcheck.frontend.tables.build", count_and_copy)
    expected = load_tables()
    (path,) = folder.glob("tables-*.entry")
    good = json.loads(path.read_bytes().partition(b"\n")[2])
    damages: list[dict[str, object]] = [
        {"start": 10**6},
        {"patterns": [["NAME", "("]]},
        {"actions": []},
        {"rules": [[1, 2, 3, 4, 5]]},
        {"names": 3},
        {"gotos": [{"a": "b"}]},
    ]
    for damage in damages:
        cache.store(path.stem, {**good, **damage})
        assert load_tables() == expected
    assert len(times) == 1 + len(damages)
    assert load_tables() == expected
    assert len(times) == 1 + len(damages), "they were stored again"


def test_tables_are_plain_data(built: dict[str, Any]) -> None:
    assert json.loads(json.dumps(built)) == built


def _printed(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    return done.stdout


def test_lark_is_not_imported_when_the_tables_are_cached(folder: Path) -> None:
    program = (
        "import sys\n"
        "from modelcheck.frontend import tables\n"
        "tables.PACKED = 'absent.json'\n"
        "from modelcheck.frontend.parse import parse\n"
        "from modelcheck.source import Source\n"
        "assert parse(Source('x.mc', 'protocol P\\nmessage M\\n')).errors == ()\n"
        "print('lark' in sys.modules)\n"
    )
    assert [_printed(program), _printed(program)] == ["True\n", "False\n"]
    assert any(path.name.startswith("tree-") for path in folder.iterdir())


@pytest.mark.usefixtures("folder")
def test_the_parser_is_not_imported_when_the_tree_is_cached() -> None:
    program = (
        "import sys\n"
        "from modelcheck.frontend.parse import parse\n"
        "from modelcheck.source import Source\n"
        "assert parse(Source('x.mc', 'protocol P\\nmessage M\\n')).errors == ()\n"
        "print('modelcheck.frontend.parser' in sys.modules)\n"
    )
    assert [_printed(program), _printed(program)] == ["True\n", "False\n"]
