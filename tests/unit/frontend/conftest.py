"""What the tests of the front end share: a cache of their own, and specifications that use the whole language."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

FOLDER = Path(__file__).with_name("snippets")
# Each line of `snippets/KIND.txt` stands where a text of this kind may.
AROUND = {
    "declaration": "protocol P\n%s\n",
    "part": "protocol P\nagent A {\n  %s\n}\n",
    "transition": "protocol P\nagent A {\n  state S {\n    %s\n  }\n}\n",
    "statement": "protocol P\nagent A {\n  state S {\n    step a { %s }\n  }\n}\n",
    "expression": "protocol P\ndef d = %s\n",
    "setting": 'protocol P\ncheck "c" {\n  %s\n}\n',
}


def _snippets() -> list[str]:
    return [
        around.replace("%s", line)
        for kind, around in AROUND.items()
        for line in (FOLDER / f"{kind}.txt").read_text(encoding="utf-8").splitlines()
    ]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that takes a `snippet` on every construct of the language."""
    if "snippet" in metafunc.fixturenames:
        metafunc.parametrize("snippet", _snippets())


@pytest.fixture(scope="session")
def snippets() -> list[str]:
    """Every construct of the language, each in a small specification."""
    return _snippets()


@pytest.fixture(scope="session")
def locks() -> str:
    """A specification of some length, in no canonical layout."""
    return (FOLDER / "locks.mc").read_text(encoding="utf-8")


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    # Shared by all tests of a run, because the tables take long to build.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MODELCHECK_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield
