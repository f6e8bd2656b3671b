"""Proofs by k-induction for a model: lowers it, proves what follows, and shows what stood in the way."""

from __future__ import annotations

from functools import partial

from modelcheck.engines.base import DEADLOCK, ERRORS, STOPPED, Exploration, NotKept, Prover, Request
from modelcheck.engines.facts import proof_of
from modelcheck.engines.solved import SolverSearch, is_state
from modelcheck.engines.strengthened import Strengthened
from modelcheck.engines.symbolic.bounded import Bounded, Found
from modelcheck.engines.symbolic.induction import Claim, Counterexample, Induction, claims_of, cut_name
from modelcheck.engines.symbolic.solving import Solving, StoppedError
from modelcheck.engines.symbolic.strengthening import Lemma, Strengthening
from modelcheck.frozen import field
from modelcheck.ir.model import Model
from modelcheck.kernel.invariant import Proof
from modelcheck.kernel.passes.simplify import simplify
from modelcheck.kernel.program import DECLARED_BOUND, Program
from modelcheck.lowering import LoweredModel
from modelcheck.verdict import Choice, Holds, Scope, Unknown, Verdict

DEFAULT_DEPTH = 4
"""How many states in a row are assumed at most, unless it is said."""

DEFAULT_DEPTH_WITH_LEMMAS = 1
"""The same where lemmas are looked for behind it: these say more than a further state does."""


def explore(model: Model, request: Request) -> Exploration:
    """Prove invariants, of states and of steps, by k-induction for k up to `request.limits.depth`.

    With `request.hints`, lemmas are looked for where some do not follow. What is violated within the first k states is
    told as by bounded model checking, and what is violated in the states that lemmas are made from as it was found
    there. Nothing is said of deadlock.
    """
    return _Search(model, request).explored()


