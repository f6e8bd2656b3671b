"""What must be in the JSON documents that hold runs; anything else in them is passed over."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from modelcheck.frozen import field


class StepDocument(Struct):
    """A step of `trace_data`."""

    actor: str
    action: str
    state: dict[str, str]
    outcome: str = ""
    line: int | None = None


class RecordedRun(Struct):
    """A run and what it shows."""

    name: str
    verdict: str
    steps: list[StepDocument]
    loop_start: int | None


class OtherDocument(Struct):
    """Another counterexample."""

    trace: list[StepDocument]


class PropertyDocument(Struct):
    """The verdict on a property."""

    name: str
    verdict: str
    trace: list[StepDocument] | None = None
    loop_start: int | None = None
    more: list[OtherDocument] = field(default_factory=list)

    def run(self) -> RecordedRun:
        """Its run."""
        return RecordedRun(self.name, self.verdict, self.trace or [], self.loop_start)


class TraceDocument(Struct):
    """`verify --format trace`."""

    file: str
    sha256: str
    check: str
    property: PropertyDocument
    settings: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    only: list[str] = field(default_factory=list)


class ReportDocument(Struct):
    """`verify --format json` and `simulate --show --format json`."""

    class Check(Struct):
        """One check."""

        name: str
        properties: list[PropertyDocument]
        settings: dict[str, str] = field(default_factory=dict)
        faults: dict[str, str] = field(default_factory=dict)
        only: list[str] = field(default_factory=list)

    class Spec(Struct):
        """One specification."""

        file: str
        sha256: str
        checks: list[ReportDocument.Check]

    class ShownRun(Struct):
        """A random run."""

        file: str
        check: str
        trace: list[StepDocument]

    specs: list[Spec]
    runs: list[ShownRun] = field(default_factory=list)


class ItfDocument(Struct):
    """`verify --format itf`."""

    class Property(Struct):
        """What the run shows."""

        name: str
        verdict: str

    class Origin(Struct):
        """What only modelcheck writes."""

        sha256: str
        check: str
        property: ItfDocument.Property
        settings: dict[str, str] = field(default_factory=dict)
        faults: dict[str, str] = field(default_factory=dict)
        only: list[str] = field(default_factory=list)

    class Meta(Struct):
        """The trace's own `#meta`."""

        source: str
        modelcheck: ItfDocument.Origin

    class StateMeta(Struct):
        """The `#meta` of a state."""

        actor: str = ""
        action: str = ""
        outcome: str = ""
        line: int | None = None

    meta: Meta = field(name="#meta")
    vars: list[str]
    states: list[dict[str, Any]]
    loop: int | None = None
