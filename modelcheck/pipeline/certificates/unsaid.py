"""Lemmas that the language cannot say, evaluated by the kernel's evaluator in states that were visited."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from modelcheck.frozen import Frozen
from modelcheck.ir.lowered import NoRoomError
from modelcheck.kernel.evaluate import evaluate
from modelcheck.pipeline.certificates.make import Asked, Instance, lowered_facts, unsaid_facts

if TYPE_CHECKING:
    from modelcheck.engines.base import Exploration
    from modelcheck.semantics.execute import State

MOST_STATES = 2000
"""In so many states they are evaluated, at most."""


class Looked(Frozen):
    """In how many states all facts were true, and the name of one that was false in the next."""

    states: int
    false: str = ""


def looked_at(instance: Instance, asked: Asked, found: Exploration, deadline: float | None) -> Looked | None:
    """Evaluate them in states spread evenly over those that were visited; None where there is nothing to evaluate."""
    facts = unsaid_facts(instance, asked)
    if not facts or found.states is None:
        return None
    lowered = lowered_facts(instance)
    count = 0
    sample = found.states(MOST_STATES)
    for stored in sample.stored:
        if deadline is not None and time.monotonic() >= deadline:
            break
        state: State = sample.decode(stored)
        try:
            kernel = lowered.codec.encode(state)
        except NoRoomError:
            # The formulas are about as many messages as there was room for, and claim that no run has more.
            return Looked(count, "that there is room for all messages")
        for fact in facts:
            if not evaluate(lowered.program, fact.holds, kernel):
                return Looked(count, fact.name)
        count += 1
    return Looked(count)
