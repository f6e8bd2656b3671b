"""A packet as a page and as Markdown: whole, the same from run to run, and no name can be markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from modelcheck.pipeline import Options
from modelcheck.pipeline.packet import packet
from modelcheck.reports.packet import data, html, markdown
from modelcheck.reports.packet.content import document
from modelcheck.reports.packet.document import (
    Block,
    Bullets,
    Code,
    Document,
    Folded,
    Paragraph,
    Picture,
    Strong,
    Verbatim,
)
from tests.unit.reports.packet.vote import VOTE, written


def test_every_link_leads_somewhere(told: Document, page: str) -> None:
    for text in (page, html.render(told)):
        names = set(re.findall(r'id="([^"]+)"', text))
        links = set(re.findall(r'(?:href="|\]\()#([^")]+)', text))
        assert links - {"top"} <= names
        assert links & {"run-1"}
    stems = {block.stem for block in told.blocks if isinstance(block, Picture)}
    assert set(re.findall(r"\]\(pictures/(.+?)\.svg\)", page)) == stems


class _Checked(HTMLParser):
    """Which tags and attributes a page has, and whether its elements close."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in {"meta", "br", "col"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


HOSTILE = VOTE.replace('"calm"', '"]]> <script>alert(1)</script> | `x` [y](z) \u202e &amp; <!--"').replace(
    "There are never more answers than `Most`.", "<img src=x onerror=alert(1)> | **bold** ``` ]]> `"
)


def test_a_page_is_well_formed_has_no_script_and_no_names_twice(tmp_path: Path) -> None:
    found = html.render(document(packet([written(tmp_path, HOSTILE)], Options())))
    checked = _Checked()
    checked.feed(found)
    assert checked.open == []
    assert not checked.tags & {"script", "img", "iframe", "object", "link"}
    assert not any(name.startswith("on") for name in checked.attributes)
    assert len(checked.ids) == len(set(checked.ids))
    assert "\u202e" not in found


def test_no_name_is_markup_in_markdown(tmp_path: Path) -> None:
    found = markdown.render(document(packet([written(tmp_path, HOSTILE)], Options())), "pictures")
    outside = found[: found.index("<details><summary>The whole text")]
    assert not re.search(r"(?<!\\)<(script|img)", outside)
    assert "\u202e" not in found
    # The text itself holds a fence of three: that around it is longer.
    assert "\n````\n" in found


@pytest.mark.parametrize(
    ("block", "lines"),
    [
        (Folded("Variables of <A_b>", ()), ["<details><summary>Variables of &lt;A_b&gt;</summary>", "", "</details>"]),
        (
            Folded("By @alice, #1 &'", ()),
            ["<details><summary>By @&#8203;alice, #&#8203;1 &amp;&#x27;</summary>", "", "</details>"],
        ),
        (Paragraph((Strong("@a"), Code("@a"))), ["**@&#8203;a**<code>@a</code>"]),
        (Paragraph((Strong(" "), Strong(""), "x")), [" x"]),
        (Paragraph(("1986. It was a year",)), [r"1986\. It was a year"]),
        (Bullets((("- no list",), ("=== no heading",))), [r"- \- no list", r"- \=== no heading"]),
        (Verbatim("-a", "diff"), ["```diff", "-a", "```"]),
    ],
)
def test_text_is_no_other_markdown_than_it_should_be(block: Block, lines: list[str]) -> None:
    assert markdown.render(Document("", (block,)), "p").rstrip("\n").split("\n") == lines


def test_several_specifications_have_pictures_and_runs_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    found = packet([written(tmp_path), written(tmp_path / "b")], Options(checks=("too many",)))
    told = document(found)
    pictures = [block for block in told.blocks if isinstance(block, Picture)]
    assert len({picture.stem for picture in pictures}) == len(pictures)
    assert [chapter.report.file for chapter in found.chapters] == [f"{tmp_path.name}/vote.mc", "b/vote.mc"]
    checked = _Checked()
    checked.feed(html.render(told))
    assert len(checked.ids) == len(set(checked.ids))


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    path = written(tmp_path)
    first, second = (packet([path], Options()) for _ in range(2))
    assert data.render(first) == data.render(second)
    assert html.render(document(first)) == html.render(document(second))
    for text in (data.render(first), html.render(document(first)), markdown.render(document(first), "p")):
        assert str(tmp_path) not in text
        assert "seconds" not in text
        assert "memory_bytes" not in text
