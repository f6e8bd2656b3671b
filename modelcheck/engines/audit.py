"""After a complete native search: the judge expands stored states, and everything that it reaches must be stored.

Replaying a run catches false alarms only. A state that was lost, or expanded wrongly, gives a false "holds", which
nothing else would notice on a user's own model.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct

from modelcheck.engines.base import DEADLOCK, ERRORS
from modelcheck.ir.expression import EvaluationError
from modelcheck.ir.lowered import NoRoomError
from modelcheck.kernel.symmetry import renamed
from modelcheck.kernel.types import KernelError
from modelcheck.semantics.execute import Cut, Fail, Next, State, action_paths, holds, initial_paths, is_resting
from modelcheck.semantics.rerun import EngineDisagreement
from modelcheck.verdict import Holds, Unreached, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelcheck.engines.native.explorer import Explorer
    from modelcheck.ir.model import Model
    from modelcheck.lowering import LoweredModel

USUAL_EFFORT = 10_000
"""How many paths the judge tries unasked, in some tenths of a second: one state may have any number of successors."""

LEAST, MOST, SHARE = 20, 500, 5000
"""Unasked, one state in SHARE is looked at, but no fewer than LEAST, and no more than MOST: the judge is slow."""


def sample_size(stored: int, asked: int | None) -> int:
    """How many of the stored states to look at; None asks for what is usual."""
    wanted = max(LEAST, min(MOST, stored // SHARE)) if asked is None else asked
    return min(stored, wanted)


class _OverError(Exception):
    """The time is up, or the user has enough: the audit ends here."""


class _SpentError(Exception):
    """The share of the effort is spent: the audit goes on with what has a share of its own."""


class Audit(Struct):
    """Compares a finished search with the judge. `bounds` are those that were hit."""

    model: Model
    lowered: LoweredModel
    explorer: Explorer
    verdicts: Mapping[str, Verdict]
    bounds: frozenset[str]
    effort: int | None = None
    """How many paths to try at most."""
    _tried: int = 0
    _most: int | None = None
    """How many may have been tried when it is the turn of what has the next share."""

    def run(self, sample: int) -> int:
        """Look at so many stored states, spread evenly; returns at how many there was time for.

        All have an equal share of the effort: the first to be found, which are as near to the start as none of the
        others, do not stand for these, and how many are seen does not depend on which they are. The actions come in
        turn. Raises `EngineDisagreement` at the first state that is wrong.
        """
        stored, seen = self.explorer.store.stored(), 0
        with suppress(_OverError):
            if sample and self._has_share(of=2):
                with suppress(_SpentError):
                    self._starts(max(sample, MOST))
            while seen < sample and self._has_share(of=sample - seen):
                packed = self.explorer.stored_state(seen * stored // sample)
                state = self._called_otherwise(self.explorer.layout.unpack(packed), seen)
                with suppress(_SpentError):
                    self._look_at(self.lowered.codec.decode(state), seen)
                seen += 1
        return seen

    def _has_share(self, of: int) -> bool:
        """Let a part of the effort that is left be spent; whether there is any."""
        if self.effort is None:
            return True
        left = self.effort - self._tried
        self._most = self._tried + max(1, left // of)
        return left > 0

    def _called_otherwise(self, state: tuple[int, ...], number: int) -> tuple[int, ...]:
        """Another state of the orbit that a stored one stands for: nothing was explored from it, but from that one."""
        symmetry = self.explorer.symmetry
        if symmetry is None or not self.explorer.is_exact:
            return state
        turned = {
            sort: [(number + (-i if number % 2 else i)) % size for i in range(size)] for sort, size in symmetry.sorts
        }
        return renamed(self.explorer.program, symmetry, state, turned)

    def _starts(self, sample: int) -> None:
        """Look at so many ways to begin, which are not the successors of anything."""
        for path in islice(initial_paths(self.model, self._tick), sample):
            match path.outcome:
                case Next(state):
                    if not self._is_stored(state):
                        raise EngineDisagreement(f"{state} is initial, but not stored")
                case Fail(_, problem):
                    self._claimed(ERRORS, f"evaluation fails at the start: {problem}", ())
                case Cut(bound):
                    self._hit(bound, ())

    def _is_stored(self, state: State) -> bool:
        try:
            return self.explorer.is_stored(self.lowered.codec.encode(state))
        except (NoRoomError, KernelError):
            # There is no place for it in the table.
            return False

    def _hit(self, bound: str, state: State) -> None:
        if bound not in self.bounds:
            raise EngineDisagreement(f"the bound '{bound}' is hit in {state}, but was not reported")

    def _tick(self) -> None:
        if self.explorer.watch.is_over(self.explorer.store):
            raise _OverError
        if self._most is not None and self._tried >= self._most:
            raise _SpentError
        self._tried += 1

    def _look_at(self, state: State, first: int) -> None:
        """Look at a state and its steps, from those of an action on."""
        stuck, actions = True, list(enumerate(self.model.actions))
        self._properties(state, None)
        turn = first % max(1, len(actions))
        for number, action in (*actions[turn:], *actions[:turn]):
            for path in action_paths(self.model, state, number, self._tick):
                stuck = stuck and action.origin == "fault"
                match path.outcome:
                    case Next(after):
                        if not self._is_stored(after):
                            raise EngineDisagreement(f"{action.name} leads from a stored state to {after}: not stored")
                        self._properties(state, after)
                    case Fail(_, problem):
                        self._claimed(ERRORS, f"evaluation fails: {problem}", state)
                    case Cut(bound):
                        self._hit(bound, state)
        if stuck and not is_resting(self.model, state):
            self._claimed(DEADLOCK, "nothing can move", state)

    def _properties(self, state: State, after: State | None) -> None:
        for prop in self.model.properties:
            if (prop.kind == "transition") != (after is not None):
                continue
            try:
                value = holds(self.model, prop.expression, *((state,) if after is None else (state, after)))
            except EvaluationError:
                self._claimed(ERRORS, f"'{prop.name}' cannot be evaluated", state)
                continue
            if value == (prop.kind == "reachable"):
                self._claimed(prop.name, f"'{prop.name}' is {'reached' if value else 'violated'}", state)

    def _claimed(self, name: str, what: str, state: State) -> None:
        """Complain if the search says that this does not happen."""
        if isinstance(self.verdicts.get(name), Holds | Unreached):
            raise EngineDisagreement(f"{what} in {state}, which was explored and found to be right")
