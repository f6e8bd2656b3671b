"""Proofs with lemmas: what they prove, that they are proofs, and that nothing false is proved, whatever was seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product

import pytest

pytest.importorskip("z3")

from modelcheck.engines import interpreter, strengthened
from modelcheck.engines.base import ERRORS, Exploration, Hints, Request, Stop
from modelcheck.engines.induction import explore
from modelcheck.engines.inductive import inductive
from modelcheck.engines.lemmas.merging import Merged
from modelcheck.engines.symbolic.solving import StoppedError
from modelcheck.frontend.asked import expression_of
from modelcheck.frozen import replace
from modelcheck.ir.model import Model
from modelcheck.kernel.evaluate import Next, State, evaluate, initial_states, outcomes
from modelcheck.kernel.invariant import Proof
from modelcheck.kernel.program import Program
from modelcheck.kernel.task import Limits
from modelcheck.kernel.types import BitsType, IntType, KernelType
from modelcheck.semantics.execute import holds
from modelcheck.semantics.replay import judge
from modelcheck.verdict import Holds, Unknown, Violated

Build = Callable[..., Model]


def visited(model: Model, most: int) -> Exploration:
    return interpreter.explore(model, Request(Limits(states=most), deadlock=False))


def seen(model: Model, most: int) -> Sequence[tuple[object, ...]]:
    found = visited(model, most).states
    assert found is not None
    return found(most).all


def proved(model: Model, most: int = 1000, seconds: float | None = None) -> Exploration:
    hints = Hints(lambda _seconds: visited(model, most), lambda text: expression_of(model.spec, text))
    return explore(model, Request(Limits(depth=1, seconds=seconds), deadlock=False, hints=hints))


# ------------------------------------------------------------------------------------------------- rechecked by trying


def values(kernel_type: KernelType) -> range:
    if isinstance(kernel_type, IntType):
        return range(kernel_type.lo, kernel_type.hi + 1)
    return range(1 << kernel_type.width if isinstance(kernel_type, BitsType) else 2)


def all_states(program: Program) -> Iterator[State]:
    cells = [values(array.type) for array in program.arrays for _ in range(array.length)]
    return product(*cells)


def is_inductive(proof: Proof) -> bool:
    """By trying every state, with the evaluator of the kernel, whether all begins as is said and stays so."""
    assert proof.invariant.k == 1
    program = proof.program
    facts = [fact.holds for fact in proof.invariant.facts if fact.of == "state"]

    def holds(state: State) -> bool:
        return all(evaluate(program, fact, state) for fact in facts)

    def follows(state: State) -> bool:
        paths = [path for action in range(len(program.actions)) for _, path in outcomes(program, action, state)]
        return all(isinstance(path, Next) and holds(path.state) for path in paths)

    begins = all(isinstance(outcome, Next) and holds(outcome.state) for _, outcome in initial_states(program))
    return begins and all(follows(state) for state in all_states(program) if holds(state))


PETERSON = """
    shared var flag: map Process -> bool = all false
    shared var turn: Process = Process[0]
    agent Process {
      final initial state A0 { step raise -> A2 { flag[self] := true } }
      state A2 { step yield_turn -> A3 { turn := other(self) } }
      state A3 { step enter when not flag[other(self)] or turn == self -> CS }
      state CS { step leave -> A0 { flag[self] := false } }
    }
    def other(p: Process) = the(q in Process: q != p)
    invariant mutex: not exists p, q in Process: p != q and p is CS and q is CS
    check "c" { Process = 2  expect mutex }
"""


def test_mutual_exclusion_is_proved_with_lemmas(model_of: Build) -> None:
    model = model_of(PETERSON)
    found = proved(model)
    assert found.verdicts == {"mutex": Holds("inductive"), ERRORS: Holds("inductive")}
    assert found.proof is not None
    assert is_inductive(found.proof)
    lemmas = [fact for fact in found.proof.invariant.facts if fact.origin == "lemma"]
    assert lemmas
    for lemma in lemmas:
        said = expression_of(model.spec, lemma.text)
        assert all(holds(model, said, state) for state in seen(model, 1000))


def test_every_lemma_that_is_told_is_needed(model_of: Build) -> None:
    proof = proved(model_of(PETERSON)).proof
    assert proof is not None
    facts = proof.invariant.facts
    for one in facts:
        if one.origin == "lemma":
            less = Proof(proof.program, type(proof.invariant)(1, tuple(fact for fact in facts if fact is not one)))
            assert not is_inductive(less)


MAIL = """
    message Ask(n: 0..1)
    message Answer
    agent A {
      initial state S { step ask -> W { send Ask(1) to B } }
      state W { on Answer -> S }
    }
    agent B { final initial state S { on Ask(n) from a when n == 1 { send Answer to a } } }
    invariant one: not (exists m in messages Ask: m.n == 1) or messages Answer == {}
    check "c" { network unordered  expect one }
