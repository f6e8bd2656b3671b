from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from modelcheck.ir.domains import (
    BoolDomain,
    Domain,
    EnumDomain,
    IdDomain,
    IntDomain,
    MapDomain,
    OptionDomain,
    PacketDomain,
    RecordDomain,
    SeqDomain,
    SetDomain,
    UnitDomain,
)
from modelcheck.ir.values import Id

PLAIN: st.SearchStrategy[Domain] = st.one_of(
    st.just(BoolDomain()),
    st.just(UnitDomain()),
    st.builds(lambda lo, more: IntDomain(lo, lo + more), st.integers(-3, 3), st.integers(0, 3)),
    st.just(EnumDomain("E", ("red", "green", "blue"))),
    st.builds(IdDomain, st.just("A"), st.integers(1, 3)),
)
SMALL: st.SearchStrategy[Domain] = st.one_of(
    PLAIN,
    st.builds(SetDomain, PLAIN),
    st.builds(OptionDomain, PLAIN),
    st.builds(SeqDomain, PLAIN, st.integers(0, 2)),
    st.builds(MapDomain, PLAIN, PLAIN),
)
DOMAINS: st.SearchStrategy[Domain] = st.one_of(
    SMALL,
    st.builds(OptionDomain, SMALL),
    st.builds(SeqDomain, SMALL, st.integers(0, 2)),
    st.builds(
        lambda fields: RecordDomain("R", tuple("abc"[: len(fields)]), tuple(fields)),
        st.lists(SMALL, min_size=1, max_size=3),
    ),
    st.builds(
        lambda fields: PacketDomain("M", (Id("A", 0), Id("B", 0)), (Id("A", 0), Id("A", 1)), tuple(fields)),
        st.lists(SMALL, max_size=2),
    ),
)
MOST = 200


def numbers_of(domain: Domain) -> list[int]:
    return [*range(min(domain.size, MOST)), domain.size - 1]


@given(DOMAINS)
def test_every_value_has_its_own_number(domain: Domain) -> None:
    for number in numbers_of(domain):
        assert domain.ordinal(domain.value_at(number)) == number


@given(DOMAINS)
def test_different_numbers_are_different_values(domain: Domain) -> None:
    values = [domain.value_at(number) for number in dict.fromkeys(numbers_of(domain))]
    assert len(set(values)) == len(values)


@given(DOMAINS)
def test_every_value_of_a_domain_fits_it(domain: Domain) -> None:
    assert all(domain.misfit(domain.value_at(number)) is None for number in numbers_of(domain))


@given(DOMAINS)
def test_the_least_value_has_number_0(domain: Domain) -> None:
    assert domain.ordinal(domain.least) == 0


def test_numbers_outside_a_range_do_not_fit() -> None:
    assert IntDomain(1, 3).misfit(4) == "4 is outside 1..3"
    assert SetDomain(IntDomain(1, 3)).misfit(frozenset({2, 0})) == "0 is outside 1..3"
    assert (
        RecordDomain("R", ("a",), (IntDomain(0, 1),)).misfit(RecordDomain("R", ("a",), (IntDomain(0, 2),)).value_at(2))
        is not None
    )


def test_a_sequence_that_is_too_long_does_not_fit() -> None:
    assert SeqDomain(BoolDomain(), 1).misfit((True, True)) is not None


def test_a_map_with_other_keys_does_not_fit() -> None:
    keys, fewer = IntDomain(0, 2), IntDomain(0, 1)
    assert MapDomain(keys, BoolDomain()).misfit(MapDomain(fewer, BoolDomain()).least) is not None


def test_the_numbers_of_sets_are_their_elements_as_bits() -> None:
    assert SetDomain(IntDomain(1, 4)).ordinal(frozenset({1, 3})) == 0b101
