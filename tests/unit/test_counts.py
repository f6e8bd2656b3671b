from __future__ import annotations

import pytest

from modelcheck.counts import counted


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 steps"), (1, "1 step"), (2, "2 steps"), (1401, "1,401 steps"), (-1, "-1 steps")]
)
def test_a_number_agrees_with_its_noun(number: int, said: str) -> None:
    assert counted(number, "step") == said
