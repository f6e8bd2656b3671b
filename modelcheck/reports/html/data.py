"""What the page's script knows of the runs, as JSON inside the page. `assets/data.js` has the types."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from modelcheck.reports.diagnostics import visible
from modelcheck.reports.html.elements import Markup, element
from modelcheck.reports.html.run_section import heading
from modelcheck.reports.html.walk import (
    differences_in,
    flying_behind,
    happenings_in,
    networks_of,
    sent_in,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelcheck.reports.html.walk import Sent
    from modelcheck.reports.runs import ShownRun
    from modelcheck.semantics.trace import Step, Trace

# What ends a script or starts a comment in HTML, wherever it stands.
_HARMLESS = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&"})


def data_block(runs: Sequence[ShownRun], stems: Sequence[str]) -> Markup:
    """The runs by name, in a `script` element that no browser executes."""
    data = {"runs": {stem: _run(run) for run, stem in zip(runs, stems, strict=True)}}
    # ASCII only: no byte order, no line separator, no half of a character can matter.
    written = json.dumps(data, separators=(",", ":")).translate(_HARMLESS)
    return element("script", Markup(written), type="application/json", id="data")


def _run(run: ShownRun) -> dict[str, Any]:
    trace = run.trace
    hidden = networks_of(trace)
    sent = sent_in(trace)
    return {
        "title": visible(heading(run)),
        "agents": list(trace.agents),
        "components": [
            {"name": visible(component.name), "agent": component.agent, "messages": place in hidden}
            for place, component in enumerate(trace.components[: len(trace.steps[0].state)])
        ],
        "steps": [_step(trace, step, hidden, sent) for step in trace.steps],
        "slice": sorted(trace.causal_slice),
        "loop": trace.loop_start,
        "conclusion": visible(trace.conclusion),
    }


def _step(trace: Trace, step: Step, hidden: frozenset[int], sent: Sent) -> dict[str, Any]:
    before = trace.steps[step.number - 1].state if step.number else ()
    return {
        "actor": visible(step.actor),
        "action": visible(step.action),
        "fault": step.fault,
        "line": step.line,
        "agents": list(step.agents),
        "causes": list(step.causes),
        "outcome": visible(step.outcome),
        "still": not step.changes,
        # The state as far as it differs from the one before.
        "values": {
            place: visible(value)
            for place, (name, value) in enumerate(step.state)
            if place not in hidden and before[place : place + 1] != ((name, value),)
        },
        "changes": [
            {"component": d.component, "name": visible(d.name), "before": visible(d.before), "after": visible(d.after)}
            for d in differences_in(step)
        ],
        "happenings": [
            {
                "word": h.word,
                "text": visible(f"{h.content} {h.route}" + (f" ({h.note})" if h.note else "")),
                "agents": [*h.sources, *h.targets],
            }
            for h in happenings_in(trace, step)
        ],
        "flying": [
            {
                "text": visible(f.content),
                "source": f.source,
                "target": f.target,
                "wait": f.wait,
                "count": f.count,
                "sent": list(f.sent),
            }
            for f in flying_behind(step, hidden, sent)
        ],
    }
