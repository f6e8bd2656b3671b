"""Property-directed reachability for a model: lowers it and asks Spacer whether anything can be violated."""

from __future__ import annotations

from modelcheck.engines.base import ERRORS, STOPPED, Exploration, Request
from modelcheck.engines.solved import SolverSearch
from modelcheck.engines.symbolic.bounded import Bounded
from modelcheck.engines.symbolic.induction import claims_of
from modelcheck.engines.symbolic.solving import Solving
from modelcheck.engines.symbolic.spacer import Spacer
from modelcheck.ir.model import Model
from modelcheck.kernel.passes.simplify import simplify
from modelcheck.verdict import Holds, Unknown, Verdict


def explore(model: Model, request: Request) -> Exploration:
    """Prove the invariants of a model, of states and of steps, together with that nothing fails or is cut."""
    return _Search(model, request).explored()


class _Search(SolverSearch):
    """One check: all is proved, or nothing."""

    proved: bool = False
    within: bool = False
    bounds: tuple[str, ...] = ()
    """The bounds that cut beginnings."""

    def needs_more(self, solving: Solving, room: int) -> bool:
        lowered = self.lowered_with(room, solving)
        program = simplify(lowered.program, solving.look)
        self.within = program.within is not None
        base = Bounded(program, solving, deadlock=False)
        base.answers = self.answers
        base.start()
        self.has_start = base.has_start
        self.bounds = tuple(sorted(lowered.program.bounds[code] for code in base.cuts))
        if not self.has_start or base.cuts & lowered.room:
            return bool(base.cuts & lowered.room)
        # What beginnings violate was told by whoever looked for runs.
        claims = claims_of(base.system, ERRORS)
        if ERRORS not in self.answers and not base.cuts:
            self.proved = Spacer(base.system, solving).proves(claims)
        # It may be the room that is violated.
        return not self.proved and bool(lowered.room)

    def tried(self) -> tuple[str, ...]:
        return ("Spacer",)

    def reach(self) -> tuple[int, tuple[str, ...]]:
        return 0, self.bounds

    def unanswered(self, name: str, kind: str) -> Verdict:
        if kind not in {"invariant", "transition", ""}:
            return Unknown("Spacer proves invariants only", "none was looked at")
        if self.proved:
            return Holds("inductive within the bound" if self.within else "inductive")
        if self.stopped == "depth":
            return Unknown("something can be violated, or was not proved", "no violation was shown")
        return Unknown(STOPPED[self.stopped], "no proof was found")
