"""For how many states those stand that are stored, however many these are."""

from __future__ import annotations

import pytest

pytest.importorskip("llvmlite")

from modelcheck.engines.native import slots
from modelcheck.engines.native.plan import Plan
from modelcheck.engines.native.reducer import Reduction
from modelcheck.engines.native.store import Store
from modelcheck.jit.memory import Words

ORDER = 1 << 40


@pytest.fixture
def store() -> Store:
    return Store(1, 2, 1)


def more(reduction: Reduction, store: Store, counts: tuple[int, int]) -> None:
    """Each worker stores so many states more, all with the largest orbit there can be."""
    for worker, count in enumerate(counts):
        store.ctx[slots.COUNTS + slots.LINE * worker] += count
        scratch = reduction._scratch[worker]
        scratch[slots.ORBITS] = (scratch[slots.ORBITS] + count * ORDER) % (1 << 64)


def test_there_may_be_more_of_them_than_a_word_can_count(store: Store) -> None:
    reduction, most = Reduction(Plan(Words(1), 2, ORDER), store), 1 << 24
    for _ in range(3):
        more(reduction, store, (most // 2, most // 2 - 1))
        reduction.count()
    more(reduction, store, (5, 0))
    assert reduction.distinct() == reduction.distinct() == (3 * (most - 1) + 5) * ORDER > 1 << 64


def test_more_at_once_than_a_word_can_count_are_unknown_for_good(store: Store) -> None:
    reduction = Reduction(Plan(Words(1), 2, ORDER), store)
    more(reduction, store, (1 << 24, 0))
    assert reduction.distinct() is None
    more(reduction, store, (1, 1))
    assert reduction.distinct() is None


def test_of_too_many_renamings_nothing_is_known(store: Store) -> None:
    assert Reduction(Plan(Words(1), 2, 0), store).distinct() is None
