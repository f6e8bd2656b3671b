"""A run as people read it: replayed steps with what each changed, the messages of the run and what depends on what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from modelcheck.frozen import Frozen

if TYPE_CHECKING:
    from modelcheck.ir.model import Role

StepKind = Literal[
    "start",
    "step",
    "receive",
    "round",
    "fault",
    "crash",
    "recover",
    "lose",
    "duplicate",
    "corrupt",
    "forge",
    "partition",
    "heal",
    "tick",
    "stabilise",
    "detector",
    "nothing",
]
"""What a step is: a transition of its own accord or on a message, a round of all, a fault that the specification
declares, what the environment does, or nothing at all."""


class Component(Frozen):
    """A component of a state; `name` is what steps call it. It is a variable of an agent, or of nobody."""

    name: str
    role: Role
    variable: str
    """Its name without the agent: `vote`."""
    agent: str = ""
    kind: str = ""
    """The kind of the agent."""


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
    kind: StepKind = "step"
    name: str = ""
    """The transition as the specification calls it, or the action of the environment."""
    line: int | None = None
    """Where the transition stands in the specification."""
    agents: tuple[str, ...] = ()
    """The agents that take part: the actor, or those of whom a step of the environment changes something."""
    causes: tuple[int, ...] = ()
    """The earlier steps that it depends on directly: the step before of each agent, the sending of a message, the
    last writing of what it reads."""
    clock: tuple[int, ...] = ()
    """The vector clock: how many steps of each agent, in the order of `Trace.agents`, it is or depends on."""
    values: tuple[object, ...] = ()
    """The values of `state`, in the same order, as plain data in the notation of ITF."""
    picks: tuple[tuple[str, object], ...] = ()
    """What was chosen in the step: who acts (`self`), which message is handled (`message`), parameters and choices by
    name, as plain data."""


class Message(Frozen):
    """One message of a run; numbers of steps say when. What is neither received nor lost is in flight at the end."""

    number: int
    name: str
    text: str
    """With its fields: `Vote(yes: true)`."""
    source: str
    target: str
    sent: int
    received: tuple[int, ...] = ()
    """More than once only where a network remembers what was received."""
    lost: int | None = None
    """The step in which it vanished: a loss, no room, or a receiver that is gone."""
    copy_of: int | None = None
    """The message that a fault duplicated."""
    changed_from: int | None = None
    """The message that a fault corrupted; that one is lost in the same step."""
    same_as: int | None = None
    """An equal message in flight that this one became one with."""
    forged: bool = False
    """Whether a Byzantine agent made it up."""


class Trace(Frozen):
    """A replayed run and what makes the property false or true at its end, such as `p = Participant[1] is Aborted`."""

    steps: tuple[Step, ...]
    conclusion: str
    facts: tuple[str, ...]
    loop_start: int | None = None
    """Of an infinite run the number of the step behind which the others repeat for ever."""
    agents: tuple[str, ...] = ()
    """All agents of the model by name, those of a kind one after the other."""
    messages: tuple[Message, ...] = ()
    grounds: tuple[int, ...] = ()
    """The steps that what is concluded depends on directly; what these depend on is told by their causes."""
    components: tuple[Component, ...] = ()
    """What a state consists of, in the order of `Step.state`."""

    @property
    def length(self) -> int:
        """The number of steps after the beginning."""
        return len(self.steps) - 1

    def by_agent(self, role: Role, step: Step) -> dict[str, str]:
        """The values of the components of a role behind a step, by agent; none where the run fails at its start."""
        parts = zip(self.components, step.state, strict=False)
        return {part.agent: value for part, (_, value) in parts if part.role == role}

    def names(self, *roles: Role) -> frozenset[str]:
        """The names of the components of some roles."""
        return frozenset(part.name for part in self.components if part.role in roles)

    @property
    def causal_slice(self) -> frozenset[int]:
        """The steps that what is concluded depends on, the beginning among them (Lamport 1978, happened before)."""
        found = {0}
        todo = list(self.grounds)
        while todo:
            number = todo.pop()
            if number not in found:
                found.add(number)
                todo += self.steps[number].causes
        return frozenset(found)
