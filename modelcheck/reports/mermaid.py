"""Runs as sequence diagrams of Mermaid, which GitHub and GitLab draw in Markdown.

An arrow stands where the message is received, as Mermaid's arrows are level, and says where it was sent. What is lost,
or changed on its way, ends in a cross, what is in flight at the end of the run in an open arrow. A partition is a
shaded stretch, the loop of an infinite run a box. Names are never code: all but plain characters are written as
entities, and agents have aliases.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from msgspec import Struct

from modelcheck.frozen import field
from modelcheck.reports.diagnostics import visible
from modelcheck.reports.diagram.wording import addressed
from modelcheck.reports.shown import differences, is_budget, short_map
from modelcheck.reports.trace_text import told_start
from modelcheck.semantics.show import RECEIPTS

if TYPE_CHECKING:
    from modelcheck.reports.runs import ShownRun
    from modelcheck.semantics.trace import Change, Message, Step, Trace

LARGEST = 50_000
"""Characters of a diagram that readers draw: Mermaid's `maxTextSize`, which GitHub does not change."""

_WIDTH = 60
"""Characters of a line in a note."""

_, _IGNORES = RECEIPTS

_CODE = re.compile(r"[^A-Za-z0-9 .,_(){}=/|+?!']")
_SHADE = "rect rgba(240, 150, 0, 0.15)"


def render(run: ShownRun) -> bytes:
    """The run as the text of a diagram."""
    return (sequence_diagram(run.trace) + "\n").encode()


def sequence_diagram(trace: Trace) -> str:
    """The diagram of a run."""
    return "\n".join(_Diagram(trace).lines())


def label(text: str) -> str:
    """Text that Mermaid shows as it is, on one line."""
    plain = " ".join(visible(text).split())
    return _CODE.sub(_entity, plain) or "#32;"


def _entity(match: re.Match[str]) -> str:
    char = match[0]
    # Letters of other scripts mean nothing to Mermaid.
    return char if char.isalpha() and not char.isascii() else f"#{ord(char)};"


