"""Definitions that nobody calls: they are checked too, as whoever could call them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.diagnostics import Diagnostics
from modelcheck.frozen import replace

if TYPE_CHECKING:
    from modelcheck.ir.scope import Scope


def check_unused_definitions(scope: Scope) -> None:
    """Record the errors of a definition that is never called, unless it would be right somewhere.

    The body of a definition is checked for each of its callers. One without a caller is tried in a property of steps,
    then in every agent; what is wrong everywhere is reported as in the first place that may use all its words.
    """
    if any(found.code == "MC206" for found in scope.diagnostics.errors):
        return  # Definitions are missing, or too deep to be checked.
    called = {name for name, _, _ in scope.bodies}
    for name, definition in scope.spec.definitions.items():
        if name in called:
            continue
        own = any(node.rule in {"self", "inbox"} or node.text == "others" for node in definition.body.walk())
        places = [scope.at("transition", agent) for agent in scope.agents]
        places = places if own and places else [scope.at("step"), *places]
        tries = [Diagnostics() for _ in places]
        for place, diagnostics in zip(places, tries, strict=True):
            replace(place, diagnostics=diagnostics, bodies={}).definition_body(name)
            if not diagnostics.errors:
                break
        else:
            scope.diagnostics.extend(tries[0].errors)
