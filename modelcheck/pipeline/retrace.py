"""Looking for the choices behind recorded states: a run of the model through them, or where there is none."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from modelcheck.frozen import Frozen, field
from modelcheck.pipeline.recorded import Recorded, RecordedStep, itf_state
from modelcheck.reports.replayed import Difference, PossibleStep, Stop
from modelcheck.reports.shown import split
from modelcheck.semantics.execute import Fail, Next, Path, State, action_paths, initial_paths
from modelcheck.semantics.rerun import components, replayed, shown_state, told, values
from modelcheck.semantics.why_not import why_not
from modelcheck.verdict import NOTHING, Choice, Run

if TYPE_CHECKING:
    from modelcheck.ir.model import Model
    from modelcheck.semantics.trace import Component

_MOST = 2000
"""How many steps are compared with one that is not possible."""

_OTHER = 2
"""From this rank on, a step is called otherwise than the recorded one."""

_NOBODY = ("nobody", "nothing happens")


_AGENT = re.compile(r"\w+\[\d+\]")


class Way(Frozen, eq=False):
    """Choices that lead through the recorded states so far. Without a state the last step failed.

    It knows its last choice and the way before it: to write all choices down at each step would take time that grows
    with the square of their number.
    """

    state: State | None
    choice: Choice
    """Of a way that begins the digits of the start, and no action."""
    before: Way | None

    @property
    def run(self) -> Run:
        """All choices from the start."""
        choices, way = list[Choice](), self
        while way.before is not None:
            choices.append(way.choice)
            way = way.before
        return Run(way.choice.digits, tuple(reversed(choices)))


class Retraced(Frozen):
    """The ways through all recorded states, or, with `stop`, through those before it."""

    ways: tuple[Way, ...]
    stop: Stop | None
    notes: tuple[str, ...]


class _Step(Frozen):
    """A step that the model can take, and how well it fits what is told of the recorded one: 0 is best."""

    choice: Choice
    path: Path
    actor: str
    action: str
    rank: int = 0


def retrace(model: Model, recorded: Recorded) -> Retraced:
    """Take a recorded run again, step by step.

    What a trace does not tell, such as a ghost that it was made without, is open: then several ways are followed.
    """
    return _Retracer(model, recorded).retrace()


class _Retracer(Struct):
    model: Model
    recorded: Recorded
    parts: tuple[Component, ...] = ()
    states: list[dict[str, Any]] = field(default_factory=list)
    compared: frozenset[str] = frozenset()
    """The components that both the model and the trace have, and all agents of either."""

    def retrace(self) -> Retraced:
        self.parts = components(self.model)
        self.states = self.recorded.states(self.parts)
        ours, theirs = {part.name for part in self.parts}, set(self.states[0])
        agents = {part.name for part in self.parts if part.role == "control"} | set(filter(_AGENT.fullmatch, theirs))
        self.compared = frozenset(ours & theirs | agents)
        notes = [f"the trace does not tell {name}" for name in sorted(ours - theirs - agents)]
        notes += [f"the specification has no {name}" for name in sorted(theirs - ours - agents)]
        ways: tuple[Way, ...] = ()
        for number, step in enumerate(self.recorded.steps):
            before, ways = ways, self._step(number, ways)
            if not ways:
                return Retraced(before, self._stop(number, step, before), tuple(notes))
        return Retraced(ways, None, (*notes, *self._renamed(ways[0])))

    def _step(self, number: int, ways: Sequence[Way]) -> tuple[Way, ...]:
        """The ways one step further, one for each state that can be meant, the best first."""
        step, wanted = self.recorded.steps[number], self.states[number]
        if number == 0:
            found: list[tuple[_Step, Way | None]] = [
                (s, None) for s in self._starts() if self._fits(s.path, step, wanted)
            ]
        else:
            found = []
            for way in ways:
                fitting = [s for s in self._steps(way, step) if s.rank < _OTHER and self._fits(s.path, step, wanted)]
                # The rest is looked through only where what is told fits nothing.
                fitting = fitting or [s for s in self._steps(way, step) if self._fits(s.path, step, wanted)]
                found += [(s, way) for s in fitting]
        found.sort(key=lambda one: one[0].rank)
        best: dict[State | None, Way] = {}
        for one, before in found:
            state = one.path.outcome.state if isinstance(one.path.outcome, Next) else None
            if state not in best:
                best[state] = Way(state, one.choice, before)
        return tuple(best.values())

    def _starts(self) -> Iterator[_Step]:
        return (_Step(Choice(NOTHING.action, path.digits), path, "", "start") for path in initial_paths(self.model))

    def _steps(self, way: Way, step: RecordedStep) -> Iterator[_Step]:
        """All steps from where a way leads."""
        if way.state is None:
            return
        for number, action in enumerate(self.model.actions):
            for path in action_paths(self.model, way.state, number):
                if not isinstance(path.outcome, Next | Fail):
                    continue
                actor, what, _, _ = told(self.model, action, path)
                line = None if action.transition is None else action.transition.span.line
                other = _OTHER * ((actor, what) != (step.actor, step.action))
                yield _Step(Choice(number, path.digits), path, actor, what, other + (line != step.line))
        if self.recorded.loop_start is not None:
            nothing = Path((), Next(way.state), {})
            yield _Step(NOTHING, nothing, *_NOBODY, _OTHER * ((step.actor, step.action) != _NOBODY))

    def _fits(self, path: Path, step: RecordedStep, wanted: Mapping[str, Any]) -> bool:
        if isinstance(path.outcome, Fail):
            return bool(step.outcome)
        return not step.outcome and isinstance(path.outcome, Next) and self._agrees(path.outcome.state, wanted)

    def _agrees(self, state: State, wanted: Mapping[str, Any]) -> bool:
        found = self._view(state)
        return all(name in found and name in wanted and found[name] == wanted[name] for name in self.compared)

    def _view(self, state: State) -> dict[str, Any]:
        if self.recorded.is_itf:
            return itf_state(self.parts, values(self.model, state))
        return dict(shown_state(self.model, state))

    # ------------------------------------------------------------------------------------------------------- for people

    def _renamed(self, way: Way) -> Iterator[str]:
        """Steps that lead to the recorded states, but are called otherwise now."""
        pairs = zip(self.recorded.steps[1:], replayed(self.model, way.run).steps[1:], strict=True)
        for number, (was, now) in enumerate(pairs, start=1):
            if (was.actor, was.action) != (now.actor, now.action):
                yield f"step {number} is '{now.actor}: {now.action}', but '{was.actor}: {was.action}' in the trace"

    def _stop(self, number: int, step: RecordedStep, ways: Sequence[Way]) -> Stop:
        options = self._starts() if number == 0 else self._steps(ways[0], step)
        possible = [(self._differences(one.path, self.states[number], step), one) for one in islice(options, _MOST)]
        # What is called the same, or what the same agent does, is nearer.
        possible.sort(key=lambda one: (len(one[0]), one[1].rank, one[1].actor != step.actor))
        nearest: dict[tuple[str, str], PossibleStep] = {}
        for found, one in possible:
            nearest.setdefault((one.actor, one.action), PossibleStep(one.actor, one.action, found))
        state = ways[0].state if ways else None
        # Where it can, but leads elsewhere, nothing is in its way.
        blocked = state is not None and (step.actor, step.action) not in nearest
        why = why_not(self.model, state, step.actor, step.action) if state is not None and blocked else ()
        return Stop(number, step.actor, step.action, step.outcome, why, tuple(nearest.values()))

    def _differences(self, path: Path, wanted: Mapping[str, Any], step: RecordedStep) -> tuple[Difference, ...]:
        if isinstance(path.outcome, Fail):
            return (Difference("outcome", step.outcome, path.outcome.problem),)
        if not isinstance(path.outcome, Next):
            return (Difference("outcome", step.outcome, "a bound was hit"),)
        found = self._view(path.outcome.state)
        names = [name for name in (*found, *wanted) if name in self.compared and found.get(name) != wanted.get(name)]
        outcome = [Difference("outcome", step.outcome, "")] if step.outcome else []
        return (
            *outcome,
            *(_difference(name, wanted.get(name, ""), found.get(name, "")) for name in dict.fromkeys(names)),
        )


def _difference(name: str, recorded: object, found: object) -> Difference:
    """Of sets and networks only the elements that are on one side alone."""
    theirs, ours = _elements(recorded), _elements(found)
    if theirs is None or ours is None:
        return Difference(name, _text(recorded), _text(found))
    missing, more = Counter(theirs) - Counter(ours), Counter(ours) - Counter(theirs)
    return Difference(name, ", ".join(missing.elements()), ", ".join(more.elements()))


def _elements(value: object) -> list[str] | None:
    """The elements of a set as text."""
    if isinstance(value, str):
        is_set = value.startswith("{") and value.endswith("}")
        return [part for part in split(value[1:-1]) if part] if is_set else None
    elements = value.get("#set") if isinstance(value, dict) else value
    return [_text(element) for element in elements] if isinstance(elements, list) else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
