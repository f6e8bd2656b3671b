"""Small specifications, each after what it exercises. The comparison explores all checks of each."""

from __future__ import annotations

from tests.differential import broadcast_specs, detector_specs, round_specs
from tests.differential.forged_specs import SPECS as FORGED
from tests.differential.timed_specs import TIMED

NUMBERS = """
protocol Numbers
param low = -3
agent A {
  var x: low..4 = any
  var y: -10..10 = 0
  var z: 0..200 = 0
  initial state Run {
    step divide(d in -3..3) when d != 0 { y := x / d  z := x % d + 3 }
    step by_zero(d in {-1, 0, 1}) { y := x / d }
    step modulo(d in {-1, 0, 1}) { y := x % d }
    step square when x > -2 { z := x * x * 10  y := -x }
    step extremes { y := min(x, y, 3)  z := max(x, 0, y) }
    step leave(n in {0, 1, 7, 8}) { x := x + n }
    step shrink(n in x..2) { x := n }
    step sums { z := sum(i in 0..3: i * i) + count(i in x..2: i % 2 == 0) }
    step least { y := min(i in x..2: i * i) }
  }
}
def small(n: 0..5) = n <= 5
invariant fits: forall a in A: a.x >= 0 implies small(a.x)
invariant undefined: forall a in A: small(a.x)
reachable many: exists a in A: a.z == 90
transition moves: forall a in A: next(a.x) >= a.x or a.y != next(a.y)
check "c" { expect fits }
"""

LOGIC = """
protocol Logic
enum Colour { red, green, blue }
agent A {
  var c: Colour = red
  var o: option Colour = none
  var b: bool = any
  initial state Run {
    step set_it(d in Colour) { o := some(d) }
    step take when o != none and o.value != c { c := o.value  o := none }
    step short(d in Colour) when o == none or o.value == d { c := o ?? d }
    step iffy when (o == none iff b) { b := not b }
    step branch { c := if o == none then blue else o.value }
    step bad when o.value == red { }
    step bad_or when b or o.value == red { b := false }
    step bad_if { if b { c := o.value } else { skip } }
    step lets { let d = o ?? green  c := d  o := some(d) }
    step nested { c := let d = o: if d == none then red else d.value }
    step coalesce { c := o ?? (if b then red else o.value) }
  }
}
invariant i: forall a in A: a.o != none implies a.o.value in {red, green, blue}
invariant j: forall a in A: (a.o == none or a.o.value != a.c) or true
check "c" { expect i }
"""

OPTIONS = """
protocol Options
agent A {
  var p: option 1..3 = none
  var q: option 2..5 = none
  initial state Run {
    step fill(n in 1..4) { q := some(n + 1)  p := if n < 4 then some(n) else none }
    step alike when p == q { p := none }
    step unlike when p != (if q == none then some(3) else none) { q := none }
    step together { p := if {p} == {q} then some(1) else none }
  }
}
invariant i: forall a in A: a.p == a.q implies size({a.p, a.q}) == 1
check "c" { expect i }
"""

RECOVERY = """
protocol Recovery
agent P {
  durable var kept: 0..2 = 0
  var lost: 0..2 = 1
  initial state A { step go -> B { kept := 1  lost := 2 } }
  initial state C { step go -> B { kept := 2 } }
  durable state B { step back -> A }
  at start { lost += kept - kept / 2 }
}
invariant i: forall p in P: p.kept <= 2
check "c" { faults { crash P up to 2 with recovery } expect i }
"""

SETS = """
protocol Sets
ids Item
agent A {
  var s: set of Item = {}
  var n: set of 0..5 = {1}
  var m: set of -2..2 = any
  var t: set of set of Item = {}
  initial state Run {
    step put(i in Item) { s += i }
    step drop(i in s) { s -= i }
    step remember when size(t) < 2 { t += s }
    step whole { s := Item }
    step from_set(p in subsets(s)) { s := p }
    step from_sets(p in t) { s := p  t -= p }
    step shift { n := {x + 1 for x in n} }
    step shift_ok { n := {x + 1 for x in n: x < 5} }
    step cut { n := n intersect {0, 1, 2, 3} }
    step negative { m := {x - 2 for x in n: x > 1} union {-x for x in n: x < 3} }
    step differ { n := (0..3) minus n }
    step filter { n := {x in n: x % 2 == 1} }
    step one { n := {the(x in n: x > 2)} }
    step least { n := {min(x in n: x)} }
    step range(k in n) { n := k..4 }
    step pairs { n := {x * y for x, y in n: x * y < 6} }
    step add(k in 0..6) { n += k }
    step union_out { n := n union {size(n) + 3} }
  }
}
invariant subsets_hold: forall a in A: a.n subset 0..5 and (forall x in a.t: x subset Item)
invariant eq: forall a in A: a.s == {i in Item: i in a.s} and not (a.n != {x in a.n: true})
reachable two: exists a in A: size(a.t) == 2 and a.m == {-2, 2}
invariant members: forall a in A: forall p in subsets(a.s): size(p) <= size(a.s)
check "c" { Item = 2 expect eq }
"""

