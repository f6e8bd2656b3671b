"""Small specifications that ask failure detectors of every class."""

from __future__ import annotations

DETECTORS = """
protocol Detectors
agent Client {
  var gone: set of Server = {}
  initial final state Run {
    step note(p in Server) when suspects(p) and not (p in gone) { gone += p }
    step forgive when gone != {} and not exists p in gone: suspects(p) { gone := {} }
  }
}
agent Server { initial final state Run { step halt when exists p in others: suspects(p) -> Stopped }  state Stopped }
invariant accurate: forall q in Client, p in Server: suspects(q, p) implies p is crashed
transition keeps: forall p, q in Server: suspects(q, p) implies next(suspects(q, p))
check "perfect" { Server = 2  detector perfect  faults { crash Server up to 1  crash Client any }  expect accurate }
check "eventually" { Server = 2  detector eventually_perfect  faults { crash Server up to 1 }  expect accurate, keeps }
check "strong" { Server = 2  detector strong  faults { crash Server any with recovery }  expect accurate, keeps }
check "eventually strong" { Server = 2  detector eventually_strong  expect accurate, keeps }
check "strong without crashes" { Server = 2  detector strong  expect keeps }
check "one" { detector perfect  faults { crash Server any with recovery }  expect accurate, keeps }
"""

LEADERS = """
protocol Leaders
agent Node {
  var chief: option Node = none
  initial final state Run { step follow when chief != some(leader()) { chief := some(leader()) } }
}
agent Pair { initial final state Idle { step go when leader() != self { skip } } }
detector omega
invariant one: forall p, q in Node: leader(p) == leader(q)
check "nodes" { Node = 2  faults { crash Node any with recovery }  expect one }
check "both" { Node = 2  Pair = 2  bound forall p in Node: p.chief == none  faults { crash Pair any }  expect one }
"""

ROUNDS = """
protocol InRounds
network rounds
message Hi
agent Node {
  var n: 0..2 = 0
  initial final state Run {
    round when n < 2 and not (exists q in others: suspects(q) and inbox Hi == {}) { n += 1  send Hi to others }
  }
}
reachable down: exists p in Node: p is crashed
check "eventually" { Node = 2  detector eventually_strong  faults { crash Node any while sending }  expect down }
check "perfect" { Node = 2  detector perfect  faults { crash Node up to 1 while sending silently }  expect down }
"""

WORSE = """
protocol Worse
message Ask(n: 0..1)
agent Client {
  var asked: set of Server = {}
  initial final state Run {
    step ask(p in Server) when not suspects(p) and not (p in asked) { send Ask(0) to p  asked += p }
  }
}
agent Server { initial final state Run { on Ask(n) when n == 0 or suspects(Client[0]) } }
detector eventually_perfect
invariant calm: forall p in Server, q in Client: not suspects(p, q)
check "silent" {
  Server = 2
  faults { crash Server up to 1 silently  crash Client up to 1 with fair recovery }
  expect calm
}
check "byzantine" {
  Server = 2
  faults { byzantine Client up to 1  crash Server up to 1 while sending }
  expect calm
}
"""

SETTLED = """
protocol Settled
param oracle = true
const blind: bool = not oracle
agent Node {
  var chief: option Node = none
  var left: set of Node = {}
  initial final state Run {
    step follow when oracle and chief != some(leader()) { chief := some(if blind then self else leader()) }
    step leave(p in others) when (blind or leader() == p) and not (p in left) { left += p }
    step alone when left == others and (oracle implies leader() == self) { left := {} }
  }
}
agent Pair {
  var seen: 0..2 = 0
  initial final state Idle {
    step see when not (oracle iff blind) and seen == 0 {
      seen := if oracle and exists n in Pair: leader(n) == self then 1 else 2
    }
  }
}
reachable down: exists p in Node: p is crashed
check "asked" { Node = 2  Pair = 2  detector omega  faults { crash Node up to 1 }  expect down }
check "not asked" { Node = 2  Pair = 2  oracle = false  faults { crash Node up to 1 }  expect down }
"""

SPECS = {
    "failure detectors": DETECTORS,
    "leaders": LEADERS,
    "failure detectors in rounds": ROUNDS,
    "failure detectors and worse faults": WORSE,
    "failure detectors that parameters rule out": SETTLED,
}
