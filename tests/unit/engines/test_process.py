"""What this process has and may have."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelcheck.engines import process
from modelcheck.engines.process import available_bytes, budget_bytes, forget_peak, memory_bytes, peak_bytes
from modelcheck.kernel.task import Limits

MEGABYTE = 1 << 20


def test_the_peak_is_that_since_it_was_forgotten() -> None:
    if not memory_bytes():
        pytest.skip("the system does not tell")
    block = bytearray(64 * MEGABYTE)
    block[:: 1 << 12] = b"x" * len(block[:: 1 << 12])
    assert peak_bytes() >= 64 * MEGABYTE
    del block
    now = memory_bytes()
    forget_peak()
    assert now - MEGABYTE <= peak_bytes()
    assert peak_bytes() < now + 32 * MEGABYTE or not Path("/proc/self/clear_refs").exists()


def test_a_budget_is_what_was_asked_for_as_far_as_it_is_there() -> None:
    free = available_bytes()
    if free is None:
        pytest.skip("the system does not tell")
    assert budget_bytes(Limits(memory_bytes=MEGABYTE)) == MEGABYTE
    huge = budget_bytes(Limits(memory_bytes=1 << 60))
    usual = budget_bytes(Limits())
    assert huge is not None
    assert usual is not None
    assert usual < huge < memory_bytes() + free + 64 * MEGABYTE


@pytest.mark.parametrize("names", [process._VERSION_1, process._VERSION_2])
def test_a_control_group_leaves_its_limit_less_what_is_used(tmp_path: Path, names: tuple[str, str, str]) -> None:
    limit, used, unused = names
    (tmp_path / used).write_text("700\n")
    (tmp_path / "memory.stat").write_text(f"anon 400\n{unused} 100\n")
    (tmp_path / limit).write_text("1000\n")
    assert process._left_in(tmp_path, names) == 400
    (tmp_path / limit).write_text("max\n")
    assert process._left_in(tmp_path, names) is None
    assert process._left_in(tmp_path / "none", names) is None
