"""What detectors have in common: the moment from which on they keep their promises, the agent that all can trust."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.environment.detectors.terms import OTHER
from modelcheck.ir.constructs.atoms import Literal
from modelcheck.ir.constructs.detectors import is_noticed
from modelcheck.ir.constructs.sets import SetLiteral
from modelcheck.ir.model import Action
from modelcheck.ir.statuses import is_down, statuses_of
from modelcheck.ir.types import BOOL, UNKNOWN, SetT
from modelcheck.ir.values import Id
from modelcheck.semantics.show import show_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelcheck.environment.detectors.terms import Terms
    from modelcheck.ir.model import Label, Model
    from modelcheck.ir.statement import Body
    from modelcheck.ir.values import Value


def can_crash(model: Model, kind: str) -> bool:
    """Whether agents of a kind can crash in this check so that a detector may notice."""
    return any(map(is_noticed, statuses_of(model, kind)))


def can_recover(model: Model, kind: str) -> bool:
    """Whether an agent of a kind may start again after such a crash."""
    return any(is_noticed(status) and is_down(status) for status in statuses_of(model, kind))


def add_stable(terms: Terms) -> None:
    """Add the variable that says whether the detector keeps its promises from now on."""
    no = Literal(terms.span, BOOL, value=False)
    terms.model.oracle["stable",] = terms.variable("detector stable", terms.bools(), no)


def add_trusted(terms: Terms, kinds: tuple[str, ...]) -> None:
    """Add the variables that hold the agent that nobody may suspect, or the leader."""
    for kind in kinds:
        name = "trusted" if len(kinds) == 1 else f"trusted {kind}"
        nobody = SetLiteral(terms.span, SetT(UNKNOWN), ())
        terms.model.oracle["trusted", kind] = terms.variable(name, terms.sets(kind), nobody)


def choose_trusted(terms: Terms, kind: str, name: str) -> Body:
    """Choose one that runs. It will never crash: see `around_crash`."""
    candidates = terms.all_of(kind)
    if can_crash(terms.model, kind):
        candidates = terms.those(candidates, name, terms.negation(terms.crashed(terms.named(name, kind))))
    return (terms.choose(candidates, name),)


def stabilising(terms: Terms, decisive: Body, effects: Body, *names: str) -> None:
    """Add the step that makes the detector stable. It is owed as long as it is possible, whatever is chosen for it."""
    now = terms.change(("stable",), None, ":=", Literal(terms.span, BOOL, value=True))
    body = (terms.when(terms.negation(terms.stable())), *decisive, *terms.owed(), now, *effects)

    def label(model: Model, bound: Mapping[str, Value]) -> str:
        chosen = [show_id(bound[name], model) for name in names]
        return f"the failure detector stabilises{' and trusts ' if chosen else ''}{', '.join(chosen)}"

    terms.model.actions.append(Action("stabilise", None, "network", body, label=label))


def said_of(name: str) -> Label:
    """A label that names the other agent."""

    def label(model: Model, bound: Mapping[str, Value]) -> str:
        other = bound[OTHER]
        assert isinstance(other, Id)
        return f"{name} {show_id(other, model)}"

    return label
