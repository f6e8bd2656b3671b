"""`elements(q)`: judge and kernel agree, on sequences of numbers, ids and records, short and full."""

from __future__ import annotations

from modelcheck.environment.instantiate import instantiate
from modelcheck.pipeline.verify import load
from modelcheck.source import Source
from tests.differential.compare import compare

TEXT = """
protocol Sequences
record R { a: -1..1, b: bool }
agent A {
  var q: seq of -1..2 max 3 = []
  var r: seq of R max 2 = []
  var seen: set of A = {}
  var order: seq of A max 2 = []
  final initial state S {
    step put(n in -1..2) when size(q) < 3 and not (n in elements(q)) { q := q + [n] }
    step note(b in {true, false}) when size(r) < 2 { r := r + [R(a: size(r) - 1, b: b)] }
    step meet(p in A) when size(order) < 2 { order := order + [p]  seen := elements(order) }
    step drop when size(q) > 0 { q := q.rest }
  }
}
invariant distinct: forall a in A: size(elements(a.q)) == size(a.q)
invariant records: forall a in A: elements(a.r) subset R
invariant met: forall a in A: a.seen == elements(a.order)
check "c" { A = 2 expect distinct, records, met }
"""


def test_elements_of_a_sequence_are_the_same_to_judge_and_kernel() -> None:
    spec = load(Source("elements.mc", TEXT))
    model = instantiate(spec, spec.checks[0], list(spec.properties.values()))
    compare(model, max_states=60)
