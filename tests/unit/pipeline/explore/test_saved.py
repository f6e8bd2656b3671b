"""Walks that are saved, and saved runs that are walked."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from modelcheck.diagnostics import InputError
from modelcheck.environment.instantiate import Overrides
from modelcheck.kernel.task import Limits
from modelcheck.pipeline import load, load_file
from modelcheck.pipeline.explore import RefusedError, Session
from modelcheck.pipeline.explore.saved import loaded, saved
from modelcheck.pipeline.explore.searching import Order, findings
from modelcheck.pipeline.explore.walk import Walk
from modelcheck.pipeline.recorded import Recorded, runs_in
from modelcheck.pipeline.replay import replay_file
from modelcheck.source import Source

ROOT = Path(__file__).resolve().parents[4]

PAIR = """protocol Pair
param most = 3
message Ping(n: 0..3)
agent Left {
  var sent: 0..3 = 0
  initial state Start { step hail when sent < most { sent += 1  send Ping(sent) to Right } step leave -> Done }
  final state Done
}
agent Right { var heard: 0..3 = 0  initial final state Idle { on Ping(n) { heard := n } } }
invariant quiet: Right[0].heard < 2
eventually end: Left[0] is Done
check "first" { faults { lose up to 1 } expect not quiet, end }
check "second" { allow deadlock expect not quiet }
"""


def session_of(text: str, overrides: Overrides | None = None) -> Session:
    spec = load(Source("pair.mc", text))
    return Session(spec, spec.checks[0], overrides)


def random_walk(session: Session, steps: int, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - a walk
    for _ in range(steps + 1):
        found = [o for offer in session.enabled().offers for o in offer.options if o.outcome == "next"]
        if not found:
            return
        option = rng.choice(found)
        if session.walked is None:
            session.begin(option.digits)
        elif session.walk.length < steps:
            session.take(option.action, option.digits)


def states(session: Session) -> list[object]:
    assert session.walked is not None
    return [step.state for step in session.walked.trace.steps]


def run_in(session: Session) -> Recorded:
    (run,) = runs_in("walk.json", saved(session).text.encode())
    return run


SPECS = [
    "specs/consensus/two_phase_commit.mc",
    "specs/consensus/pbft.mc",
    "specs/consensus/raft.mc",
    "specs/theorems/cap.mc",
    "specs/theorems/byzantine_generals_om.mc",
    "specs/coordination/alternating_bit.mc",
    "specs/failures/heartbeat.mc",
]


@pytest.mark.parametrize("path", SPECS)
def test_a_walk_that_was_saved_is_replayed_and_walked_again(path: str, tmp_path: Path) -> None:
    spec = load_file(ROOT / path)
    for check in spec.checks[:2]:
        session = Session(spec, check)
        random_walk(session, 8, seed=len(check.name))
        file = tmp_path / "walk.trace.json"
        file.write_text(saved(session).text, "utf-8")
        report = replay_file(str(file), str(ROOT / path))
        assert (report.ok, report.steps, report.notes) == (True, session.walk.length, ())
        other = Session(spec, check)
        again, amiss = loaded(spec, other, "walk", run_in(session))
        assert amiss == ""
        assert again is other
        assert states(again) == states(session)


def test_a_counterexample_stays_one_when_it_is_saved_and_loaded(tmp_path: Path) -> None:
    session = session_of(PAIR)
    (tmp_path / "pair.mc").write_text(PAIR, "utf-8")
    for found in findings(Order("pair.mc", PAIR, "first", Overrides(), Limits())):
        if found.run is None:
            continue
        steps = len(found.run.choices)
        session.show(Walk(found.run, steps, found.name, found.verdict, found.conclusion, found.facts, found.grounds))
        (tmp_path / "walk.json").write_text(saved(session).text, "utf-8")
        report = replay_file(str(tmp_path / "walk.json"))
        assert (report.ok, report.subject) == (True, found.name)
        other = session_of(PAIR)
        again, amiss = loaded(other.spec, other, "walk", run_in(session))
        assert (amiss, again.walk) == ("", session.walk)


def test_a_walk_into_a_deadlock_is_saved_as_one() -> None:
    session = session_of("""protocol Stuck
agent A { initial state S { step go -> T } state T }
check "c" { expect deadlock }
""")
    session.take(0, ())
    session.show(Walk(session.walk.run, 1, "deadlock", "violated", "deadlock"))
    assert json.loads(saved(session).text)["property"]["kind"] == "deadlock"


def test_a_walk_that_goes_another_way_shows_nothing_any_more() -> None:
    session = session_of(PAIR)
    (quiet,) = (f for f in findings(Order("pair.mc", PAIR, "first", Overrides(), Limits())) if f.name == "quiet")
    assert quiet.run is not None
    session.show(Walk(quiet.run, 2, quiet.name, quiet.verdict, quiet.conclusion))
    session.take(1, ())
    assert (session.walk.title, session.view().conclusion, run_in(session).subject) == ("", "", "")


def test_a_run_of_another_check_brings_that_check() -> None:
    spec = load(Source("pair.mc", PAIR))
    second = Session(spec, spec.checks[1], Overrides({"most": "1"}))
    second.take(0, ())
    again, amiss = loaded(spec, Session(spec, spec.checks[0]), "walk", run_in(second))
    assert (again.check.name, again.settings, again.walk.length, amiss) == ("second", ("--set most=1",), 1, "")


def test_a_run_that_is_none_any_more_is_walked_as_far_as_it_goes() -> None:
    session = session_of(PAIR)
    session.take(0, ())
    session.take(0, ())
    other = session_of(PAIR.replace("sent += 1 ", "sent := 1 "))
    again, amiss = loaded(other.spec, other, "walk", run_in(session))
    assert again.walk.length == 1
    assert "step 2, 'Left: hail', is not possible any more" in amiss
    assert "Left.sent: 2 in the file, 1 here" in amiss


def test_a_run_that_no_longer_shows_what_it_did_says_so() -> None:
    session = session_of(PAIR)
    (quiet,) = (f for f in findings(Order("pair.mc", PAIR, "first", Overrides(), Limits())) if f.name == "quiet")
    assert quiet.run is not None
    session.show(Walk(quiet.run, 3, quiet.name, quiet.verdict, quiet.conclusion))
    other = session_of(PAIR.replace("heard < 2", "heard < 3"))
    again, amiss = loaded(other.spec, other, "walk", run_in(session))
    assert "does not show what it did" in amiss
    assert (again.walk.length, again.walk.title) == (3, "")


def test_what_makes_no_walk_is_refused_and_changes_nothing() -> None:
    session = session_of(PAIR)
    session.take(0, ())
    document = json.loads(saved(session).text)
    before = session.view()
    for changes, error in (
        ({"check": "third"}, RefusedError),
        ({"faults": {"crash:Left": "many"}}, InputError),
        ({"settings": {"nobody": "1"}}, InputError),
        ({"property": {**document["property"], "trace": document["property"]["trace"][1:]}}, RefusedError),
    ):
        (run,) = runs_in("walk.json", json.dumps(document | changes).encode())
        with pytest.raises(error):
            loaded(session.spec, session, "walk.json", run)
    assert session.view() == before


def test_there_is_nothing_to_save_before_the_beginning() -> None:
    session = session_of(PAIR)
    session.restart()
    with pytest.raises(RefusedError):
        saved(session)


def test_the_name_of_a_file_is_harmless() -> None:
    text = PAIR.replace('"first"', '"../../etc/<x> & \u202e"')
    name = saved(session_of(text)).name
    assert name.endswith(".trace.json")
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")
    assert not name.startswith(".")
