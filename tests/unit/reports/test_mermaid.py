"""Sequence diagrams of Mermaid tell all that a run has, and nothing in it can be code."""

from __future__ import annotations

import re
from html import unescape
from itertools import pairwise

import pytest

from modelcheck.pipeline.verify import Options, load, verify_specs
from modelcheck.reports.mermaid import label, sequence_diagram
from modelcheck.reports.runs import runs_of
from modelcheck.semantics.trace import Trace
from modelcheck.source import Source
from tests.unit.reports.diagram.generated import HOSTILE, generated
from tests.unit.reports.hostile import NAMES

LINE = re.compile(
    r"sequenceDiagram|  participant a\d+ as TEXT|  a\d+(->>|-x|--\))a\d+: TEXT|  Note over a\d+(,a\d+)?: TEXT"
    r"|  loop TEXT|  rect rgba\([0-9., ]+\)|  end".replace("TEXT", r"(?:[^#;:<>&\n`]|#\d+;|<br/>)+")
)

CUT = """protocol Cut
message Copy
agent Replica {
  var has: bool = index(self) == 0
  initial state S { step copy when has -> T { send Copy to others }  on Copy -> T { has := true } }
  final state T { ignore Copy }
}
agent Clock { var high: bool = false  initial final state C { step flip { high := not high } } }
eventually everywhere: forall r in Replica: r.has
check "cut" { Replica = 2  faults { partition Replica up to 1 } expect not everywhere }
"""


def made(seed: int) -> Trace:
    return generated(seed, agents=2 + seed % 6, steps=20 + 10 * (seed % 4), hostile=seed % 2 == 1, loop=seed % 3 == 0)


def shown(text: str) -> str:
    """What Mermaid shows of a label."""
    return unescape(re.sub(r"#(\d+);", r"&#\1;", text))


@pytest.mark.parametrize("name", [*NAMES, *HOSTILE])
def test_a_label_shows_its_text_and_is_no_code(name: str) -> None:
    written = label(name)
    assert re.fullmatch(r"(?:[^#;:<>&\n`%@\[\]-]|#\d+;)+", written)
    visible = "".join(char for char in name if char.isprintable() and not char.isspace())
    assert [char for char in visible if char not in shown(written)] == []


@pytest.mark.parametrize("seed", range(24))
def test_every_line_is_of_the_language_and_blocks_are_closed(seed: int) -> None:
    lines = sequence_diagram(made(seed)).split("\n")
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    depth = 0
    for before, line in pairwise(lines):
        depth += line.startswith(("  rect", "  loop")) - (line == "  end")
        assert depth >= 0
        assert not (line == "  end" and before.startswith("  rect")), "an empty box"
    assert depth == 0


@pytest.mark.parametrize("seed", range(0, 24, 2))
def test_every_message_and_step_is_told(seed: int) -> None:
    trace = made(seed)
    text = shown(sequence_diagram(trace))
    for message in trace.messages:
        for number in message.received:
            assert f"{number}. {message.text}" in text
        if message.number in {m.changed_from for m in trace.messages}:
            assert f"{message.lost}. {message.text}, changed" in text
        elif message.lost is not None:
            assert f"{message.lost}. {message.text}, lost" in text
        elif message.same_as is not None:
            assert f"again {message.text} → " in text
        elif not message.received and message.same_as is None:
            assert f"{message.text}, in flight (sent in {message.sent})" in text
    for step in trace.steps[1:]:
        if step.kind != "receive":
            assert f"{step.number}. " in text
    assert text.count("FAULT ") == sum(step.fault for step in trace.steps)


def test_a_partition_is_a_shaded_stretch_and_a_lasso_a_loop() -> None:
    (run,) = runs_of(verify_specs([load(Source("cut.mc", CUT))], Options()))
    lines = sequence_diagram(run.trace).split("\n")
    assert "partition" in {step.kind for step in run.trace.steps}
    blocks = [line.split()[0] for line in lines if line.startswith(("  rect", "  loop", "  end"))]
    # The partition lasts for ever, but a block cannot reach into another.
    assert blocks[:6] == ["rect", "end", "loop", "rect", "end", "end"]


def test_changes_stand_over_whose_they_are() -> None:
    text = """protocol Relay
        message Go(n: 0..3)
        agent Left {
          var sent: 0..3 = 0
          initial state A { step go -> B { sent := 2  send Go(2) to Right } }
          final state B
        }
        agent Right { var got: 0..3 = 0  initial state C { on Go(n) -> D { got := n } } final state D }
        reachable there: exists r in Right: r.got == 2
        check "c" { expect there }
    """
    (run,) = runs_of(verify_specs([load(Source("relay.mc", text))], Options(engine="interpreter")))
    lines = [shown(line).strip() for line in sequence_diagram(run.trace).split("\n")]
    assert (
        "Note over a0: 1. go<br/>sent: 0 → 2<br/>A → B" in lines
        or "Note over a0: 1. go<br/>A → B<br/>sent: 0 → 2" in lines
    )
    assert "a0->>a1: 2. Go(n: 2) (sent in 1)" in lines
    assert "Note over a1: C → D<br/>got: 0 → 2" in lines


def test_a_message_that_has_no_effect_is_ignored() -> None:
    text = """protocol Twice
        message Go
        agent Left { initial state A { step go -> B { send Go to Right  send Go to Right } } final state B }
        agent Right { initial state C { on Go -> D } final state D { ignore Go } }
        reachable taken: messages Go == {} and (exists r in Right: r is D)
        check "c" { expect taken }
    """
    (run,) = runs_of(verify_specs([load(Source("twice.mc", text))], Options(engine="interpreter")))
    lines = [shown(line).strip() for line in sequence_diagram(run.trace).split("\n")]
    assert "a0->>a1: 2. Go (sent in 1)" in lines
    assert "a0->>a1: 3. ignores Go (sent in 1)" in lines
