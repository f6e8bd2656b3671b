"""Messages to all, of which one copy is enough, and those that look like it; conditions on filtered messages."""

BROADCAST = """
protocol Broadcast
network soup
message Go(k: 0..1)
message Mine(k: 0..1)
agent Boss {
  var last: 0..2 = 0
  final initial state Run {
    step tell(k in 0..1) { send Go(k) to Node }
    step each(k in 0..1) {
      for n in Node { send Go(k) to n }
      last := if size(messages Go) > 3 then 1 else 2
    }
    step one(k in 0..1) when last > 0 { choose s in subsets(Node) { send Mine(k) to s } }
    step both(k in 0..1) { for n in Node { send Mine(k) to n } }
  }
}
agent Node {
  var seen: 0..1 = 0
  final initial state Idle {
    on Go(k) when k != seen { seen := k }
    on Mine(k) when seen == 1 -> Done
  }
  final state Done { ignore Go, Mine }
}
invariant together: forall a, b in Node: size({m in messages Go: m.to == a}) == size({m in messages Go: m.to == b})
invariant apart:    forall a, b in Node: size({m in messages Mine: m.to == a}) == size({m in messages Mine: m.to == b})
check "two" { Boss = 1 Node = 2 expect together, not apart }
check "three" { Boss = 1 Node = 3 expect together, not apart }
"""

FILTERED = """
protocol Filtered
network soup
record Vote { n: 0..2, by: Node }
message Reply(last: option Vote)
agent Node {
  var vote: option Vote = none
  var best: 0..2 = 0
  final initial state Run {
    step ask(n in 0..2) when size(messages Reply) < 3 { vote := some(Vote(n: n, by: self))  send Reply(vote) to Node }
    step forget when vote != none { vote := none  send Reply(vote) to Node }
    step look when exists m in given: m.last.value.n > best and forall o in given: o.last.value.n <= m.last.value.n {
      best := max(m in given: m.last.value.n)
    }
    step tally when forall m in given: m.last.value.n == best and m.last.value.by != self { vote := none }
  }
}
def given = {m in inbox Reply: m.last != none}
invariant bounded: forall n in Node:
  n.best == 0 or exists m in messages Reply: m.last != none and m.last.value.n == n.best
invariant early:   forall m in messages Reply: m.last == none or m.last.value.n < 2
check "two" { Node = 2 expect bounded, not early }
"""

SPECS = {"broadcast": BROADCAST, "filtered messages": FILTERED}
