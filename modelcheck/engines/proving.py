"""A portfolio of proofs: each is tried where those before it left something open."""

from __future__ import annotations

import time
from collections.abc import Callable
from copy import copy

from msgspec import Struct

from modelcheck.counts import counted
from modelcheck.engines import bounded, induction, spacer
from modelcheck.engines.base import ERRORS, STOPPED, Exploration, NotKept, Prover, Request, Stop, Timing
from modelcheck.frozen import field, replace
from modelcheck.ir.model import Model
from modelcheck.kernel.invariant import Proof
from modelcheck.verdict import Holds, Unknown, Verdict, Violated

DEFAULT_SECONDS = 300.0
"""How long it takes at most, unless it is said."""

LONGEST_VISIT = 20.0
"""How many seconds states are visited for, at most."""

ANSWERED_SECONDS = 20.0
"""How long proofs are looked for, at most, where to visit all states has answered already and no proof is asked for."""

FIRST_K, LAST_K = 2, 12
"""How many states in a row are tried, at most, before all else and when nothing else helped."""

DEEPEST = 40
"""How many steps the runs have, at most, that are looked for where Spacer knows of one."""

Engine = Callable[[Model, Request], Exploration]


def explore(model: Model, request: Request) -> Exploration:
    """Prove or refute the invariants of a model, of states and of steps, within `request.limits.seconds`.

    Some states are visited first, where `request.hints` can: they may refute what nobody need try to prove, and lemmas
    are made from them.
    """
    return _Portfolio(model, request).explored()


