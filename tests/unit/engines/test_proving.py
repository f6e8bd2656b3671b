"""The portfolio of proofs: who proves what, and that no prover is believed that could be wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import SimpleNamespace

import pytest

pytest.importorskip("z3")

import z3

from modelcheck.engines import bounded, induction, interpreter, proving, spacer
from modelcheck.engines.base import DEADLOCK, ERRORS, Exploration, Hints, Request
from modelcheck.engines.decoding import clauses
from modelcheck.engines.decoding.invariants import Told
from modelcheck.engines.lemmas.miner import Miner
from modelcheck.engines.proving import explore
from modelcheck.engines.symbolic import spacer as reachability
from modelcheck.engines.symbolic.solving import StoppedError
from modelcheck.engines.symbolic.strengthening import Lemma
from modelcheck.frontend.asked import expression_of
from modelcheck.frozen import replace
from modelcheck.ir.model import Model
from modelcheck.kernel.evaluate import Next, initial_states
from modelcheck.kernel.task import Limits
from modelcheck.lowering import lower_model
from modelcheck.semantics.replay import judge
from modelcheck.verdict import Holds, Unknown, Violated

Build = Callable[..., Model]

CYCLE = """
    shared var n: 0..9 = 0
    agent Node {
      final initial state Run {
        step turn { if n == 0 { n := 1 } else if n == 1 { n := 0 } else if n == 8 { n := 9 } else if n == 7 { n := 8 } }
      }
    }
    invariant far: n != 9
    transition near: next(n) <= n + 1
    check "c" { expect far, near }
"""

FLAGS = """
    shared var turn: 0..3 = 0
    agent Node {
      var busy: bool = false
      final initial state Run {
        step take when turn == 0 { turn := 1  busy := true }
        step wait when busy and turn < 3 { turn := turn + 1 }
        step back when busy and turn > 1 { turn := turn - 1 }
        step give when busy and turn == 1 { turn := 0  busy := false }
      }
    }
    invariant one: forall p, q in Node: p.busy and q.busy implies p == q
    check "c" { Node = 2  expect one }
"""


def hinted(model: Model, most: int = 1000) -> Hints:
    def visited(_seconds: float | None) -> Exploration:
        return interpreter.explore(model, Request(Limits(states=most), deadlock=False))

    return Hints(visited, lambda text: expression_of(model.spec, text))


def names(found: Exploration) -> dict[str, str]:
    return {name: prover.name for name, prover in found.provers.items()}


def test_what_follows_from_some_states_in_a_row_is_proved_so(model_of: Build) -> None:
    found = explore(model_of(CYCLE.replace("n == 7", "n == 6")), Request(Limits()))
    assert found.verdicts == {"far": Holds("inductive"), "near": Holds("inductive"), ERRORS: Holds("inductive")}
    proved = "k-induction, k = {}".format
    assert names(found) == {"near": proved(2), ERRORS: proved(1), "far": proved(2)}


def test_what_needs_lemmas_is_proved_with_lemmas(model_of: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proving, "FIRST_K", 1)
    model = model_of(FLAGS)
    found = explore(model, Request(Limits(), hints=hinted(model)))
    assert found.verdicts["one"] == Holds("inductive")
    assert found.provers["one"].name == "induction"
    assert found.provers["one"].lemmas == ("forall p in Node: not (p.busy and turn == 0)",)
    assert found.provers[ERRORS].lemmas == ()
    assert found.tried == ("visiting all 7 states", "induction", "induction with lemmas")
    assert found.proof is not None
    assert [fact.text for fact in found.proof.invariant.facts if fact.origin == "lemma"] == [
        "forall p in Node: not (p.busy and turn == 0)"
    ]


def test_without_lemmas_spacer_proves_it(model_of: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proving, "FIRST_K", 1)
    found = explore(model_of(FLAGS), Request(Limits()))
    assert found.verdicts["one"] == Holds("inductive")
    assert found.provers["one"].name == "Spacer"
    assert found.proof is not None
    assert {fact.text for fact in found.proof.invariant.facts} >= set(found.provers["one"].lemmas) != set()


def test_what_is_refuted_is_not_asked_of_spacer(model_of: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would answer that something is violated, and say nothing of the rest."""
    monkeypatch.setattr(proving, "FIRST_K", 1)
    monkeypatch.setattr(Miner, "against", lambda *_: ())
    model = model_of(FLAGS.replace("check", "invariant low: turn < 3\n    check").replace("expect", "expect low,"))
    found = explore(model, Request(Limits(), hints=hinted(model)))
    low = found.verdicts["low"]
    assert isinstance(low, Violated)
    assert judge(model, low.run, model.spec.properties["low"]).length == 3
    assert found.verdicts["one"] == Holds("inductive")
    assert names(found) == {"low": "visiting states", ERRORS: "k-induction, k = 1", "one": "Spacer"}
    assert found.proof is not None
    assert {fact.name for fact in found.proof.invariant.facts} >= {"one"}
    assert "low" not in {fact.name for fact in found.proof.invariant.facts}


