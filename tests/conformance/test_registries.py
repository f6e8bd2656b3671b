"""Whatever is registered works on a small model, and the reference names it."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelcheck.diagnostics import InputError
from modelcheck.engines.registry import ENGINES
from modelcheck.environment.instantiate import Overrides
from modelcheck.environment.registry import DETECTORS, FAULTS, LOCK_STEP, NETWORKS
from modelcheck.pipeline import Options, load, verify_specs
from modelcheck.reports.registry import FORMATS, RUN_FORMATS
from modelcheck.reports.report import Report
from modelcheck.reports.runs import runs_of
from modelcheck.source import Source

DOCS = Path(__file__).resolve().parents[2] / "docs"
LANGUAGE = DOCS / "language.md"
COMMANDS = [DOCS / "cli.md", DOCS / "architecture.md"]
TEXT = """protocol Echo
message Ping(n: 0..1)
message Pong(n: 0..1)
agent Client {
  initial state Ask { step ask -> Wait { choose n in 0..1 { send Ping(n) to Server } } }
  state Wait { on Pong(_) -> Done }
  final state Done
}
agent Server { initial final state Run { on Ping(n) { reply Pong(n) } }  fault slip { -> Run } }
invariant honest: forall m in messages Pong: m.n <= 1
invariant wrong: not (Client[0] is Done)
reachable answered: Client[0] is Done
check "small" { allow deadlock  expect honest, not wrong in 3 steps, answered }
"""
LOCK_STEP_AGENTS = """
agent Client {
  initial state Ask { round -> Wait { choose n in 0..1 { send Ping(n) to Server } } }
  state Wait { round when inbox Pong != {} -> Done }
  final state Done
}
agent Server {
  initial final state Run { round { let asked = inbox Ping  for m in asked { send Pong(m.n) to Client } } }
  fault slip { -> Run }
}
"""


def verified(engine: str = "interpreter", network: str = "unordered", overrides: Overrides | None = None) -> Report:
    text = TEXT.replace("message Ping", f"network {network}\nmessage Ping", 1)
    if network in LOCK_STEP:
        text = text[: text.index("agent")] + LOCK_STEP_AGENTS + text[text.index("invariant") :]
    options = Options(engine=engine, runs=50, seed=1, overrides=overrides or Overrides())
    return verify_specs([load(Source("echo.mc", text))], options)


@pytest.mark.parametrize("network", [*NETWORKS, *LOCK_STEP])
def test_every_network_runs_the_small_model(network: str) -> None:
    assert verified(network=network).ok


@pytest.mark.parametrize("network", [*NETWORKS, *LOCK_STEP])
@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_strikes_on_every_network(fault: str, network: str) -> None:
    subject = {"crash": "Server", "partition": "Server", "byzantine": "Client", "fault": "slip"}.get(fault)
    report = verified(network=network, overrides=Overrides(budgets={(fault, subject): 1}))
    words = {found.name: found.verdict for found in report.specs[0].checks[0].properties}
    assert words["honest"] == "holds"
    assert words["wrong"] == "violated"


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_is_offered_in_place_of_one_that_there_is_not(fault: str) -> None:
    with pytest.raises(InputError) as raised:
        load(Source("echo.mc", 'protocol P\ncheck "c" { faults { glitch up to 1 } }\n'))
    (found,) = raised.value.diagnostics
    assert found.problem == "expected a fault after '{', found 'glitch'"
    assert fault in found.help


@pytest.mark.parametrize("name", DETECTORS)
def test_every_detector_can_be_asked_what_its_class_tells(name: str) -> None:
    question = "leader() == self" if DETECTORS[name]().tells == "leader" else "suspects(Node[0])"
    text = f"""protocol Asks
        agent Node {{ initial final state Run {{ step go when {question} {{ skip }} }} }}
        check "c" {{ Node = 2  detector {name}  faults {{ crash Node up to 1 }} }}
    """
    assert verify_specs([load(Source("asks.mc", text))], Options(engine="interpreter")).ok


# The portfolio of proofs is asked about invariants alone, and tries all provers before it leaves one open.
@pytest.mark.parametrize("engine", [engine for engine in ENGINES if engine != "proof"])
def test_every_engine_finds_the_counterexample(engine: str) -> None:
    words = {found.name: found.verdict for found in verified(engine=engine).specs[0].checks[0].properties}
    assert words["wrong"] == "violated"
    assert words["answered"] == "reached"
    assert words["honest"] in {"holds", "unknown"}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_shows_every_property(name: str) -> None:
    text = FORMATS[name].renderer()(verified())
    for word in ("small", "honest", "wrong", "answered"):
        assert word in text


@pytest.mark.parametrize("name", RUN_FORMATS)
def test_every_format_of_runs_makes_a_file_of_each_run(name: str) -> None:
    runs = runs_of(verified())
    assert {run.found.name for run in runs} >= {"wrong", "answered"}
    files = [RUN_FORMATS[name].renderer()(run) for run in runs]
    assert all(files)
    assert len(set(files)) == len(files)


@pytest.mark.parametrize("name", [*NETWORKS, *LOCK_STEP, *FAULTS, *DETECTORS])
def test_the_language_reference_names_it(name: str) -> None:
    assert f"`{name}" in LANGUAGE.read_text("utf-8")


@pytest.mark.parametrize("name", [*FORMATS, *RUN_FORMATS, *(engine for engine in ENGINES if engine != "simulate")])
def test_the_documentation_names_it(name: str) -> None:
    assert any(name in page.read_text("utf-8") for page in COMMANDS)
