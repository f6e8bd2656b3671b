"""Traces in ITF follow the rules of Apalache's ADR-015, and itf-py reads them."""

from __future__ import annotations

import json
import re
from typing import Any

import itf_py  # type: ignore[import-untyped]  # it has no types

from modelcheck.environment.instantiate import Overrides
from modelcheck.pipeline.verify import Options, load, verify_specs
from modelcheck.reports.itf import ACTION, PICKS, render
from modelcheck.reports.runs import runs_of
from modelcheck.source import Source

Json = Any

VALUES = """
protocol Values
param big = 123456789012345678
param limit: 0..3 = 2
enum Colour { red, green }
record Pair { tag: Colour, value: 0..1 }
record Point { x: -1..1, y: 0..1 }
message Hello(p: Point, o: option 0..1, q: seq of 0..1 max 2)
shared var turn: option Node = none
agent Node {
  var seen: map Node -> 0..3 = all 0
  var pair: Pair = Pair(tag: red, value: 0)
  var set_: set of Colour = {}
  initial state Idle {
    step greet(peer in Node) -> Busy {
      choose x in -1..1 {
      seen[peer] += 1  pair := Pair(tag: green, value: 1)  set_ := {red, green}  turn := some(peer)
      send Hello(Point(x: x, y: 1), some(1), [0, 1]) to peer
      }
    }
  }
  state Busy { on Hello(_, _, _) -> Done }
  final state Done
}
reachable done: exists n in Node: n is Done
check "values <b>\\u202e</b>" { Node = 2  faults { partition Node up to 1 } allow deadlock expect done }
"""


def traces(text: str, overrides: Overrides | None = None) -> list[dict[str, Any]]:
    spec = load(Source("values.mc", text))
    report = verify_specs([spec], Options(engine="interpreter", overrides=overrides or Overrides()))
    return [json.loads(render(run)) for run in runs_of(report)]


def assert_is_expression(value: Json) -> None:
    """The grammar of expressions of the ADR, as strictly as it can be read."""
    if isinstance(value, list):
        for element in value:
            assert_is_expression(element)
    elif isinstance(value, dict):
        (special,) = [key for key in value if key.startswith("#")] or [None]
        if special is None:
            for held in value.values():
                assert_is_expression(held)
            assert ("tag" in value) <= isinstance(value.get("tag", ""), str)
            return
        assert len(value) == 1
        content = value[special]
        match special:
            case "#bigint":
                assert re.fullmatch(r"-?(0|[1-9][0-9]*)", content)
            case "#set" | "#tup":
                assert_is_expression(content)
                assert len({json.dumps(element) for element in content}) == len(content) or special == "#tup"
            case "#map":
                assert all(len(pair) == 2 for pair in content)
                assert_is_expression([part for pair in content for part in pair])
                assert len({json.dumps(key) for key, _ in content}) == len(content)
            case _:
                raise AssertionError(special)
    else:
        assert isinstance(value, str | bool), "all integers are big ones"


def assert_is_itf(document: dict[str, Any]) -> None:
    """A trace of the ADR, which itf-py reads and writes again as it was, the order of sets aside."""
    assert document.keys() <= {"#meta", "params", "vars", "states", "loop"}
    assert len(set(document["vars"])) == len(document["vars"])
    assert not any(name.startswith("#") for name in document["vars"])
    for number, state in enumerate(document["states"]):
        assert state["#meta"]["index"] == number
        assert set(state) - {"#meta"} == {*document["vars"], *(document["params"] if number == 0 else ())}
        for name, value in state.items():
            if name != "#meta":
                assert_is_expression(value)
    assert 0 <= document.get("loop", 0) < max(len(document["states"]), 1)
    written = itf_py.trace_to_json(itf_py.trace_from_json(document))
    assert normal({k: v for k, v in written.items() if v is not None}) == normal(document)


