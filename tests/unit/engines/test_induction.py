"""k-induction: what it proves, what it does not, and that it claims nothing that a search refutes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

pytest.importorskip("z3")

from modelcheck.engines import bounded
from modelcheck.engines.base import ERRORS, Exploration, Prover, Request
from modelcheck.engines.induction import explore
from modelcheck.ir.model import Model
from modelcheck.kernel.evaluate import evaluate
from modelcheck.kernel.task import Limits
from modelcheck.kernel.types import least
from modelcheck.lowering import lower_model
from modelcheck.lowering.cells import Codec
from modelcheck.verdict import Holds, Unknown, Unreached, Violated

Build = Callable[..., Model]

LARGE = """
    shared var n: 0..4294967295 = 0
    agent Node { final initial state Run { step leap when n < 4000000000 { n := n + 6 } } }
    invariant even: n % 2 == 0
    invariant small: n <= 4000000004
    invariant wrong: n != 12
    check "c" { expect even, small, wrong }
"""


def test_a_range_that_cannot_be_enumerated_is_proved(model_of: Build) -> None:
    found = explore(model_of(LARGE), Request(Limits(depth=3)))
    assert found.verdicts["even"] == Holds("inductive")
    assert found.verdicts[ERRORS] == Holds("inductive")
    assert isinstance(found.verdicts["wrong"], Violated)
    # More states in a row were tried of what was left, and none of what is proved rests on that.
    assert found.provers["even"] == Prover("k-induction, k = 1")
    assert found.proof is not None
    assert found.proof.invariant.k == 1


FLOOR = """
    shared var n: -8..-5 = any
    agent Node { final initial state Run { step stay { } } }
    invariant high: n / 3 != -3
    check "c" { expect high }
"""


def test_a_quotient_is_rounded_down_also_of_the_least_number_of_its_bits(model_of: Build) -> None:
    found = explore(model_of(FLOOR), Request(Limits(depth=1)))
    assert isinstance(found.verdicts["high"], Violated)


FULL = """
    message M
    shared var n: 0..1 = 0
    agent A {
      final initial state S { step go when n == 0 { send M to B  send M to B  n := 1 }  step pass { n := 1 } }
    }
    agent B { final initial state S { on M { skip } } }
    invariant empty_: n == 0 implies size(messages M) == 0
    check "c" { network unordered capacity 1  expect empty_ }
"""


def test_a_bound_that_the_first_step_hits_is_hit_however_many_states_there_are_in_a_row(model_of: Build) -> None:
    verdict = explore(model_of(FULL), Request(Limits(depth=2), deadlock=False)).verdicts["empty_"]
    assert isinstance(verdict, Unknown)
    assert verdict.reason.startswith("a bound may be hit")


CYCLE = """
    shared var n: 0..9 = 0
    agent Node {
      final initial state Run {
        step turn { if n == 0 { n := 1 } else if n == 1 { n := 0 } else if n == 8 { n := 9 } else if n == 7 { n := 8 } }
      }
    }
    invariant far: n != 9
    check "c" { expect far }
"""


def test_what_needs_several_states_in_a_row_needs_a_larger_k(model_of: Build) -> None:
    model = model_of(CYCLE)
    found = explore(model, Request(Limits(depth=1), deadlock=False))
    assert found.verdicts["far"] == Unknown("not inductive for k = 1", "no violation to depth 0")
    assert 8 in found.pairs["far"].state
    assert explore(model, Request(Limits(depth=3), deadlock=False)).verdicts["far"] == Holds("inductive")


LOOP = """
    shared var n: 0..9 = 0
    agent Node {
      final initial state Run { step turn { if n == 5 { choose m in {5, 6} { n := m } } else if n == 6 { n := 7 } } }
    }
    invariant far: n != 7
    check "c" { expect far }
