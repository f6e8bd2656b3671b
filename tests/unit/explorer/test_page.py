"""The page: what of it must fit the server, and that its program is typed."""

from __future__ import annotations

import base64
import hashlib
import re
from importlib.resources import files

import pytest

from modelcheck.explorer import answers
from modelcheck.explorer.html import SCRIPTS, page
from modelcheck.pipeline.explore import facts, options, saved, session, view, watches

FOLDER = files("modelcheck.explorer").joinpath("page")
TYPES = {
    found.__name__: found
    for found in (
        *(
            options.Difference,
            options.Option,
            options.Offer,
            view.StepView,
            view.Component,
            watches.Asked,
            view.WatchView,
        ),
        *(
            view.Repeats,
            facts.PropertyHere,
            view.View,
            answers.Finding,
            answers.Status,
            session.Picture,
            answers.Answer,
            saved.Saved,
        ),
    )
}


def declared() -> dict[str, set[str]]:
    text = FOLDER.joinpath("view.d.ts").read_text("utf-8")
    found = re.findall(r"^interface (\w+) \{(.*?)\}$", text, re.MULTILINE | re.DOTALL)
    return {name: set(re.findall(r"(\w+)\??:", body)) for name, body in found}


def test_the_page_declares_what_the_server_tells() -> None:
    assert set(declared()) == set(TYPES)


@pytest.mark.parametrize("name", TYPES)
def test_the_fields_on_the_page_are_those_of_the_server(name: str) -> None:
    assert declared()[name] == set(TYPES[name].__struct_fields__)


def test_every_program_of_the_page_is_in_it_with_its_hash() -> None:
    html, policy = page()
    assert sorted(SCRIPTS) == sorted(path.name for path in FOLDER.iterdir() if path.name.endswith(".js"))
    for script in re.findall(r"<script>(.*?)</script>", html, re.DOTALL):
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert html.count("<script>") == len(SCRIPTS)


def test_no_program_of_the_page_makes_markup_of_text() -> None:
    for name in SCRIPTS:
        text = FOLDER.joinpath(name).read_text("utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text), (
            name
        )
