"""Every shipped specification can be walked."""

from __future__ import annotations

import random
from pathlib import Path

import msgspec
import pytest

from modelcheck.pipeline import load_file
from modelcheck.pipeline.explore import Session

ROOT = Path(__file__).resolve().parents[4]
SPECS = sorted(
    str(path.relative_to(ROOT)) for folder in ("specs", "examples") for path in (ROOT / folder).rglob("*.mc")
)


@pytest.mark.parametrize("path", SPECS)
def test_a_random_walk_goes_where_it_was_told_to(path: str) -> None:
    spec = load_file(ROOT / path)
    for check in (spec.checks[0], spec.checks[-1]):
        session = Session(spec, check)
        rng = random.Random(7)  # noqa: S311 - a walk
        for _ in range(6):
            view = session.view()
            assert msgspec.json.decode(msgspec.json.encode(view))["position"] == view.position
            options = [o for offer in view.offers for o in offer.options if o.outcome != "cut"]
            if not options:
                assert view.rest in {"deadlock", "rests", "failed"}
                break
            option = rng.choice(options)
            if session.walked is None:
                session.begin(option.digits)
                continue
            session.take(option.action, option.digits)
            step = session.view().steps[-1]
            # What was announced is what happened.
            assert step.changes == option.changes
            assert option.label in {step.label, f"{step.actor}: {step.label}"}
        assert {prop.standing for prop in session.view().properties} <= {
            "holds",
            "reached",
            "not here",
            "unknown",
            "false",
        }
        assert session.picture() is not None
