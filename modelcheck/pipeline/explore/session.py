"""One user who walks through the states of one check: everything that can be done, and the view behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.diagnostics import InputError
from modelcheck.environment.instantiate import Overrides, instantiate
from modelcheck.frozen import Frozen
from modelcheck.pipeline.expectations import wanted_properties
from modelcheck.pipeline.explore.deadline import Deadline, TimeUpError
from modelcheck.pipeline.explore.options import Enabled, Offer, Page, beginnings, enabled, offer
from modelcheck.pipeline.explore.view import View, view_of
from modelcheck.pipeline.explore.walk import Walk, Walked, follow_walk
from modelcheck.pipeline.explore.watches import Asked, Watch, along, problem_of, watch
from modelcheck.reports.diagram import svg
from modelcheck.semantics.execute import Fail, Next, follow
from modelcheck.verdict import Choice

if TYPE_CHECKING:
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Check, Spec
    from modelcheck.semantics.execute import State

MOST_STEPS = 2000
"""The longest walk."""
MOST_WATCHES = 20
PAGE_OF_MORE = 100
"""So many further paths of one action come at once."""
PATIENCE_SECONDS = 2.0
"""How long is looked for enabled steps, unless one asks for more."""
LONGEST_PATIENCE_SECONDS = 60.0
ASKING_SECONDS = 2.0
"""How long the expressions asked for may be evaluated."""


class RefusedError(Exception):
    """What was asked for cannot be done here; the message says why, in words."""


class Picture(Frozen):
    """A diagram as an element of SVG, and its style sheet apart: a page need not allow styles inside of it."""

    svg: str
    style: str


class Session:
    """The walk of one check. Not safe in threads: whoever shares it takes turns.

    `revision` grows with every change, so that two windows cannot walk one another astray; `walks` with every new run.
    """

    def __init__(self, spec: Spec, check: Check, overrides: Overrides | None = None) -> None:
        """Raises `InputError` where the check or the overrides are at fault."""
        self.spec, self.check, self.overrides = spec, check, overrides or Overrides()
        self.model: Model = instantiate(spec, check, wanted_properties(spec, check, ()), self.overrides)
        self.revision = self.walks = 0
        self.watches: list[Watch] = []
        self._walk = Walk()
        self._walked: Walked | None = None
        self._done: list[Walk] = []
        self._undone: list[Walk] = []
        self._patience = PATIENCE_SECONDS
        self._enabled: tuple[State, float, Enabled] | None = None
        self._begin_if_there_is_one_way()

    def _begin_if_there_is_one_way(self) -> None:
        try:
            starts = beginnings(self.model, 0, Deadline(self._patience))
        except TimeUpError:
            return
        if len(starts.options) == 1 and not starts.more and starts.options[0].outcome != "cut":
            self._set(Walk().begun(starts.options[0].digits))

    # ------------------------------------------------------------------------------------------------------- walking

    @property
    def walk(self) -> Walk:
        """Where one stands."""
        return self._walk

    @property
    def walked(self) -> Walked | None:
        """The walk with its states; None before the beginning."""
        return self._walked

    @property
    def state(self) -> State | None:
        """The current state; None before the beginning and behind a step that failed."""
        if self._walked is None or self._walked.has_failed:
            return None
        return self._walked.states[-1]

    def begin(self, digits: tuple[int, ...]) -> None:
        """Begin a run. Raises `RefusedError` if none begins like this."""
        path = follow(self.model, None, None, digits)
        if path is None or not isinstance(path.outcome, Next | Fail):
            raise RefusedError("no run begins like this")
        self._change(self._walk.begun(digits))

    def take(self, action: int, digits: tuple[int, ...]) -> None:
        """Take a step. Raises `RefusedError` if it is not possible here."""
        state = self.state
        if state is None:
            raise RefusedError("no step can be taken here")
        if self._walk.position >= MOST_STEPS:
            raise RefusedError(f"a walk has at most {MOST_STEPS} steps")
        path = follow(self.model, state, action, digits) if 0 <= action < len(self.model.actions) else None
        if path is None or not isinstance(path.outcome, Next | Fail):
            raise RefusedError("this step is not possible here")
        self._change(self._walk.taken(Choice(action, digits)))

    def go(self, position: int) -> None:
        """Stand behind so many steps of the walk; past the end of a loop is where it starts."""
        walk = self._walk
        if walk.loop is not None and position == walk.length + 1:
            position = min(walk.loop + 1, walk.length)
        if walk.run is None or not 0 <= position <= walk.length:
            raise RefusedError(f"the walk has {walk.length} steps")
        self._set(walk.at(position))

    def restart(self) -> None:
        """Stand before the beginning, to choose another one."""
        self._change(Walk())

    def show(self, walk: Walk) -> None:
        """Walk a run that was found or saved. Raises `EngineDisagreement` if it is none of this check."""
        if walk.length > MOST_STEPS:
            raise RefusedError(f"a walk has at most {MOST_STEPS} steps")
        self._change(walk)

    def undo(self) -> None:
        """Take back what was chosen last. Raises `RefusedError` if there is nothing."""
        self._exchange(self._done, self._undone, "undo")

    def redo(self) -> None:
        """Choose again what was taken back."""
        self._exchange(self._undone, self._done, "redo")

    def _exchange(self, source: list[Walk], other: list[Walk], word: str) -> None:
        if not source:
            raise RefusedError(f"there is nothing to {word}")
        before = self._walk
        self._set(source.pop())
        other.append(before)

    def _change(self, walk: Walk) -> None:
        before = self._walk
        self._set(walk)
        self._done.append(before)
        self._undone.clear()

    def _set(self, walk: Walk) -> None:
        if self._walked is None or walk.run != self._walk.run:
            self._walked = follow_walk(self.model, walk)
            self.walks += 1
        else:
            self._walked = Walked(walk, self._walked.replayed, self._walked.trace)
        self._walk = walk
        self.revision += 1

    # ------------------------------------------------------------------------------------------------------- looking

    @property
    def settings(self) -> tuple[str, ...]:
        """What the command line changed in the check, in its words."""
        settings = [f"--set {name}={value}" for name, value in self.overrides.settings.items()]
        return (*settings, *(_budget(*fault, n) for fault, n in self.overrides.budgets.items()))

    def view(self) -> View:
        """All that is to be seen from here."""
        return view_of(self, undo=bool(self._done), redo=bool(self._undone))

    def picture(self) -> Picture | None:
        """The space-time diagram of the whole walk; None before the beginning."""
        if self._walked is None:
            return None
        before, _, rest = svg(self._walked.trace, standalone=False).partition("<style>")
        style, _, after = rest.partition("</style>")
        return Picture(before + after, style)

    def enabled(self) -> Enabled:
        """What can be done here, as far as there was time to look."""
        state = self.state
        if state is None:
            return Enabled(() if self._walked is not None else (self._beginnings(0),))
        if self._enabled is None or self._enabled[:2] != (state, self._patience):
            self._enabled = (state, self._patience, enabled(self.model, state, Deadline(self._patience)))
        return self._enabled[2]

    def more(self, action: int, offset: int) -> Offer:
        """Further paths of one action (-1: further beginnings)."""
        try:
            if action == -1 and self._walked is None:
                return self._beginnings(offset)
            state = self.state
            if state is None or not 0 <= action < len(self.model.actions):
                raise RefusedError("there is nothing more here")
            return offer(self.model, state, action, Page(offset, PAGE_OF_MORE), Deadline(LONGEST_PATIENCE_SECONDS))
        except TimeUpError:
            raise RefusedError("this would take too long to find out") from None

    def _beginnings(self, offset: int) -> Offer:
        return beginnings(self.model, offset, Deadline(self._patience))

    def look_longer(self) -> None:
        """Take more time to look for enabled steps, from now on."""
        self._patience = min(4 * self._patience, LONGEST_PATIENCE_SECONDS)

    # -------------------------------------------------------------------------------------------------------- asking

    def ask(self, text: str) -> Asked:
        """The value of an expression here, or what is wrong with it."""
        walked = self._walked
        if walked is None or not walked.states:
            return Asked(problem="there is no state here")
        try:
            with Deadline(ASKING_SECONDS).enforced():
                found = watch(self.model, text)
                return along(self.model, found, walked.states[-2:])[-1]
        except InputError as error:
            return Asked(problem=problem_of(error))
        except TimeUpError:
            return Asked(problem=f"this takes more than {ASKING_SECONDS:g} seconds")

    def keep(self, text: str) -> Asked | None:
        """Show an expression along the walk from now on; what is wrong with it, if anything is."""
        if len(self.watches) >= MOST_WATCHES:
            return Asked(problem=f"there are {MOST_WATCHES} already")
        try:
            with Deadline(ASKING_SECONDS).enforced():
                found = watch(self.model, text)
        except InputError as error:
            return Asked(problem=problem_of(error))
        except TimeUpError:
            return Asked(problem=f"this takes more than {ASKING_SECONDS:g} seconds")
        self.watches.append(found)
        return None

    def drop(self, number: int) -> None:
        """Show one of the expressions no longer."""
        if not 0 <= number < len(self.watches):
            raise RefusedError("there is no such expression")
        del self.watches[number]

    def watched(self) -> tuple[tuple[Asked, ...], ...]:
        """The value of each expression that was kept in each state of the whole walk, as far as there is time."""
        if self._walked is None:
            return tuple(() for _ in self.watches)
        found = []
        deadline = Deadline(ASKING_SECONDS)
        for kept in self.watches:
            try:
                with deadline.enforced():
                    found.append(along(self.model, kept, self._walked.replayed.states))
            except TimeUpError:
                found.append((Asked(problem="this takes too long"),))
        return tuple(found)


def _budget(kind: str, subject: str | None, most: int | None) -> str:
    of = "" if subject is None else f":{subject}"
    return f"--fault {kind}{of}={'any' if most is None else most}"
