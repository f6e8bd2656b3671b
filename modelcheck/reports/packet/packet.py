"""What a packet tells, as typed data."""

from __future__ import annotations

from modelcheck.frozen import Frozen
from modelcheck.reports.graphs.picture import Graph
from modelcheck.reports.report import CheckReport, Report, SpecReport

Rows = tuple[tuple[str, str], ...]
"""What is assumed: a word for what it is about, and a sentence or list."""


class Described(Frozen):
    """Something that a specification declares: `words` are its comment, empty without one."""

    name: str
    text: str
    words: str = ""


class DescribedProperty(Frozen):
    """A property; `text` as it is written. `is_deadline`: a temporal one with `within`, which is about finite runs."""

    name: str
    kind: str
    text: str
    words: str
    is_deadline: bool = False

    @property
    def asked_of(self) -> str:
        """Of what it is asked: its kind, or `deadline`."""
        return "deadline" if self.is_deadline else self.kind


class DescribedAgent(Frozen):
    """A kind of agents with its state machine and its variables."""

    name: str
    words: str
    machine: Graph
    variables: tuple[Described, ...]


class DescribedCheck(Frozen):
    """A check: what its comment says, what it assumes, and what was found."""

    words: str
    assumptions: Rows
    found: CheckReport


class Chapter(Frozen):
    """One specification. `header` is the comment at the top of its text."""

    protocol: str
    header: str
    text: str
    agents: tuple[DescribedAgent, ...]
    messages: tuple[Described, ...]
    parameters: tuple[Described, ...]
    definitions: tuple[Described, ...]
    properties: tuple[DescribedProperty, ...]
    checks: tuple[DescribedCheck, ...]
    report: SpecReport
    not_run: tuple[str, ...] = ()
    """Checks of the specification that were not asked for."""
    not_reached: tuple[str, ...] = ()
    """Checks that were asked for and that Ctrl-C came before."""

    def property(self, name: str) -> DescribedProperty | None:
        """The declared property with this name; `deadlock`, `errors` and the like are not declared."""
        return next((one for one in self.properties if one.name == name), None)


class Packet(Frozen):
    """All that a call of `report` found. `changed` are options that it depends on, as they were given.

    `not_reached` are the files that Ctrl-C came before.
    """

    report: Report
    chapters: tuple[Chapter, ...]
    changed: tuple[str, ...] = ()
    not_reached: tuple[str, ...] = ()