class _Search(SolverSearch):
    """One check: the names of what is `proved`, and why the rest is not."""

    proved: set[str] = field(default_factory=set)
    refuted: dict[str, Counterexample] = field(default_factory=dict)
    short: list[str] = field(default_factory=list)
    """The bounds that were not shown to be never hit."""
    hit: set[int] = field(default_factory=set)
    """The bounds that runs from the beginning hit."""
    claimed: set[str] = field(default_factory=set)
    """The names of all that was to be proved."""
    k: int = 0
    """How many states in a row were tried."""
    proved_with: dict[str, int] = field(default_factory=dict)
    """How many states in a row what was proved needs, by name."""
    lemmas: list[Lemma] = field(default_factory=list)
    strengthened: Strengthened | None = None
    visited: set[str] = field(default_factory=set)
    """The names of what states that were visited answer."""
    search: Strengthening | None = None
    """What proved, or did not, with lemmas."""
    within: bool = False
    lowered: LoweredModel | None = None
    program: Program | None = None

    def needs_more(self, solving: Solving, room: int) -> bool:
        self.proved, self.refuted, self.lemmas, self.proved_with, self.search = set(), {}, [], {}, None
        self.lowered = self.lowered_with(room, solving)
        program = self.program = simplify(self.lowered.program, solving.look)
        self.within = program.within is not None
        base = Bounded(program, solving, deadlock=False)
        base.answers = self.answers
        base.start()
        self.has_start = base.has_start
        self.short = sorted(self.lowered.program.bounds[code] for code in base.cuts)
        induction = Induction(base.system, solving, claims_of(base.system, ERRORS))
        self.hit, self.claimed = base.cuts, {claim.name for claim in induction.claims}
        if not self.has_start:
            # What is `short` cut off all beginnings; that no step hits it would say nothing of these.
            return bool(base.cuts & self.lowered.room)
        for k in range(1, self._most() + 1):
            if not base.deepen():
                break
            if base.cuts & self.lowered.room:
                return True
            gone = set(base.answers) | self.request.answered | {cut_name(code) for code in base.cuts}
            induction.claims = [claim for claim in induction.claims if claim.name not in gone]
            induction.step(k)
            self.k = k
            self._note(induction)
            self.tell()
            if len(induction.proved) == len(induction.claims):
                break
        if self._strengthen(base, solving, induction.claims, room):
            return True
        self._make_least(self.search or induction, self.lowered)
        return False

    def _make_least(self, search: Induction | Strengthening, lowered: LoweredModel) -> None:
        """Make the counterexamples to induction that are shown the least ones, in what is left of the time."""
        if not self.request.small_pairs:
            return
        self.tell()
        shown = {prop.name for prop in self.model.properties} | {ERRORS}
        try:
            for name in sorted(shown & self.refuted.keys() - self.proved - self.answers.keys()):
                search.make_least(name, partial(is_state, lowered))
                self.refuted[name] = search.refuted[name]
        except StoppedError as stopped:
            # All was asked by then, and what the solver found first is a counterexample, too.
            if stopped.why == "interrupted":
                raise

    def _most(self) -> int:
        """How many states in a row to try."""
        limit = self.request.limits.depth
        usual = DEFAULT_DEPTH if self.request.hints is None else DEFAULT_DEPTH_WITH_LEMMAS
        return usual if limit is None else max(1, limit)

    def _strengthen(self, base: Bounded, solving: Solving, claims: list[Claim], room: int) -> bool:
        """Try it with lemmas; whether more room for messages would help."""
        assert self.lowered is not None
        if self.request.hints is None or all(claim.name in self.proved for claim in claims):
            return False
        self.strengthened = found = self.strengthened or Strengthened(self.model, self.request.hints)
        in_flight = found.mine(solving)
        for name, run in found.runs.items():
            if self.answers.setdefault(name, Found(run, len(run.choices))).run is run:
                self.visited.add(name)
        if self.visited:
            self.tell()
        claims = [claim for claim in claims if claim.name not in self.answers]
        if ERRORS in self.answers or all(claim.name in self.proved for claim in claims):
            return False
        if in_flight > room and self.lowered.room:
            return True
        found.prove(base.system, solving, claims, self.lowered)
        self.search = found.search
        self.proved |= found.proved
        self.refuted = {name: pair for name, pair in found.refuted.items() if name not in self.proved}
        self.lemmas = found.lemmas
        self.proved_with |= dict.fromkeys(found.proved, 1)
        self._note_short()
        if found.stopped is not None:
            raise found.stopped
        return False

    def _note(self, induction: Induction) -> None:
        assert self.lowered is not None
        # Only of what is still claimed: a name has several claims, some of which may have been proved before a run
        # from the beginning refuted another.
        names = {claim.name for claim in induction.claims if claim not in induction.proved}
        self.proved = {claim.name for claim in induction.claims} - names
        self.refuted = {name: pair for name, pair in induction.refuted.items() if name in names}
        for name in self.proved:
            self.proved_with.setdefault(name, self.k)
        self._note_short()

    def _note_short(self) -> None:
        assert self.lowered is not None
        bounds = self.lowered.program.bounds
        hit = {code for code in range(len(bounds)) if not self._is_free(code)}
        self.short = [bounds[code] for code in sorted(hit) if not (self.within and code == DECLARED_BOUND)]

    def _is_free(self, code: int) -> bool:
        """Whether a bound is never hit: that is proved, or no step of the program ends there."""
        name = cut_name(code)
        return name in self.proved or (name not in self.claimed and code not in self.hit)

    def reach(self) -> tuple[int, tuple[str, ...]]:
        return self.k - 1, tuple(self.short)

    def unanswered(self, name: str, kind: str) -> Verdict:
        if kind == "reachable" or name == DEADLOCK:
            return Unknown("induction proves invariants only", self._evidence("none"))
        if name not in self.proved:
            return self._open(name)
        otherwise = f"inductive otherwise, k = {self.proved_with[name]}"
        if self.short:
            return Unknown(f"a bound may be hit: {', '.join(self.short)}", otherwise)
        if ERRORS not in self.proved and name != ERRORS:
            return Unknown("an evaluation may fail", otherwise)
        scope: Scope = "inductive within the bound" if self.within else "inductive"
        return Holds(scope)

    def proof(self) -> Proof | None:
        if self.program is None or not self.k or self.short or ERRORS not in self.proved:
            return None
        needs = max(self.proved_with.values(), default=1)
        return proof_of(self.model, self.program, self.proved, needs, self.lemmas)

    def provers(self) -> dict[str, Prover]:
        by_lemmas = {} if self.strengthened is None else self.strengthened.rests
        by_k = {name: Prover(f"k-induction, k = {self.proved_with[name]}") for name in self.proved}
        by_lemma = {name: Prover("induction", lemmas) for name, lemmas in by_lemmas.items() if name in by_k}
        return by_k | by_lemma | {name: Prover("visiting states") for name in self.visited}

    def tried(self) -> tuple[str, ...]:
        with_lemmas = () if self.strengthened is None else ("induction with lemmas",)
        if self.k > 1:
            return (f"k-induction for k up to {self.k}", *with_lemmas)
        return with_lemmas or ("induction",)

    def _evidence(self, what: str) -> str:
        return f"{what} to depth {self.k - 1}" if self.k else "no run was looked at to its end"

    def _open(self, name: str) -> Unknown:
        evidence = self._evidence("no violation")
        if name in self.refuted:
            if self._pair(name) is None:
                # It has what stands for nothing: a packet that cannot be, or none that its sender has.
                evidence = f"{evidence}; the counterexample to induction is no state of the model"
            return Unknown(self._why_open(), evidence)
        return Unknown(STOPPED[self.stopped], evidence)

    def _why_open(self) -> str:
        if ERRORS in self.answers:
            return "an evaluation fails"
        reason = f"not inductive for k = {self.k}"
        if self.strengthened is None:
            return reason
        if self.stopped != "depth":
            return f"{reason}, and {STOPPED[self.stopped]} while lemmas were looked for"
        return f"{reason}, and no lemmas were found that help"

    def pairs(self) -> dict[str, NotKept]:
        found = {name: self._pair(name) for name in self.refuted.keys() - self.proved - self.answers.keys()}
        return {name: pair for name, pair in found.items() if pair is not None}

    def _pair(self, name: str) -> NotKept | None:
        """The counterexample to induction as a step of the model, if it is one."""
        assert self.lowered is not None
        found = self.refuted[name]
        try:
            return NotKept(self.lowered.codec.decode(found.before), Choice(found.action, found.digits))
        except LookupError:
            return None