"""


def test_a_run_that_stays_where_it_is_proves_nothing_else(model_of: Build) -> None:
    """From 5 one can stay there as long as one likes: only that states differ makes the induction end."""
    assert explore(model_of(LOOP), Request(Limits(depth=4), deadlock=False)).verdicts["far"] == Holds("inductive")


def test_invariants_are_assumed_together(model_of: Build) -> None:
    text = """
        shared var a: 0..9 = 0
        shared var b: 0..9 = 0
        agent Node { final initial state Run { step both when a < 9 { a := b + 1  b := b + 1 } } }
        invariant below: b <= 8 or a == 9
        invariant same: a == b
        check "c" { expect below, same }
    """
    found = explore(model_of(text), Request(Limits(depth=1), deadlock=False))
    assert found.verdicts["below"] == Holds("inductive")
    assert found.verdicts["same"] == Holds("inductive")


def test_an_evaluation_that_may_fail_leaves_nothing_proved(model_of: Build) -> None:
    text = """
        shared var n: 0..9 = 0
        agent Node { final initial state Run { step raise { n := n + 1 } } }
        invariant fine: n >= 0
        check "c" { expect fine }
    """
    found = explore(model_of(text), Request(Limits(depth=2), deadlock=False))
    assert isinstance(found.verdicts["fine"], Unknown)
    assert isinstance(found.verdicts[ERRORS], Unknown)


def test_a_capacity_that_may_be_hit_leaves_nothing_proved(model_of: Build) -> None:
    text = """
        message M
        agent A { final initial state S { step go { send M to B } } }
        agent B { final initial state S { on M } }
        invariant fine: A[0] is S
        check "c" { network unordered capacity 3  expect fine }
    """
    found = explore(model_of(text), Request(Limits(depth=2), deadlock=False))
    assert isinstance(found.verdicts["fine"], Unknown)
    assert found.bounds_hit == ("more than 3 messages in flight (unordered)",)


def test_a_declared_bound_is_in_the_verdict(model_of: Build) -> None:
    text = """
        shared var n: 0..90 = 0
        agent Node { final initial state Run { step raise when n < 90 { n := n + 2 } } }
        invariant even: n % 2 == 0
        check "c" { bound n <= 10  expect even }
    """
    found = explore(model_of(text), Request(Limits(depth=2), deadlock=False))
    assert found.verdicts["even"] == Holds("inductive within the bound")


def test_bags_are_what_they_are_in_every_state(model_of: Build) -> None:
    """A bag with a hole, which no state has, would lose the message behind it."""
    text = """
        message M(n: 0..3)
        agent A { var left: 0..1 = 1  final initial state S { step go when left == 1 { left := 0  send M(1) to B } } }
        agent B { var seen: 0..3 = 1  final initial state S { on M(n) { seen := n } } }
        invariant one: B[0].seen == 1
        invariant flying: forall m in messages M: m.n == 1
        check "c" { network unordered capacity 2  expect one, flying }
    """
    found = explore(model_of(text), Request(Limits(depth=1), deadlock=False))
    assert isinstance(found.verdicts["one"], Unknown)
    assert "bound" in found.verdicts["one"].reason


def test_what_the_first_states_refute_is_not_claimed(model_of: Build) -> None:
    """From a state in which it holds nothing leads to one in which it does not: the beginning refutes it."""
    text = 'shared var n: 0..3 = 2\ninvariant wrong: n != 2\ncheck "c" { expect wrong }'
    found = explore(model_of(text), Request(Limits(depth=1), deadlock=False))
    assert isinstance(found.verdicts["wrong"], Violated)


UNDEFINED = """
    shared var n: 0..5 = 2
    agent Node { final initial state Run { step lower when n > 0 { n := n - 1 } } }
    invariant fine: 6 / n >= 1
    invariant top: n <= 2
    temporal far: always (6 / n >= 1)
    temporal near: always (next(n) <= n + 6 / (n + next(n)))
    check "c" { expect fine, top }
    check "d" { expect far, top }
    check "e" { expect near, top }
