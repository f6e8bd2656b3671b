"""What an inductive proof rests on: facts that hold in the first states, and that every step keeps."""

from __future__ import annotations

from typing import Literal

from modelcheck.frozen import Frozen, replace
from modelcheck.kernel.program import Expr, Program, Read
from modelcheck.kernel.walk import with_children


class Fact(Frozen):
    """A boolean expression over the cells of a state, or over those before and behind a step.

    A `claim` is a property of the check, or that one can be evaluated; a `lemma` was found to prove it; a `type` says
    what states look like. `text` is what it says in the language, or in words where the language has none; of a
    `formula`, a lemma that is about cells of the program, it is a term of SMT-LIB.
    """

    name: str
    origin: Literal["claim", "lemma", "type", "formula"]
    of: Literal["state", "step"]
    text: str
    holds: Expr


class Invariant(Frozen):
    """Facts that imply one another: what holds in `k` states in a row of a run, all different, holds in the next.

    Those `of` a step hold on the steps between these states. The facts also imply that no step fails or is cut by a
    bound, but for the one that a check declares (`Program.within`).
    """

    k: int
    facts: tuple[Fact, ...]


class Proof(Frozen):
    """An invariant of a program. Its expressions are closed, and defined in every state."""

    program: Program
    invariant: Invariant

    @property
    def proves(self) -> tuple[str, ...]:
        """The properties among the claims, by name."""
        properties = {prop.name for prop in self.program.properties}
        return tuple(fact.name for fact in self.invariant.facts if fact.origin == "claim" and fact.name in properties)


def at_rest(expression: Expr) -> Expr:
    """An expression of steps on the step from a state to itself, as one of states."""
    changed = with_children(expression, at_rest)
    return replace(changed, after=False) if isinstance(changed, Read) else changed
