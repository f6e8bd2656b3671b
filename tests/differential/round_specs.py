"""Small specifications in lock-step, each after what it exercises."""

from __future__ import annotations

GOSSIP = """
protocol Gossip
network rounds
message Hi(v: 0..2)
message Bare
agent Node {
  var best: 0..2 = any
  var from_: set of Node = {}
  initial state Start {
    round when best > 0 -> Talk { choose v in 1..best { best := v  send Hi(v) to others } }
    round when best < 2 -> Talk { either { send Bare to Node } or { send Bare to others  send Hi(best) to self } }
  }
  state Talk {
    round when size(inbox Hi) >= 2 -> Done {
      best := max(m in inbox Hi: m.v)
      from_ := heard(best)
    }
    round when inbox Bare != {} { for m in inbox Bare { from_ += {m.from} } send Bare to from_ }
  }
  final state Done
  any state { step reset when best == 2 { best := 0  send Bare to self } }
  at start { if best == 2 { send Bare to others } }
}
def heard(least: 0..2) = {m.from for m in inbox Hi: m.v >= least - 1}
invariant told: forall p in Node: p is Done implies exists m in messages Bare: m.to == p
check "c" { Node = 2  FAULTS  allow deadlock  expect told }
"""

FAILING = """
protocol Failing
network rounds
message Value(n: 0..2)
message Slow over fifo capacity 1
agent A {
  var n: 0..2 = 1
  initial state Run {
    round when n / (2 - n) < 3 -> Sum { n := n + 1  send Value(n) to B }
  }
  state Sum {
    round { n += size(inbox Value)  assert n < 2, "too many"  send Value(n) to others }
    on Slow -> Run
  }
}
agent B {
  var seen: 0..4 = 0
  initial state Run {
    round when inbox Value != {} -> Last { seen := sum(m in inbox Value: m.n) }
    step poke when seen == 0 { send Slow to A  send Value(0) to A }
  }
  final state Last
}
invariant small: forall b in B: b.seen < 3
check "c" { A = 2  allow deadlock  expect small }
"""

CRASHING = """
protocol Crashing
network rounds
message Log(n: 0..1)
agent Node {
  durable var n: 0..1 = any
  var heard: set of Node = {}
  initial state Start {
    round when n == 0 -> Wait { if heard == {} { send Log(n) to others } else { send Log(1) to self }  n := 1 }
    round -> Wait { either { heard += {self}  send Log(n) to Node } or { skip } }
  }
  state Wait { round when inbox Log != {} -> Start { heard := {m.from for m in inbox Log} } }
}
invariant i: forall p in Node: size(p.heard) < 2
check "c" { Node = 2  faults { FAULTS }  allow deadlock  expect i }
"""

FORGED = """
protocol Forged
network rounds
message Vote(v: 0..2) forgeable when v > 0 and lowest() < v
message Plain
def lowest() = min(p in Node: p.n)
agent Node {
  var n: 0..2 = 1
  initial state Start {
    round -> Wait { send Vote(n) to others  if index(self) == 0 { send Plain to self } }
  }
  state Wait {
    round when inbox Plain == {} -> Done { n := max(n, sum(m in inbox Vote: m.v) % 3) }
    round when size(inbox Vote) > 1 -> Start { n := 0 }
  }
  final state Done
}
invariant i: forall p in Node: p is Done and p is correct implies p.n > 0
check "c" { Node = 2  faults { byzantine Node up to 1  FAULTS }  allow deadlock  expect i }
"""

SPECS = {
    "forged messages in rounds": FORGED.replace("FAULTS", ""),
    "forged messages and crashes in rounds": FORGED.replace("FAULTS", "crash Node up to 1 while sending  lose up to 1"),
    "rounds": GOSSIP.replace("FAULTS", ""),
    "rounds with faults": GOSSIP.replace("FAULTS", "faults { lose up to 1  corrupt up to 1 }"),
    "rounds and crashes": CRASHING.replace("FAULTS", "crash Node up to 1  crash Node up to 1 with recovery"),
    "rounds that crash": CRASHING.replace("FAULTS", "crash Node up to 1 while sending"),
    "rounds that crash in two ways": CRASHING.replace(
        "FAULTS", "crash Node up to 1 while sending  crash Node any with recovery while sending"
    ),
    "rounds and a partition": CRASHING.replace(
        "FAULTS", "partition Node up to 1 heal  crash Node up to 1 while sending"
    ),
    "rounds that fail": FAILING,
    "rounds that fail and crash": FAILING.replace("A = 2", "A = 2  faults { crash A up to 1 while sending }"),
}
