"""Runs that were saved: traces, reports and ITF of modelcheck, read back with all that makes their model.

The files come from anywhere, so nothing in them is taken for granted: what does not fit is a diagnostic, MC610.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from modelcheck.counts import counted
from modelcheck.diagnostics import Diagnostic, InputError
from modelcheck.frozen import Frozen, field
from modelcheck.pipeline.files import content_of
from modelcheck.pipeline.trace_documents import ItfDocument, RecordedRun, ReportDocument, StepDocument, TraceDocument
from modelcheck.reports.itf import ACTION, PICKS, itf_variables
from modelcheck.source import Source, Span

if TYPE_CHECKING:
    from modelcheck.semantics.trace import Component

MAX_BYTES = 100_000_000

_DEEPEST = 200
"""Values of a model are nested less deeply: what is written in a specification has at most so many levels."""

_SHOWN = ("violated", "reached")
"""The verdicts that one run can show."""

Document = TypeVar("Document")


class RecordedStep(Frozen):
    """A step as it was saved; `state` by component as text, or by variable as plain data of ITF."""

    actor: str
    action: str
    outcome: str
    line: int | None
    state: Mapping[str, Any]


class Recorded(Frozen):
    """A saved run. `subject`, the property, is empty where it shows nothing in particular."""

    file: str
    sha256: str
    check: str
    steps: tuple[RecordedStep, ...]
    subject: str = ""
    verdict: str = ""
    loop_start: int | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)
    only: tuple[str, ...] = ()
    is_itf: bool = False

    def states(self, components: Sequence[Component]) -> list[dict[str, Any]]:
        """Its states by component, where a model has these components."""
        if not self.is_itf:
            return [dict(step.state) for step in self.steps]
        return [_by_component(step.state, components) for step in self.steps]

    @property
    def title(self) -> str:
        """What it is a run of."""
        return f'{self.subject or "a random run"} in check "{self.check}"'


def read_runs(path: str) -> tuple[Recorded, ...]:
    """All runs in a file. Raises `InputError` (MC101, MC610) where it cannot be read, or holds none."""
    content = content_of(path, MAX_BYTES)
    if len(content) > MAX_BYTES:
        raise _unusable(path, f"is larger than {MAX_BYTES:,} bytes")
    return runs_in(path, content)


def runs_in(path: str, content: bytes) -> tuple[Recorded, ...]:
    """All runs in the content of a file. Raises `InputError` (MC610) where it holds none."""
    try:
        return _runs(path, content)
    except RecursionError:
        raise _unusable(path, "is nested too deeply") from None
    except UnicodeDecodeError:
        raise _no_text(path, content) from None
    except ValueError as error:  # a number with thousands of digits
        raise _unusable(path, f"is no trace: {error}") from None


def _runs(path: str, content: bytes) -> tuple[Recorded, ...]:
    content = content.removeprefix(BOM_UTF8)
    try:
        document = msgspec.json.decode(content)
    except msgspec.DecodeError as error:
        raise _malformed(path, content, str(error)) from None
    if not isinstance(document, dict):
        raise _unusable(path, "is no trace: it holds no JSON object")
    if "vars" in document and "states" in document:
        runs = _of_itf(path, document)
    elif "specs" in document:
        runs = tuple(_of_report(_as(path, document, ReportDocument)))
    else:
        trace = _as(path, document, TraceDocument)
        runs = (_of_property(trace.file, trace.sha256, trace.check, trace, trace.property.run()),)
    if not runs:
        raise _unusable(path, "has no run in it")
    for run in runs:
        if not run.steps:
            raise _unusable(path, f"has a run without any step: {run.title}")
        if run.subject and run.verdict not in _SHOWN:
            raise _unusable(path, f"has a run that shows '{run.verdict}', which no run can: {run.title}")
        if run.loop_start is not None and not 0 <= run.loop_start < len(run.steps):
            length = counted(len(run.steps), "state")
            raise _unusable(path, f"says that a run of {length} repeats from number {run.loop_start} on")
    return runs


def _as(path: str, document: object, type_: type[Document]) -> Document:
    try:
        return msgspec.convert(document, type_)
    except msgspec.ValidationError as error:
        raise _unusable(path, f"is no trace of modelcheck: {error}") from None


def _unusable(path: str, problem: str) -> InputError:
    help_ = "traces are written by `verify --format trace`, `itf` or `json`"
    return InputError([Diagnostic("MC610", None, f"'{path}' {problem}", help_)])


def _no_text(path: str, content: bytes) -> InputError:
    """The first byte that is not UTF-8: the decoder of JSON tells its place in a string, not in the file."""
    text = content.decode("utf-8", errors="replace")
    before = len(content[: (first := _first_foreign(content))].decode())
    problem = f"this is no JSON: not UTF-8: byte 0x{content[first]:02x}"
    return InputError([Diagnostic("MC610", Span(Source(path, text), before, before + 1), problem, "save it as UTF-8")])


def _first_foreign(content: bytes) -> int:
    try:
        content.decode()
    except UnicodeDecodeError as error:
        return error.start
    raise AssertionError("all of it is UTF-8")


def _malformed(path: str, content: bytes, problem: str) -> InputError:
    """The place of a syntax error, which msgspec tells as `(byte 17)`."""
    reason, _, place = problem.partition(" (byte ")
    text = content.decode("utf-8", errors="replace")
    digits = place.rstrip(")")
    at = len(content[: int(digits)].decode("utf-8", errors="replace")) if digits.isdigit() else max(len(text) - 1, 0)
    problem = f"this is no JSON: {reason.removeprefix('JSON is malformed: ')}"
    # Elsewhere the specification comes first.
    help_ = "the trace comes first: modelcheck replay TRACE SPEC" if path.endswith(".mc") else ""
    return InputError([Diagnostic("MC610", Span(Source(path, text), at, at + 1), problem, help_)])


# ------------------------------------------------------------------------------------------------------------ traces


def _of_property(
    file: str, sha256: str, check: str, changed: ReportDocument.Check | TraceDocument, run: RecordedRun
) -> Recorded:
    return Recorded(
        file,
        sha256,
        check,
        tuple(map(_step, run.steps)),
        run.name,
        run.verdict,
        run.loop_start,
        changed.settings,
        changed.faults,
        tuple(changed.only),
    )


def _step(step: StepDocument) -> RecordedStep:
    return RecordedStep(step.actor, step.action, step.outcome, step.line, step.state)


def _of_report(report: ReportDocument) -> Iterator[Recorded]:
    for spec in report.specs:
        for check in spec.checks:
            for found in check.properties:
                if found.trace is not None:
                    yield _of_property(spec.file, spec.sha256, check.name, check, found.run())
                for other in found.more:
                    run = RecordedRun(found.name, found.verdict, other.trace, None)
                    yield _of_property(spec.file, spec.sha256, check.name, check, run)
            for shown in report.runs:
                if (shown.file, shown.check) == (spec.file, check.name):
                    run = RecordedRun("", "", shown.trace, None)
                    yield _of_property(spec.file, spec.sha256, check.name, check, run)


# --------------------------------------------------------------------------------------------------------------- ITF


def _of_itf(path: str, document: dict[str, Any]) -> tuple[Recorded, ...]:
    found = _as(path, document, ItfDocument)
    told = found.meta.modelcheck
    steps = []
    for number, state in enumerate(found.states):
        values = {name: _canonical(state[name]) for name in found.vars if name in state and name not in {ACTION, PICKS}}
        if len(values) != len({*found.vars} - {ACTION, PICKS}):
            raise _unusable(path, f"is no trace: the state {number} lacks a variable")
        step = _as(path, state.get("#meta", {}), ItfDocument.StateMeta)
        steps.append(RecordedStep(step.actor, step.action, step.outcome, step.line, values))
    return (
        Recorded(
            found.meta.source,
            told.sha256,
            told.check,
            tuple(steps),
            told.property.name,
            told.property.verdict,
            found.loop,
            told.settings,
            told.faults,
            tuple(told.only),
            is_itf=True,
        ),
    )


def _canonical(value: object, depth: int = 0) -> object:
    """The same with sets and maps in one order, and all integers big ones, as other tools may write them."""
    if depth > _DEEPEST:
        raise RecursionError
    if isinstance(value, list):
        return [_canonical(element, depth + 1) for element in value]
    if isinstance(value, dict):
        plain = {key: _canonical(held, depth + 1) for key, held in value.items()}
        for key in ("#set", "#map"):
            elements = plain.get(key)
            if isinstance(elements, list):
                plain[key] = sorted(elements, key=msgspec.json.encode)
        return plain
    return {"#bigint": str(value)} if isinstance(value, int) and not isinstance(value, bool) else value


def itf_state(components: Sequence[Component], values: Sequence[object]) -> dict[str, Any]:
    """A state of a model as `Recorded.states` tells it, if it was saved as ITF."""
    return {part.name: _canonical(value) for part, value in zip(components, values, strict=True)}


def _by_component(state: Mapping[str, Any], components: Sequence[Component]) -> dict[str, Any]:
    """The values of variables by component; what the model does not have keeps the name that it has in the trace."""
    found: dict[str, Any] = {}
    left = dict(state)
    for variable in itf_variables(components):
        if variable.name not in left:
            continue
        value = left.pop(variable.name)
        if not variable.agents:
            found[components[variable.numbers[0]].name] = value
            continue
        names = {agent: components[at].name for agent, at in zip(variable.agents, variable.numbers, strict=True)}
        pairs = value.get("#map") if isinstance(value, dict) else None
        for pair in pairs if isinstance(pairs, list) else ():
            if isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str):  # noqa: PLR2004 - key and value
                found[names.get(pair[0], pair[0])] = pair[1]
    return found | left
