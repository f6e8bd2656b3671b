"""Runs as text."""

from __future__ import annotations

import pytest

from modelcheck.reports.style import PLAIN
from modelcheck.reports.trace_text import trace_lines
from modelcheck.semantics.trace import Step, Trace


def run_of(causes: list[tuple[int, ...]], grounds: tuple[int, ...]) -> Trace:
    names = ("start", *(f"step {n}" for n in range(1, len(causes))))
    steps = (Step(n, f"A[{n}]", names[n], False, (), (), causes=own) for n, own in enumerate(causes))  # noqa: FBT003 - no fault
    return Trace(tuple(steps), "it is so", (), grounds=grounds)


@pytest.mark.parametrize(
    ("grounds", "shown", "left"),
    [
        ((6,), [0, 2, 4, 6], "3 steps that it does not depend on left out: 1, 3, 5"),
        ((5, 6), [0, 2, 3, 4, 5, 6], "1 step that it does not depend on left out: 1"),
        ((2,), [0, 2], "5 steps that it does not depend on left out: 1, 3-6"),
        ((), [0], "6 steps that it does not depend on left out: 1-6"),
    ],
)
def test_a_slice_shows_what_the_conclusion_depends_on(grounds: tuple[int, ...], shown: list[int], left: str) -> None:
    trace = run_of([(), (0,), (0,), (0,), (2,), (3,), (2, 4)], grounds)
    lines = trace_lines(trace, PLAIN, sliced=True)
    assert [int(line.split(".")[0]) for line in lines if line.split(".")[0].strip().isdigit()] == shown
    assert lines[-1].strip() == left


def test_without_asking_all_steps_are_shown() -> None:
    trace = run_of([(), (0,), (0,)], (2,))
    assert len([line for line in trace_lines(trace, PLAIN) if "step" in line]) == 2
    assert trace_lines(run_of([(), (0,)], (1,)), PLAIN, sliced=True) == trace_lines(run_of([(), (0,)], (1,)), PLAIN)
