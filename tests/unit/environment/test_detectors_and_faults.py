"""What failure detectors make of crashes that nobody tells, and of agents that are worse than crashed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from modelcheck.engines.base import Exploration
from modelcheck.ir.model import Model
from modelcheck.pipeline import Options, load, verify_specs
from modelcheck.source import Source
from modelcheck.verdict import Reached
from tests.unit.environment.configurations import cell, reachable

Explored = Callable[..., Exploration]
Build = Callable[..., Model]
Said = Callable[..., list[str]]

SUSPECTING = ("perfect", "eventually_perfect", "strong", "eventually_strong")
SILENT = """
    detector %s
    agent Client { initial final state Run }
    agent Server { initial final state Run }
    def told(p: Server) = suspects(Client[0], p)
    reachable noticed: exists p in Server: told(p) and p is crashed
    reachable all_silent: forall p in Server: p is crashed
    temporal quiet: forall p in Server: always (p is crashed implies eventually always told(p))
    temporal settles: eventually always forall p in Server: not told(p)
    check "c" { Server = 2  faults { %s }  expect noticed, all_silent, quiet, settles }
"""


@pytest.mark.parametrize("name", SUSPECTING)
def test_a_silent_crash_is_none_to_a_detector(model_of: Build, explored: Explored, name: str) -> None:
    model = model_of(SILENT % (name, "crash Server any silently"))
    assert ("stable",) in model.oracle or name in {"perfect", "strong"}
    assert not any(action.name == "suspects" for action in model.actions)
    verdicts = explored(SILENT % (name, "crash Server any silently")).verdicts
    assert isinstance(verdicts["all_silent"], Reached)
    assert isinstance(verdicts["noticed"], Reached) == (name != "perfect")


def test_a_silent_crash_beside_a_loud_one_is_not_mistaken_for_it(model_of: Build) -> None:
    model = model_of(SILENT % ("perfect", "crash Server up to 1 silently  crash Server up to 1"))
    servers = model.ids("Server")
    loud = 0
    for state in reachable(model):
        rows = cell(model, state, "suspects", "Client", "Server").get(model.ids("Client")[0])
        statuses = {p: state[model.status(p) or 0] for p in servers}
        assert all(statuses[p] == "gone" for p in rows)
        loud += bool(rows)
    assert loud


def test_a_byzantine_agent_looks_like_one_that_runs(model_of: Build) -> None:
    model = model_of(SILENT % ("perfect", "byzantine Server up to 1  crash Server up to 1"))
    for state in reachable(model):
        rows = cell(model, state, "suspects", "Client", "Server").get(model.ids("Client")[0])
        assert all(state[model.status(p) or 0] == "gone" for p in rows)


def test_the_one_to_trust_may_crash_silently_but_not_otherwise(model_of: Build) -> None:
    model = model_of(SILENT % ("strong", "crash Server any silently  crash Server any"))
    found = set()
    for state in reachable(model):
        (spared,) = cell(model, state, "trusted", "Server")
        found.add(state[model.status(spared) or 0])
    assert found == {"up", "silently gone"}


def test_a_formula_is_not_unrolled_over_what_a_detector_tells(said_of: Said) -> None:
    text = """
        detector omega
        agent Node { initial final state Run }
        temporal follows: forall p in {leader(Node[0])}: eventually p is correct
        check "c" { Node = 2  expect follows }
    """
    assert said_of(text) == ["MC331"]
    text = text.replace("omega", "perfect").replace("{leader(Node[0])}", "{q in Node: not suspects(Node[0], q)}")
    assert said_of(text) == ["MC331"]


RECOVERY = """protocol Recovery
agent Node { initial final state Run }
temporal down: forall p, q in Node:
  (eventually always p is crashed) and (eventually always q is correct) implies eventually always suspects(q, p)
temporal back: forall p, q in Node:
  (eventually always p is correct) and (eventually always q is correct) implies eventually always not suspects(q, p)
temporal one: exists p in Node: eventually always forall q in Node: not suspects(q, p)
temporal led: exists p in Node: eventually always (p is correct and forall q in Node: q is crashed or leader(q) == p)
check "P"    { Node = 2 detector perfect            faults { crash Node any with recovery } expect down, back }
check "owed" { Node = 2 detector perfect            faults { crash Node any with fair recovery } expect down, back }
check "EP"   { Node = 2 detector eventually_perfect faults { crash Node any with recovery } expect down, back }
check "S"    { Node = 2 detector strong             faults { crash Node any with recovery } expect down, one, not back }
check "ES"   { Node = 2 detector eventually_strong  faults { crash Node any with recovery } expect down, one, not back }
check "O"    { Node = 2 detector omega              faults { crash Node any with recovery } expect led }
"""


@pytest.mark.parametrize("engine", ["interpreter", "native"])
def test_detectors_keep_their_promises_to_agents_that_recover(engine: str) -> None:
    report = verify_specs([load(Source("recovery.mc", RECOVERY))], Options(engine=engine))
    assert [(c.name, p.name) for c in report.specs[0].checks for p in c.properties if not p.ok] == []
