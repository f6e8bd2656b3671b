"""What a verification found, as typed data. The fields mirror the JSON of `docs/report.schema.json`."""

from __future__ import annotations

from typing import Literal

from modelcheck.diagnostics import Diagnostic
from modelcheck.frozen import Frozen
from modelcheck.semantics.trace import Trace

VerdictWord = Literal["holds", "violated", "reached", "unreached", "unknown"]


class ProverReport(Frozen):
    """By what a property was proved or refuted, in words, after how many `seconds` of the search, if that is known.

    `lemmas` are those of the check that the proof rests on.
    """

    name: str
    lemmas: tuple[str, ...] = ()
    seconds: float | None = None


class PropertyReport(Frozen):
    """The verdict on one property, and what was expected.

    `kind` is `invariant`, `transition`, `reachable`, `temporal`, `deadline` (a temporal property with `within`, which
    is about finite runs), `deadlock`, `errors` or `states`. `scope` says how far the verdict reaches, `reason` why it
    is unknown and `evidence` what was seen all the same. `steps` is the length of the shortest run that shows it,
    `expected_steps` what the specification says it is (None: nothing, or it is not judged).
    """

    name: str
    kind: str
    verdict: VerdictWord
    expected: VerdictWord
    ok: bool
    scope: str = ""
    reason: str = ""
    evidence: str = ""
    steps: int | None = None
    expected_steps: int | None = None
    trace: Trace | None = None
    pair: Trace | None = None
    """Of what is not inductive a step that breaks it, from a state that may be unreachable: a counterexample to
    induction."""
    more: tuple[Trace, ...] = ()
    """Other counterexamples that differ in what is done, the shortest first, where they were asked."""
    others: str = ""
    """Whether there are others still, where that was asked."""
    chosen: str = ""
    """Which of the shortest runs it is, where that was asked."""
    prover: ProverReport | None = None
    """By what it was proved or refuted, where a prover did it or several were tried."""
    fairness: tuple[str, ...] = ()
    """Which fairness the property needs, where that was asked."""
    line: int | None = None
    """Where it stands in the specification; `deadlock` and `errors`: where the check says so, or the check."""
    column: int | None = None

    @property
    def traces(self) -> tuple[Trace, ...]:
        """Its run and the other counterexamples, in that order."""
        return () if self.trace is None else (self.trace, *self.more)

    @property
    def shown(self) -> tuple[Trace, ...]:
        """The same, with what is shown of induction."""
        return self.traces if self.pair is None else (*self.traces, self.pair)


class StateCounts(Frozen):
    """`distinct` counts reachable states before any reduction (None: not counted), `explored` those visited."""

    distinct: int | None
    explored: int
    transitions: int
    depth: int


class Seconds(Frozen):
    """Processor time to compile, also in the background; wall time and processor time of the search alone."""

    compile: float
    search: float
    cpu: float


class Coverage(Frozen):
    """How often a transition or another action was taken in what was explored; `line` is where it stands, if so."""

    name: str
    line: int | None
    count: int


class Parameter(Frozen):
    """The value of a parameter as text, and as plain data in the notation of ITF."""

    name: str
    text: str
    value: object


class ProofReport(Frozen):
    """What proofs by induction rest on: `k` states in a row, and lemmas in the language that were found for them.

    `storage` says in words what was found of messages that the language cannot say; `formulas` are terms of SMT-LIB.
    """

    k: int
    lemmas: tuple[str, ...]
    storage: tuple[str, ...]
    formulas: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """All lemmas, in the order in which reports number them, from 1."""
        return (*self.storage, *self.lemmas, *self.formulas)


class CheckReport(Frozen):
    """One check. `complete`: no limit stopped the search; `bounds_hit` names what cut off behaviour all the same."""

    name: str
    engine: str
    ok: bool
    complete: bool
    interrupted: bool
    seed: int | None
    states: StateCounts
    seconds: Seconds
    memory_bytes: int
    reductions: tuple[str, ...]
    bounds_hit: tuple[str, ...]
    properties: tuple[PropertyReport, ...]
    coverage: tuple[Coverage, ...] = ()
    sizes: tuple[tuple[str, int], ...] = ()
    """How many there are of each sort of ids."""
    params: tuple[Parameter, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
    """What `--set` changed: name and value as they were given."""
    faults: tuple[tuple[str, str], ...] = ()
    """What `--fault` changed: `crash:Participant` and the budget, a number or `any`."""
    only: tuple[str, ...] = ()
    """The properties that were asked for; none means all. What no property reads is not part of the states."""
    proof: ProofReport | None = None
    tried: tuple[str, ...] = ()
    """What was done, in words, where it was not to visit states only."""
    uncertified: tuple[str, ...] | None = None
    """What holds without a certificate, where certificates are written: to visit all states gives none."""
    audited: int | None = None
    """How many stored states the reference interpreter has expanded after a complete search in compiled code.

    Not part of the JSON report, which is the same whichever engine visits the states.
    """

    @property
    def lemmas(self) -> tuple[str, ...]:
        """The lemmas of its proof; number 1 comes first."""
        return () if self.proof is None else self.proof.all

    @property
    def bound_word(self) -> str:
        """What is said of `bounds_hit`: who proves looks at no run that hits one, and only failed to rule it out."""
        return "bound not ruled out" if self.engine in {"induction", "proof"} else "bound hit"


class SpecReport(Frozen):
    """One specification. `assumptions` are what the model takes for granted and a reader should know.

    `interrupted`: Ctrl-C ended it, so checks may be missing, and it is not `ok`.
    """

    file: str
    sha256: str
    ok: bool
    warnings: tuple[Diagnostic, ...]
    assumptions: tuple[str, ...]
    checks: tuple[CheckReport, ...]
    interrupted: bool = False


class Report(Frozen):
    """Everything that one call of `verify` found, up to Ctrl-C if that ended it. `version` is modelcheck's."""

    version: str
    ok: bool
    specs: tuple[SpecReport, ...]

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C ended it: then checks and files may be missing."""
        return any(spec.interrupted for spec in self.specs)

    @property
    def exit_code(self) -> int:
        """0 as expected, 1 a verdict differs, 3 a limit stopped the search first, 130 interrupted."""
        if self.interrupted:
            # Before all else: a loop in a shell must end too.
            return 130
        checks = [check for spec in self.specs for check in spec.checks]
        wrong = [p for check in checks for p in check.properties if not p.ok]
        if any(p.verdict != "unknown" for p in wrong):
            return 1
        return 3 if wrong else 0