WIDE = """
protocol Wide
agent A {
  var s: set of 0..99 = {}
  var big: 0..99 = 0
  initial state Run {
    step put(i in {0, 1, 63, 64, 65, 99}) when size(s) < 2 { s += i }
    step drop(i in s) { s -= i }
    step shift { s := {x + 35 for x in s} }
    step back { s := {x - 1 for x in s: x > 0} }
    step take(i in s) { big := i }
    step complement { s := {x in 0..99: not x in s and x % 50 < 1} }
    step pick { choose x in s when x > 63 { big := x } }
    step high { s := {x + 200 for x in s: x < 2} }
  }
}
invariant in_range: forall a in A: (forall x in a.s: x <= 99) and (a.s == {} or max(x in a.s: x) <= 99)
check "c" { expect in_range }
"""

MAPS = """
protocol Maps
ids Key
enum Flag { no, yes }
agent A {
  var m: map Key -> 0..2 = all 0
  var n: map bool -> option Key = all none
  var f: map -1..1 -> Flag = map k in -1..1: if k < 0 then yes else no
  var deep: map Key -> map bool -> 0..1 = all (map b in bool_of: 0)
  initial state Run {
    step more(k in Key) { m[k] += 1 }
    step set_n(b in {true, false}, k in Key) { n[b] := some(k) }
    step through when n[true] != none { m[n[true].value] := m[Key[0]] }
    step flip(i in -1..2) { f[i] := yes }
    step read(i in -2..1) { m[Key[0]] := if f[i] == yes then 1 else 0 }
    step with_update(k in Key) { m := m with { [k]: 2, [Key[0]]: m[k] } }
    step whole { m := map k in Key: m[Key[0]] }
    step some_keys { m := map k in {k in Key: m[k] > 0}: 1 }
    step deeper(k in Key) { deep[k][m[k] == 0] := 1 }
    step inner(k in Key) { deep[k] := map b in bool_of: deep[Key[0]][not b] }
    step swap { m := map k in Key: m[if k == Key[0] then Key[1] else Key[0]] }
    step reset { m := all 0  n := all none }
    step too_big { m := all 3 }
    step compare when m == (map k in Key: 1) { n[false] := some(Key[1]) }
  }
}
const bool_of: set of bool = {true, false}
invariant keys: forall a in A, k in Key: a.m[k] <= 2
invariant same: forall a in A: a.m == (map k in Key: a.m[k])
invariant partial: forall a in A: (map k in {k in Key: a.m[k] > 0}: 1) == (map k in Key: 1) iff (forall k in Key: a.m[k] > 0)
check "c" { Key = 2 expect keys }
"""

RECORDS = """
protocol Records
ids Node_
record P { a: 0..2, b: bool }
record Q { p: P, o: option P, s: seq of P max 2, t: set of bool }
agent A {
  var p: P = P(a: 1, b: false)
  var q: Q = Q(p: P(a: 0, b: true), o: none, s: [], t: {})
  var m: map Node_ -> P = all P(a: 0, b: false)
  initial state Run {
    step more { p := p with { a: p.a + 1 } }
    step field { p.a := p.a + 1  p.b := not p.b }
    step nest { q := q with { o: some(p), p: P(a: 2, b: p.b) } }
    step nest_field { q.p.a := 0 }
    step push { q := q with { s: q.s + [p] } }
    step pop when q.s != [] { p := q.s.first  q.s := q.s.rest }
    step in_map(n in Node_) { m[n].a := p.a  m[n].b := m[Node_[0]].b or true }
    step pick { choose x in {P(a: 0, b: true), p} { p := x } }
    step toggle { q.t := if true in q.t then {} else {true} }
    step unwrap { p := q.o.value }
    step swapped { p := P(b: p.a == 0, a: if p.b then 1 else 0) }
    step anything { p := any }
  }
}
invariant i: forall a in A: a.q.o == none or a.q.o.value.a <= 2
invariant j: forall a in A: a.p in {P(a: x, b: y) for x in 0..2, y in {true, false}}
reachable k: exists a in A: size({a.p, a.q.p, a.m[Node_[0]]}) == 3
check "c" { Node_ = 2 expect i }
"""

