"""Property-directed reachability for a model: lowers it and asks Spacer whether anything can be violated."""

from __future__ import annotations

from modelcheck.engines.base import DEADLOCK, ERRORS, STOPPED, Exploration, Prover, Request
from modelcheck.engines.decoding.invariants import Told, UntoldError
from modelcheck.engines.facts import proof_of
from modelcheck.engines.solved import SolverSearch
from modelcheck.engines.symbolic.bounded import Bounded
from modelcheck.engines.symbolic.induction import Claim, claims_of
from modelcheck.engines.symbolic.solving import Solving, StoppedError
from modelcheck.engines.symbolic.spacer import Spacer
from modelcheck.engines.symbolic.strengthening import Strengthening
from modelcheck.engines.symbolic.system import System
from modelcheck.engines.symbolic.words import Term
from modelcheck.frozen import field
from modelcheck.ir.model import Model
from modelcheck.kernel.invariant import Proof
from modelcheck.kernel.passes.simplify import simplify
from modelcheck.lowering import LoweredModel
from modelcheck.verdict import Holds, Unknown, Verdict


def explore(model: Model, request: Request) -> Exploration:
    """Prove the invariants of a model, of states and of steps, together with that nothing fails or is cut.

    Nothing is said of deadlock.
    """
    return _Search(model, request).explored()


class _Search(SolverSearch):
    """One check: all that no run has answered is proved, or nothing."""

    proved: bool = False
    lowered: LoweredModel | None = None
    within: bool = False
    told: Proof | None = None
    """What was proved, where it can be told."""
    rests: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The texts of the lemmas that each name rests on."""
    untold: str = ""
    """Why the invariant cannot be told."""
    bounds: tuple[str, ...] = ()
    """The bounds that cut beginnings."""

    def needs_more(self, solving: Solving, room: int) -> bool:
        lowered = self.lowered = self.lowered_with(room, solving)
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
        claims = [one for one in claims_of(base.system, ERRORS) if one.name not in self.request.answered]
        if ERRORS not in self.answers and not base.cuts:
            search = Spacer(base.system, solving)
            self.proved = search.proves(claims)
            if search.invariant is not None:
                self._tell(search.invariant, base.system, solving, claims)
        # It may be the room that is violated.
        return not self.proved and bool(lowered.room)

    def _tell(self, invariant: Term, system: System, solving: Solving, claims: list[Claim]) -> None:
        """Write the invariant down as lemmas, and prove all from these: nothing else is left of what was found."""
        try:
            assert self.lowered is not None
            hints = self.request.hints
            told = Told(self.model, self.lowered, system, solving)
            lemmas = told.lemmas(invariant, None if hints is None else hints.typed)
            search = Strengthening(system, solving, claims, lemmas)
            search.run(lambda _state: ())
        except UntoldError as error:
            self.untold = f"no certificate: {error}"
            return
        except StoppedError as stopped:
            self.untold = f"no certificate: {STOPPED[stopped.why]}"
            return
        if search.refuted:
            self.untold = "no certificate: the invariant could not be written down as it is"
            return
        names = {claim.name for claim in claims}
        self.told = proof_of(self.model, system.program, names, 1, search.lemmas)
        self.rests = {name: tuple(lemma.text for lemma in search.rests_on(name)) for name in names}

    def proof(self) -> Proof | None:
        return self.told

    def provers(self) -> dict[str, Prover]:
        if not self.proved:
            return {}
        name = f"Spacer, whose invariant was checked; {self.untold}" if self.untold else "Spacer"
        names = [*(prop.name for prop in self.model.properties), ERRORS]
        return {one: Prover(name, self.rests.get(one, ())) for one in names if one not in self.request.answered}

    def tried(self) -> tuple[str, ...]:
        return ("Spacer",)

    def reach(self) -> tuple[int, tuple[str, ...]]:
        return 0, self.bounds

    def unanswered(self, name: str, kind: str) -> Verdict:
        if name == DEADLOCK or kind not in {"invariant", "transition", ""}:
            return Unknown("Spacer proves invariants only", "none was looked at")
        if self.proved:
            return Holds("inductive within the bound" if self.within else "inductive")
        if self.stopped == "depth":
            return Unknown("something can be violated, or was not proved", "no violation was shown")
        return Unknown(STOPPED[self.stopped], "no proof was found")
