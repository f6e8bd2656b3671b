from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from modelcheck.ir.types import BOOL, INT, UNKNOWN, EnumT, IdT, MapT, OptionT, RecordT, SeqT, SetT, Type, UnknownT, join

PLAIN: st.SearchStrategy[Type] = st.sampled_from([BOOL, INT, UNKNOWN, EnumT("E"), IdT("A"), IdT("B"), RecordT("R")])
TYPES: st.SearchStrategy[Type] = st.recursive(
    PLAIN,
    lambda inner: st.one_of(
        st.builds(SetT, inner), st.builds(OptionT, inner), st.builds(SeqT, inner), st.builds(MapT, inner, inner)
    ),
    max_leaves=4,
)


@given(TYPES)
def test_a_type_joins_with_itself(type_: Type) -> None:
    assert join(type_, type_) == type_


@given(TYPES)
def test_the_unknown_type_joins_with_everything(type_: Type) -> None:
    assert join(type_, UNKNOWN) == join(UNKNOWN, type_) == type_


@given(TYPES, TYPES)
def test_joining_does_not_depend_on_the_side(left: Type, right: Type) -> None:
    assert join(left, right) == join(right, left)


@given(TYPES, TYPES)
def test_both_sides_fit_what_they_join_to(left: Type, right: Type) -> None:
    joined = join(left, right)
    if joined is not None:
        assert join(joined, left) == joined == join(joined, right)


@given(TYPES, TYPES)
def test_what_is_known_of_a_type_is_never_lost(left: Type, right: Type) -> None:
    joined = join(left, right)
    if isinstance(joined, UnknownT):
        assert left == right == UNKNOWN


def test_ids_of_different_sorts_do_not_join() -> None:
    assert join(IdT("A"), IdT("B")) is None
    assert join(SetT(IdT("A")), SetT(IdT("B"))) is None


def test_the_empty_set_joins_with_every_set() -> None:
    assert join(SetT(UNKNOWN), SetT(MapT(INT, BOOL))) == SetT(MapT(INT, BOOL))
