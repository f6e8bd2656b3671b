"""What is said of the fairness of a run without an end."""

from __future__ import annotations

from modelcheck.pipeline import Options, load, verify_specs
from modelcheck.source import Source

WORKER = """protocol P
network unordered
message Ask
agent Boss { initial state Idle { step ask -> Waits { send Ask to Worker } }  final state Waits }
agent Worker { final initial state Free { on Ask -> Done }  final durable state Done }
eventually done: forall w in Worker: w is Done
check "c" { faults { crash Worker up to 1 FATE }  expect not done }
"""


def _facts(fate: str) -> list[str]:
    spec = load(Source("p.mc", WORKER.replace("FATE", fate)))
    found = next(p for p in verify_specs([spec], Options()).specs[0].checks[0].properties if p.name == "done")
    return [] if found.trace is None else list(found.trace.facts)


def test_who_may_come_back_and_does_not_would_if_it_were_owed() -> None:
    assert _facts("with recovery") == [
        "this run, perhaps not others, would be excluded by `with fair recovery` of Worker"
    ]


def test_who_crashed_for_good_is_excluded_by_nothing() -> None:
    assert _facts("") == ["no assumption of fairness would exclude it: nothing else is enabled that is ever owed"]
