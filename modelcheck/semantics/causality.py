"""What depends on what in a run: which sending a receipt goes back to, who wrote what is read, vector clocks.

Lamport, Time, clocks, and the ordering of events in a distributed system (1978); Mattern, Virtual time and global
states of distributed systems (1989).
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from msgspec import Struct

from modelcheck.frozen import Frozen, field
from modelcheck.ir.ageing import GST
from modelcheck.semantics.traffic import Traffic

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from modelcheck.ir.happenings import Watch
    from modelcheck.ir.model import Model
    from modelcheck.ir.values import Id, Packet
    from modelcheck.semantics.trace import Message


class Happened(Frozen):
    """A step: what the judge noted, who takes part, the cells whose values it changed, and who looks at messages."""

    watch: Watch
    members: tuple[Id, ...]
    changed: frozenset[int]
    who: object
    """The agent that acts, or else what acts in the environment."""


class Dependencies(Frozen):
    """Of each step the steps that it depends on directly and its vector clock; the messages of the run."""

    causes: tuple[tuple[int, ...], ...]
    clocks: tuple[tuple[int, ...], ...]
    writers: dict[int, list[int]]
    """The steps that changed a cell, ascending."""
    traffic: Traffic

    @property
    def messages(self) -> tuple[Message, ...]:
        """What became of each message."""
        return tuple(self.traffic.messages)

    def grounds(self, watch: Watch, number: int) -> set[int]:
        """What the evaluation that `watch` tells of, behind step `number`, depends on directly."""
        found = {self.writers[cell][at - 1] for cell in watch.reads if (at := self._changes(cell, number))}
        return found.union(*(self.traffic.looked_at(look, number) for look in watch.looked))

    def _changes(self, cell: int, number: int) -> int:
        """How often a cell was changed up to a step."""
        return bisect_right(self.writers.get(cell, []), number)


def dependencies(model: Model, steps: Sequence[Happened], flying: Iterable[Packet] = ()) -> Dependencies:
    """The dependencies of a run, from the beginning on, or from a state with messages in flight."""
    run = _Run(model, Traffic(model))
    run.traffic.begin(flying)
    for number, step in enumerate(steps):
        run.step(number, step)
    return Dependencies(tuple(run.causes), tuple(run.clocks), run.writers, run.traffic)


def members_of(model: Model, actor: Id | None, watch: Watch) -> tuple[Id, ...]:
    """Who takes part in a step: its actor, or else those of whom it changes something, and who send and receive."""
    if actor is not None:
        return (actor,)
    found = {cell.owner for number in watch.writes if (cell := model.cells[number]).role != "observer"}
    found |= {h.packet.source for h in watch.happened if h.kind == "sent" and not h.forged}
    found |= {h.packet.target for h in watch.happened if h.kind == "received"}
    return tuple(agent for agent in model.agents if agent in found)


class _Run(Struct):
    """What is known behind the steps so far."""

    model: Model
    traffic: Traffic
    causes: list[tuple[int, ...]] = field(default_factory=list)
    clocks: list[tuple[int, ...]] = field(default_factory=list)
    writers: dict[int, list[int]] = field(default_factory=dict)
    acted: dict[Id, int] = field(default_factory=dict)
    """The last step of each agent."""

    def step(self, number: int, step: Happened) -> None:
        causes = {self.acted[agent] for agent in step.members if agent in self.acted}
        for cell in step.watch.reads:
            if self._tells(cell) and cell in self.writers:
                causes.add(self.writers[cell][-1])
        for look in step.watch.looked:
            causes |= self.traffic.look(number, step.who, look)
        causes |= self.traffic.step(number, step.watch.happened, by_agents=bool(step.members))
        for cell in step.changed:
            # What is written anew as it was need not be written: without the step it would be the same.
            if self._tells(cell):
                self.writers.setdefault(cell, []).append(number)
        for agent in step.members:
            self.acted[agent] = number
        causes.discard(number)
        self.causes.append(tuple(sorted(causes)))
        self.clocks.append(self._clock(causes, step.members))

    def _tells(self, cell: int) -> bool:
        """Whether who wrote a cell matters: what is in flight is told by the messages, and budgets are bookkeeping."""
        found = self.model.cells[cell]
        return found.role != "network" and (found.role != "budget" or found.name == GST)

    def _clock(self, causes: Iterable[int], members: Sequence[Id]) -> tuple[int, ...]:
        clock = [0] * len(self.model.agents)
        for cause in causes:
            clock = [max(pair) for pair in zip(clock, self.clocks[cause], strict=True)]
        for agent in members:
            clock[self.model.agent_number[agent]] += 1
        return tuple(clock)