class _Portfolio(Struct):
    """One check: what is settled and by what, and what is said of the rest."""

    model: Model
    request: Request
    settled: dict[str, Verdict] = field(default_factory=dict)
    provers: dict[str, Prover] = field(default_factory=dict)
    pairs: dict[str, NotKept] = field(default_factory=dict)
    tried: list[str] = field(default_factory=list)
    unknown: dict[str, Verdict] = field(default_factory=dict)
    proof: Proof | None = None
    depth: int = 0
    bounds: tuple[str, ...] = ()
    stopped: Stop = "depth"
    visited: Exploration | None = None
    answered: float | None = None
    """When it became known that nothing is violated."""
    began: float = field(default_factory=time.monotonic)
    began_cpu: float = field(default_factory=time.process_time)

    def explored(self) -> Exploration:
        """Try one after the other."""
        visited = self.visited = self._visited()
        if visited is not None:
            count, whole = visited.explored, visited.stopped is None
            states = f"{'all ' if whole else ''}{counted(count, 'state')}"
            self.tried.append(f"visiting {states}")
            self._settle(visited, {Violated: "visiting states"})
            if self._open() == [ERRORS]:
                # All else is refuted: nothing is left that a proof would say more of.
                self._settle_by_visiting()
            if not self.request.wants_proof and all(isinstance(visited.verdicts[one], Holds) for one in self._open()):
                self.answered = time.monotonic()
        if self._goes_on():
            asked = replace(self._to_depth(FIRST_K), small_pairs=False)
            first = self._tried(induction.explore, asked, 0.1, _Portfolio.prove)
            if first.stopped is None:
                # No run begins.
                return first
        if self._goes_on() and self.request.hints is not None:
            self._tried(induction.explore, self.request, 0.7, _Portfolio.prove)
        if self._goes_on():
            self._ask_spacer()
        self._settle_by_visiting()
        return self._exploration()

    def _visited(self) -> Exploration | None:
        if self.request.hints is None:
            return None
        try:
            return self.request.hints.visited(min(LONGEST_VISIT, self._left() / 8))
        except KeyboardInterrupt:
            self.stopped = "interrupted"
            return None

    def prove(self, found: Exploration) -> None:
        """Keep what induction found."""
        self.unknown |= {name: verdict for name, verdict in found.verdicts.items() if isinstance(verdict, Unknown)}
        self.pairs |= found.pairs
        self.depth, self.bounds = found.depth, found.bounds_hit
        before = self._open()
        self._settle(found, {Holds: "induction", Violated: "bounded model checking"})
        if found.proof is not None and (self.proof is None or before != self._open()):
            self.proof = found.proof

    def prove_by_spacer(self, found: Exploration) -> None:
        """Keep what Spacer found."""
        before = self._open()
        self._settle(found, {Holds: "Spacer, whose invariant was checked"})
        if found.proof is not None and before != self._open():
            self.proof = found.proof

    def refute(self, found: Exploration) -> None:
        """Keep what runs show."""
        self._settle(found, {Violated: "bounded model checking"})

    def _ask_spacer(self) -> None:
        found = self._tried(spacer.explore, self.request, 0.7, _Portfolio.prove_by_spacer)
        if not self._goes_on():
            return
        if found.stopped == "depth":
            # It knows of a violation, which may be a few steps away.
            self._tried(bounded.explore, self._to_depth(DEEPEST), 1.0, _Portfolio.refute)
        else:
            self._tried(induction.explore, self._to_depth(LAST_K), 1.0, _Portfolio.prove)

    def _to_depth(self, depth: int) -> Request:
        """What is asked of an engine that goes step by step, without lemmas."""
        return replace(self.request, hints=None, limits=replace(self.request.limits, depth=depth))

    def _tried(
        self, engine: Engine, request: Request, share: float, keep: Callable[[_Portfolio, Exploration], None]
    ) -> Exploration:
        """What an engine finds in a share of the time that is left, of which some is kept."""
        if self.request.so_far is not None:
            self._tell(None, keep)
            request = replace(request, so_far=lambda found: self._tell(found, keep))
        limits = replace(request.limits, seconds=self._left() * share)
        answered = frozenset(name for name, verdict in self.settled.items() if isinstance(verdict, Violated))
        found = engine(self.model, replace(request, limits=limits, deadlock=False, answered=answered))
        self.tried += [what for what in found.tried if what not in self.tried]
        if found.stopped in {"interrupted", "memory"}:
            self.stopped = found.stopped
        if found.stopped is not None:
            keep(self, found)
        return found

    def _tell(self, found: Exploration | None, keep: Callable[[_Portfolio, Exploration], None]) -> None:
        """Say what is known if all is ended from outside now, with what the engine that is at work has found so far."""
        assert self.request.so_far is not None
        now = copy(self)
        now.settled, now.provers, now.unknown = dict(self.settled), dict(self.provers), dict(self.unknown)
        now.pairs, now.tried, now.stopped = dict(self.pairs), [*self.tried], "time"
        if found is not None:
            now.tried += [what for what in found.tried if what not in now.tried]
            keep(now, found)
        now._settle_by_visiting()  # noqa: SLF001 - a copy
        self.request.so_far(now._exploration())  # noqa: SLF001 - as above

    def _settle_by_visiting(self) -> None:
        """Where all states were visited anyway, that is a proof, too."""
        if self.visited is not None:
            self._settle(self.visited, {Holds: "visiting all states"})

    def _settle(self, found: Exploration, by: dict[type[Holds | Violated], str]) -> None:
        """Keep the verdicts of some kinds; `by` says what gave them, where the engine itself does not."""
        seconds = time.monotonic() - self.began
        for name in self._open():
            verdict = found.verdicts.get(name)
            if isinstance(verdict, Holds | Violated) and type(verdict) in by:
                self.settled[name] = verdict
                prover = found.provers.get(name) if isinstance(verdict, Holds) else None
                self.provers[name] = replace(prover or Prover(by[type(verdict)]), seconds=seconds)

    def _open(self) -> list[str]:
        names = [prop.name for prop in self.model.properties if prop.kind in {"invariant", "transition"}]
        return [name for name in (*names, ERRORS) if name not in self.settled]

    def _goes_on(self) -> bool:
        """Whether something is open that can be settled: where evaluations fail, nothing can be proved."""
        failed = isinstance(self.settled.get(ERRORS), Violated)
        return self.stopped == "depth" and self._left() > 0 and not failed and bool(self._open())

    def _left(self) -> float:
        limit = self.request.limits.seconds
        end = self.began + (DEFAULT_SECONDS if limit is None else limit)
        if self.answered is not None:
            end = min(end, self.answered + ANSWERED_SECONDS)
        return max(0.0, end - time.monotonic())

    def _exploration(self) -> Exploration:
        names = [*(prop.name for prop in self.model.properties), ERRORS]
        if self.stopped == "depth" and self._open() and not self._left():
            self.stopped = "time"
        seconds, cpu = time.monotonic() - self.began, time.process_time() - self.began_cpu
        return Exploration(
            {name: self.settled.get(name) or self.unknown.get(name) or self._untried() for name in names},
            distinct=None,
            explored=0,
            transitions=0,
            depth=self.depth,
            fired=(0,) * len(self.model.actions),
            bounds_hit=self.bounds if self._open() else (),
            stopped=self.stopped,
            timing=Timing(seconds, cpu, 0.0),
            proof=self.proof,
            provers=self.provers,
            pairs=self.pairs,
            tried=tuple(self.tried),
        )

    def _untried(self) -> Unknown:
        if isinstance(self.settled.get(ERRORS), Violated):
            return Unknown("an evaluation fails", "no proof was tried")
        return Unknown("only invariants are proved" if self.stopped == "depth" else STOPPED[self.stopped], "")
