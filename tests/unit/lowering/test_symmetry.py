"""Which ids are told apart, and by what."""

from __future__ import annotations

from typing import Any

import pytest

from modelcheck.ir.constructs.sets import Size
from modelcheck.ir.expression import Expr
from modelcheck.ir.model import Model
from modelcheck.ir.statement import Statement
from modelcheck.kernel.symmetry import Applied, Off
from modelcheck.lowering import lower_model
from modelcheck.lowering.symmetry import partialities
from tests.unit.conftest import Build

AGENTS = """
message Ping
agent Hub { initial final state R { on Ping } }
shared var turn: option Node = none
agent Node {
  var n: 0..3 = 0
  var peers: set of Node = {self}
  VARIABLE
  initial final state S { step go { BODY } }
  START
}
PROPERTY
check "c" { Node = 3  CHECK }
"""


def text(body: str = "skip", *, declared: str = "", **parts: str) -> str:
    result = declared + AGENTS
    for place in ("VARIABLE", "START", "PROPERTY", "CHECK"):
        result = result.replace(place, parts.get(place.lower(), ""))
    return result.replace("BODY", body)


ALIKE = {
    "equality and membership": text("if turn == some(self) or self in peers { turn := none }"),
    "quantified, counted, the only one": text(
        "n := min(3, count(p in Node: p.n == 0))  turn := some(the(p in Node: p == self))"
    ),
    "keys of maps": text("marks := map p in Node: p == self", variable="var marks: map Node -> bool = all false"),
    "choices": text("choose p in others { peers += p }"),
    "loops": text("for p in peers { seen[p] := true }", variable="var seen: map Node -> bool = all false"),
    "packets": text("send Ping to Hub"),
    "a constant that does not favour anyone": text(
        "n := min(3, size(Pairs))",
        declared="type Some = set of Node  const Pairs: set of Some = {s in subsets(Node): size(s) == 2}\n",
    ),
    "an id of the only one": text(property="reachable r: Hub[0] is R", check="expect r"),
    "a property that is not asked for": text(property="reachable r: Node[0] is S"),
    "a ghost that is not kept": text("g := index(self)", variable="ghost var g: 0..3 = 0"),
    "a start that looks at itself alone": text(start="at start { n := 1  send Ping to Hub }"),
    "crashes": text(check="faults { crash Node up to 1 with recovery }"),
}

PARTIAL = {
    "a literal": text("turn := some(Node[0])"),
    "a literal in an initial value": text(variable="var first: Node = Node[1]"),
    "a number of an id": text("n := index(self)"),
    "a number of an id in a definition": text("n := min(3, rank())", declared="def rank = max(p in Node: index(p))\n"),
    "a number of an id in a constant": text(
        "peers := Low", declared="type Some = set of Node  const Low: Some = {p in Node: index(p) < 2}\n"
    ),
    "a property that names one": text(property="invariant i: Node[0].n <= 3", check="expect i"),
    "a bound that names one": text(check="bound Node[0].n <= 3"),
    "an `initially` that names one": text(property="initially Node[2].n == 0"),
    "a ghost that is kept": text(
        "g := index(self)",
        variable="ghost var g: 0..3 = 0",
        property="invariant i: forall p in Node: p.g <= 3",
        check="expect i",
    ),
    "a multicast of which the lowest get through": text(
        "send Ping2 to Node", declared="message Ping2 over unordered capacity 1 drops\n"
    ),
    "a loop that may be blocked before it fails": text(
        "for p in Node { send Ping2 to p }", declared="message Ping2 over unordered capacity 1 blocks\n"
    ),
    "a start that changes what the next one sees": text(start="at start { turn := some(self) }"),
    "a start that looks at those before": text(start="at start { n := min(3, count(p in Node: p.n == 1)) }"),
    "a start that reads messages": text(
        start="at start { n := min(3, size(messages Ping))  send Ping to Hub }",
    ),
    "a start that may find no room": text(
        declared="message Ping2 over unordered capacity 1 drops\n",
        start="at start { send Ping2 to Hub }",
    ),
}


@pytest.mark.parametrize("name", ALIKE)
def test_ids_that_nothing_tells_apart_are_interchangeable(name: str, model_of: Build) -> None:
    reduction = lower_model(model_of(ALIKE[name])).symmetry()
    assert isinstance(reduction, Applied)
    assert reduction.facts.sorts == (("Node", 3),)


@pytest.mark.parametrize("name", PARTIAL)
def test_ids_that_something_tells_apart_are_not(name: str, model_of: Build) -> None:
    reduction = lower_model(model_of(PARTIAL[name])).symmetry()
    assert isinstance(reduction, Off)
    assert reduction.reason.startswith("Node: ")
    assert " in line " in reduction.reason


def test_one_sort_may_be_told_apart_where_another_is_not(model_of: Build) -> None:
    model = model_of("""
ids Key
agent Node { var k: Key = Key[0]  initial final state S { step pick(k2 in Key) { k := k2 } } }
check "c" { Node = 2  Key = 4 }""")
    reduction = lower_model(model).symmetry()
    assert isinstance(reduction, Applied)
    assert reduction.facts.sorts == (("Node", 2),)
    assert reduction.text == "interchangeable ids of Node (2! = 2 renamings); not those of Key: `Key[0]` in line 4"


def test_single_ids_need_no_reason(model_of: Build) -> None:
    assert lower_model(model_of("param p = 1")).symmetry() == Off("no sort has two ids")


def test_a_construct_that_does_not_say_so_is_partial_to_all(model_of: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    model = model_of(text("n := min(3, size(peers))"))
    assert not partialities(model)
    monkeypatch.setattr(Size, "impartial", False)
    assert set(partialities(model)) == {"Hub", "Node"}


def test_messages_too_many_for_a_table_switch_it_off(model_of: Build) -> None:
    model = model_of("""
message Big(a: 0..99999, to_: Node)
agent Node { initial final state S { step go { send Big(7, self) to others } on Big(_, p) } }
check "c" { Node = 2 }""")
    reduction = lower_model(model).symmetry()
    assert isinstance(reduction, Off)
    assert reduction.reason.endswith("800,000 different messages, too many for a table")


def everything(base: type[Any]) -> set[type[Any]]:
    below: list[type[Any]] = base.__subclasses__()
    return {found for sub in below for found in {sub, *everything(sub)}}


def test_only_what_orders_or_names_ids_is_partial() -> None:
    from modelcheck.environment import registry  # noqa: PLC0415 - loads the faults

    for thunk in registry.FAULTS.values():
        thunk()
    own = {c for base in (Expr, Statement) for c in everything(base) if c.__module__.startswith("modelcheck.")}
    partial = {c.__name__ for c in own if not c.impartial}
    # An observer of a deadline may be about some agents only, and says so itself.
    assert partial == {"IdAt", "IndexOf", "Invalid", "InTime", "Observe"}


def test_sizes_of_one_are_not_asked_about(model_of: Build) -> None:
    model: Model = model_of(text("turn := some(Node[0])"), Node="1")
    assert lower_model(model).symmetry() == Off("no sort has two ids")
