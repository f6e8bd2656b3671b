"""A run as a picture: everything is in it, nothing stands on anything else, no name can do harm."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from itertools import combinations

import pytest

from modelcheck.reports.diagram import svg
from modelcheck.reports.diagram.layout import picture
from modelcheck.reports.diagram.shapes import Picture, texts
from modelcheck.semantics.trace import Trace
from tests.unit.reports.diagram.generated import generated

SEEDS = range(12)


def made(seed: int) -> Trace:
    return generated(seed, agents=2 + seed % 6, steps=20 + 10 * (seed % 4), hostile=seed % 2 == 1, loop=seed % 3 == 0)


def parsed(text: str) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314 - our own


def classes(element: ET.Element, name: str) -> list[ET.Element]:
    return [e for e in element.iter() if name in e.get("class", "").split()]


def collisions(drawn: Picture) -> list[tuple[str, str]]:
    found = [text for text in texts(drawn.children) if text.text.strip()]
    return [(one.text, other.text) for one, other in combinations(found, 2) if one.box.meets(other.box)]


@pytest.mark.parametrize("seed", SEEDS)
def test_no_text_stands_on_another(seed: int) -> None:
    trace = made(seed)
    assert collisions(picture(trace, "a title", "violated", "mc")) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_no_text_leaves_the_picture(seed: int) -> None:
    trace = made(seed)
    drawn = picture(trace, "a title " * 40, None, "mc")
    boxes = [text.box for text in texts(drawn.children)]
    assert all(box.left >= 0 and box.top >= 0 for box in boxes)
    assert all(box.right <= drawn.width and box.bottom <= drawn.height for box in boxes)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_step_and_every_message_can_be_found(seed: int) -> None:
    trace = made(seed)
    root = parsed(svg(trace))
    steps = classes(root, "mc-step")
    assert [step.get("data-step") for step in steps] == [str(step.number) for step in trace.steps]
    assert [step.get("id") for step in steps] == [f"mc-step-{step.number}" for step in trace.steps]
    messages = {element.get("data-message"): element for element in classes(root, "mc-message")}
    assert set(messages) == {str(m.number) for m in trace.messages if m.same_as is None}
    for message in trace.messages:
        if message.same_as is None:
            element = messages[str(message.number)]
            assert element.get("data-sent") == str(message.sent)
            assert element.get("data-received") == " ".join(map(str, message.received))


@pytest.mark.parametrize("seed", SEEDS)
def test_hostile_names_are_texts_and_nothing_else(seed: int) -> None:
    text = svg(generated(seed, hostile=True), title="<script>alert('x')</script> ]]> & \x00")
    root = parsed(text)
    known = {"svg", "title", "desc", "style", "rect", "line", "path", "circle", "g", "text"}
    assert {element.tag.rpartition("}")[2] for element in root.iter()} <= known
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", text)
    assert {name for element in root.iter() for name in element.attrib if name.startswith("on")} == set()
    text.encode()


def test_the_same_run_gives_the_same_picture() -> None:
    assert svg(generated(1)) == svg(generated(1))
    assert svg(generated(1)) != svg(generated(2))


def test_an_element_for_a_page_is_no_document_and_has_ids_of_its_own() -> None:
    page = svg(generated(3), standalone=False, prefix="second")
    assert page.startswith("<svg ")
    ids = [element.get("id", "") for element in parsed(page).iter() if element.get("id")]
    assert ids
    assert all(name.startswith("second-") for name in ids)
