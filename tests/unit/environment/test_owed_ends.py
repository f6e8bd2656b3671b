"""What ends at some time, because that is owed: partitions that heal, crashes with fair recovery."""

from __future__ import annotations

import pytest

from modelcheck.pipeline import Options, load, verify_specs
from modelcheck.source import Source

ENGINES = ["interpreter", "native"]

COPIES = """protocol Copies
network %s
message Copy
agent Replica {
  initial state Old { step write when index(self) == 0 -> New { send Copy to others }  %s on Copy -> New }
  final state New { ignore Copy }
}
eventually everywhere: forall r in Replica: r is New
check "c" { Replica = 2  faults { partition Replica %s }  allow deadlock  expect everywhere }
"""

SERVED = """protocol Served
message Ask
message Answer
agent Client {
  initial state Idle { step ask -> Wait { send Ask to Server } }
  state Wait { on Answer -> Done }
  final state Done
}
agent Server { initial final state Run { on Ask { reply Answer } } }
eventually served: forall c in Client: c is Done
check "c" { faults { crash Server %s }  allow deadlock  expect served }
"""


def verdict(text: str, engine: str) -> str:
    report = verify_specs([load(Source("owed.mc", text))], Options(engine=engine))
    (found,) = (one for one in report.specs[0].checks[0].properties if one.kind == "temporal")
    return found.verdict


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("budget", "strong", "expected"),
    [
        ("up to 0", "", "holds"),
        ("up to 1", "", "violated"),
        ("up to 2 heal", "", "holds"),
        # A message that is cut off again and again is never owed for long enough, unless its receipt is strong.
        ("any heal", "", "violated"),
        ("any heal", "strong", "holds"),
        ("any", "strong", "violated"),
    ],
)
@pytest.mark.parametrize("network", ["unordered", "fifo"])
def test_what_is_cut_off_arrives_once_the_partition_has_healed(
    network: str, budget: str, strong: str, expected: str, engine: str
) -> None:
    assert verdict(COPIES % (network, strong, budget), engine) == expected


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("up to 0", "holds"),
        ("up to 2 with recovery", "violated"),
        ("up to 2 with fair recovery", "holds"),
        # It is never up for long enough to owe an answer.
        ("any with fair recovery", "violated"),
        ("up to 1 with fair recovery while sending", "violated"),
        ("up to 1 with fair recovery  crash Server up to 1 with recovery", "violated"),
    ],
)
def test_what_waits_for_a_crashed_agent_is_served_once_it_is_back(options: str, expected: str, engine: str) -> None:
    assert verdict(SERVED % options, engine) == expected