SEQUENCES = """
protocol Sequences
agent A {
  var q: seq of 0..2 max 3 = []
  var r: seq of bool max 2 = any
  var x: 0..3 = 0
  initial state Run {
    step push(i in 0..2) { q := q + [i] }
    step front(i in 0..2) when size(q) < 3 { q := [i] + q }
    step pop { x := q.first  q := q.rest }
    step last { x := q.last }
    step position(i in -1..3) { x := q[i] }
    step slice(i in 0..2, j in 0..2) { q := q[i..j] }
    step tail when size(q) > 1 { q := q[1..size(q) - 1] }
    step double { q := q + q }
    step length { x := size(q) }
    step both when r == [true, false] { r := r[0..0] }
    step same when q == [1, 2] or q == [] { x := 3 }
    step too_large { q := q + [3] }
    step clear { q := [] }
    step held when elements(q + [x]) != elements(q) { x := size(elements(q)) }
    step shrink { q := [max(e in elements(q): e)] }
  }
}
invariant i: forall a in A: size(a.q) <= 3 and forall i in 0..size(a.q) - 1: a.q[i] <= 2
invariant j: forall a in A: a.q == a.q[0..0] + a.q[1..size(a.q) - 1]
reachable k: exists a in A: {a.q, a.q + [1], []} == {[], [1]}
check "c" { expect i }
"""

CHOICES = """
protocol Choices
ids Item
enum Mode { slow, fast }
agent A {
  var x: 0..9 = 0
  var s: set of Item = {}
  var mode: Mode = slow
  initial state Run {
    step nest(flag in {true, false}) {
      if flag {
        either { x := 1  choose i in Item when not i in s { s += i } }
        or { choose n in 0..9 when n % 4 == 3 { x := n } }
        or { skip }
      } else if x == 1 {
        x := any
        choose m in Mode { mode := m  either { s := {} } or { s := Item } }
      } else { x := 2 }
      if mode == fast { x := x }
    }
    step loop { for i in s { choose n in {1, 2} { if n == 2 { s -= i } } } }
    step plain_loop { for i in Item { if i in s { x += 0 } } }
    step empty_choice { choose i in s { x := 5 } }
    step undefined_condition { choose n in 0..2 when 6 / n > 2 { x := n } }
    step later { either { x := 3 } or { x := 4 }  mode := if x == 3 then slow else fast }
    step gone { either { -> Run } or { -> Done } }
  }
  state Done { step back -> Run { let y = x  x := 0  choose n in {y, 9 - y} { x := n } } }
}
check "c" { Item = 2 expect ok }
invariant ok: true
"""

START = """
protocol Start
ids Item
shared var total: 0..20 = 0
ghost shared var seen: set of Item = {}
agent A {
  var x: 0..1 = any
  var who: A = self
  var o: option bool = any
  ghost var taken: 0..3 = 0
  ghost var unread: 0..1 = 0
  initial state One { step go -> Two { taken += 1  unread += 1 } }
  initial state Two { step go -> Three { taken := taken + 1  seen := Item } }
  state Three { step back(i in Item) -> One { seen -= i  total += x } }
  at start {
    total += x + 1
    if self is One { choose n in {0, 2} when n <= total { total += n } }
  }
}
initially forall a in A: a.x <= index(a)
invariant kept: forall a in A: a.taken <= 3
reachable most: total == 3 and seen == {}
check "kept" { A = 2 Item = 1 expect kept, most }
check "one" { A = 1 Item = 2 expect kept }
check "bounded" { A = 2 Item = 1 bound total / (6 - total) < 3 expect kept }
check "not kept" { A = 2 Item = 1 expect other }
reachable other: exists a in A: a is Three
"""

UNORDERED = """
protocol Net
message Ask(n: 0..2)
message Answer(n: 0..2, ghost who: Client)
message Stop
agent Client {
  var got: set of 0..2 = {}
  initial state Run {
    step ask(n in 0..2) when size(messages Ask) < 2 { send Ask(n) to Server }
    on Answer(n, w) from s when not n in got { got += n }
    on Answer(n, w) when n in got -> Done { reply Stop }
    on Stop { }
  }
  state Done { step rest { } }
}
agent Server {
  initial state Run {
    on Ask(n) from c { send Answer(n, c) to c  if n == 2 { send Answer(0, c) to c } }
    on Ask(n) when size({m in inbox Ask: m.n == n}) > 1 { send Stop to Client }
    on Stop -> Off
  }
  final state Off { ignore Stop, Ask }
}
invariant at_most: size(messages Ask) <= 4
invariant senders: forall m in messages Answer: m.from in Server and m.to in Client and m.who == m.to
reachable full: exists m in messages Ask, n in messages Answer: m.n == n.n
transition grows: next(size(messages Ask)) <= size(messages Ask) + 1
NETWORK
"""

