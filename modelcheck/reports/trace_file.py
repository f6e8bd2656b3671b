"""One run as JSON, to be kept beside the specification."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from modelcheck.frozen import replace
from modelcheck.reports.json_report import property_data

if TYPE_CHECKING:
    from modelcheck.reports.runs import ShownRun


def render(run: ShownRun) -> bytes:
    """The run with the check and the specification that it belongs to."""
    document = {
        "format": "modelcheck trace",
        "version": run.version,
        "file": run.spec.file,
        "sha256": run.spec.sha256,
        "check": run.check.name,
        "settings": dict(run.check.settings),
        "faults": dict(run.check.faults),
        "only": list(run.check.only),
        # Of several counterexamples the one that is shown.
        "property": property_data(replace(run.found, trace=run.trace, steps=run.trace.length, more=())),
    }
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()
