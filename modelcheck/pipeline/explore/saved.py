"""Walks as trace files, which `modelcheck replay` reads too, and runs from such files as walks."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from modelcheck.engines.base import DEADLOCK, ERRORS
from modelcheck.frozen import Frozen
from modelcheck.pipeline.explore.deadline import Deadline, TimeUpError
from modelcheck.pipeline.explore.session import RefusedError, Session
from modelcheck.pipeline.explore.walk import Walk
from modelcheck.pipeline.instance import with_instance
from modelcheck.pipeline.replay import overrides_of, shown_run
from modelcheck.pipeline.retrace import retrace
from modelcheck.reports.report import CheckReport, PropertyReport, Seconds, SpecReport, StateCounts, VerdictWord
from modelcheck.reports.runs import ShownRun, file_stems
from modelcheck.reports.trace_file import render
from modelcheck.version import __version__

if TYPE_CHECKING:
    from modelcheck.ir.spec import Spec
    from modelcheck.pipeline.explore.walk import Walked
    from modelcheck.pipeline.recorded import Recorded
    from modelcheck.reports.replayed import Stop

LOADING_SECONDS = 30.0
"""How long is looked for the choices behind a saved run."""


class Saved(Frozen):
    """A trace file: its name and what is in it."""

    name: str
    text: str


def saved(session: Session) -> Saved:
    """The walk up to its end. Raises `RefusedError` before its beginning."""
    walked = session.walked
    if walked is None:
        raise RefusedError("there is no walk to save")
    run = _shown(session, walked)
    return Saved(f"{file_stems([run])[0]}.trace.json", render(run).decode())


def _shown(session: Session, walked: Walked) -> ShownRun:
    """The walk in the frame of a report in which nothing was explored."""
    source, walk, trace = session.spec.source, walked.walk, walked.trace
    prop = session.spec.properties.get(walk.subject)
    found = PropertyReport(
        name=walk.subject,
        kind=prop.kind if prop is not None else walk.subject if walk.subject in {DEADLOCK, ERRORS} else "walk",
        verdict=walk.verdict,
        expected=walk.verdict,
        ok=True,
        steps=trace.length,
        trace=trace,
        line=None if prop is None else prop.span.line,
        column=None if prop is None else prop.span.column,
    )
    nothing = StateCounts(distinct=None, explored=0, transitions=0, depth=0)
    check = CheckReport(
        name=session.check.name,
        engine="explore",
        ok=True,
        complete=False,
        interrupted=False,
        seed=None,
        states=nothing,
        seconds=Seconds(0, 0, 0),
        memory_bytes=0,
        reductions=(),
        bounds_hit=(),
        properties=(found,),
    )
    check = with_instance(check, session.model, session.overrides, ())
    digest = hashlib.sha256(source.text.encode()).hexdigest()
    spec = SpecReport(source.name, digest, ok=True, warnings=(), assumptions=(), checks=(check,))
    return ShownRun(__version__, spec, check, found, trace)


def loaded(spec: Spec, session: Session, name: str, recorded: Recorded) -> tuple[Session, str]:
    """A session that walks a saved run, as far as it is one: the same, if it is of its check. And what is amiss.

    Raises `RefusedError` where nothing of it can be walked, `InputError` where the file makes no model.
    """
    check = next((check for check in spec.checks if check.name == recorded.check), None)
    if check is None:
        raise RefusedError(f"it is a run of check '{recorded.check}', which is not in the specification")
    overrides = overrides_of(name, recorded, check)
    if (check.name, overrides) != (session.check.name, session.overrides):
        session = Session(spec, check, overrides)
    try:
        with Deadline(LOADING_SECONDS).enforced():
            walk, amiss = _walk(session, recorded)
    except TimeUpError:
        raise RefusedError(f"it takes more than {LOADING_SECONDS:g} seconds to find its steps") from None
    session.show(walk)
    return session, amiss


def _walk(session: Session, recorded: Recorded) -> tuple[Walk, str]:
    found = retrace(session.model, recorded)
    notes = "".join(f"\n{note}" for note in found.notes)
    if not found.ways:
        raise RefusedError(f"no run begins like this one{notes}")
    if found.stop is not None:
        run = found.ways[0].run
        return Walk(run, len(run.choices)), f"{_told(found.stop)}{notes}"
    run, trace, amiss = shown_run(session.model, found.ways, recorded)
    walk = Walk(run, len(run.choices))
    if recorded.subject and not amiss:
        verdict: VerdictWord = "reached" if recorded.verdict == "reached" else "violated"
        walk = Walk(run, walk.position, recorded.subject, verdict, trace.conclusion, trace.facts, trace.grounds)
    return walk, f"{amiss and f'it does not show what it did: {amiss}'}{notes}".strip()


def _told(stop: Stop) -> str:
    text = f"step {stop.step}, '{stop.actor}: {stop.action}', is not possible any more"
    if not stop.possible:
        return text
    nearest = stop.possible[0]
    differs = "; ".join(f"{d.component}: {d.recorded} in the file, {d.found} here" for d in nearest.differences)
    return f"{text}\nnearest is '{nearest.actor}: {nearest.action}': {differs}"
