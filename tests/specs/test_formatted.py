"""The specifications that come with modelcheck are laid out as `modelcheck fmt` does it."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelcheck.frontend.format import format_source
from modelcheck.frontend.reading import read_source

SPECS = Path(__file__).parents[2] / "specs"


@pytest.mark.parametrize("file", sorted(SPECS.rglob("*.mc")), ids=lambda file: file.stem)
def test_specification_is_formatted(file: Path) -> None:
    source = read_source(str(file))
    assert format_source(source) == source.text


def test_there_are_specifications() -> None:
    assert list(SPECS.rglob("*.mc"))
