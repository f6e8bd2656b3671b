"""Specifications with Byzantine agents, each after what it exercises."""

from __future__ import annotations

TRAITORS = """
protocol Traitors
NETWORK
message Word(n: -1..0, who: option Node)
message Call
message Ring(loud: bool)
agent Node {
  var heard: set of Node = {}
  var last: -1..0 = any
  initial state Fresh { step say when last == 0 -> Said { send Word(last, some(self)) to Node } }
  state Said {
    on Word(n, who) from p when who != some(self) and not p in heard and size(heard) < 2 {
      heard += p
      either { last := n } or { send Ring(n == 0) to Bell }
    }
    on Ring(loud) when loud and last != 0 { last := 0 }
    on Call when size(heard) == 2 -> Done { reply Ring(false) }
  }
  final state Done
}
agent Bell {
  var rung: 0..2 = 0
  initial final state Run {
    on Ring(loud) when rung < 2 { rung += 1  if loud { send Call to Node } }
  }
  at start { send Call to Node }
}
initially exists p in Node: p.last == 0
invariant sane: forall p in Node: p.last != -1 or p is Fresh
invariant live: forall p in Node: p is correct or p is crashed or p.heard == {}
reachable done: exists p in Node: p is Done
CHECKS
"""

CHECKS = """
check "a" { Node = 2  faults { byzantine Node up to 1  OTHER }  bound BOUND  expect sane, live, done }
check "b" { Node = 1  faults { byzantine Node any  byzantine Bell up to 1 }  bound BOUND  expect sane, done }
"""
FEW = "size(messages Call) <= 2 and size(messages Word) <= 1 and Bell[0].rung <= 1"
"""On a network that keeps what Byzantine agents send they can be looked at, and there are too many."""
NETWORKS = {
    "bag": ("network unordered capacity 3 drops", "lose up to 1", "Bell[0].rung <= 1"),
    "queues": ("network fifo capacity 1 blocks", "crash Node up to 1 while sending", "Bell[0].rung <= 1"),
    "set": ("network set capacity 1 drops", "crash Bell any with recovery", FEW),
    "soup": ("network soup", "corrupt up to 1", FEW),
}

SIGNED = """
protocol Signed
enum Value { yes, no }
param strict = false
shared var signed: set of Value = {}
def said(v: Value) = v in signed
message Order(v: Value)
message Relay(v: Value, by: General, left: 0..2) over NETWORK
  forgeable when (if strict then 2 / left == 1 else by == self or not by is correct) and said(v)
agent Head {
  initial state Start { step give(v in Value) -> Given { signed += v  send Order(v) to General } }
  final state Given
}
agent General {
  var votes: set of Value = {}
  initial final state Wait {
    on Order(v) when votes == {} { votes += v  send Relay(v, self, 2) to others }
    on Relay(v, by, _) from p when by == p or (by != self and not v in votes) { votes += v }
  }
}
invariant alike: forall p, q in General: p is correct and q is correct and size(p.votes) == 1 implies p.votes == q.votes
reachable both: exists p in General: size(p.votes) == 2
check "a" { General = 2  faults { byzantine General up to 1 }  expect alike, both }
check "fails" { General = 2  strict = true  faults { byzantine General up to 1 }  expect both }
check "b" { General = 2  faults { byzantine General any  byzantine Head any  crash General up to 1 }  expect alike }
"""

CHAINED = """
protocol Chained
network soup
message Link(v: bool, path: seq of Node max 2)
  forgeable when size(path) == 1 and path[0] == self
    or exists m in inbox Link: m.v == v and m.path + [self] == path and m.from in others
agent Node {
  var seen: set of Node = {}
  initial final state Run {
    step begin when seen == {} and index(self) == 0 { seen += self  send Link(true, [self]) to others }
    on Link(v, path) when v and not self in elements(path) and size(path) == 2 and size(seen) < 2 {
      seen += path[0]
    }
  }
}
invariant true_: forall m in messages Link: size(m.path) > 0
reachable two: exists p in Node: size(p.seen) == 2
check "c" { Node = 2  faults { byzantine Node up to 1  lose any }  expect true_, two }
"""

TIMED = """
protocol Timed
time discrete
network NETWORK
message Beat(n: 0..1, loud: bool) delay 1..2
message Stop(n: 0..2) delay 0..1 after gst
agent Source {
  var sent: 0..1 = 0
  initial final state Run { step beat when sent == 0 { sent := 1  send Beat(1, true) to Sink  send Stop(2) to Sink } }
}
agent Sink {
  var heard: set of 0..2 = {}
  timer patience
  initial final state Wait {
    on Beat(n, loud) when loud { heard += n }
    on Beat(n, loud) when not loud { heard -= n }
    on Stop(n) when n != 1 -> Done { heard += n  stop patience }
    on patience expires -> Done
  }
  final state Done { ignore Beat, Stop }
  at start { start patience for 1..2 }
}
reachable both: Sink[0].heard == {0, 2}
check "c" { Source = SOURCES  faults { byzantine Source up to 1 }  expect both }
"""

SPECS = {
    **{
        f"forged in time, {name}": TIMED.replace("NETWORK", name).replace("SOURCES", str(sources))
        for name, sources in (("unordered", 2), ("fifo", 2), ("set capacity 1 drops", 1))
    },
    **{
        f"Byzantine agents, {name}": TRAITORS.replace("NETWORK", network)
        .replace("CHECKS", CHECKS)
        .replace("OTHER", other)
        .replace("BOUND", bound)
        for name, (network, other, bound) in NETWORKS.items()
    },
    **{f"signatures, {name}": SIGNED.replace("NETWORK", name) for name in ("unordered", "fifo", "set", "soup")},
    "chains of signatures": CHAINED,
}