NETWORKS = {
    "bag of two": 'check "c" { network unordered capacity 2 expect at_most }',
    "bag that blocks": 'check "c" { Client = 2 network unordered capacity 2 blocks expect at_most }',
    "bag that drops": 'check "c" { network unordered capacity 2 drops faults { duplicate up to 1 } expect at_most, senders }',
    "nothing fits": 'check "c" { network unordered capacity 0 drops faults { lose any } expect at_most }',
    "fifo": 'check "c" { network fifo capacity 2 expect at_most, senders, grows }',
    "fifo that blocks": 'check "c" { Client = 2 network fifo capacity 1 blocks expect at_most }',
    "fifo that drops": 'check "c" { network fifo capacity 2 drops faults { lose up to 1 duplicate up to 1 } expect at_most }',
    "fifo without room": 'check "c" { network fifo capacity 0 expect at_most }',
    "lossy": 'check "c" { faults { lose up to 2 duplicate up to 1 } expect at_most, full }',
    "crash for good": 'check "c" { Server = 2 faults { crash Server up to 1 } expect at_most, senders }',
    "crash in a queue": 'check "c" { network fifo capacity 2 drops faults { crash Server up to 1 crash Client any with recovery } expect at_most }',
}

ABSORBING = """
protocol Absorbing
NETWORK
message Ping(n: 0..1, s: set of 0..1)
message Pong(o: option Server)
message Both
agent Client {
  var k: 0..3 = 0
  initial state Run {
    step ping(n in 0..1) when k < 3 { k += 1  send Ping(n, 0..n) to Server }
    on Pong(o) from s when o != none and o.value == s -> Done { send Both to {Server[0]} }
    on Both
  }
  final state Done
}
agent Server {
  var seen: set of 0..1 = {}
  initial state Run {
    on Ping(n, s) from c { seen += n  send Pong(if size(s) > 1 then none else some(self)) to c  send Both to others }
    on Both { reply Both }
    step quorum when size({m in inbox Ping: m.n in seen}) > 0 { seen := {m.n for m in inbox Ping} }
  }
}
invariant few: size(messages Ping) <= 8 and forall m in messages Pong: m.o == none or m.o.value == m.from
reachable both: exists m in messages Both, n in messages Both: m != n
check "plain" { CHECK expect few, both }
check "more" { Client = 2 Server = 2 CHECK expect few }
check "crash" { Server = 2 faults { crash Server up to 1 crash Client up to 1 with recovery } CHECK expect few }
"""

ABSORBING_NETWORKS = {
    "set": "set",
    "set of three": "set capacity 3",
    "set that blocks": "set capacity 2 blocks",
    "set that drops": "set capacity 2 drops",
    "soup": "soup",
}

CORRUPTION = """
protocol Corruption
NETWORK
message Word(bit: bool, GHOST why: 0..1, n: 1..3)
message Mark(GHOST origin: 0..1)
message Bare
message Deep(o: option P, GHOST m: map P -> bool, s: seq of bool max 1)
agent P {
  var sent: 0..2 = 0
  var deep: option P = none
  initial state Run {
    step word when sent < 2 { sent += 1  send Word(sent == 1, sent - 1, sent) to P  send Bare to self }
    step deep_ when sent == 1 { sent := 2  send Deep(some(self), all_of(true), []) to P  send Mark(1) to P }
    on Word(b, w, n) from p when b and n > 1 { deep := some(p) }
    on Deep(o, m, s) when o != none and s == [] { deep := o  send Word(false, 1, 3) to o.value }
    ignore Bare, Mark
  }
  final state Done
}
def all_of(b: bool) = map p in P: b
invariant few: size(messages Word) < 9 and size(messages Deep) < 9
invariant told: forall m in messages Word: m.why < 2 and (m.why == 1 or m.bit or m.n < 3)
invariant whole: forall m in messages Deep, p in P: m.m[p]
reachable marked: exists m in messages Mark: m.origin == 1
CHECKS
"""

CORRUPTED = {
    "bag": ("network unordered", "ghost"),
    "full bag": ("network unordered capacity 2 drops", "ghost"),
    "queues": ("network fifo capacity 2 blocks", "ghost"),
    "set": ("network set capacity 4", ""),
    "soup": ("network soup", ""),
}

CORRUPTION_CHECKS = """
check "kept" { P = 1 faults { corrupt any } expect few, told, whole, marked }
check "not kept" { P = 2 faults { corrupt up to 2 } expect few }
check "with others" { P = 2 faults { corrupt up to 1 lose up to 1 duplicate up to 1 crash P up to 1 } expect told, whole }
"""

