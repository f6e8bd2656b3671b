"""What published protocols do in the end, and which fairness they need for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelcheck import Options
from modelcheck.environment.instantiate import Overrides
from modelcheck.pipeline.verify import load, load_file, verify_specs
from modelcheck.source import Source
from tests.specs.oracles.stabilising import stabilises

COORDINATION = Path(__file__).parents[2] / "specs" / "coordination"


def verdict(spec: str, check: str, name: str, *edits: tuple[str, str], **settings: int) -> str:
    """The verdict on a property after some edits of the text, and with some sizes and parameters."""
    text = load_file(COORDINATION / f"{spec}.mc").source.text
    for find, replace in edits:
        assert text.count(find) == 1
        text = text.replace(find, replace)
    overrides = Overrides({key: str(value) for key, value in settings.items()})
    report = verify_specs([load(Source("edited.mc", text))], Options(checks=(check,), overrides=overrides))
    return next(found.verdict for found in report.specs[0].checks[0].properties if found.name == name)


@pytest.mark.parametrize(("machines", "k"), [(n, k) for n in (2, 3, 4) for k in range(2, n + 1)])
def test_dijkstras_ring_stabilises_with_just_as_many_states_as_the_oracle_says(machines: int, k: int) -> None:
    found = verdict("dijkstra_ring", "three", "stabilises", Machine=machines, K=k)
    assert found == ("holds" if stabilises(machines, k) else "violated")


@pytest.mark.parametrize("machines", range(2, 6))
def test_the_ring_of_the_oracle_stabilises_from_one_state_less_than_machines_on(machines: int) -> None:
    """As Fokkink, Hoepman and Pang prove; of a single state nothing can be told apart."""
    least = max(2, machines - 1)
    assert [k for k in range(2, machines + 2) if stabilises(machines, k)] == list(range(least, machines + 2))


@pytest.mark.slow
@pytest.mark.parametrize("k", [3, 4, 5])
def test_a_ring_of_five_stabilises_with_four_states(k: int) -> None:
    found = verdict("dijkstra_ring", "three", "stabilises", Machine=5, K=k)
    assert (found == "holds") == stabilises(5, k) == (k >= 4)


@pytest.mark.parametrize(
    ("spec", "check", "name", "find", "replace"),
    [
        ("resource_allocator", "two clients", "obtained", "strong step get", "step get"),
        ("alternating_bit", "as Lamport has it", "progress", "strong on Data", "on Data"),
        ("alternating_bit", "as Lamport has it", "progress", "strong on Ack", "on Ack"),
        ("peterson", "two", "served", "step enter", "unfair step enter"),
    ],
)
def test_what_is_owed_less_strongly_does_not_suffice(spec: str, check: str, name: str, find: str, replace: str) -> None:
    assert verdict(spec, check, name) == "holds"
    assert verdict(spec, check, name, (find, replace)) == "violated"


def test_in_petersons_algorithm_weak_fairness_suffices_for_all_but_to_try() -> None:
    assert verdict("peterson", "two", "served", ("unfair step try", "step try")) == "holds"
    assert "strong" not in load_file(COORDINATION / "peterson.mc").source.text


def test_a_bit_is_acknowledged_without_strong_fairness_where_nothing_is_lost() -> None:
    lossless = (
        'check "as Lamport has it" {\n  Item = 2\n  faults { lose any }',
        'check "as Lamport has it" {\n  Item = 2',
    )
    weak = ("strong on Data", "on Data"), ("strong on Ack", "on Ack")
    assert verdict("alternating_bit", "as Lamport has it", "progress", lossless, *weak) == "holds"
