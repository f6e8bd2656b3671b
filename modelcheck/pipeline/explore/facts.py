"""What can be said of a state: which properties hold, whether anything can go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from modelcheck.environment.kept_ghosts import kept_ghosts
from modelcheck.frozen import Frozen
from modelcheck.ir.constructs.detectors import Leader, Suspects
from modelcheck.ir.expression import EvaluationError
from modelcheck.pipeline.explore.deadline import Deadline, TimeUpError
from modelcheck.semantics.due import unserved
from modelcheck.semantics.execute import holds, is_resting
from modelcheck.semantics.explain import explain
from modelcheck.semantics.waiting import waiting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from modelcheck.ir.expression import Expr
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Property
    from modelcheck.semantics.execute import State

Standing = Literal["holds", "false", "reached", "not here", "error", "unknown"]
"""Of an invariant or a step: `holds` or `false`; of what should be reachable: `reached` or `not here`."""

Rest = Literal["goes on", "rests", "deadlock", "unknown", "failed", "before"]


class PropertyHere(Frozen):
    """A property in one state. `facts` say why it is false, or what failed; `asked` whether the check expects it."""

    name: str
    kind: str
    text: str
    standing: Standing
    facts: tuple[str, ...]
    asked: bool


def properties_here(model: Model, before: State | None, state: State, deadline: Deadline) -> tuple[PropertyHere, ...]:
    """Every property of the specification in a state, those of the check first. `before` is one step earlier."""
    names = {prop.name for prop in model.properties} | {temporal.property.name for temporal in model.temporal}
    declared = model.spec.properties.values()
    asked = [*(p for p in declared if p.name in names), *(p for p in declared if p.name not in names)]
    found = []
    for prop in asked:
        try:
            with deadline.enforced():
                found.append(_here(model, prop, before, state, asked=prop.name in names))
        except TimeUpError:
            late = ("there was no time to find out",)
            found.append(PropertyHere(prop.name, prop.kind, prop.text, "unknown", late, prop.name in names))
    return tuple(found)


def _here(model: Model, prop: Property, before: State | None, state: State, *, asked: bool) -> PropertyHere:
    def here(standing: Standing, *facts: str) -> PropertyHere:
        return PropertyHere(prop.name, prop.kind, prop.text, standing, facts, asked)

    if prop.kind == "temporal":
        return here("unknown", "it is about whole runs: search for one")
    if prop.kind == "transition" and before is None:
        return here("unknown", "it is about steps, and there was none")
    if (absent := missing(model, prop.expression)) is not None:
        return here("unknown", absent)
    first, after = (before, state) if prop.kind == "transition" and before is not None else (state, None)
    try:
        value = holds(model, prop.expression, first, after)
    except EvaluationError as error:
        return here("error", error.problem)
    if prop.kind == "reachable":
        return here("reached" if value else "not here")
    return here("holds") if value else here("false", *explain(model, prop.expression, first, after))


def missing(model: Model, expression: Expr) -> str | None:
    """What an expression reads that this check leaves out, in words."""
    ghosts = kept_ghosts(model.spec, [expression]) - model.kept
    if ghosts:
        names = ", ".join(sorted(getattr(ghost, "name", str(ghost)) for ghost in ghosts))
        return f"this check leaves out what no expectation reads: {names}"
    if model.detector is None and any(isinstance(part, Suspects | Leader) for part in expression.walk()):
        return "nobody asks the failure detector in this check"
    return None


def rest(model: Model, state: State, *, is_stuck: bool | None) -> tuple[Rest, tuple[str, ...]]:
    """Whether the run can go on without a fault, and who waits if it cannot."""
    if is_stuck is None:
        return "unknown", ()
    if not is_stuck:
        return "goes on", ()
    if is_resting(model, state):
        return "rests", ()
    return "deadlock", tuple(_waiting(model, state))


def _waiting(model: Model, state: State) -> Iterator[str]:
    yield from waiting(model, state)
    if model.spec.timed is not None:
        yield from unserved(model, state)
