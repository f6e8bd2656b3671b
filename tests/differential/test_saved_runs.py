"""Random runs of generated specifications, saved and read back: they are ITF, and the same runs again."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from modelcheck.pipeline.recorded import read_runs
from modelcheck.pipeline.retrace import retrace
from modelcheck.pipeline.simulate import random_run
from modelcheck.reports.registry import RUN_FORMATS
from modelcheck.reports.report import CheckReport, PropertyReport, Seconds, SpecReport, StateCounts
from modelcheck.reports.runs import ShownRun
from modelcheck.semantics.replay import replay
from modelcheck.semantics.rerun import replayed
from modelcheck.semantics.trace import Trace
from tests.differential.generators.dice import Dice
from tests.differential.generators.specifications import specification
from tests.differential.test_generated import load_text, models
from tests.unit.reports.test_itf import assert_is_itf


def shown(trace: Trace) -> ShownRun:
    found = PropertyReport("goal", "reachable", "reached", "reached", ok=True, trace=trace)
    check = CheckReport(
        name="c",
        engine="simulate",
        ok=True,
        complete=False,
        interrupted=False,
        seed=0,
        states=StateCounts(None, 0, 0, 0),
        seconds=Seconds(0.0, 0.0, 0.0),
        memory_bytes=0,
        reductions=(),
        bounds_hit=(),
        properties=(found,),
    )
    spec = SpecReport("generated.mc", "", ok=True, warnings=(), assumptions=(), checks=(check,))
    return ShownRun("0", spec, check, found, trace)


@pytest.mark.parametrize("seed", range(30))
def test_a_saved_random_run_is_found_again(tmp_path: Path, seed: int) -> None:
    for _, model in list(models(load_text(specification(Dice.seeded(seed)))))[:1]:
        run = random_run(model, random.Random(seed), 8)  # noqa: S311 - sampling, not secrets
        if run is None:
            continue
        trace = replay(model, run)
        for name in ("trace", "itf"):
            (tmp_path / name).write_bytes(RUN_FORMATS[name].renderer()(shown(trace)))
            if name == "itf":
                document = json.loads((tmp_path / name).read_text("utf-8"))
                assert_is_itf(document)
                if not document["states"]:
                    continue
            (recorded,) = read_runs(str(tmp_path / name))
            found = retrace(model, recorded)
            assert (found.stop, found.notes) == (None, ())
            again = [replayed(model, way.run) for way in found.ways]
            # Steps that are told alike need not choose alike.
            states = [step.state for step in trace.steps]
            assert all([step.state for step in one.steps] == states for one in again)
            assert any(one.steps[-1].outcome == trace.steps[-1].outcome for one in again)
