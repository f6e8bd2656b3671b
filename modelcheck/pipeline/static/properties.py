"""Properties that say nothing of a protocol, because the types decide them."""

from __future__ import annotations

from collections.abc import Sequence

from modelcheck.ir.constructs.atoms import VariableRead
from modelcheck.ir.spec import Property, Spec
from modelcheck.pipeline.static.asking import Asking, UndecidedError
from modelcheck.pipeline.static.conditions import varies
from modelcheck.pipeline.static.instance import Instance


def warn_about_properties(spec: Spec, asking: Asking) -> None:
    """Record a warning for each property of states or steps that has one value only in all checks that ask for it."""
    for prop in spec.properties.values():
        asked = [one for one in asking.instances if prop in one.model.properties]
        if not asked or not varies(prop.expression) or _starts_anywhere(prop):
            continue
        try:
            if _is_never(prop, asked, asking, value=False):
                _tell_always(prop, asking)
            elif _is_never(prop, asked, asking, value=True):
                _tell_never(prop, asking)
        except UndecidedError as undecided:
            asking.leave_open(prop.expression.span, f"whether the types alone decide '{prop.name}'", undecided)


def _starts_anywhere(prop: Property) -> bool:
    """Whether a run begins with any values of what a property reads: then it may well be about all states there are."""
    read = [part.variable for part in prop.expression.walk() if isinstance(part, VariableRead)]
    return bool(read) and all(variable.initial == "any" for variable in read)


def _is_never(prop: Property, asked: Sequence[Instance], asking: Asking, *, value: bool) -> bool:
    return asking.never(asked, lambda one: one.can_be(prop, value=value))


def _tell_always(prop: Property, asking: Asking) -> None:
    problem = f"'{prop.name}' is true in {_all(prop)} that the types allow: whatever the protocol does, it holds"
    if prop.kind == "reachable":
        problem = f"'{prop.name}' is true in every state that the types allow, so that the first one reaches it"
    asking.told.warning("MC522", prop.expression.span, problem, "it says nothing of the protocol: was more meant?")


def _tell_never(prop: Property, asking: Asking) -> None:
    of, so = "in no state", "whatever the protocol does, it is violated"
    if prop.kind == "transition":
        of, so = "of no two states", "whatever the protocol does, its first step violates it"
    elif prop.kind == "reachable":
        so = "whatever the protocol does, it is not reached"
    problem = f"'{prop.name}' is true {of} that the types allow: {so}"
    asking.told.warning("MC523", prop.expression.span, problem, "was something else meant?")


def _all(prop: Property) -> str:
    return "every two states" if prop.kind == "transition" else "every state"