WIDE_PACKETS = """
protocol WidePackets
NETWORK
message M(a: 0..FIELD, s: seq of bool max 1)
agent P {
  var last: 0..FIELD = 0
  initial state Run {
    step send_it(a in {0, 1, FIELD}) when size(messages M) < 2 { send M(a, [a == 0]) to P }
    on M(a, s) from p when s == [] or not s.first { last := a }
    on M(a, s) when a == 0 -> Done
  }
  state Done { on M(a, s) when size(inbox M) > 1 -> Run }
}
param FIELD = 20
invariant i: forall m in messages M: m.a in {0, 1, FIELD}
CHECKS
"""

WIDE_NETWORKS = {
    "bits in words": ("network soup", 'check "c" { P = 2 FIELD = 40 expect i } check "d" { P = 1 expect i }'),
    "set in words": ("network set", 'check "c" { P = 2 FIELD = 40 faults { lose up to 1 } expect i }'),
    "bag": ("network unordered", 'check "c" { P = 2 FIELD = 40 faults { lose up to 1 } expect i }'),
    "queues": ("network fifo capacity 2", 'check "c" { P = 2 FIELD = 40 faults { lose up to 1 } expect i }'),
}

TOO_WIDE_FOR_BITS = """
protocol TooWide
NETWORK
message M(a: 0..2000, b: 0..2)
agent P {
  var last: 0..2000 = 0
  initial state Run {
    step send_it(a in {0, 1, 2000}, b in {0, 2}) { send M(a, b) to P }
    on M(a, b) from p when b > 0 { last := a }
    on M(a, b) when b == 0 -> Done
  }
  state Done { step again -> Run { last := 0 } }
}
invariant i: forall p in P: p.last in {0, 1, 2000}
CHECK
"""

MIXED = """
protocol Mixed
network unordered
message A(x: 0..1)
message B over fifo capacity 2
message C(y: bool) over fifo capacity 2
message D over soup
message E over set capacity 1 drops
agent P {
  initial state Run {
    step a { send A(1) to Q }
    step b { send B to Q  send C(true) to Q }
    on D when size(inbox D) == 1 -> Rest
    on C(y) { reply A(0) }
  }
  final state Rest { on A(x) when x == 0 -> Run }
}
agent Q {
  initial state Run {
    on A(x) { reply D  reply C(x == 0)  send E to Q }
    on B -> Mid
    on C(y) when y { reply D }
    on E { send A(0) to others }
    on A(x) when x == 0
  }
  state Mid { on C(y) -> Run  step go -> Run }
}
agent R { initial state S { step t when size(messages C) > 1 { send D to P } } }
reachable every: (exists m in messages D: true) and (exists m in messages E: true) and size(messages C) == 2
check "c" { network unordered capacity 2 faults { lose up to 1 duplicate up to 1 crash P up to 1 crash Q up to 1 with recovery } expect every }
check "two" { Q = 2 R = 0 expect every }
"""

CRASHES = """
protocol Crashes
message M(n: 0..1)
agent P {
  durable var log: 0..2 = 0
  var x: 0..2 = any
  var m: map P -> bool = all false
  initial state A { step go -> B { log += 1  send M(1) to others }  on M(n) from p { m[p] := true  x := n } }
  initial state C { step go -> B { send M(0) to P } }
  durable state B { step back when log < 2 -> A { m := all true } }
  at start { x := log  if self is C { m[self] := true  choose p in P { m[p] := true } } }
}
agent Q { var p: option P = none  initial final state S { step look(q in P) when q is crashed { p := some(q) } } }
invariant i: forall p in P: p is correct or p is crashed
reachable j: exists p, q in P: p is crashed and q is crashed and p != q
reachable l: exists p in P: p is B | crashed and p.log == 1
check "recovers" { P = 2 faults { crash P up to 2 with recovery } expect i, j }
check "both" { P = 2 Q = 0 faults { crash P up to 1 with recovery crash P up to 1 } expect i }
check "queues" { P = 2 network fifo capacity 1 drops faults { crash P up to 1 crash Q any } expect i, l }
check "silently" { P = 2 faults { crash P up to 1 silently crash P up to 1 with fair recovery crash Q any } expect i }
check "while sending" { P = 2 faults { crash P any with recovery while sending } expect i, j }
"""

OWN_FAULTS = """
protocol OwnFaults
message M(n: 0..2)
agent P {
  var n: 0..2 = 0
  durable var kept: 0..1 = 0
  initial state A { step go -> B { kept := 1  send M(n) to Q } }
  final state B
  fault slip { n := any }
  fault tell when n > 0 and self is B { send M(n) to Q  choose x in 0..1 { kept := x }  -> A }
  fault climb { n += 1 }
}
agent Q {
  var got: set of 0..2 = {}
  final initial state S { on M(n) { got += n } }
  fault slip when size(got) > 1 { either { got := {} } or { got := {2}  -> S } }
}
invariant i: forall q in Q: size(q.got) < 3
reachable r: exists q in Q: q.got == {0, 2}
check "one name" { P = 2 faults { fault slip up to 1 crash P any with recovery } expect i }
check "all" { P = 2 Q = 2 faults { fault slip any fault tell up to 1 fault climb up to 2 crash Q up to 1 } expect r }
"""

