"""State machines as graphs: what leads where, on what condition, and what is sent."""

from __future__ import annotations

from modelcheck.pipeline import load
from modelcheck.reports.graphs.machine import ANY, START, machine
from modelcheck.reports.graphs.picture import Graph
from modelcheck.source import Source

TEXT = """protocol Machines
message Ask(n: 0..3)
message Yes
message No
agent Client {
  var n: 0..3 = 0
  initial state Idle {
    step ask when n < 3 -> Waiting { send Ask(n) to Server }
    step rest { skip }
  }
  state Waiting {
    on Yes -> Idle { n += 1 }
    on No { if n == 0 { -> Stopped } else { n := 0 } }
    ignore Ask
  }
  final durable state Stopped
  any state { step reset when n == 3 -> Idle { n := 0 } }
  fault slip { -> Stopped }
  at start { if n > 0 { -> Stopped } }
}
agent Server {
  initial final state Run {
    on Ask(n) from c when c is Waiting { either { reply Yes } or { for d in Client { send No to d } } }
  }
}
invariant true_: true
check "one" { expect true_ }
"""


def graph_of(kind: str, text: str = TEXT) -> Graph:
    return machine(load(Source("machines.mc", text)).agents[kind])


def edges(graph: Graph) -> dict[tuple[str, str], list[str]]:
    return {(edge.source, edge.target): [line.text for line in edge.lines] for edge in graph.edges}


def inside(graph: Graph, key: str) -> list[str]:
    return [line.text for node in graph.nodes if node.key == key for line in node.lines]


def test_transitions_between_two_states_are_on_one_edge_with_guard_and_sends() -> None:
    found = edges(graph_of("Client"))
    assert found["Idle", "Waiting"] == ["ask [n < 3] / Ask(n) → Server"]
    assert found["Waiting", "Idle"] == ["on Yes"]


def test_a_condition_that_decides_where_to_go_is_a_guard() -> None:
    graph = graph_of("Client")
    assert edges(graph)["Waiting", "Stopped"] == ["on No [n == 0]"]
    assert inside(graph, "Waiting") == ["on No [not (n == 0)]", "ignores Ask"]


def test_what_any_state_does_is_drawn_once() -> None:
    found = edges(graph_of("Client"))
    assert found[ANY, "Idle"] == ["reset [n == 3]"]
    assert found[ANY, "Stopped"] == ["fault slip"]
    assert [pair for pair in found if "reset [n == 3]" in found[pair]] == [(ANY, "Idle")]


def test_the_start_leads_to_the_initial_states_and_where_at_start_goes() -> None:
    found = edges(graph_of("Client"))
    assert found[START, "Idle"] == [""]
    assert found[START, "Stopped"] == ["at start [n > 0]"]


def test_marks_are_those_of_the_states() -> None:
    nodes = {node.key: node for node in graph_of("Client").nodes}
    assert (nodes["Idle"].final, nodes["Idle"].durable) == (False, False)
    assert (nodes["Stopped"].final, nodes["Stopped"].durable) == (True, True)


def test_what_is_not_always_sent_has_a_question_mark_and_a_sender_asked_about_a_name() -> None:
    graph = graph_of("Server")
    assert inside(graph, "Run") == ["on Ask(n) from c [c is Waiting] / Yes → sender?, No → d?"]
    assert "message → receiver?: not in every case" in graph.legend


def test_a_fault_is_told_from_the_protocol() -> None:
    graph = graph_of("Client")
    assert [edge.fault for edge in graph.edges if edge.source == ANY] == [False, True]


def test_a_body_with_too_many_ways_is_still_told() -> None:
    branches = " ".join("either { send Ask(0) to Server } or { skip }" for _ in range(10))
    text = TEXT.replace("step rest { skip }", f"step rest {{ {branches} }}")
    assert "rest / Ask(0) → Server?" in inside(graph_of("Client", text), "Idle")


def test_long_guards_and_arguments_are_shortened_and_told_in_whole() -> None:
    guard = " and ".join(["n < 3"] * 20)
    graph = graph_of("Client", TEXT.replace("step ask when n < 3", f"step ask when {guard}"))
    (line,) = next(edge.lines for edge in graph.edges if (edge.source, edge.target) == ("Idle", "Waiting"))
    assert len(line.text) < 110
    assert "…]" in line.text
    assert guard in line.whole