"""


@pytest.mark.parametrize("question", ["fine", "far", "near"])
def test_an_evaluation_that_fails_behind_the_first_states_leaves_nothing_proved(question: str, model_of: Build) -> None:
    """Of atoms, too, and of those of steps where nothing happens; no step itself fails, which is proved before."""
    text = UNDEFINED.replace('check "c" { expect fine, top }', f'check "c" {{ expect {question}, top }}')
    found = explore(model_of(text), Request(Limits(depth=4), deadlock=False))
    errors = found.verdicts[ERRORS]
    assert isinstance(errors, Violated)
    assert len(errors.run.choices) == 2
    assert not any(isinstance(verdict, Holds) for verdict in found.verdicts.values())


def test_faults_of_one_name_have_their_own_budgets(model_of: Build) -> None:
    """Where two cells were one unknown, no step could spend from one of them only: nothing would ever crash."""
    text = """
        agent A { final initial state S { step go { skip } } }
        invariant alive: forall a in A: not (a is crashed)
        check "c" { A = 2  faults { crash A up to 1 with recovery  crash A up to 1 } expect alive }
    """
    alive = explore(model_of(text), Request(Limits(depth=2), deadlock=False)).verdicts["alive"]
    assert isinstance(alive, Violated)
    assert len(alive.run.choices) == 1


@pytest.mark.parametrize("explore", [explore, bounded.explore])
def test_a_beginning_that_fails_is_no_proof(explore: Callable[..., Exploration], model_of: Build) -> None:
    text = """
        shared var n: 0..5 = any
        initially 6 / (n - n) > 1
        invariant top: n <= 2
        reachable four: n == 4
        check "c" { expect top, four }
    """
    found = explore(model_of(text), Request(Limits(depth=2)))
    assert isinstance(found.verdicts[ERRORS], Violated)
    assert isinstance(found.verdicts["top"], Unknown)
    assert isinstance(found.verdicts["four"], Unknown)


@pytest.mark.parametrize("explore", [explore, bounded.explore])
def test_where_no_run_begins_nothing_is_reached(explore: Callable[..., Exploration], model_of: Build) -> None:
    text = """
        shared var n: 0..5 = any
        invariant top: n <= 2
        reachable four: n == 4
        check "c" { bound n < 0  expect top, four }
    """
    found = explore(model_of(text), Request(Limits(depth=2)))
    assert found.verdicts["top"] == Holds("within the bound")
    assert found.verdicts["four"] == Unreached("within the bound")
    assert found.bounds_hit == ("the declared bound",)


@pytest.mark.parametrize("missing", [IndexError, KeyError])
def test_a_counterexample_that_is_no_state_is_not_shown(
    missing: type[LookupError], model_of: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last of the words for all possible packets to an agent has bits that stand for none."""

    def decode(_codec: Codec, _state: tuple[int, ...]) -> None:
        raise missing("no such packet")

    monkeypatch.setattr(Codec, "decode", decode)
    far = explore(model_of(CYCLE), Request(Limits(depth=1), deadlock=False)).verdicts["far"]
    evidence = "no violation to depth 0; the counterexample to induction is no state of the model"
    assert far == Unknown("not inductive for k = 1", evidence)


def test_a_proof_says_what_it_rests_on(model_of: Build) -> None:
    text = """
        shared var a: 0..9 = 0
        agent Node { final initial state Run { step raise when a < 9 { a := a + 1 } } }
        invariant top: 9 / (a + 1) <= 9
        transition grows: a <= next(a)
        invariant wrong: a != 1
        check "c" { expect top, grows, wrong }
    """
    proof = explore(model_of(text), Request(Limits(depth=2), deadlock=False)).proof
    assert proof is not None
    facts = proof.invariant.facts
    assert [(fact.name, fact.of, fact.text) for fact in facts] == [
        ("top", "state", "9 / (a + 1) <= 9"),
        ("grows", "step", "a <= next(a)"),
    ]
    assert [evaluate(proof.program, fact.holds, (3,), (2,)) for fact in facts] == [1, 0]


def test_without_a_proof_of_all_there_is_none(model_of: Build) -> None:
    assert explore(model_of(CYCLE), Request(Limits(depth=1), deadlock=False)).proof is not None
    failing = CYCLE.replace("n := 9", "n := 10")
    assert explore(model_of(failing), Request(Limits(depth=1), deadlock=False)).proof is None


def test_a_bound_that_no_step_can_hit_is_no_question(model_of: Build) -> None:
    """A set of so few packets has room for all; a bound that only the beginning hits is hit."""
    text = """
        message M
        agent A { final initial state S { step go { send M to B } } }
        agent B { final initial state S { on M } }
        invariant fine: A[0] is S
        check "c" { network set  expect fine }
    """
    found = explore(model_of(text), Request(Limits(depth=1), deadlock=False))
    assert found.verdicts["fine"] == Holds("inductive")
    assert found.bounds_hit == ()


def test_a_number_between_those_of_packets_is_no_state(model_of: Build) -> None:
    """Packets are numbered over all networks, so that those of one need not follow one another."""
    text = """
        message M
        message Other(n: 0..3) over set
        message N
        agent A { initial state S { step go { send M to B  send Other(1) to B }  step gone { send N to B } } }
        agent B {
          var seen: 0..3 = 0
          final initial state S { on M { seen := 1 }  on Other(n) { seen := n }  on N { seen := 2 } }
        }
        invariant small: B[0].seen != 3
        check "c" { network unordered capacity 1  expect small }
    """
    model = model_of(text)
    (bag,) = (network for network in model.networks if "M" in network.messages)
    lowered = lower_model(model)
    slot = lowered.program.offsets[next(n for n, a in enumerate(lowered.program.arrays) if "unordered" in a.name)]
    state = [least(array.type) for array in lowered.program.arrays for _ in range(array.length)]
    state[slot] = 3
    assert bag.messages == ("M", "N")
    with pytest.raises(LookupError):
        lowered.codec.decode(tuple(state))
    assert isinstance(explore(model, Request(Limits(depth=1), deadlock=False)).verdicts["small"], Unknown)