PARTITION = """
protocol Partition
network NETWORK
message Hi(n: 0..1)
message Ask
agent P {
  var heard: set of P = {}
  var n: 0..3 = 0
  initial state A {
    step tell(q in P) -> B { send Hi(0) to q  send Hi(1) to P }
    on Hi(m) from p -> B { heard += p }
    on Ask from c { n := min(3, size(inbox Hi)) }
  }
  final state B {
    on Hi(m) from p when m == 0 or size(inbox Hi) > 1 { heard += p }
    step look(p in {m.from for m in inbox Hi}) when n == 0 { n := count(i in inbox Hi: i.n == 1 and i.from == p) }
  }
}
agent Q { initial state S { step ask -> T { send Ask to P } } final state T }
invariant i: forall p in P: size(p.heard) < 3
reachable r: exists p in P: p.n == 2 and size(messages Hi) > 2
check "three" { P = 3 Q = 0 faults { partition P up to 1 } bound size(messages Hi) < 5 expect i }
check "twice" { P = 2 Q = 0 faults { partition P up to 1 heal partition P any } bound size(messages Hi) < 4 expect i }
check "crashes" { P = 2 faults { partition P up to 1 heal crash P up to 1 } bound size(messages Hi) < 4 allow deadlock expect r }
check "alone" { P = 1 faults { partition P any heal } allow deadlock expect i }
"""
PARTED_ROUNDS = """
protocol PartedRounds
network rounds
message Hi(n: 0..1)
agent P {
  var n: 0..1 = any
  var seen: set of 0..1 = {}
  var from_: set of P = {}
  initial state A { round when size(from_) < 3 {
    from_ := {m.from for m in inbox Hi}
    seen := seen union {m.n for m in inbox Hi}
    send Hi(n) to P
  } }
}
invariant i: forall p in P: size(p.seen) < 2
reachable r: exists p in P: p.from_ == {p}
check "parted" { P = 3 faults { partition P up to 1 heal } allow deadlock expect not i, r }
"""
PARTED_FORGERS = """
protocol PartedForgers
network NETWORK
message Hi(n: 0..1)
agent P {
  var got: set of P = {}
  initial final state A { step tell -> B { send Hi(1) to others }  on Hi(n) from p when n == 0 { got += p } }
  final state B { on Hi(n) from p { got += p } }
}
reachable r: exists p in P: size(p.got) == 2
check "forged" { P = 3 faults { partition P up to 1 heal byzantine P up to 1 } expect r }
"""
PARTED_NETWORKS = ("unordered", "set", "soup", "fifo capacity 2 blocks")

INTERRUPTED = """
protocol Interrupted
message Ask
message M(n: 0..4)
agent P {
  var n: 0..4 = 0
  initial state A {
    on Ask from p when n < 4 { n += 1  reply M(n)  if n > 2 { send M(0) to others } else { n += 1 } }
    step each when n == 0 -> B { for p in others { n += 1  send M(index(p)) to p }  n := 0 }
    step choices(x in {0, 1}) when n == x -> B {
      send Ask to P
      let y = x + 1
      either { choose z in {y, 3} when z > 1 { send M(z) to P  n := z  send M(y) to self } } or { n := 3 } or { skip }
    }
    step silent_ -> B { if n == 3 { assert false, "never sent" } }
  }
  durable state B { on M(k) -> A { n := k }  step fails { send M(5) to self  send M(n) to P } }
}
invariant small: forall p in P: p.n < 4
reachable full: exists p in P: p.n == 4 and p is crashed
check "bag"    { P = 2 faults { crash P any while sending } allow deadlock expect small, full }
check "queues" { P = 2 network fifo capacity 1 drops faults { crash P any with recovery while sending } expect full }
check "blocks" { P = 2 network set capacity 2 blocks faults { crash P up to 1 while sending silently } expect full }
"""

DURABLE = """
protocol Durable
agent P {
  var n: 0..1 = 0
  initial durable state A { step raise_it when n == 0 { n := 1 } }
  initial durable state B { step go -> C }
  durable state C
}
invariant low: forall p in P: p.n < 2
check "all states are durable" { P = 2 faults { crash P up to 2 with recovery } allow deadlock expect low }
"""

