"""What a mistake that newcomers make is told."""

from __future__ import annotations

import pytest

from modelcheck.diagnostics import InputError
from modelcheck.environment.instantiate import Overrides, instantiate
from modelcheck.pipeline import load
from modelcheck.source import Source

ASKS = """agent Node { initial final state S { step go when suspects(Node[0]) { skip } } }
check "first" { expect 1 states }"""
NODE = "agent Node { initial final state S }\n"


def told(text: str) -> list[tuple[str, str, str]]:
    """Code, problem and help of all that is wrong."""
    with pytest.raises(InputError) as refused:
        _instantiated(text)
    return [(one.code, one.problem, one.help) for one in refused.value.diagnostics]


def _instantiated(text: str) -> None:
    spec = load(Source("test.mc", f"protocol Test\n{text}"))
    instantiate(spec, spec.checks[0], [], Overrides())


@pytest.mark.parametrize(
    ("text", "code", "problem", "help_"),
    [
        (
            "agent \u0410 {}",
            "MC106",
            "stray character '\u0410', cyrillic capital letter a",
            "names have the letters a to z",
        ),
        ("agent \u65e5\u672c {}", "MC106", "stray characters '\u65e5\u672c'", "names have the letters a to z"),
        ("agent @ {}", "MC106", "stray character '@'", "remove it"),
        (f'{NODE}check "c" {{ expect errors }}', "MC201", "no error can be expected", "every check asks"),
        (f"{NODE}invariant i: Node[0] is T", "MC201", "there is no state of Node called 'T'", "there is S"),
        (
            f'{NODE}check "c" {{ faults {{ partition Node up to 1 with heal }} expect 1 states }}',
            "MC104",
            "expected a fault after '1', found 'with'",
            "by `heal`, without `with`",
        ),
        (
            ASKS,
            "MC470",
            'there is no failure detector in the check "first"',
            "`detector perfect`",
        ),
    ],
)
def test_it_is_told_what_to_write(text: str, code: str, problem: str, help_: str) -> None:
    first = told(text)[0]
    assert first[:2] == (code, problem)
    assert help_ in first[2]


def test_a_state_that_a_mistake_hides_is_not_missed() -> None:
    assert [code for code, *_ in told("agent A { initial final state S -> }")] == ["MC104"]
    assert [code for code, *_ in told("agent A { }")] == ["MC312"]
