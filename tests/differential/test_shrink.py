"""Runs that were found by chance and made shorter: they still show it, and no single step can be left out."""

from __future__ import annotations

import pytest

from modelcheck.analysis.counterexamples.shrink import _Trial, shrunk
from modelcheck.frozen import replace
from modelcheck.ir.expression import EvaluationError
from modelcheck.ir.model import Model
from modelcheck.ir.spec import Property
from modelcheck.ir.types import BOOL
from modelcheck.semantics.execute import holds
from modelcheck.semantics.replay import judge
from modelcheck.semantics.rerun import EngineDisagreement
from modelcheck.verdict import Choice, Run
from tests.differential.generators.dice import Dice
from tests.differential.small_specs import SPECS
from tests.differential.test_generated import check_generated
from tests.differential.test_specs import models
from tests.differential.walks import SPAN, CellIs, Walk

LENGTH = 20

BUSY = """
protocol Busy
message Tell(n: 0..3)
agent A { var n: 0..3 = 0  final initial state S { step count_up when n < 3 { n += 1  send Tell(n) to B } } }
agent B { var seen: 0..3 = 0  final initial state S { on Tell(k) { seen := k } } }
agent C { var on_: bool = false  final initial state S { step toggle { on_ := not on_ } } }
reachable heard: B[0].seen == 2
check "c" { network NETWORK  expect heard }
"""


def is_shown(model: Model, run: Run, question: Property | str) -> bool:
    try:
        judge(model, run, question)
    except EngineDisagreement:
        return False
    return True


def check_run(model: Model, run: Run, question: Property | str) -> Run:
    short, is_least = shrunk(model, run, question, lambda: False)
    assert is_least
    assert is_shown(model, short, question)
    assert len(short.choices) <= len(run.choices)
    for number in range(len(short.choices)):
        rest = (*short.choices[:number], *short.choices[number + 1 :])
        assert not is_shown(model, replace(short, choices=rest), question)
    return short


def first_shown(walk: Walk) -> list[tuple[Run, Property | str]]:
    """The beginnings of a walk that end where something is shown for the first time, as random runs end."""
    found: list[tuple[Run, Property | str]] = [(walk.run, "errors")] if walk.failed else []
    for prop in walk.model.properties:
        for number, state in enumerate(walk.states):
            before = walk.states[number - 1] if number else None
            try:
                if prop.kind != "transition":
                    value = holds(walk.model, prop.expression, state) == (prop.kind == "reachable")
                else:
                    value = before is not None and not holds(walk.model, prop.expression, before, state)
            except EvaluationError:
                break
            if value:
                found.append((replace(walk.run, choices=walk.run.choices[:number]), prop))
                break
    return found


@pytest.mark.parametrize(("network", "length"), [("unordered", 3), ("fifo", 4), ("soup", 3)])
def test_what_others_do_meanwhile_is_left_out(network: str, length: int) -> None:
    """In a queue, the message before must be received first."""
    (model,) = models(BUSY.replace("NETWORK", network))
    lengths = set()
    for seed in range(12):
        for run, question in first_shown(Walk(model, Dice.seeded(seed), 40)):
            lengths.add(len(check_run(model, run, question).choices))
    assert lengths == {length}


@pytest.mark.parametrize("name", [*SPECS][::4])
def test_runs_of_small_specifications_are_made_shorter(name: str) -> None:
    for model in models(SPECS[name]):
        for run, question in first_shown(Walk(model, Dice.seeded(1), LENGTH)):
            check_run(model, run, question)


@pytest.mark.parametrize("seed", range(25))
def test_runs_of_generated_specifications_are_made_shorter(seed: int) -> None:
    def check(model: Model, _: int) -> None:
        for run, question in first_shown(Walk(model, Dice.seeded(seed), LENGTH)):
            check_run(model, run, question)

    check_generated([seed], check)


def test_a_loop_is_cut_out_before_anything_is_tried() -> None:
    (model,) = models(BUSY.replace("NETWORK", "unordered"))
    number = {action.name: at for at, action in enumerate(model.actions)}
    up, toggle = Choice(number["count_up"], ()), Choice(number["toggle"], ())
    own = next(at for at, cell in enumerate(model.cells) if cell.show == "n")
    run = Run((), (toggle, toggle, up, toggle, toggle, toggle, toggle, up))
    trial = _Trial(model, replace(model.properties[0], expression=CellIs(SPAN, BOOL, own, 2)), (), bool)
    assert trial.without_loops(run.choices) == (up, up)
    assert trial.without_loops((up, toggle, up)) == (up, toggle, up)