def normal(value: Json) -> Json:
    """The same with sets in one order, and variants of one field as itf-py writes them."""
    if isinstance(value, list):
        return [normal(element) for element in value]
    if isinstance(value, dict):
        plain = {key: normal(held) for key, held in value.items()}
        if plain.keys() == {"tag", "value"}:
            content = plain["value"]
            one = isinstance(content, dict) and content.keys() == {"value"}
            plain["value"] = content["value"] if one else content or None
        return {"#set": sorted(plain["#set"], key=json.dumps)} if plain.keys() == {"#set"} else plain
    return value


def test_values_of_every_type_are_expressions() -> None:
    (document,) = traces(VALUES)
    assert_is_itf(document)
    last = document["states"][-1]
    greeted = next(state for state in document["states"] if state[ACTION] == "greet")
    assert greeted[PICKS] == {"self": "Node[0]", "peer": "Node[0]", "x": {"#bigint": "-1"}}
    assert last[PICKS]["message"]["tag"] == "Hello"
    assert last[PICKS]["message"]["value"]["fields"]["o"] == {"tag": "some", "value": {"value": {"#bigint": "1"}}}
    (seen,) = [held for agent, held in last["Node::seen"]["#map"] if agent == "Node[0]"]
    assert seen == {"#map": [["Node[0]", {"#bigint": "1"}], ["Node[1]", {"#bigint": "0"}]]}
    assert dict(last["Node::pair"]["#map"])["Node[0]"] == {
        "tag": "Pair",
        "value": {"tag": "green", "value": {"#bigint": "1"}},
    }
    assert document["states"][0]["turn"] == {"tag": "none", "value": {}}
    assert document["states"][0]["big"] == {"#bigint": "123456789012345678"}
    assert document["#meta"]["modelcheck"]["check"] == "values <b>\\u202e</b>"


CUT = """protocol Cut
message Copy
agent Replica {
  var has: bool = index(self) == 0
  initial state S { step copy when has -> T { send Copy to others }  on Copy -> T { has := true } }
  final state T { ignore Copy }
}
check "cut" { Replica = 2  faults { partition Replica up to 1 } expect deadlock }
"""


def test_a_partition_is_the_set_of_its_sides() -> None:
    (document,) = traces(CUT)
    (name,) = [name for name in document["vars"] if name.startswith("environment::partition")]
    assert document["states"][0][name] == {"#set": []}
    assert document["states"][-1][name] == {"#set": [{"#set": ["Replica[0]"]}, {"#set": ["Replica[1]"]}]}
    assert_is_itf(document)


def test_no_two_variables_share_a_name() -> None:
    text = """protocol P
        agent Node { var status: bool = false  initial state A { step go -> B } final state B }
        reachable b: Node[0] is B
        check "c" { faults { crash Node up to 1 } expect b }
    """
    (document,) = traces(text)
    assert {"Node::status", "Node::fault_status"} <= set(document["vars"])
    assert_is_itf(document)


def test_what_was_changed_on_the_command_line_is_told() -> None:
    (document,) = traces(VALUES, Overrides({"Node": "1"}, {("partition", "Node"): 0, ("lose", None): None}))
    told = document["#meta"]["modelcheck"]
    assert told["settings"] == {"Node": "1"}
    assert told["faults"] == {"partition:Node": "0", "lose": "any"}


def test_a_run_that_fails_at_its_start_has_no_state() -> None:
    text = """protocol P
        agent Node { var a: 0..1 = index(self) / (index(self) * 1)  initial final state S }
        check "c" { expect 1 states }
    """
    (document,) = traces(text)
    assert document["states"] == []
    assert "division" in document["#meta"]["description"]
    assert_is_itf(document)


def test_what_agents_choose_in_a_round_is_a_map_from_them() -> None:
    text = """protocol Gossip
        network rounds
        message Hi(v: 1..2)
        agent Node {
          var best: 0..2 = 0
          initial state Start { round -> Done { choose v in 1..2 { best := v  send Hi(v) to others } } }
          final state Done
        }
        reachable apart: Node[0].best == 1 and Node[1].best == 2
        check "c" { Node = 2 expect apart }
    """
    (document,) = traces(text)
    picks = document["states"][1][PICKS]
    assert picks == {"v": {"#map": [["Node[0]", {"#bigint": "1"}], ["Node[1]", {"#bigint": "2"}]]}}
    assert_is_itf(document)
