"""Codes move numbers as renaming moves the values that they stand for."""

from __future__ import annotations

from itertools import permutations, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelcheck.ir.domains import (
    BoolDomain,
    Domain,
    IdDomain,
    IntDomain,
    MapDomain,
    OptionDomain,
    PacketDomain,
    RecordDomain,
    SeqDomain,
    SetDomain,
)
from modelcheck.ir.lowered.roles import code_of
from modelcheck.ir.values import Id, MapValue, Packet, RecordValue, Some
from modelcheck.kernel.codes import Listed, Renaming, images

IDS = st.sampled_from([IdDomain("A", 3), IdDomain("B", 2), BoolDomain(), IntDomain(-1, 1)])
PARTS: st.SearchStrategy[Domain] = st.one_of(
    IDS,
    st.builds(SetDomain, IDS),
    st.builds(OptionDomain, IDS),
    st.builds(SeqDomain, IDS, st.integers(0, 2)),
    st.builds(MapDomain, IDS, IDS),
    st.builds(lambda a, b: RecordDomain("R", ("x", "y"), (a, b)), IDS, IDS),
)
AGENTS = tuple(Id(sort, i) for sort, size in (("A", 3), ("B", 2)) for i in range(size))
DOMAINS: st.SearchStrategy[Domain] = st.one_of(
    PARTS,
    st.builds(OptionDomain, PARTS),
    st.builds(lambda a, b: RecordDomain("S", ("x", "y"), (a, b)), PARTS, PARTS),
    st.builds(lambda a, b: PacketDomain("M", AGENTS, AGENTS, (a, b)), IDS, PARTS),
    st.builds(MapDomain, IDS, st.builds(OptionDomain, IDS)),
)
RENAMINGS = [{"A": a, "B": b} for a, b in product(permutations(range(3)), permutations(range(2)))]


def renamed(value: Any, renaming: Renaming) -> Any:  # noqa: ANN401 - values of the language
    """A value of the judge with other ids."""
    match value:
        case Id(sort, index):
            return Id(sort, renaming[sort][index])
        case Some(inner):
            return Some(renamed(inner, renaming))
        case RecordValue(name, fields):
            return RecordValue(name, tuple(renamed(field, renaming) for field in fields))
        case Packet(message, source, target, fields):
            moved = tuple(renamed(field, renaming) for field in fields)
            return Packet(message, renamed(source, renaming), renamed(target, renaming), moved)
        case MapValue():
            found = {renamed(key, renaming): renamed(entry, renaming) for key, entry in value.items()}
            return MapValue(value.positions, tuple(found[key] for key in value.positions))
        case frozenset():
            return frozenset(renamed(element, renaming) for element in value)
        case tuple():
            return tuple(renamed(element, renaming) for element in value)
        case _:
            return value


@given(DOMAINS, st.sampled_from(RENAMINGS))
def test_the_image_of_a_number_is_that_of_the_renamed_value(domain: Domain, renaming: Renaming) -> None:
    if domain.size > 2000:
        return
    expected = [domain.ordinal(renamed(value, renaming)) for value in domain.values()]
    code = code_of(domain)
    assert code.size == domain.size
    assert list(images(code, renaming)) == expected


def test_listed_pairs_change_places() -> None:
    pairs = Listed(((("A", 0), ("A", 1)), (("A", 1), ("A", 0)), (("B", 0), ("A", 0)), (("B", 0), ("A", 1))))
    assert list(images(pairs, {"A": (1, 0)})) == [1, 0, 3, 2]


@pytest.mark.parametrize("sort", ["B", "C"])
def test_sorts_that_are_not_renamed_stay(sort: str) -> None:
    assert list(images(code_of(IdDomain("A", 3)), {sort: (1, 0)})) == [0, 1, 2]
