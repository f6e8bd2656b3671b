"""A run as people read it: replayed steps with what each changed."""

from __future__ import annotations

from modelcheck.frozen import Frozen


class Change(Frozen):
    """One component before and after a step, as text. For a network, `before` is what left it and `after` what came."""

    name: str
    before: str
    after: str
    network: bool = False


class Step(Frozen):
    """Step `number` of a run; 0 is the beginning. `state` is the whole state behind it, `(name, value)` as text.

    `outcome` is empty, or says how the step failed.
    """

    number: int
    actor: str
    action: str
    fault: bool
    changes: tuple[Change, ...]
    state: tuple[tuple[str, str], ...]
    outcome: str = ""


class Trace(Frozen):
    """A replayed run and what makes the property false or true at its end, such as `p = Participant[1] is Aborted`."""

    steps: tuple[Step, ...]
    conclusion: str
    facts: tuple[str, ...]
    loop_start: int | None = None
    """Of an infinite run the number of the step behind which the others repeat for ever."""

    @property
    def length(self) -> int:
        """The number of steps after the beginning."""
        return len(self.steps) - 1
