"""A specification with everything that a packet tells of, for the tests of packets."""

from __future__ import annotations

from pathlib import Path

VOTE = """# A vote: one asks, the others answer.
#
#   - nobody is asked twice;
#   - `Yes` is the only answer.
protocol Vote

param Most = 2                        # how many answers count
message Ask                           # to everybody
message Yes

# It asks, and waits.
agent Asker {
  var got: 0..3 = 0                   # answers so far
  initial state Idle { step ask -> Asked { send Ask to Voter } }
  final state Asked { on Yes { got += 1 } }
}
agent Voter {
  final initial state Quiet { on Ask from a -> Voted { send Yes to a } }
  final state Voted
}

# ---------------------------------------------------------------- what must hold
# There are never more answers than `Most`.
invariant few: forall a in Asker: a.got <= Most
reachable all_: forall v in Voter: v is Voted
eventually told: forall v in Voter: v is Voted

# All goes well.
check "calm" { Voter = 2  expect few, all_ in 3 steps, told }
check "one is gone" {
  Voter = 2
  faults { crash Voter up to 1 with recovery  lose up to 1 }
  expect few, not told
}
check "too many" { Voter = 3  expect not few, all_ }
"""


def written(folder: Path, text: str = VOTE, name: str = "vote.mc") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path