class _Diagram(Struct):
    trace: Trace
    written: list[str] = field(default_factory=list)
    shaded: bool = False
    partitions: int = 0

    def lines(self) -> list[str]:
        trace = self.trace
        self.written = ["sequenceDiagram"]
        # Notes need somebody to stand over, also where there are no agents.
        names = trace.agents or ("environment",)
        self.written += [f"  participant a{number} as {label(name)}" for number, name in enumerate(names)]
        for step in trace.steps:
            self._step(step)
            if step.number == trace.loop_start and step.number < trace.length:
                self._boundary("  loop from here on, for ever")
        if trace.loop_start == trace.length:
            self._note(trace.agents, ["from here on nothing happens, for ever"])
        elif trace.loop_start is not None:
            self._boundary("  end")
        self._in_flight()
        if self.shaded:
            self._end_shade()
        if trace.conclusion:
            self._note(trace.agents, [f"=> {trace.conclusion}"])
        return self.written

    def _boundary(self, line: str) -> None:
        """A block begins or ends: a shaded stretch must not reach across."""
        if self.shaded:
            self._end_shade()
        self.written.append(line)
        if self.shaded:
            self.written.append(f"  {_SHADE}")

    def _step(self, step: Step) -> None:
        if step.kind == "partition":
            self._shade(1)
        changed = {message.changed_from for message in self.trace.messages if message.sent == step.number}
        for message in self.trace.messages:
            if step.number in message.received:
                verb = f"{_IGNORES} " if step.action.startswith(f"{_IGNORES} ") else ""
                self._arrow(message, "->>", f"{step.number}. {verb}{message.text}", step)
            elif message.lost == step.number and message.sent != step.number:
                fate = "changed" if message.number in changed else "lost"
                self._arrow(message, "-x", f"{step.number}. {message.text}, {fate}", step)
        for agents, told in self._told(step):
            self._note(agents, told)
        for message in self.trace.messages:
            if message.lost == step.number == message.sent:
                self._arrow(message, "-x", f"{step.number}. {message.text}, lost", step)
        if step.kind == "heal":
            self._shade(-1)

    def _shade(self, more: int) -> None:
        self.partitions += more
        if self.shaded != (self.partitions > 0):
            self.shaded = self.partitions > 0
            if self.shaded:
                self.written.append(f"  {_SHADE}")
            else:
                self._end_shade()

    def _end_shade(self) -> None:
        # A block with nothing in it would be drawn as an empty box.
        if self.written[-1] == f"  {_SHADE}":
            self.written.pop()
        else:
            self.written.append("  end")

    def _arrow(self, message: Message, arrow: str, text: str, step: Step) -> None:
        notes = [f"sent in {message.sent}"] if message.sent != step.number else []
        notes += ["a copy"] if message.copy_of is not None else []
        notes += ["changed on its way"] if message.changed_from is not None else []
        notes += ["forged"] if message.forged else []
        self._send(message, arrow, f"{text} ({', '.join(notes)})" if notes else text)

    def _in_flight(self) -> None:
        flying = [m for m in self.trace.messages if not m.received and m.lost is None and m.same_as is None]
        for message in flying:
            self._send(message, "--)", f"{message.text}, in flight (sent in {message.sent})")

    def _send(self, message: Message, arrow: str, text: str) -> None:
        source, target = (self.trace.agents.index(agent) for agent in (message.source, message.target))
        self.written.append(f"  a{source}{arrow}a{target}: {label(text)}")

    def _note(self, agents: Sequence[str], told: Sequence[str]) -> None:
        """A note over neighbouring lifelines from the first to the last agent."""
        numbers = [self.trace.agents.index(agent) for agent in agents] or [0, max(len(self.trace.agents) - 1, 0)]
        first, last = min(numbers), max(numbers)
        over = f"a{first}" if first == last else f"a{first},a{last}"
        lines = [label(line) for text in told for line in textwrap.wrap(visible(text), _WIDTH) or [""]]
        self.written.append(f"  Note over {over}: {'<br/>'.join(lines)}")

    # ------------------------------------------------------------------------------------------------------------ words

    def _told(self, step: Step) -> Iterator[tuple[Sequence[str], list[str]]]:
        """The notes of a step: over whom, and their lines."""
        if step.number == 0:
            yield self.trace.agents, [self.trace.steps[0].action, *told_start(self.trace)]
        else:
            yield from self._of_agents(step)
        if step.outcome:
            yield step.agents or self.trace.agents, [f"error: {step.outcome}"]

    def _of_agents(self, step: Step) -> Iterator[tuple[Sequence[str], list[str]]]:
        owners = {part.name: part.agent for part in self.trace.components}
        # What the step is called tells the sides of a partition.
        sides = {part.name for part in self.trace.components if part.role == "environment"}
        changes = [c for c in step.changes if not c.network and not is_budget(c.name) and c.name not in sides]
        # What belongs to nobody stands with the step itself.
        by_owner = groupby(
            sorted(changes, key=lambda change: self._place(owners.get(change.name, ""))),
            key=lambda change: owners.get(change.name, ""),
        )
        told = {owner: [line for change in group for line in _changed(change, owner)] for owner, group in by_owner}
        own = step.actor if step.actor in self.trace.agents else ""
        lines = [*told.pop(own, []), *(told.pop("", []) if own else [])]
        title = f"{'FAULT ' if step.fault else ''}{step.number}. {step.action}"
        again = [m for m in self.trace.messages if m.sent == step.number and m.source == own and m.same_as is not None]
        lines += [f"again {addressed(again)}"] if again else []
        if step.kind != "receive" or lines:
            # The arrow has told what is received or ignored.
            yield ([own] if own else step.agents), ([title, *lines] if step.kind != "receive" else lines)
        for owner, others in told.items():
            yield [owner], others

    def _place(self, owner: str) -> int:
        return self.trace.agents.index(owner) if owner in self.trace.agents else -1


def _changed(change: Change, owner: str) -> Iterator[str]:
    for name, before, after in differences(change.name, change.before, change.after):
        # Over an agent's lifeline, whose it is needs no words.
        own = name.removeprefix(owner).removeprefix(".") if owner else name
        yield f"{f'{own}: ' if own else ''}{short_map(before)} → {short_map(after)}"
