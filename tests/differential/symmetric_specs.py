"""Small specifications whose ids are interchangeable, each after where the ids are."""

from __future__ import annotations

VALUES = """
protocol Values
ids Key
record Link { owner: Node, key: option Key }
shared var turn: option Node = none
shared var order: seq of Node max 2 = []
shared var family: set of set of Key = {}
shared var last: map Key -> option Link = all none
agent Node {
  var friend: option Node = none
  var seen: set of Node = {self}
  var votes: map Node -> 0..1 = all 0
  initial final state Idle {
    step point(p in others) when friend == none { friend := some(p)  seen += p }
    step vote(p in Node) when votes[p] == 0 and turn == none { votes[p] := 1  turn := some(p) }
    step queue when size(order) < 2 and not (self in elements(order)) { order := order + [self] }
    step join(k in Key) when friend != none { family := family union {{k}} }
    step claim(k in Key) when last[k] == none { last[k] := some(Link(owner: self, key: some(k))) }
  }
}
invariant alone: forall p in Node: p.friend != some(p)
invariant few: size(order) < 2 or turn == none
reachable ring: forall p in Node: p.friend != none and p.friend.value.friend != none
check "three" { Node = 3  Key = 2  expect alone, not few, ring }
"""

KEYS = """
protocol Keys
record Pair { from_: Node, to_: Node }
type Group = set of Node
shared var edges: map Pair -> bool = all false
shared var met: map Group -> 0..1 = all 0
agent Node {
  initial final state Run {
    step link(p in others) when not edges[Pair(from_: self, to_: p)] { edges[Pair(from_: self, to_: p)] := true }
    step meet(p in others) when edges[Pair(from_: p, to_: self)] { met[{self, p}] := 1 }
  }
}
invariant two_way: forall p in Node, q in Node: edges[Pair(from_: p, to_: q)] implies p != q
reachable all_met: forall p in Node, q in Node: p == q or met[{p, q}] == 1
check "three" { Node = 3  expect two_way, all_met }
"""


def messages(network: str, faults: str = "") -> str:
    """Packets that name ids in every way, over a kind of network."""
    return f"""
protocol Messages
network {network}
message Token(holder: Node, next: option Node)
message News(known: set of Node)
message Reply(yes: bool)
agent Node {{
  var known: set of Node = {{}}
  var chief: option Node = none
  initial state Start {{
    step pass(p in others) -> Wait {{ send Token(self, some(p)) to p }}
    step tell -> Wait {{ send News(known union {{self}}) to Hub }}
  }}
  final state Wait {{
    on Token(h, n) when h != self -> Done {{ chief := n  known += h  send Reply(true) to h }}
    on Reply(yes) from q {{ known += q }}
  }}
  final state Done
}}
agent Hub {{
  var heard: set of Node = {{}}
  initial final state Run {{
    on News(known) from p {{ heard := heard union known  send Token(p, none) to known }}
  }}
}}
invariant lonely: forall p in Node: size(p.known) < 2
invariant honest: forall p in Node: p.chief == none or p.chief.value == p
reachable heard: exists h in Hub: h.heard == Node
check "three" {{ Node = 3  {faults}  allow deadlock  expect not lonely, honest, heard }}
"""


KINDS = """
protocol Kinds
message Ask(by: Client)
agent Client {
  var given: set of Server = {}
  initial state Start { step ask -> Waiting { send Ask(self) to Server } }
  final state Waiting { on Grant from s { given += s } }
}
message Grant
agent Server {
  var promised: option Client = none
  initial final state Run {
    on Ask(c) when promised == none { promised := some(c)  send Grant to c }
  }
}
invariant exclusive: not exists c, d in Client: c != d and 2 * size(c.given) > size(Server) and d.given != {}
check "two and three" {
  Client = 2
  Server = 3
  faults { crash Server up to 1 }
  allow deadlock
  expect not exclusive
}
"""

MANY = """
protocol Many
shared var tokens: map Node -> set of Node = all {}
agent Node {
  initial final state Run {
    step give(p in Node) when tokens[self] == {} { tokens[self] := {p} }
  }
}
invariant nobody: not forall p in Node: size(tokens[p]) == 1
check "five" { Node = 5  expect not nobody }
"""

DETECTOR = """
protocol Detector
agent Node {
  initial state Run { step see(p in others) when suspects(p) -> Seen }
  final state Seen
}
reachable both: exists p, q in Node: p != q and p is Seen and q is Seen
check "three" { Node = 3  detector %s  faults { crash Node up to 1 %s }  allow deadlock  expect both }
"""

LEADER = """
protocol Leader
agent Node {
  initial state Run { step lead when leader() == self -> Leads }
  final state Leads
}
detector omega
invariant one: forall p, q in Node: p is Leads and q is Leads implies p == q
check "three" { Node = 3  faults { crash Node any }  allow deadlock  expect not one }
"""

UNKNOWN = """
protocol Unknown
const heads: map Node -> bool = any
agent Node {
  initial state Asleep { step wake when heads[self] or exists q in others: q is Awake -> Awake }
  final state Awake
}
invariant led: forall p in Node: p is Awake implies heads[p]
check "three" { Node = 3 CHECK allow deadlock  expect not led }
"""

SPECS = {
    "values": VALUES,
    "unknown constant": UNKNOWN.replace("CHECK", ""),
    "keys": KEYS,
    "bag": messages("unordered capacity 4 drops").replace("to known }", "to p }"),
    "set": messages("set"),
    "soup": messages("soup"),
    "fifo": messages("fifo"),
    "faults": messages("unordered", "faults { crash Node up to 1 with recovery  lose up to 1 }"),
    "duplicates": messages("fifo", "faults { duplicate up to 1  crash Node up to 1 }"),
    "interrupted": messages("unordered", "faults { crash Node up to 1 while sending }"),
    "interrupted queues": messages("fifo", "faults { crash Node up to 1 with recovery while sending }"),
    "perfect detector": DETECTOR % ("perfect", "with recovery"),
    "eventually perfect detector": DETECTOR % ("eventually_perfect", ""),
    "strong detector": DETECTOR % ("strong", ""),
    "eventually strong detector": DETECTOR % ("eventually_strong", ""),
    "leader": LEADER,
    "partition": messages("unordered", "faults { partition Node up to 1 heal }"),
    "partition of queues": messages("fifo", "faults { partition Node up to 1 }"),
    "kinds": KINDS,
    "many": MANY,
}