LOOPS = """
protocol Loops
message M(n: 0..3)
agent P {
  var got: map P -> 0..3 = all 0
  var count_: 0..9 = 0
  initial state Run {
    step spread when forall p in P: p.count_ == 0 {
      for p in P { got[p] := index(p)  if p != self { send M(index(p)) to p } }
      count_ := size(P)
    }
    step gather { for p in {q in P: got[q] > 0} { count_ += 2 } }
    step many(s in subsets(P)) when size(s) == 1 { for p in s { send M(3) to s union {self} } }
    on M(n) from p { got[p] := n  let k = n  for q in others { if k > 1 { got[q] := 0 } } }
  }
}
invariant i: forall p, q in P: p.got[q] <= 3
check "c" { P = 2 network unordered capacity 3 blocks expect i }
check "d" { P = 3 network unordered capacity 2 expect i }
"""

NEXT = """
protocol Nexts
message M
agent P {
  var s: set of P = {}
  var o: option P = none
  initial state A { step go(p in P) -> B { s += p  o := some(p)  send M to p } }
  state B { on M from p -> A { s -= p  o := none }  step wait when size(s) < 2 -> A }
}
transition grows: forall p in P: p is A and next(p is B) implies p.s subset next(p.s)
transition inflight: next(size(messages M)) <= size(messages M) + 1
transition value: forall p in P: p is A and next(p is B) implies next(p.o.value) in next(p.s)
transition undefined: forall p in P: p.o.value in next(p.s)
transition mixed: exists p in P: next({q in p.s: q is A}) subset p.s or p.s == next({p})
check "c" { P = 2 network set expect grows, inflight }
check "d" { P = 2 network fifo capacity 1 expect grows, inflight }
"""

EMPTY = """
protocol Empty
ids Item, Tag
record R { i: Item, n: 0..1 }
message M(i: Item)
message N(o: option Item, s: set of Item)
agent A {
  var s: set of Item = {}
  var o: option Item = none
  var m: map Item -> 0..1 = all 7
  var q: seq of Item max 2 = []
  var r: option R = none
  var t: set of R = {}
  var u: set of set of Item = {{}}
  initial state Run {
    step never(i in Item) { s += i  o := some(i)  m[i] := 1  send M(i) to B }
    step any_option { o := any }
    step any_set { s := any }
    step any_map { m := any }
    step any_seq { q := any }
    step pick { choose i in Item { o := some(i) } }
    step first { o := some(q.first) }
    step the_one { o := some(the(i in Item: true)) }
    step at_index(k in 0..1) { o := some(Item[k]) }
    step sent { send N(o, s) to B }
    step sets { u := subsets(s) }
    step whole { t := {R(i: i, n: 0) for i in s} }
    step least { m := map i in Item: min(j in Item: index(j)) }
    step nothing(x in {}) { skip }
    step count_them when sum(i in Item: m[i]) == 0 and max(1, count(i in Item: true)) == 1 { skip }
    step other when exists b in B: b.x == 1 { skip }
    step tagged(g in Tag) { send N(none, {}) to B  send N(if g == Tag[0] then none else o, s) to A }
    on N(p, v) { o := p  s := v }
  }
}
agent B { var x: 0..1 = 0  initial state S { on M(i) from a { x := 1 }  on N(o, s) from a { x := size(s) } } }
invariant nobody: not exists b in B: b is S
invariant empty: forall a in A: a.s == {} and a.o == none and a.u == {{}} and size(messages M) == 0
check "no items" { Item = 0 Tag = 2 B = 0 network unordered capacity 3 expect nobody, empty }
check "nobody there" { Item = 0 Tag = 0 A = 0 B = 1 expect empty }
check "one receiver" { Item = 0 Tag = 1 network set expect empty }
check "queue" { Item = 0 Tag = 1 network fifo capacity 1 drops expect empty }
"""

NOTHING_IN_COMMON = """
protocol Nothing
agent Client {
  var va: set of set of bool = {}
  var o: option 0..2 = none
  var os: set of option 0..2 = {}
  var q: seq of 0..2 max 2 = []
  var qs: set of seq of 0..1 max 1 = {}
  var ss: set of set of 0..1 = {}
  initial final state Idle {
    step move {
      for x2 in Client { va += {{false}, {true}} }
      either { va := {{}} minus va } or { va := {{}} intersect va } or { skip }
    }
    step a(x in 0..2) { o := some(x) os := {some(x), none} }
    step b { os := {none} minus os }
    step c { os := {none} intersect os }
    step d { os := {none} minus {o} }
    step e(x in 0..1) { qs += {[x]}  q := [x] }
    step e2 { qs += {[]} q := [] }
    step f { qs := {[]} minus qs }
    step g { qs := {[]} intersect qs }
    step h { if q in {[]} { q := [2] } }
    step i { if o in {none} { o := some(2) } else { o := none } }
    step j { if va subset {{}} { va := {} } }
    step k(x in 0..1) { ss += {{x}}   }
    step l { ss := {{}, {1}} minus ss }
    step m { ss := {{1}} intersect ss }
    step n { if {{}} == va { va := {{true}} } }
  }
}
invariant t: true
check "c" { Client = 1 expect t }
"""
"""Literals whose elements have a narrower type than those of the sets that they meet."""

