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

TIMED = {"timers": TIMERS}