"""


def test_that_there_is_room_for_all_messages_is_proved(model_of: Build) -> None:
    """With the capacity that no specification declares: one message, or as many as was begun with."""
    found = proved(model_of(MAIL))
    assert found.verdicts == {"one": Holds("inductive"), ERRORS: Holds("inductive")}
    assert found.proof is not None
    assert is_inductive(found.proof)


@pytest.mark.parametrize("most", [1, 5, 1000])
def test_nothing_false_is_proved_whatever_was_seen(most: int, model_of: Build) -> None:
    """Peterson's algorithm that does not give way. With the first states alone, much seems to hold that does not."""
    found = proved(model_of(PETERSON.replace("turn := other(self)", "turn := self")), most)
    assert isinstance(found.verdicts["mutex"], Violated if most == 1000 else Unknown)
    assert found.verdicts[ERRORS] == Holds("inductive")


def test_a_beginning_that_refutes_a_lemma_is_asked(model_of: Build) -> None:
    """Nothing was seen of the other beginnings, where `far` is out of reach of no step."""
    text = """
        shared var n: 0..3 = any
        agent Node { final initial state Run { step go when n == 2 { n := 3 } } }
        invariant far: n != 3
        initially n != 3
        check "c" { expect far }
    """
    model = model_of(text)
    all_of_them = visited(model, 10)
    assert all_of_them.states is not None
    first = all_of_them.states(1)
    one = replace(all_of_them, verdicts={}, states=lambda _most: first)
    hints = Hints(lambda _seconds: one, lambda text: expression_of(model.spec, text), lambda: ("n != 2",))
    found = explore(model, Request(Limits(depth=1), deadlock=False, hints=hints))
    assert isinstance(found.verdicts["far"], Unknown)


TURNS = """
    shared var turn: 0..3 = 0
    shared var given: 0..5 = 5
    agent Node {
      var busy: bool = false
      final initial state Run {
        step take when turn == 0 { turn := 1  busy := true }
        step wait when busy and turn < 3 { turn := turn + 1 }
        step back when busy and turn > 1 { turn := turn - 1 }
        step give when busy and turn == 1 { turn := 0  busy := false  BODY }
      }
    }
    invariant low: turn < 3
    invariant one: forall p, q in Node: p.busy and q.busy implies p == q
    check "c" { Node = 2  expect low, one }
"""


def test_a_violation_in_a_state_that_was_visited_is_told(model_of: Build) -> None:
    model = model_of(TURNS.replace("BODY", ""))
    found = proved(model)
    low = found.verdicts["low"]
    assert isinstance(low, Violated)
    assert judge(model, low.run, model.spec.properties["low"]).length == 3
    assert found.provers["low"].name == "visiting states"
    # The rest is proved as if nobody had asked for more.
    assert found.verdicts["one"] == Holds("inductive")
    assert found.provers["one"].lemmas == ("forall p in Node: not (p.busy and turn == 0)",)
    assert found.verdicts[ERRORS] == Holds("inductive")
    assert found.pairs == {}
    # Where no state is visited from which it is seen, it is open.
    assert isinstance(proved(model, 2).verdicts["low"], Unknown)


def test_an_evaluation_that_fails_in_a_state_that_was_visited_is_told(model_of: Build) -> None:
    model = model_of(TURNS.replace("BODY", "given := given + 1"))
    found = proved(model)
    errors = found.verdicts[ERRORS]
    assert isinstance(errors, Violated)
    assert judge(model, errors.run, ERRORS).length == 2
    one = found.verdicts["one"]
    assert isinstance(one, Unknown)
    assert one.reason == "an evaluation fails"


