"""Graphs as SVG and DOT: every name harmless, no text on another, and Graphviz reads what it gets."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from modelcheck.environment.instantiate import Overrides
from modelcheck.pipeline import load, load_file
from modelcheck.pipeline.draw import draw_machines, draw_states
from modelcheck.reports.diagram.raster import _COVERED
from modelcheck.reports.diagram.shapes import Box, texts
from modelcheck.reports.graphs.dot import dot
from modelcheck.reports.graphs.drawing import drawn
from modelcheck.reports.graphs.formats import GRAPH_FORMATS
from modelcheck.reports.graphs.picture import Edge, Graph, Line, Node
from modelcheck.reports.graphs.svg import svg
from modelcheck.semantics.states import TooManyStatesError
from modelcheck.source import Source

SPECS = Path(__file__).resolve().parents[4] / "specs"
HOSTILE = [
    "<script>alert(1)</script>",
    "quotes \" and ' and \\",
    "]]> <!-- -->",
    "new\nline\ttab\x00\x1b[31m",
    "\u202eright to left\u200f",
    "Prüfung 検査 🙂",
    "x" * 200,
    "&amp; {a|b} %s $ink \\N \\",
]
COUNTER = """protocol Counter
agent Node {
  var n: 0..9 = 0
  initial state Counting { step climb when n < 3 { n += 1 }  step again { skip } }
  fault slip { n := 0 }
}
invariant small: forall p in Node: p.n < 3
transition grows: forall p in Node: next(p.n) >= p.n
reachable two: exists p in Node: p.n == 2
check "one <b>" { faults { fault slip up to 1 }  allow deadlock  expect not small, not grows, two }
"""


def hostile() -> Graph:
    nodes = [Node(f"k {i}", text, (Line(text, text),), whole=text) for i, text in enumerate(HOSTILE)]
    edges = [Edge(f"k {i}", f"k {i + 1}", (Line(text, text, fault=True),)) for i, text in enumerate(HOSTILE[:-1])]
    return Graph(HOSTILE[0], tuple(nodes), tuple(edges), tuple(HOSTILE), HOSTILE[3])


@cache
def pictures() -> list[Graph]:
    graphs = [graph for path in sorted(SPECS.rglob("*.mc")) for graph in draw_machines(load_file(path)).values()]
    spec = load(Source("counter.mc", COUNTER))
    return [*graphs, *draw_states(spec, (), Overrides(), 50).values(), hostile()]


def test_no_text_lies_on_another_or_leaves_the_picture() -> None:
    for graph in pictures():
        picture = drawn(graph)
        boxes = [(text.text, text.box) for text in texts(picture.children)]
        whole = Box(0, 0, picture.width, picture.height)
        for text, box in boxes:
            assert box.left >= 0, text
            assert box.top >= 0, text
            assert box.right <= whole.right, text
            assert box.bottom <= whole.bottom, text
        for (one, box), (other, second) in combinations(boxes, 2):
            assert not box.meets(second), (graph.name, one, other)


def test_every_picture_is_well_formed_and_says_what_it_shows() -> None:
    for graph in pictures():
        root = ET.fromstring(svg(graph))  # noqa: S314 - our own
        assert root.attrib["role"] == "img"
        tags = {element.tag.rpartition("}")[2] for element in root.iter()}
        assert tags <= {"svg", "title", "desc", "style", "g", "path", "rect", "line", "circle", "text"}


def test_an_inlined_picture_has_ids_of_its_own() -> None:
    graph = hostile()
    assert svg(graph, standalone=False, prefix="one").startswith("<svg")
    assert 'id="one-title"' in svg(graph, standalone=False, prefix="one")


def test_graphviz_reads_every_picture() -> None:
    program = shutil.which("dot")
    if program is None:
        pytest.skip("needs Graphviz")
    text = "".join(map(dot, pictures()))
    done = subprocess.run([program, "-Tcanon"], input=text, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Coordinator" in done.stdout


@pytest.mark.parametrize("name", GRAPH_FORMATS)
def test_every_format_makes_a_file(name: str) -> None:
    if name == "png":
        pytest.importorskip("resvg_py")
    content = GRAPH_FORMATS[name].renderer()(hostile())
    assert content
    assert GRAPH_FORMATS[name].is_text == (b"\0" not in content)


def test_states_are_told_by_what_differs_and_marked_where_they_violate() -> None:
    (graph,) = draw_states(load(Source("counter.mc", COUNTER)), (), Overrides(), 50).values()
    nodes = {node.key: node for node in graph.nodes}
    violating = [node for node in graph.nodes if node.violating]
    assert violating
    assert all("Node.n = 3" in [line.text for line in node.lines] for node in violating)
    assert all("violates small" in [line.text for line in node.lines] for node in violating)
    first = [line.text for line in nodes["state 0"].lines]
    assert first == ["Node.n = 0", "stays: Node: again"]
    assert any(line.text == "is what two asks for" for node in graph.nodes for line in node.lines)
    falls = [line.text for edge in graph.edges for line in edge.lines if "violates grows" in line.text]
    assert falls
    assert all(text.startswith("Node: slip") for text in falls)


def test_a_step_that_violates_something_is_no_fault() -> None:
    text = COUNTER.replace("next(p.n) >= p.n", "next(p.n) <= p.n")
    (graph,) = draw_states(load(Source("counter.mc", text)), (), Overrides(), 50).values()
    climbs = [edge for edge in graph.edges if any(line.text == "Node: climb, violates grows" for line in edge.lines)]
    assert climbs
    assert not any(edge.fault for edge in climbs)
    calm = text.replace("faults { fault slip up to 1 }", "")
    (graph,) = draw_states(load(Source("counter.mc", calm)), (), Overrides(), 50).values()
    assert "stroke-dasharray" in svg(graph)
    assert 'class="mc-edge mc-fault"' not in svg(graph)


def test_graphviz_shows_a_name_as_it_is() -> None:
    program = shutil.which("dot")
    if program is None:
        pytest.skip("needs Graphviz")
    done = subprocess.run(
        [program, "-Tsvg"], input=dot(hostile()), capture_output=True, text=True, check=True, timeout=60
    )
    shown = {text.text for text in ET.fromstring(done.stdout).iter("{http://www.w3.org/2000/svg}text")}  # noqa: S314
    assert "&amp; {a|b} %s $ink \\N \\" in shown


def test_a_deadlock_is_marked_where_only_faults_are_left() -> None:
    (graph,) = draw_states(load(Source("counter.mc", COUNTER)), (), Overrides(), 50).values()
    assert not [node for node in graph.nodes if "deadlock" in [line.text for line in node.lines]]
    stuck = COUNTER.replace("  step again { skip }", "")
    (graph,) = draw_states(load(Source("counter.mc", stuck)), (), Overrides(), 50).values()
    dead = [[line.text for line in node.lines] for node in graph.nodes if node.violating]
    assert dead
    assert all("deadlock" in lines and "Node.n = 3" in lines for lines in dead)


def test_our_own_words_are_drawn_by_the_font_of_the_package() -> None:
    graphs = draw_states(load(Source("counter.mc", COUNTER)), (), Overrides(), 50).values()
    machines = draw_machines(load_file(SPECS / "consensus" / "two_phase_commit.mc")).values()
    for graph in (*graphs, *machines):
        assert _COVERED.fullmatch(svg(graph, theme="light"))


def test_a_start_that_fails_is_told() -> None:
    text = COUNTER.replace("= 0\n", "= 9 / index(self)\n").replace("check", 'check "two" { Node = 2 }\ncheck')
    (graph,) = draw_states(load(Source("counter.mc", text)), ("two",), Overrides(), 50).values()
    assert graph.legend[0] == "fails at the start: division by zero"


def test_a_tip_of_graphviz_has_a_line_for_each_component() -> None:
    (graph,) = draw_states(load(Source("counter.mc", COUNTER)), (), Overrides(), 50).values()
    assert 'tooltip="Node = Counting\\nNode.n = 0"' in dot(graph)


def test_more_states_than_wanted_are_refused() -> None:
    with pytest.raises(TooManyStatesError, match='"one <b>" has more than 5 states'):
        draw_states(load(Source("counter.mc", COUNTER)), (), Overrides(), 5)
