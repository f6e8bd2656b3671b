"""The symbolic engine means what the evaluator means, and finds what the interpreter finds."""

from __future__ import annotations

from collections.abc import Callable

import pytest

pytest.importorskip("z3")

from modelcheck.engines import bounded, induction
from modelcheck.engines.base import Exploration, Request
from modelcheck.engines.interpreter import explore
from modelcheck.engines.symbolic import blocks, words
from modelcheck.engines.symbolic.words import Term, Word
from modelcheck.frozen import replace
from modelcheck.ir.model import Model
from modelcheck.kernel.passes.simplify import simplify
from modelcheck.kernel.program import Halt
from modelcheck.kernel.task import Limits
from modelcheck.kernel.types import IntType
from modelcheck.lowering import lower_model
from modelcheck.semantics.replay import judge
from modelcheck.verdict import Holds, Reached, Unknown, Verdict, Violated
from tests.differential.compare import DisagreementError
from tests.differential.small_specs import SPECS
from tests.differential.symbolic_code import compare_encoding
from tests.differential.test_generated import load_text, models, sample, shown

ROOM = 3


def compared(text: str, most: int) -> int:
    """The first check of a specification, in all states up to a number."""
    with shown(text):
        for _, model in models(load_text(text)):
            return compare_encoding(simplify(lower_model(model, ROOM, ROOM).program), most)
    return 0


SLOW = {"crashes in the middle", "long ring", "partition of fifo capacity 2 blocks", "rounds that crash in two ways"}
"""Those that take seconds, as those with wide packets do: they have many paths, each of which is found by itself."""

QUICK = [name for name in SPECS if name not in SLOW and not name.startswith("wide")]


# The others run on demand: a path takes as long here as a thousand in the evaluator.
@pytest.mark.parametrize("name", QUICK[::5])
def test_the_encoding_means_what_the_evaluator_means(name: str) -> None:
    compared(SPECS[name], 2)


@pytest.mark.slow
@pytest.mark.parametrize("name", SPECS)
def test_the_encoding_means_what_the_evaluator_means_in_many_states(name: str) -> None:
    compared(SPECS[name], 12)


@pytest.mark.parametrize("seed", range(4))
def test_the_encoding_means_the_same_on_generated_models(seed: int) -> None:
    assert compared(sample(70_000 + seed), 4) > 0


@pytest.mark.slow
@pytest.mark.parametrize("block", range(20))
def test_the_encoding_means_the_same_on_many_models(block: int) -> None:
    assert sum(compared(sample(80_000 + 50 * block + seed), 8) for seed in range(50)) > 100


# --------------------------------------------------------------------------------------------- mistakes in the encoding


def _slots_unsorted(patch: pytest.MonkeyPatch) -> None:
    """A message is put behind all others."""
    insert = blocks._insert

    def wrong(walk: blocks._Walk, array: int, value: Word) -> None:
        kept = words.compare
        patch.setattr(words, "compare", lambda op, a, b: kept("==", a, a) if op == "<=" else kept(op, a, b))
        insert(walk, array, value)
        patch.setattr(words, "compare", kept)

    patch.setattr(blocks, "_insert", wrong)


def _rounds_to_zero(patch: pytest.MonkeyPatch) -> None:
    def wrong(op: str, left: Word, right: Word, kernel_type: IntType) -> Word:
        x, d = words.resized(left, 64), words.resized(right, 64)
        quotient = x / d
        return words.modulo(quotient if op == "div" else x - quotient * d, 64, kernel_type)

    patch.setattr(words, "divide", wrong)


def _compares_unsigned(patch: pytest.MonkeyPatch) -> None:
    common = words._common
    patch.setattr(words, "_common", lambda *types: (common(*types)[0], False))


def _forgets_the_merge(patch: pytest.MonkeyPatch) -> None:
    choice = words.choice

    def wrong(condition: Term, then: Word, orelse: Word, kernel_type: IntType) -> Word:
        return choice(words.negation(condition), then, orelse, kernel_type)

    patch.setattr(words, "choice", wrong)


def _blocks_nothing(patch: pytest.MonkeyPatch) -> None:
    halt = blocks._halt

    def wrong(walk: blocks._Walk, statement: Halt) -> None:
        before = list(walk.conditions)
        halt(walk, statement)
        walk.conditions[:] = before

    patch.setattr(blocks, "_halt", wrong)