RING = """
    protocol Ring
    network set
    message Token(n: 0..1)
    agent Node {
        var last: 0..1 = 1
        initial final state Run {
            step begin(n in 0..1) when index(self) == 2 { send Token(n) to following() }
            on Token(n) when n != last { last := n  send Token(n) to following() }
            on Token(n) from p when n == last and p != self { last := 1 - n }
        }
    }
    def following() = Node[(index(self) + 1) % size(Node)]
    invariant few: size(messages Token) < 3
    reachable far: exists m in messages Token, p in Node: index(p) == SIZE - 1 and m.to == p and m.n == 0
    invariant known: forall m in messages Token: index(m.to) == (index(m.from) + 1) % size(Node)
    check "c" { Node = SIZE  faults { lose up to 1 } expect few, far, known }
"""
"""Few of the packets that there could be: those from a node to the one behind it."""

UNKNOWN = """
protocol Unknown
const limit: 0..2 = any
const plan: map Node -> option Node = any
const nobody: set of Node = any
message Hello
agent Node {
  var n: 0..5 = limit + 1
  var m: map Node -> bool = map p in Node: p in nobody
  initial final state Run {
    step go when plan[self] == some(self) and n < limit * 2 { n += 1 }
    step ask when plan[self] != none and n == limit + 1 { send Hello to plan[self].value  n := 0 }
    on Hello { n := max(n, size(nobody)) }
  }
}
invariant low: forall p in Node: p.n < 4
reachable full: nobody == Node and forall p in Node: p.n == 2
check "all values" { Node = 2  faults { crash Node up to 1 with recovery }  expect not low, full }
check "some values" {
  Node = 2
  limit = 2
  plan = map p in Node: if index(p) == 0 then some(p) else none
  expect not low, not full
}
"""

SPECS = {
    **TIMED,
    "unknown constants": UNKNOWN,
    **round_specs.SPECS,
    **detector_specs.SPECS,
    **broadcast_specs.SPECS,
    "nothing at all": EMPTY,
    "numbers": NUMBERS,
    "logic": LOGIC,
    "options": OPTIONS,
    "recovery": RECOVERY,
    "sets": SETS,
    "sets of nothing": NOTHING_IN_COMMON,
    "wide sets": WIDE,
    "maps": MAPS,
    "records": RECORDS,
    "sequences": SEQUENCES,
    "choices": CHOICES,
    "start": START,
    "mixed networks": MIXED,
    "short ring": RING.replace("SIZE", "4"),
    "long ring": RING.replace("SIZE", "9"),
    "crashes": CRASHES,
    "crashes in the middle": INTERRUPTED,
    "faults of the protocol's own": OWN_FAULTS,
    "partition of rounds": PARTED_ROUNDS,
    "partition of forgers in a bag": PARTED_FORGERS.replace("NETWORK", "unordered"),
    "partition of forgers in a soup": PARTED_FORGERS.replace("NETWORK", "soup"),
    **{f"partition of {network}": PARTITION.replace("NETWORK", network) for network in PARTED_NETWORKS},
    "recovery where all states are durable": DURABLE,
    "loops": LOOPS,
    "next": NEXT,
    **{f"{name} of messages": UNORDERED.replace("NETWORK", check) for name, check in NETWORKS.items()},
    **{
        name: ABSORBING.replace("NETWORK", f"network {kind}").replace("CHECK", "")
        for name, kind in ABSORBING_NETWORKS.items()
    },
    **{
        f"corruption in a {name}": CORRUPTION.replace("NETWORK", network)
        .replace("GHOST", ghost)
        .replace("CHECKS", CORRUPTION_CHECKS)
        for name, (network, ghost) in CORRUPTED.items()
    },
    **{
        f"wide packets, {name}": WIDE_PACKETS.replace("NETWORK", network).replace("CHECKS", checks)
        for name, (network, checks) in WIDE_NETWORKS.items()
    },
    **FORGED,
    "a set too wide for bits": TOO_WIDE_FOR_BITS.replace("NETWORK", "network set capacity 2 drops").replace(
        "CHECK", 'check "c" { P = 2 faults { lose up to 1 } expect i }'
    ),
}