@pytest.mark.parametrize("engine", [bounded.explore, induction.explore, spacer.explore])
def test_nothing_is_said_of_what_was_answered_before(engine: proving.Engine, model_of: Build) -> None:
    """It is not asked about, so that it must not count as proved."""
    model = model_of(CYCLE.replace("n == 7", "n == 6"))
    found = engine(model, Request(Limits(depth=2), deadlock=False, answered=frozenset({"far"})))
    assert found.verdicts["far"] == Unknown("it was answered before", "nothing was asked about it")
    assert "far" not in found.provers
    assert isinstance(found.verdicts["near"], Unknown if engine is bounded.explore else Holds)


def test_an_invariant_that_is_too_large_to_be_written_down_is_told_as_such(
    model_of: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proving, "FIRST_K", 1)
    monkeypatch.setattr(clauses, "MOST_CLAUSES", 0)
    found = explore(model_of(FLAGS), Request(Limits()))
    assert found.verdicts["one"] == Holds("inductive")
    assert found.provers["one"].name.startswith("Spacer, whose invariant was checked; no certificate: it has more than")
    # That nothing fails was proved before.
    assert found.proof is not None
    assert found.proof.invariant.facts == ()


@pytest.mark.parametrize(
    ("told", "said"),
    [([], "the invariant could not be written down as it is"), (StoppedError("time"), "the time limit was reached")],
)
def test_what_is_written_down_is_proved_again(
    told: list[Lemma] | StoppedError, said: str, model_of: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lemmas(*_: object) -> list[Lemma]:
        if isinstance(told, StoppedError):
            raise told
        return told

    monkeypatch.setattr(Told, "lemmas", lemmas)
    found = spacer.explore(model_of(FLAGS), Request(Limits()))
    assert found.verdicts["one"] == Holds("inductive")
    assert found.provers["one"].name == f"Spacer, whose invariant was checked; no certificate: {said}"
    assert found.proof is None


@pytest.mark.parametrize("answer", [True, False])
def test_what_spacer_says_is_checked(answer: bool, model_of: Build, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: FBT001
    def definition(_answer: object, _relation: object) -> Callable[[Sequence[object]], object]:
        return lambda _cells: z3.BoolVal(answer)

    found = spacer.explore(model_of(FLAGS), Request(Limits()))
    assert found.verdicts["one"] == Holds("inductive")
    assert isinstance(found.verdicts[DEADLOCK], Unknown)
    monkeypatch.setattr(reachability, "_definition", definition)
    assert isinstance(spacer.explore(model_of(FLAGS), Request(Limits())).verdicts["one"], Unknown)


def test_an_invariant_that_steps_leave_is_none(model_of: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """It holds in the beginning, and nothing is violated with it."""
    model = model_of(FLAGS)
    (start,) = initial_states(lower_model(model).program)
    assert isinstance(start[1], Next)
    values = start[1].state

    def definition(_answer: object, _relation: object) -> reachability.Invariant:
        return lambda cells: z3.And(
            [
                cell == (z3.BoolVal(bool(value)) if z3.is_bool(cell) else value)
                for cell, value in zip(cells, values, strict=True)
            ]
        )

    monkeypatch.setattr(reachability, "_definition", definition)
    assert isinstance(spacer.explore(model, Request(Limits())).verdicts["one"], Unknown)


@pytest.mark.parametrize("whole", [True, False])
def test_an_invariant_with_quantifiers_is_checked(
    whole: bool,  # noqa: FBT001
    model_of: Build,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept = reachability._definition

    def definition(answer: z3.BoolRef, relation: z3.FuncDeclRef) -> reachability.Invariant:
        found = kept(answer, relation)
        assert found is not None

        def quantified(cells: Sequence[z3.ExprRef]) -> z3.BoolRef:
            number = next(cell for cell in cells if z3.is_bv(cell))
            some, other = z3.Const("some", number.sort()), z3.Const("other", number.sort())
            always = z3.Exists([some, other], some * other == number)
            return z3.And(found(cells), always) if whole else always

        return quantified

    monkeypatch.setattr(reachability, "_definition", definition)
    verdict = spacer.explore(model_of(FLAGS), Request(Limits())).verdicts["one"]
    assert isinstance(verdict, Holds if whole else Unknown)


def test_spacer_proves_no_step_that_fails(model_of: Build) -> None:
    found = spacer.explore(model_of(FLAGS.replace("turn < 3", "turn < 4")), Request(Limits()))
    assert not any(isinstance(verdict, Holds) for verdict in found.verdicts.values())


WRONG = FLAGS.replace("turn == 0 {", "turn == 0 or turn == 3 {").replace("turn < 3", "turn < 3 and not (turn == 0)")


def test_a_violation_among_the_states_visited_is_told(model_of: Build) -> None:
    model = model_of(WRONG)
    found = explore(model, Request(Limits(), hints=hinted(model)))
    one = found.verdicts["one"]
    assert isinstance(one, Violated)
    assert judge(model, one.run, model.properties[0]).length == 4
    assert names(found) == {"one": "visiting states", ERRORS: "visiting all states"}


def test_a_violation_that_nobody_visited_is_found_behind_spacer(model_of: Build) -> None:
    model = model_of(WRONG)
    found = explore(model, Request(Limits()))
    one = found.verdicts["one"]
    assert isinstance(one, Violated)
    assert judge(model, one.run, model.properties[0]).length == 4
    assert found.provers["one"].name == "bounded model checking"


def test_nothing_is_proved_where_an_evaluation_fails(model_of: Build) -> None:
    model = model_of(FLAGS.replace("turn < 3", "turn < 4"))
    found = explore(model, Request(Limits(), hints=hinted(model)))
    assert isinstance(found.verdicts[ERRORS], Violated)
    assert isinstance(found.verdicts["one"], Unknown)


@pytest.mark.parametrize("wants_proof", [True, False])
def test_nobody_waits_for_a_proof_of_what_was_visited_unless_one_is_wanted(
    model_of: Build, monkeypatch: pytest.MonkeyPatch, *, wants_proof: bool
) -> None:
    given: list[float | None] = []

    def unsettled(model: Model, request: Request) -> Exploration:
        given.append(request.limits.seconds)
        return replace(induction.explore(model, replace(request, limits=Limits(seconds=0))), stopped="depth")

    for engine in (induction, spacer):
        monkeypatch.setattr(proving, engine.__name__.rpartition(".")[2], SimpleNamespace(explore=unsettled))
    model = model_of(FLAGS)
    request = Request(Limits(seconds=1000.0), hints=hinted(model), wants_proof=wants_proof)
    assert names(explore(model, request)) == {"one": "visiting all states", ERRORS: "visiting all states"}
    assert len(given) > 1
    assert all(seconds is not None and (seconds > 20.0) == wants_proof for seconds in given)


def test_no_time_leaves_all_open(model_of: Build) -> None:
    found = explore(model_of(FLAGS), Request(Limits(seconds=0)))
    assert found.stopped == "time"
    assert found.verdicts == dict.fromkeys(["one", ERRORS], Unknown("the time limit was reached", ""))


def test_all_states_visited_are_a_proof_where_time_is_short(model_of: Build) -> None:
    model = model_of(FLAGS)
    hints = hinted(model)
    visited = hints.visited(None)
    found = explore(model, Request(Limits(seconds=0), hints=Hints(lambda _seconds: visited, hints.typed)))
    assert found.verdicts == dict.fromkeys(["one", ERRORS], Holds("exhaustive"))
    assert names(found) == dict.fromkeys(["one", ERRORS], "visiting all states")


def test_all_states_visited_are_a_proof_though_it_is_ended_from_outside(model_of: Build) -> None:
    model, told = model_of(FLAGS), list[Exploration]()
    found = explore(model, Request(Limits(), hints=hinted(model), so_far=told.append))
    assert names(found) == {"one": "k-induction, k = 2", ERRORS: "k-induction, k = 1"}
    assert told[0].verdicts == dict.fromkeys(["one", ERRORS], Holds("exhaustive"))
    assert names(told[0]) == dict.fromkeys(["one", ERRORS], "visiting all states")
    assert all(isinstance(verdict, Holds) for one in told for verdict in one.verdicts.values())
    # What is told before is no part of the answer.
    assert found.verdicts["one"] == Holds("inductive")


def test_ctrl_c_ends_it(model_of: Build) -> None:
    def interrupted(_seconds: float | None) -> Exploration:
        raise KeyboardInterrupt

    model = model_of(FLAGS)
    found = explore(model, Request(Limits(), hints=Hints(interrupted, hinted(model).typed)))
    assert found.stopped == "interrupted"
    assert not any(isinstance(verdict, Holds) for verdict in found.verdicts.values())


FULL_AT_START = """
    message Ask
    message Answer
    agent Client {
      at start { send Ask to Server }
      initial final state Run { on Answer { send Ask to Server } }
    }
    agent Server { initial final state Run { on Ask from c { send Answer to c } } }
    invariant runs: forall c in Client: c is Run
    check "c" { Client = 3  network unordered capacity 2  expect runs }
"""


@pytest.mark.parametrize("engine", [proving.explore, induction.explore, spacer.explore, bounded.explore])
def test_nothing_is_claimed_where_a_capacity_cuts_off_all_beginnings(model_of: Build, engine: proving.Engine) -> None:
    model = model_of(FULL_AT_START)
    found = engine(model, Request(Limits(), deadlock=False, hints=hinted(model)))
    reason = "a bound was hit: more than 2 messages in flight (unordered)"
    assert [v.reason for v in found.verdicts.values() if isinstance(v, Unknown)] == [reason, reason]
    assert found.bounds_hit == ("more than 2 messages in flight (unordered)",)


def test_beginnings_get_the_room_that_they_need(model_of: Build) -> None:
    text = FULL_AT_START.replace("Client = 3  network unordered capacity 2", "Client = 5  network unordered")
    found = induction.explore(model_of(text), Request(Limits(depth=1), deadlock=False))
    assert found.verdicts == {"runs": Holds("inductive"), ERRORS: Holds("inductive")}


def test_spacer_that_ends_within_the_last_millisecond_is_out_of_time_and_not_interrupted(
    model_of: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    most: dict[str, int] = {}
    monkeypatch.setattr("time.monotonic", lambda: clock[0])

    def query(_search: object, _question: object) -> z3.CheckSatResult:
        clock[0] += most["timeout"] / 1000
        return z3.unknown

    monkeypatch.setattr(z3.Fixedpoint, "query", query)
    monkeypatch.setattr(z3.Fixedpoint, "set", lambda _search, **options: most.update(options))
    found = spacer.explore(model_of(CYCLE), Request(Limits(seconds=10.0005), deadlock=False))
    assert found.stopped == "time"


@pytest.mark.parametrize("engine", [bounded.explore, induction.explore, spacer.explore])
def test_limits_are_looked_at_while_a_program_is_made(
    engine: Callable[[Model, Request], Exploration], model_of: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    # No solver comes to be asked, nor is anything encoded.
    monkeypatch.setattr("modelcheck.engines.symbolic.bounded.encode", None)
    found = engine(model_of(FLAGS), Request(Limits(seconds=0.0), deadlock=False))
    assert found.stopped == "time"
    assert {type(verdict) for verdict in found.verdicts.values()} == {Unknown}