@pytest.mark.parametrize(
    ("mistake", "name"),
    [
        (_slots_unsorted, "loops"),
        (_rounds_to_zero, "numbers"),
        (_compares_unsigned, "numbers"),
        (_forgets_the_merge, "timers"),
        (_blocks_nothing, "timers"),
    ],
)
def test_a_mistake_in_the_encoding_is_seen(
    mistake: Callable[[pytest.MonkeyPatch], None], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared(SPECS[name], 3)
    mistake(monkeypatch)
    with pytest.raises(DisagreementError):
        compared(SPECS[name], 3)


# ---------------------------------------------------------------------------------------------------------- verdicts


def run_length(verdict: Verdict) -> int | None:
    return len(verdict.run.choices) if isinstance(verdict, Violated | Reached) else None


def check_verdicts(model: Model, depth: int) -> bool:
    """What is found within the depth is found at the same length, judged, and nothing else is; whether all is known."""
    # One step more: a search sees that a state is a deadlock where it looks for steps from it.
    expected: Exploration = explore(model, Request(Limits(states=3000, depth=depth + 1)))
    found = bounded.explore(model, Request(Limits(depth=depth)))
    assert found.depth <= depth
    if not expected.explored:
        # There is no run at all.
        assert found.verdicts == expected.verdicts
        return False
    if found.stopped is None:
        # No run is longer: what was not found does not exist.
        assert _without_evidence(found) == _without_evidence(expected)
        assert found.bounds_hit == expected.bounds_hit
        return True
    properties = {prop.name: prop for prop in model.properties}
    for name, verdict in expected.verdicts.items():
        length, other = run_length(verdict), found.verdicts[name]
        if length is None and expected.stopped == "states":
            continue
        if length is None or length > depth:
            assert isinstance(other, Unknown), name
            continue
        assert run_length(other) == length, name
        assert isinstance(other, Violated | Reached)
        assert judge(model, other.run, properties.get(name, name)).length == length
        assert isinstance(verdict, Violated | Reached)
        assert other.run == verdict.run, name
    return False


def _without_evidence(found: Exploration) -> dict[str, Verdict]:
    """The verdicts, but for how much was looked at."""
    return {
        name: replace(verdict, evidence="") if isinstance(verdict, Unknown) else verdict
        for name, verdict in found.verdicts.items()
    }


@pytest.mark.parametrize("seed", range(4))
def test_what_is_found_is_found_at_the_same_depth(seed: int) -> None:
    text = sample(90_000 + seed)
    with shown(text):
        for _, model in models(load_text(text)):
            check_verdicts(model, 3)


@pytest.mark.parametrize("seed", [90_007, 90_009])
def test_all_is_known_where_no_run_is_longer(seed: int) -> None:
    text = sample(seed)
    with shown(text):
        assert all(check_verdicts(model, 3) for _, model in models(load_text(text)))


def check_written(name: str, depth: int) -> None:
    """What was written by hand has what generated models never have: clocks, detectors, rounds, Byzantine agents."""
    with shown(SPECS[name]):
        for _, model in models(load_text(SPECS[name])):
            check_verdicts(model, depth)


@pytest.mark.parametrize("name", ["timers", "rounds", "bag of two of messages", "lossy of messages"])
def test_what_other_constructs_lead_to_is_found_too(name: str) -> None:
    check_written(name, 3)


@pytest.mark.slow
@pytest.mark.parametrize("name", SPECS)
def test_what_any_construct_leads_to_is_found_too(name: str) -> None:
    check_written(name, 3)


@pytest.mark.slow
@pytest.mark.parametrize("block", range(20))
def test_what_is_found_in_many_models_is_found_at_the_same_depth(block: int) -> None:
    for seed in range(95_000 + 20 * block, 95_020 + 20 * block):
        text = sample(seed)
        with shown(text):
            for _, model in models(load_text(text)):
                check_verdicts(model, 4)


def check_proofs(model: Model) -> int:
    """Nothing is proved that a complete search refutes; returns how much is proved."""
    expected = explore(model, Request(Limits(states=5000)))
    proofs = induction.explore(model, Request(Limits(depth=2)))
    proved = [name for name, verdict in proofs.verdicts.items() if isinstance(verdict, Holds)]
    for name in proved:
        assert not isinstance(expected.verdicts[name], Violated | Reached), name
    for name, verdict in proofs.verdicts.items():
        if isinstance(verdict, Violated | Reached):
            properties = {prop.name: prop for prop in model.properties}
            judge(model, verdict.run, properties.get(name, name))
    return len(proved)


def _proofs(seeds: range) -> int:
    proved = 0
    for seed in seeds:
        text = sample(seed)
        with shown(text):
            proved += sum(check_proofs(model) for _, model in models(load_text(text)))
    return proved


def test_proofs_are_never_refuted() -> None:
    assert _proofs(range(110_000, 110_003)) > 0


@pytest.mark.slow
@pytest.mark.parametrize("block", range(20))
def test_proofs_of_many_models_are_never_refuted(block: int) -> None:
    assert _proofs(range(111_000 + 20 * block, 111_020 + 20 * block)) > 0
