"""What a solver says no state has, no state of a run has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest

pytest.importorskip("z3")

from modelcheck.diagnostics import Diagnostic, Diagnostics
from modelcheck.engines.symbolic.expressions import unwatched
from modelcheck.ir.expression import BlockedError, Chooser, CutError, Env, EvaluationError, Expr, all_runs
from modelcheck.ir.model import Action, Model
from modelcheck.ir.spec import Spec, Transition
from modelcheck.ir.statement import Body, run
from modelcheck.ir.statements.transitions import Guard
from modelcheck.pipeline.allowance import Allowance
from modelcheck.pipeline.static import instance, rooms, survey
from modelcheck.pipeline.static.conditions import conjuncts, denied
from modelcheck.pipeline.static.walk import walk
from modelcheck.semantics.execute import State, action_paths, holds
from tests.differential.test_generated import load_text, models, sample, shown


@pytest.fixture(autouse=True)
def _nothing_is_tried_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """The solver alone decides: what is tried would hide its mistakes."""
    monkeypatch.setattr(instance, "walk", lambda *_: [])
    monkeypatch.setattr(rooms, "samples", lambda *_: iter(()))


def told(spec: Spec, found: list[Model]) -> list[Diagnostic]:
    diagnostics = Diagnostics()
    survey(spec, found, Allowance(effort=3), diagnostics, errors=False)
    return list(diagnostics.warnings)


def transitions(spec: Spec) -> Iterator[Transition]:
    return (transition for agent in spec.agents.values() for transition in agent.behaviour)


def ways(model: Model, transition: Transition) -> Iterator[tuple[int, Action]]:
    return ((number, action) for number, action in enumerate(model.actions) if action.transition is transition)


def refute_dead(spec: Spec, found: list[Model], claim: Diagnostic) -> Iterator[State]:
    """States of runs in which a transition of which a part is told can be taken."""
    for transition in transitions(spec):
        if claim.span is not None and transition.span.start <= claim.span.start < transition.span.end:
            for model in found:
                for number, _ in ways(model, transition):
                    yield from (state for state in walk(model, unwatched) if any(action_paths(model, state, number)))


def refute_idle(spec: Spec, found: list[Model], claim: Diagnostic) -> Iterator[State]:
    """States of runs in which a part of a guard is false where those before it are true."""
    for transition in transitions(spec):
        parts = [] if transition.guard is None else list(conjuncts(transition.guard))
        for place, part in enumerate(parts):
            if part.span == claim.span:
                for model in found:
                    for _, action in ways(model, transition):
                        body = up_to_the_guard(action, [*parts[:place], denied(part)])
                        yield from (state for state in walk(model, unwatched) if ends(model, state, action, body))


def up_to_the_guard(action: Action, conditions: list[Expr]) -> Body:
    place = next(at for at, statement in enumerate(action.body) if isinstance(statement, Guard))
    return (*action.body[:place], *(Guard(condition.span, condition) for condition in conditions))


def ends(model: Model, state: State, action: Action, body: Body) -> bool:
    found = []

    def once(chooser: Chooser) -> None:
        with suppress(BlockedError, CutError, EvaluationError):
            run(body, Env(model, list(state), action.actor, chooser))
            found.append(chooser.taken)

    for _ in all_runs(once):
        pass
    return bool(found)


def refute_value(spec: Spec, found: list[Model], claim: Diagnostic, *, value: bool) -> Iterator[State]:
    """States of runs in which a property has the value that it is said never to have."""
    for prop in spec.properties.values():
        if prop.expression.span != claim.span or prop.kind == "transition":
            continue
        for model in (one for one in found if prop in one.properties):
            for state in walk(model, unwatched):
                with suppress(EvaluationError):
                    if holds(model, prop.expression, state) == value:
                        yield state


def refuted(spec: Spec, found: list[Model], claim: Diagnostic) -> Iterator[State]:
    match claim.code:
        case "MC520":
            return refute_dead(spec, found, claim)
        case "MC521":
            return refute_idle(spec, found, claim)
        case "MC522" | "MC523":
            return refute_value(spec, found, claim, value=claim.code == "MC523")
    return iter(())


@pytest.mark.parametrize("seed", range(90_000, 90_010))
def test_no_claim_about_all_states_is_refuted_by_a_run(seed: int) -> None:
    with shown(text := sample(seed)):
        spec = load_text(text)
        found = [model for _, model in models(spec)]
        if len(found) == len(spec.checks):
            for claim in told(spec, found):
                assert next(refuted(spec, found, claim), None) is None, claim.problem
