"""The thresholds of the heartbeat, computed by an independent model for many periods, delays and timeouts."""

from __future__ import annotations

from pathlib import Path

import pytest

import modelcheck
from modelcheck.environment.instantiate import Overrides
from modelcheck.pipeline import Options
from tests.specs.oracles.heartbeat import heartbeat, wrongly

SPECS = Path(__file__).parents[2] / "specs" / "failures"


def verdicts(check: str, spec: str = "heartbeat", **settings: int) -> dict[str, str]:
    overrides = Overrides({name: str(value) for name, value in settings.items()})
    report = modelcheck.verify(
        SPECS / f"{spec}.mc", options=Options(checks=(check,), engine="interpreter", overrides=overrides)
    )
    return {found.name: found.verdict for found in report.specs[0].checks[0].properties}


def test_the_check_with_too_short_a_timeout_has_the_states_of_the_oracle() -> None:
    worlds = heartbeat(2, 1, 3)
    assert (worlds.count, worlds.first(wrongly)) == (20, 5)


def test_a_crash_that_is_noticed_too_late_has_the_length_of_the_oracle() -> None:
    worlds = heartbeat(2, 1, 4, late=5)
    assert worlds.first(lambda world: world[4] == 5) == 10
    assert heartbeat(2, 1, 4, late=6).first(lambda world: world[4] == 6) is None


@pytest.mark.parametrize("delay", [0, 1, 3])
@pytest.mark.parametrize("period", [1, 2, 3])
def test_nobody_is_suspected_wrongly_iff_the_timeout_is_longer_than_the_longest_silence(
    period: int, delay: int
) -> None:
    for timeout in (period + delay, period + delay + 1):
        right = timeout > period + delay
        assert (heartbeat(period, delay, timeout).first(wrongly) is None) == right
        found = verdicts("one tick too short", Period=period, Delay=delay, Timeout=timeout)
        assert found["accurate"] == ("holds" if right else "violated")


@pytest.mark.parametrize("delay", [0, 2])
@pytest.mark.parametrize("timeout", [4, 5])
def test_a_crash_is_noticed_within_delay_and_timeout_and_no_sooner(delay: int, timeout: int) -> None:
    for bound in (delay + timeout - 1, delay + timeout):
        late = heartbeat(2, delay, timeout, late=bound + 1).first(lambda world, n=bound + 1: world[4] == n)  # type: ignore[misc]
        found = verdicts("noticed no sooner", Delay=delay, Timeout=timeout, Bound=bound)
        assert (late is None) == (bound == delay + timeout) == (found["complete"] == "holds")


@pytest.mark.parametrize(("period", "delay"), [(1, 0), (2, 1), (1, 2)])
def test_a_timeout_that_learns_has_to_reach_the_threshold_that_a_fixed_one_has(period: int, delay: int) -> None:
    for most in (period + delay, period + delay + 1):
        assert (heartbeat(period, delay, most).first(wrongly) is None) == (most > period + delay)
        found = verdicts("it learns", "adaptive_timeout", Period=period, Delay=delay, Most=most, Least=1)
        assert found["in_the_end"] == ("holds" if most > period + delay else "violated")
