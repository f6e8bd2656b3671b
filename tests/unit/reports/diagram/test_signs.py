"""Each thing that happens in a run has its sign, where it happens."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from random import Random

import pytest

from modelcheck.frozen import replace
from modelcheck.pipeline.verify import Options, load, verify_specs
from modelcheck.reports.diagram import svg
from modelcheck.reports.diagram.frame import Frame, frame_of
from modelcheck.reports.diagram.scene import scene_of
from modelcheck.reports.packet.telling import ending
from modelcheck.reports.runs import runs_of
from modelcheck.semantics.trace import Change, Trace
from modelcheck.source import Source
from tests.unit.reports.diagram.generated import Maker

AGENTS = ("Client", "Server[0]", "Server[1]")
SIDES = "{Client, Server[0]} | {Server[1]}"


def maker() -> Maker:
    made = Maker(Random(0), AGENTS, ["word"])  # noqa: S311 - for variety, not for secrets
    for name in AGENTS:
        made.states |= {name: "Idle", f"{name}.status": "up", f"{name}.log": "[]"}
    made.states["partition of Server"] = "none"
    made.take("start", "", "start", {}, ())
    return made


def traced(made: Maker, loop_start: int | None = None) -> Trace:
    conclusion = "safe is false here: never"
    grounds, parts = (len(made.steps) - 1,), made.components()
    return Trace(tuple(made.steps), conclusion, (), loop_start, AGENTS, tuple(made.messages), grounds, parts)


def drawn(trace: Trace) -> ET.Element:
    return ET.fromstring(svg(trace, verdict="violated"))  # noqa: S314 - our own


def found(root: ET.Element, name: str) -> list[ET.Element]:
    return [element for element in root.iter() if name in element.get("class", "").split()]


def outside_legend(root: ET.Element, name: str) -> list[ET.Element]:
    in_legend = {id(element) for legend in found(root, "mc-legend") for element in legend.iter()}
    return [element for element in found(root, name) if id(element) not in in_legend]


def ends(element: ET.Element) -> tuple[tuple[float, float], tuple[float, float]]:
    """Where a path begins and ends."""
    numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", element.get("d", ""))]
    return (numbers[0], numbers[1]), (numbers[-2], numbers[-1])


def frame(trace: Trace) -> Frame:
    return frame_of(scene_of(trace), 0)


def words(root: ET.Element) -> list[str]:
    texts = [e for e in root.iter() if e.tag.endswith("}text")]
    return ["".join([text.text or "", *(child.tail or "" for child in text)]) for text in texts]


def sent(made: Maker, source: str = "Client", target: str = "Server[0]") -> int:
    """A message on its way; its number."""
    made.send(source, target, "Ping")
    made.take("step", source, "go", {}, (source,))
    return len(made.messages) - 1


def test_a_message_is_an_arrow_from_its_sender_down_to_its_receiver() -> None:
    made = maker()
    number = sent(made)
    made.set(replace(made.messages[number], received=(2,)))
    made.take("receive", "Server[0]", "receives Ping from Client", {}, ("Server[0]",))
    trace = traced(made)
    root, places = drawn(trace), frame(trace)
    (way,) = outside_legend(root, "mc-way")
    (left, top), (right, bottom) = ends(way)
    assert places.lanes[0] < left < right < places.lanes[1]
    assert bottom - top > 10
    assert len(found(root, "mc-head-full")) == 1
    assert words(root).count("Ping") == 1


def test_a_loss_ends_dashed_in_the_mark_of_the_fault_between_the_lifelines() -> None:
    made = maker()
    number = sent(made)
    made.set(replace(made.messages[number], lost=2))
    made.take("lose", "environment", "loses Ping Client -> Server[0]", {}, ())
    trace = traced(made)
    root, places = drawn(trace), frame(trace)
    assert len(outside_legend(root, "mc-lost")) == 1
    (step,) = [step for step in found(root, "mc-step") if step.get("data-step") == "2"]
    assert words(step) == ["2", "Ping lost"]
    (mark,) = found(step, "mc-mark")
    assert mark.get("class") == "mc-mark mc-fault"
    x = float(next(e for e in mark.iter() if e.tag.endswith("}text")).get("x", ""))
    assert places.lanes[0] < x < places.lanes[1]


def test_what_a_crash_loses_ends_in_a_cross_and_is_named_below_the_crash() -> None:
    made = maker()
    number = sent(made)
    made.set(replace(made.messages[number], lost=2))
    made.take("crash", "Server[0]", "crashes", {"Server[0].status": "down"}, ("Server[0]",))
    made.take("recover", "Server[0]", "recovers", {"Server[0].status": "up"}, ("Server[0]",))
    root = drawn(traced(made))
    assert len(outside_legend(root, "mc-loss")) == 2  # the strokes of the cross
    assert "Ping lost" in words(root)
    (down,) = found(root, "mc-down")
    lives = [line for line in found(root, "mc-life") if line.get("x1") == down.get("x1")]
    # Up, down from the crash to the recovery, and up again.
    assert [line is down for line in lives] == [False, True, False]
    assert [line.get("y2") for line in lives[:2]] == [line.get("y1") for line in lives[1:]]
    assert len(found(root, "mc-break")) == 2


def test_a_duplicate_forks_off_as_a_double_line() -> None:
    made = maker()
    number = sent(made)
    made.send("Client", "Server[0]", "Ping", copy_of=number)
    made.take("duplicate", "environment", "duplicates Ping", {}, ())
    for message, step in ((number, 3), (number + 1, 4)):
        made.set(replace(made.messages[message], received=(step,)))
        made.take("receive", "Server[0]", "receives Ping from Client", {}, ("Server[0]",))
    root = drawn(traced(made))
    (copy,) = outside_legend(root, "mc-copy")
    assert copy.get("data-sent") == "2"
    assert len(found(copy, "mc-double")) == 1
    assert "Ping duplicated" in words(root)


def test_a_corrupted_message_goes_on_with_another_content_and_a_sign() -> None:
    made = maker()
    number = sent(made)
    made.set(replace(made.messages[number], lost=2))
    made.send("Client", "Server[0]", "Pong", changed_from=number)
    made.take("corrupt", "environment", "corrupts Ping into Pong", {}, ())
    made.set(replace(made.messages[number + 1], received=(3,)))
    made.take("receive", "Server[0]", "receives Pong from Client", {}, ("Server[0]",))
    root = drawn(traced(made))
    (changed,) = outside_legend(root, "mc-corrupted")
    assert len(found(changed, "mc-zigzag")) == 1
    assert "Ping becomes Pong" in words(root)


def test_a_forgery_bears_a_seal() -> None:
    made = maker()
    made.states["Client.status"] = "byzantine"
    made.send("Client", "Server[0]", "Ping", forged=True)
    made.take("forge", "Client", "sends forged Ping to Server[0]", {}, ("Client",))
    root = drawn(traced(made))
    (forged,) = outside_legend(root, "mc-forged")
    assert len(found(forged, "mc-seal")) == 1
    assert "forges Ping" in words(root)


def test_what_is_in_flight_at_the_end_is_named_at_its_open_end() -> None:
    made = maker()
    made.send("Client", "Server[0]", "Ping")
    made.send("Client", "Server[1]", "Ping")
    made.take("step", "Client", "go", {}, ("Client",))
    root = drawn(traced(made))
    assert len(outside_legend(root, "mc-open")) == 2
    assert "Ping → Server[0..1] in flight" in words(root)


def test_where_there_is_no_room_to_say_in_flight_it_is_left_out_whole() -> None:
    without = 0
    for length in range(4, 60):
        made = maker()
        made.send("Client", "Server[0]", "P" * length)
        made.take("step", "Client", "go", {}, ("Client",))
        notes = [text for text in words(drawn(traced(made))) if text.startswith("PPPP")]
        assert not [note for note in notes if "Server[0] " in note and not note.endswith(" in flight")]
        without += any(note.endswith("Server[0]") for note in notes)
    assert without


def test_an_equal_message_has_a_note_instead_of_an_arrow() -> None:
    made = maker()
    number = sent(made)
    made.send("Client", "Server[0]", "Ping", same_as=number)
    made.take("step", "Client", "repeat", {}, ("Client",))
    root = drawn(traced(made))
    assert len(found(root, "mc-message")) == 1
    assert "again Ping → Server[0]" in words(root)


def test_a_message_to_oneself_is_a_bow() -> None:
    made = maker()
    number = sent(made, "Client", "Client")
    made.set(replace(made.messages[number], received=(2,)))
    made.take("receive", "Client", "receives Ping from Client", {}, ("Client",))
    (way,) = outside_legend(drawn(traced(made)), "mc-way")
    assert "C" in way.get("d", "")


def test_a_message_is_bent_around_the_mark_of_another_step() -> None:
    made = maker()
    made.send("Client", "Server[0]", "Ping")
    made.send("Client", "Server[1]", "Ping")
    made.take("step", "Client", "go", {}, ("Client",))
    for number, server in ((0, "Server[0]"), (1, "Server[1]")):
        made.set(replace(made.messages[number], received=(2 + number,)))
        made.take("receive", server, "receives Ping from Client", {}, (server,))
    short, long = outside_legend(drawn(traced(made)), "mc-way")
    assert "Q" not in short.get("d", "")
    assert "Q" in long.get("d", "")


def test_a_partition_is_a_band_that_tells_the_sides_apart_until_it_heals() -> None:
    made = maker()
    for agent in AGENTS:
        made.take("step", agent, "go", {}, (agent,))
    made.take("partition", "environment", f"partition {SIDES}", {"partition of Server": SIDES}, ())
    made.take("heal", "environment", "the partition of Server heals", {"partition of Server": "none"}, ())
    made.take("step", "Client", "go", {}, ("Client",))
    trace = traced(made)
    root, places = drawn(trace), frame(trace)
    (band,) = found(root, "mc-partition")
    (box,) = found(band, "mc-band")
    assert float(box.get("height", "")) == pytest.approx(places.rows[5] - places.rows[4])
    assert len(found(band, "mc-side")) == 2
    assert len(found(band, "mc-track")) == 2  # both rails of the one on the other side
    assert f"partition {SIDES}" in words(root)


def test_a_loop_is_bracketed_from_where_it_begins() -> None:
    made = maker()
    for _ in range(3):
        made.take("step", "Client", "go", {}, ("Client",))
    root = drawn(traced(made, loop_start=1))
    assert "from here on, the steps below repeat for ever" in words(root)
    assert len(found(root, "mc-loop-head")) == 1
    assert found(root, "mc-ring") == []
    stays = drawn(traced(made, loop_start=3))
    assert "from here on nothing happens, for ever" in words(stays)
    assert found(stays, "mc-loop-head") == []


def test_a_control_state_stands_where_the_agent_comes_to_it_and_other_changes_beside() -> None:
    made = maker()
    made.take("step", "Client", "go", {"Client": "Busy", "Client.log": "[1]"}, ("Client",))
    trace = traced(made)
    root = drawn(trace)
    (step,) = [step for step in found(root, "mc-step") if step.get("data-step") == "1"]
    assert words(step) == ["1", "go", "Busy", "Client.log: [] → [1]"]
    (pill,) = found(step, "mc-state-text")
    assert float(pill.get("x", "")) == pytest.approx(frame(trace).lanes[0], abs=0.1)


def test_a_message_that_ages_in_a_tick_is_no_change() -> None:
    made = maker()
    made.take("tick", "environment", "a tick passes", {"Client.log": "[1]"}, ())
    aged = Change("Ping Client -> Server[0]", "in 0..1", "in 0..0")
    made.steps[1] = replace(made.steps[1], changes=(aged, *made.steps[1].changes))
    (column,) = found(drawn(traced(made)), "mc-changes")
    assert words(column) == ["Client.log: [] → [1]"]


def test_the_legend_explains_the_signs_that_there_are_and_no_others() -> None:
    made = maker()
    number = sent(made)
    made.set(replace(made.messages[number], received=(2,)))
    made.take("receive", "Server[0]", "receives Ping from Client", {}, ("Server[0]",))
    trace = replace(traced(made), grounds=())
    (legend,) = found(drawn(trace), "mc-legend")
    assert words(legend) == ["step of an agent", "receipt of a message"]


SHOP = """protocol Shop
enum Phase { fresh, busy }
agent Node {
  var status: Phase = fresh
  initial state Ready { step begin -> Working { status := busy } }
  state Working
}
reachable going: exists n in Node: n.status == busy
check "plain" { allow deadlock  expect going }
check "crashing" { allow deadlock  faults { crash Node up to 1 }  expect going }
"""


def test_a_variable_called_status_says_nothing_of_crashes() -> None:
    plain, crashing = runs_of(verify_specs([load(Source("shop.mc", SHOP))], Options(engine="interpreter")))
    for run in (plain, crashing):
        root = drawn(run.trace)
        assert found(root, "mc-down") == []
        assert "Node.status: fresh → busy" in words(root)
        names = [name for name, _ in run.trace.steps[0].state]
        assert len(set(names)) == len(names)
    assert "Node.fault status" in crashing.trace.names("status")
    assert ending(plain.trace) == ending(crashing.trace) == "At the end Node is in Working."