@pytest.mark.parametrize("lemmas", [False, True])
def test_the_counterexample_to_induction_is_the_one_that_expect_inductive_shows(
    model_of: Build, *, lemmas: bool
) -> None:
    """The least one: what a solver finds first is full of what does not matter."""
    model = model_of("""
        shared var n: 0..400 = 30
        shared var more: 0..200 = 0
        shared var idle: 0..1000 = 5
        agent Node { final initial state Run { step jump(x in 0..9) when n >= 20 + x { n := n + more } } }
        invariant low: n < 150
        check "c" { expect low }
    """)
    hints = Hints(lambda _seconds: None, lambda text: expression_of(model.spec, text)) if lemmas else None
    found = explore(model, Request(Limits(depth=1), deadlock=False, hints=hints))
    assert found.pairs["low"] == inductive(model, "low", Request(Limits()))
    state = found.pairs["low"].state
    assert list(state)[:3] == [20, 130, 0]
    # Behind a step that keeps it, from another state.
    found = explore(model, Request(Limits(depth=2), deadlock=False))
    assert list(found.pairs["low"].state)[:3] == [85, 65, 0]


def test_without_states_the_claims_stand_alone(model_of: Build) -> None:
    model = model_of(PETERSON)
    hints = Hints(lambda _seconds: None, lambda text: expression_of(model.spec, text))
    found = explore(model, Request(Limits(depth=1), deadlock=False, hints=hints))
    mutex = found.verdicts["mutex"]
    assert isinstance(mutex, Unknown)
    assert mutex.reason == "not inductive for k = 1, and no lemmas were found that help"


def test_ctrl_c_while_states_are_visited_ends_it(model_of: Build) -> None:
    def interrupted(_seconds: float | None) -> Exploration:
        raise KeyboardInterrupt

    model = model_of(PETERSON)
    hints = Hints(interrupted, lambda text: expression_of(model.spec, text))
    found = explore(model, Request(Limits(depth=1), deadlock=False, hints=hints))
    assert found.stopped == "interrupted"
    assert isinstance(found.verdicts["mutex"], Unknown)
    assert found.verdicts[ERRORS] == Holds("inductive")


@pytest.mark.parametrize("why", ["time", "interrupted"])
def test_what_is_proved_stays_proved_where_the_end_comes_before_it_is_told(
    why: Stop, model_of: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How lemmas are told in fewer words is a question of its own, and they are a proof without its answer."""

    def merged(_texts: Sequence[str]) -> list[Merged]:
        raise StoppedError(why)

    monkeypatch.setattr(strengthened, "merged", merged)
    found = proved(model_of(PETERSON))
    assert found.verdicts["mutex"] == Holds("inductive")
    assert found.stopped == why
    assert found.proof is not None
    assert is_inductive(found.proof)


def test_lemmas_are_not_told_as_one_that_says_something_else(model_of: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    model = model_of(PETERSON)
    told = lemmas_of(proved(model))
    monkeypatch.setattr(strengthened, "merged", lambda texts: [Merged("turn == turn", tuple(texts))])
    assert set(lemmas_of(proved(model))) >= set(told)


COUNTER = """
    shared var n: 0..6 = 0
    shared var m: 0..6 = 0
    agent Node { final initial state Run { step go when n < 3 { n := n + 1  m := m + 2 } } }
    invariant low: m < 6 or n == 3
    invariant twice: m == 2 * n
    invariant least: n <= m
    check "c" { expect low }
"""


def stating(model: Model, texts: Sequence[str]) -> Exploration:
    hints = Hints(
        lambda _seconds: visited(model, 1000), lambda text: expression_of(model.spec, text), lambda: tuple(texts)
    )
    return explore(model, Request(Limits(depth=1), deadlock=False, hints=hints))


def lemmas_of(found: Exploration) -> list[str]:
    assert found.proof is not None
    return [fact.text for fact in found.proof.invariant.facts if fact.origin == "lemma"]


def test_what_the_specification_states_is_a_lemma_where_it_helps(model_of: Build) -> None:
    """No lemma of the miner says how the two numbers are related, and what is true and does not help is left out."""
    model = model_of(COUNTER)
    assert isinstance(proved(model).verdicts["low"], Unknown)
    found = stating(model, ["n <= m", "m == 2 * n"])
    assert found.verdicts["low"] == Holds("inductive")
    assert lemmas_of(found) == ["m == 2 * n"]
    assert found.proof is not None
    assert is_inductive(found.proof)


def test_what_the_specification_states_wrongly_proves_nothing(model_of: Build) -> None:
    """What is false in a state that was seen, and what is true and not inductive."""
    found = stating(model_of(COUNTER), ["m == n", "n != 5"])
    assert isinstance(found.verdicts["low"], Unknown)
