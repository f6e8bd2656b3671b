"""A run as a picture: everything is in it, nothing stands on anything else, no name can do harm."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from functools import cache

import pytest

from modelcheck.reports.diagram import svg
from modelcheck.reports.diagram.frame import MARGIN
from modelcheck.reports.diagram.layout import picture
from modelcheck.reports.diagram.shapes import Picture, Text, texts
from modelcheck.semantics.trace import Trace
from tests.unit.reports.diagram.boxes import collisions, hidden, strays
from tests.unit.reports.diagram.generated import generated

SEEDS = range(12)
NAMESPACE = "{http://www.w3.org/2000/svg}"


@cache
def made(seed: int) -> Trace:
    return generated(seed, agents=2 + seed % 6, steps=20 + 10 * (seed % 4), hostile=seed % 2 == 1, loop=seed % 3 == 0)


@cache
def drawn(seed: int) -> Picture:
    return picture(made(seed), "a title " * 40 + "\n" + "and a line below " * 20, "violated", "mc")


def parsed(text: str) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314 - our own


def shown_by(element: ET.Element) -> str:
    """The text of a `<text>`, without the title in it."""
    return "".join([element.text or "", *(child.tail or "" for child in element)])


def classes(element: ET.Element, name: str) -> list[ET.Element]:
    return [e for e in element.iter() if name in e.get("class", "").split()]


@pytest.mark.parametrize("seed", SEEDS)
def test_no_text_stands_on_another_or_leaves_the_picture(seed: int) -> None:
    assert collisions(drawn(seed)) == []
    assert strays(drawn(seed)) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_no_text_stands_on_the_mark_of_a_step(seed: int) -> None:
    assert hidden(drawn(seed)) == []


def test_a_text_on_another_would_be_noticed() -> None:
    both = (Text(10, 20, "one", "mc-text"), Text(20, 25, "other", "mc-text"))
    assert collisions(Picture(99, 99, both, "", "")) == [("one", "other")]
    assert strays(Picture(30, 99, both, "", "")) == ["other"]


@pytest.mark.parametrize("seed", SEEDS)
def test_every_step_and_every_message_can_be_found(seed: int) -> None:
    trace = made(seed)
    root = parsed(svg(trace))
    steps = classes(root, "mc-step")
    assert [step.get("data-step") for step in steps] == [str(step.number) for step in trace.steps]
    assert [step.get("id") for step in steps] == [f"mc-step-{step.number}" for step in trace.steps]
    assert [step.get("data-agents", "").split() for step in steps] == [list(step.agents) for step in trace.steps]
    messages = {element.get("data-message"): element for element in classes(root, "mc-message")}
    assert set(messages) == {str(m.number) for m in trace.messages if m.same_as is None}
    for message in trace.messages:
        if message.same_as is None:
            element = messages[str(message.number)]
            assert element.get("data-sent") == str(message.sent)
            assert element.get("data-received") == " ".join(map(str, message.received))
            assert element.get("data-lost") == (None if message.lost is None else str(message.lost))


@pytest.mark.parametrize("seed", SEEDS)
def test_hostile_names_are_texts_and_nothing_else(seed: int) -> None:
    text = svg(generated(seed, hostile=True), title="<script>alert('x')</script> ]]> & \x00")
    root = parsed(text)
    known = {"svg", "title", "desc", "style", "rect", "line", "path", "circle", "g", "text"}
    assert {element.tag.removeprefix(NAMESPACE) for element in root.iter()} <= known
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", text)
    assert {name for element in root.iter() for name in element.attrib if name.startswith("on")} == set()
    text.encode()


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_shortened_can_be_read_in_full(seed: int) -> None:
    root = parsed(svg(made(seed)))
    for group in [*classes(root, "mc-step"), *classes(root, "mc-conclusions")]:
        told = " ".join(title.text or "" for title in group.iter(f"{NAMESPACE}title"))
        for element in group.iter(f"{NAMESPACE}text"):
            shown = shown_by(element)
            if shown.endswith("…"):
                assert re.sub(r"\s+", " ", shown[:-1]).strip() in re.sub(r"\s+", " ", told)


def test_a_text_that_messages_run_under_stands_on_a_plate() -> None:
    def plates(trace: Trace) -> int:
        return len(classes(parsed(svg(trace)), "mc-plate"))

    assert plates(generated(4, agents=7, steps=40)) > 5
    assert plates(generated(4, agents=2, steps=4)) == 0


def test_a_picture_does_not_depend_on_when_or_where_it_is_made() -> None:
    assert svg(made(2)) == svg(generated(2, agents=4, steps=40))


def test_rows_of_a_long_run_are_as_high_as_those_of_a_short_one() -> None:
    heights = set()
    for steps in (10, 200):
        places = [text.y for text in texts(picture(generated(4, steps=steps), "", None, "mc").children)]
        numbers = [
            text for text in texts(picture(generated(4, steps=steps), "", None, "mc").children) if text.text == "1"
        ]
        heights.add(round(numbers[0].y - min(places)))
    assert len(heights) == 1


def test_headers_come_again_in_a_long_run() -> None:
    root = parsed(svg(generated(4, agents=3, steps=60)))
    assert [len(classes(root, "mc-header"))] == [9]


def test_an_element_for_a_page_is_no_document_and_has_ids_of_its_own() -> None:
    page = svg(made(3), standalone=False, prefix="second")
    assert page.startswith("<svg ")
    ids = [element.get("id", "") for element in parsed(page).iter() if element.get("id")]
    assert ids
    assert all(name.startswith("second-") for name in ids)


def test_only_a_violation_at_the_end_is_ringed() -> None:
    trace = generated(2)
    for verdict, rings in (("violated", 1), ("reached", 0), (None, 0)):
        steps = classes(parsed(svg(trace, verdict=verdict)), "mc-step")  # type: ignore[arg-type]  # in a loop
        assert [len(classes(step, "mc-ring")) for step in steps[:-1]] == [0] * trace.length
        assert bool(classes(steps[-1], "mc-ring")) == bool(rings)


def test_what_the_conclusion_does_not_depend_on_is_pale() -> None:
    trace = generated(6, steps=30)
    pale = [
        int(step.get("data-step", "")) for step in classes(parsed(svg(trace)), "mc-step") if classes(step, "mc-pale")
    ]
    assert set(pale) == set(range(31)) - trace.causal_slice
    assert pale


def test_agents_that_take_no_part_are_named_below() -> None:
    trace = generated(3, agents=7, steps=1)
    root = parsed(svg(trace))
    shown = {header.get("data-agent") for header in classes(root, "mc-header")}
    assert 0 < len(shown) < 7
    (said,) = ["".join(e.itertext()) for e in classes(root, "mc-small") if "Not shown" in "".join(e.itertext())]
    assert said.startswith("Not shown, as they take no part: ")


def test_texts_stand_within_the_margins() -> None:
    assert all(text.box.left >= MARGIN - 1 for text in texts(drawn(1).children))
