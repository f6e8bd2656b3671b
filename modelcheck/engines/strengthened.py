"""What a proof by induction is tried with where the claims alone do not follow: lemmas mined from states."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import z3
from msgspec import Struct

from modelcheck.engines.lemmas.merging import merged
from modelcheck.engines.lemmas.miner import MOST_STATES, Miner
from modelcheck.engines.symbolic import words
from modelcheck.engines.symbolic.expressions import Scope, truth
from modelcheck.engines.symbolic.solving import StoppedError
from modelcheck.engines.symbolic.strengthening import Lemma, Strengthening
from modelcheck.frozen import field
from modelcheck.kernel.type_facts import storage_facts
from modelcheck.verdict import Reached, Violated

if TYPE_CHECKING:
    from modelcheck.engines.base import Hints, Sample
    from modelcheck.engines.symbolic.induction import Claim, Counterexample
    from modelcheck.engines.symbolic.least_step import State
    from modelcheck.engines.symbolic.solving import Solving
    from modelcheck.engines.symbolic.system import System
    from modelcheck.ir.model import Model
    from modelcheck.lowering import LoweredModel
    from modelcheck.semantics.execute import State as Values
    from modelcheck.verdict import Run

LONGEST_LOOK = 20.0
"""How many seconds states are visited for, at most; of a limit on the whole search a quarter."""


class Strengthened(Struct):
    """One model: lemmas that were looked for, and what was `proved` and `refuted` with them, by name."""

    model: Model
    hints: Hints
    lemmas: list[Lemma] = field(default_factory=list)
    proved: set[str] = field(default_factory=set)
    refuted: dict[str, Counterexample] = field(default_factory=dict)
    rests: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The texts of the lemmas that each name which was proved rests on."""
    stopped: StoppedError | None = None
    """What came when all was proved."""
    runs: dict[str, Run] = field(default_factory=dict)
    """The runs to answers among the states that were visited, by name."""
    search: Strengthening | None = None
    """The latest one."""
    _miner: Miner | None = None

    def mine(self, solving: Solving) -> int:
        """Visit states; how many messages were in flight in one, at most. Raises `KeyboardInterrupt`."""
        if self._miner is None:
            left = solving.seconds_left
            with solving.aside():
                found = self.hints.visited(LONGEST_LOOK if left is None else min(LONGEST_LOOK, left / 4))
            answers = {} if found is None else found.verdicts
            self.runs = {name: one.run for name, one in answers.items() if isinstance(one, Violated | Reached)}
            states = [] if found is None or found.states is None else _decoded(found.states(MOST_STATES), solving)
            self._miner = Miner(self.model, states, self.hints.typed, solving.look)
        return self._miner.most_in_flight

    def prove(self, system: System, solving: Solving, claims: list[Claim], lowered: LoweredModel) -> None:
        """Look for lemmas with which the claims follow, each from one state. Raises what `Solving` raises."""
        assert self._miner is not None
        self.proved, self.lemmas, self.rests = set(), [], {}
        source = _Source(self._miner, lowered, self.hints)
        search = self.search = Strengthening(system, solving, claims, [*self._storage(lowered), *self._stated(lowered)])
        try:
            search.run(source.against)
        finally:
            self.refuted = search.refuted
        names = {claim.name for claim in search.claims}
        self.proved = {name for name in names if name not in search.refuted}
        self.lemmas = search.lemmas
        self.rests = {name: tuple(lemma.text for lemma in search.rests_on(name)) for name in self.proved}
        try:
            self._merge(system, solving, lowered)
        except StoppedError as stopped:
            # It is proved all the same, by more lemmas than need be told.
            self.stopped = stopped

    def _stated(self, lowered: LoweredModel) -> list[Lemma]:
        """Other invariants of the specification, where they were so in all states that were seen."""
        assert self._miner is not None
        found = [(text, self.hints.typed(text)) for text in self.hints.stated()]
        return [Lemma(text, lowered.condition(said)) for text, said in found if self._miner.holds(said)]

    def _merge(self, system: System, solving: Solving, lowered: LoweredModel) -> None:
        """Tell lemmas as one that differ in a state only. Raises what `Solving` raises."""
        known = {lemma.text: lemma for lemma in self.lemmas if not lemma.name}
        for whole in merged(list(known)):
            parts = [known[text] for text in whole.parts]
            if len(parts) < 2:  # noqa: PLR2004 - several
                continue
            lemma = Lemma(whole.text, lowered.condition(self.hints.typed(whole.text)))
            if not _is_same(system, solving, lemma, parts):
                continue
            self.lemmas = [lemma if one is parts[0] else one for one in self.lemmas if one not in parts[1:]]
            for name, texts in self.rests.items():
                told = dict.fromkeys(whole.text if text in whole.parts else text for text in texts)
                self.rests[name] = tuple(told)

    def _storage(self, lowered: LoweredModel) -> list[Lemma]:
        """What may be so of how sets and messages are stored, where it was so in all states that were seen."""
        assert self._miner is not None
        facts = storage_facts(lowered.program)
        return [Lemma(fact.text, fact.holds, fact.name) for fact in facts if self._miner.always(lowered, fact.holds)]


def _is_same(system: System, solving: Solving, whole: Lemma, parts: Sequence[Lemma]) -> bool:
    """Whether a lemma says what some others say together."""
    scope = Scope(system.program, system.state)
    solver = solving.solver()
    solver.add(*map(words.in_range, system.state))
    solver.add(truth(whole.holds, scope) != words.conjunction([truth(part.holds, scope) for part in parts]))
    return bool(solving.check(solver) == z3.unsat)


def _decoded(sample: Sample, solving: Solving) -> list[Values]:
    return [sample.decode(state) for state in solving.looking(sample.stored)]


class _Source(Struct):
    """Lemmas against a kernel state, each told once."""

    miner: Miner
    lowered: LoweredModel
    hints: Hints
    told: set[str] = field(default_factory=set)

    def against(self, state: State) -> Iterator[Lemma]:
        try:
            decoded = self.lowered.codec.decode(state)
        except LookupError:
            # It has what stands for nothing: a packet that cannot be, or none that its sender has.
            return
        for text in self.miner.against(decoded, self.told):
            self.told.add(text)
            yield Lemma(text, self.lowered.condition(self.hints.typed(text)))
