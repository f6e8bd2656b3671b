"""What is said of messages at each step of a run, whatever the network and the faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelcheck.environment.instantiate import Overrides
from modelcheck.pipeline.verify import Options, load, verify_specs
from modelcheck.reports.html.walk import (
    Flying,
    differences_in,
    flying_behind,
    happenings_in,
    networks_of,
    sent_in,
)
from modelcheck.reports.runs import ShownRun, runs_of
from modelcheck.semantics.trace import Component, Step, Trace
from modelcheck.source import Source

SPECS = Path(__file__).resolve().parents[4] / "specs"
ECHO = """protocol Echo
network NETWORK
message Ping(n: 0..1)
agent Client { initial state Ask { step ask -> Done { send Ping(0) to Server } } final state Done }
agent Server { var served: 0..3 = 0  initial final state Run { on Ping(n) { served := served + n + 1 } } }
reachable odd: exists s in Server: s.served == 2
reachable most: forall s in Server: s.served > 0
check "c" { Server = 2  allow deadlock  expect WHAT }
"""


def run_of(network: str, what: str = "most", **budgets: int) -> Trace:
    spec = load(Source("echo.mc", ECHO.replace("NETWORK", network).replace("WHAT", what)))
    overrides = Overrides(budgets={(fault, None): budget for fault, budget in budgets.items()})
    report = verify_specs([spec], Options(engine="interpreter", overrides=overrides))
    return next(run.trace for run in runs_of(report) if run.found.name == what)


def told(trace: Trace) -> list[tuple[int, str, str, str]]:
    return [
        (step.number, h.word, f"{h.content} {h.route}", h.note)
        for step in trace.steps
        for h in happenings_in(trace, step)
    ]


def test_a_message_to_many_is_told_once_and_its_receipts_by_the_steps() -> None:
    assert told(run_of("unordered")) == [(1, "sent", "Ping(n: 0) Client → Server[0..1]", "")]


def test_a_corrupted_message_tells_what_it_was_and_is_not_lost() -> None:
    (_, corrupted) = told(run_of("unordered", "odd", corrupt=1))
    assert corrupted == (2, "corrupted", "Ping(n: 1) Client → Server[0]", "was Ping(n: 0)")


def test_a_duplicate_is_told() -> None:
    events = told(run_of("unordered", "odd", duplicate=1))
    assert [word for _, word, _, _ in events] == ["sent", "duplicated"]


def test_what_a_network_remembers_stays_in_flight_with_the_step_that_sent_it() -> None:
    trace = run_of("soup")
    last = flying_behind(trace.steps[-1], networks_of(trace), sent_in(trace))
    assert [(f.target, f.sent, f.count) for f in last] == [("Server[0]", (1,), 1), ("Server[1]", (1,), 1)]


def test_equal_messages_are_counted_and_those_with_a_delay_tell_it() -> None:
    packet = "Ping(n: 0) Client -> Server[1] in 0..2"
    start = Step(0, "", "start", False, (), (("messages (unordered)", f"{{{packet}, {packet}}}"),))  # noqa: FBT003 - no fault
    network = Component("messages (unordered)", "network", "messages (unordered)")
    trace = Trace((start,), "", (), agents=("Client", "Server[1]"), components=(network,))
    assert flying_behind(start, networks_of(trace), sent_in(trace)) == [
        Flying("Ping(n: 0)", "Client", "Server[1]", "0..2", 2, ())
    ]


def runs_of_file(name: str) -> list[ShownRun]:
    return runs_of(verify_specs([load(Source(name, (SPECS / name).read_text("utf-8")))], Options()))


def test_a_message_that_ages_is_no_difference_of_a_component() -> None:
    runs = runs_of_file("failures/heartbeat.mc")
    steps = [step for run in runs for step in run.trace.steps]
    assert any(change.name == "Beat Worker -> Monitor" for step in steps for change in step.changes)
    for step in steps:
        assert all(step.state[found.component][0] in found.name for found in differences_in(step))
    told = {
        (h.word, h.content, h.route, h.note)
        for run in runs
        for step in run.trace.steps
        for h in happenings_in(run.trace, step)
    }
    assert ("older", "Beat", "Worker → Monitor", "was in 0..1, is in 0..0") in told


@pytest.mark.parametrize("name", ["coordination/alternating_bit.mc", "failures/heartbeat.mc"])
def test_whatever_is_in_flight_was_sent_before_and_not_lost_since(name: str) -> None:
    for run in runs_of_file(name):
        networks = networks_of(run.trace)
        for step in run.trace.steps:
            for flying in flying_behind(step, networks, sent_in(run.trace)):
                assert len(flying.sent) == flying.count
                assert max(flying.sent) <= step.number
                assert {flying.source, flying.target} <= set(run.trace.agents)
