from __future__ import annotations

import logging

import pytest

from modelcheck.frontend.parse import parse
from modelcheck.frontend.tables import build, grammar_text, load_tables
from modelcheck.source import Source
from modelcheck.syntax import Node

lark = pytest.importorskip("lark")


def test_grammar_has_no_conflict() -> None:
    # `strict` turns conflicts and colliding terminals into errors.
    build(strict=True)


def test_grammar_has_no_conflict_between_rules(caplog: pytest.LogCaptureFixture) -> None:
    # Without `strict`, Lark prefers shifting, and tells only its log. A conflict of two reductions raises.
    with caplog.at_level(logging.DEBUG, logger="lark"):
        lark.Lark(grammar_text(), parser="lalr", debug=True)
    assert [record.message for record in caplog.records if "conflict" in record.message.lower()] == []


def test_every_construct_parses(snippet: str) -> None:
    parsed = parse(Source("snippet.mc", snippet))
    assert parsed.errors == ()
    assert parsed.skipped_names == frozenset()


def _same(node: Node | None, tree: object) -> bool:
    if node is None or tree is None:
        return node is tree
    if isinstance(tree, lark.Tree):
        return (
            node.rule == str(tree.data)
            and len(node.children) == len(tree.children)
            and all(_same(mine, theirs) for mine, theirs in zip(node.children, tree.children, strict=True))
        )
    assert isinstance(tree, lark.Token)
    return (node.rule, node.text, node.start, node.end) == (tree.type, str(tree), tree.start_pos, tree.end_pos)


def test_machine_builds_the_tree_that_lark_builds(snippets: list[str], locks: str) -> None:
    reference = lark.Lark(grammar_text(), parser="lalr", maybe_placeholders=True)
    for text in [*snippets, locks]:
        assert _same(parse(Source("snippet.mc", text)).root, reference.parse(text)), text


@pytest.mark.parametrize("keyword", sorted(load_tables().keywords))
@pytest.mark.parametrize("text", ["message {}\n", "type {} = bool\n", "agent A {{ var {}: bool = true }}\n"])
def test_every_keyword_is_reserved(keyword: str, text: str) -> None:
    parsed = parse(Source("reserved.mc", "protocol P\n" + text.format(keyword) + "message Last\n"))
    assert [error.code for error in parsed.errors] == ["MC105"]
    assert parsed.errors[0].help == f"write '{keyword}_'"
    assert len(parsed.root.present()) == 3


@pytest.mark.parametrize("keyword", sorted(load_tables().keywords))
def test_any_name_goes_after_a_dot(keyword: str) -> None:
    assert parse(Source("dot.mc", f"protocol P\ndef d = m.{keyword} + 1\n")).errors == ()
