"""Small specifications with discrete time, each after what it exercises."""

from __future__ import annotations

TIMERS = """
protocol Timers
time discrete
param P = 3
agent A {
  timer t
  timer u
  durable var n: 0..3 = 0
  var m: 0..2 = 1
  at start { start t for P  start u for {0, n} union {P} }
  initial state Run {
    on t expires { start t for n..P }
    on u expires when n < 3 { n += 1  stop t }
    on u expires when n == 3 -> Rest
    step again when n == 1 { start t for m * 2 - 1  start u for if n > 2 then 0 else max(n, 2) }
    step either_way { either { start u for 1..2 } or { stop u } }
    step nothing { start t for 2..n }
  }
  final state Rest { on t expires { n := 0 } }
}
agent Idle { timer never  initial final state S { on never expires { skip } } }
invariant i: forall p in A: p.n <= 3
check "alone" { A = 1  expect i }
check "two" { A = 2  faults { crash A up to 1 with recovery  crash A up to 1 }  expect i }
"""
"""All forms of durations; a timer that never runs; one that is due where nobody handles it."""

DELAYS = """
protocol Delays
time discrete
network NETWORK
message Quick(n: 0..1) delay 0..LATE
message Slow(WIDE) delay 2..3PROMISE
message Whenever
agent A {
  timer t
  var n: 0..1 = 0
  at start { start t for 1..2 }
  initial final state Run {
    on t expires { n := 1 - n  send Quick(n) to A  send Slow(VALUE) to others  start t for 2..3 }
    on Quick(k) from p when size(inbox Slow) < 2 { n := k  reply Whenever }
    on Slow when n == 1 { choose m in inbox Quick union {m in messages Quick: m.n == 0} { n := m.n } }
    ignore Slow, Whenever
    step look when exists m in messages Quick: m.n == 1 and m.to == self { n := count(m in inbox Slow: true) % 2 }
  }
}
invariant few: size(messages Quick) + size(messages Slow) <= 4
check "two" { A = 2  faults { crash A up to 1 with recovery  crash A up to 1  lose up to 1 } expect few }
check "struck" { A = 2  faults { duplicate up to 1  corrupt up to 1 } expect few }
check "parted" { A = 2  faults { partition A up to 1 heal } expect few }
"""

DELAYED = {
    "delays in a bag": ("unordered capacity 4", "", "", "", "1"),
    "delays in a small bag": ("unordered capacity 3 drops", "", "", "", "0"),
    "delays in a set": ("set", "", "", "", "1"),
    "delays in a set that is kept as a bag": ("set", "", "w: 0..15", "n * 10", "1"),
    "delays in queues": ("fifo capacity 2", "", "b: bool", "n == 1", "2"),
    "promises in a bag": ("unordered", " after gst", "", "", "1"),
    "promises in a set": ("set", " after gst", "b: bool", "n == 1", "1 after gst"),
    "promises in a set that is kept as a bag": ("set", " after gst", "w: 0..15", "n * 10", "1 after gst"),
    "promises in queues": ("fifo capacity 2 blocks", " after gst", "", "", "0"),
}


def delayed(network: str, promise: str, fields: str, value: str, late: str) -> str:
    text = DELAYS.replace("NETWORK", network).replace("PROMISE", promise).replace("LATE", late)
    return text.replace("(WIDE)", f"({fields})" if fields else "").replace("(VALUE)", f"({value})" if value else "")


FORGED = """
protocol Forged
time discrete
network NETWORK
message M(m: 0..2, b: bool) delay 1..2 forgeable when m < 2 or b
agent A {
  timer t
  var n: 0..2 = 1
  at start { start t for 1..2 }
  initial final state Run {
    on t expires { send M(n, true) to A  start t for 2 }
    on M(k, b) from p { if b and p != self { n := k } }
  }
}
invariant i: forall p in A: p.n <= 2
check "c" { A = 2  faults { byzantine A up to 1  lose up to 1 } expect i }
"""

DEADLINES = """
protocol Deadlines
time discrete
param Most = 2
message Go(k: Key) delay 0..1
ids Key
agent A {
  timer t
  var n: 0..3 = 0
  var keys: set of Key = {}
  at start { start t for 1..2 }
  initial final state Run {
    on t expires { choose k in Key { send Go(k) to A }  start t for 2 }
    on Go(k) from p when p != self { keys := keys union {k} minus {}  n := if n < 3 then n + 1 else 0 }
    ignore Go
    step drop(k in keys) { keys -= k }
  }
}
def full(p: A, k: Key) = k in p.keys
temporal each: forall p in A, k in Key: full(p, k) leads to not full(p, k) within Most
temporal low: (forall p in A: p.n == 1 leads to 6 / p.n >= 2 within 0) and (A[0].n == 2 leads to A[1].n == 0 within 1)
check "symmetric" { A = 2  Key = 2  expect each }
check "all" { A = 2  Key = 1  faults { crash A up to 1 with recovery }  expect each, low }
"""
"""Deadlines for all ids, for one, and with an evaluation error."""

TIMED = {
    "deadlines": DEADLINES,
    "timers": TIMERS,
    **{name: delayed(*parts) for name, parts in DELAYED.items()},
    **{f"forged messages with delays, {n}": FORGED.replace("NETWORK", n) for n in ("set", "unordered", "fifo")},
}
