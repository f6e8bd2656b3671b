from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelcheck.diagnostics import InputError
from modelcheck.frontend.format import format_source, same_tree
from modelcheck.frontend.layout import WIDTH
from modelcheck.frontend.parse import parse
from modelcheck.frontend.parser import tokens_of
from modelcheck.source import Source

FOLDER = Path(__file__).with_name("snippets")


def formatted(text: str) -> str:
    return format_source(Source("test.mc", text))


def tree_is_kept(before: str, after: str) -> bool:
    return same_tree(parse(Source("a.mc", before)).root, parse(Source("b.mc", after)).root)


def check_formatting(text: str) -> None:
    once = formatted(text)
    assert tree_is_kept(text, once)
    assert formatted(once) == once
    assert all(len(line.split("  #")[0]) <= WIDTH for line in once.splitlines())
    assert not any(line.endswith(" ") for line in once.splitlines())


def test_formatting_keeps_the_tree_and_changes_nothing_twice(snippet: str) -> None:
    check_formatting(snippet)


def test_formatting_a_whole_specification_changes_nothing_twice(locks: str) -> None:
    check_formatting(locks)


@given(data=st.data())
def test_white_space_and_comments_never_matter(data: st.DataObject, snippets: list[str], locks: str) -> None:
    text = data.draw(st.sampled_from([locks, *snippets]))
    comments = ["  # note\n", "\n# note\n", "\n\n  # a\n  # b\n\n"]
    gaps = st.sampled_from([" ", " ", " ", "  ", "\n", "\n\n\n", "\t", *comments])
    tokens = tokens_of(Source("test.mc", text)).tokens
    shuffled = "".join(token.text + data.draw(gaps) for token in tokens)
    once = formatted(shuffled)
    assert tree_is_kept(text, once)
    assert formatted(once) == once
    assert re.findall("# note|# [ab]", once) == re.findall("# note|# [ab]", shuffled)


def test_layout_is_the_canonical_one(locks: str) -> None:
    assert formatted(locks) == (FOLDER / "locks_formatted.mc").read_text(encoding="utf-8")


def test_short_bodies_stay_on_one_line() -> None:
    text = "protocol P\nagent A {\n  state S {\n    on M -> T { x := 1  send M to y }\n  }\n}\n"
    assert formatted(text) == text


def test_if_and_else_share_a_line_only_if_they_fit() -> None:
    start = "protocol P\nagent A {\n  state S {\n    step a {\n"
    short = "      if x { skip } else { skip }\n"
    long = f"      if {'x' * 40} {{ {'y' * 30} := 1 }} else {{ {'z' * 30} := 1 }}\n"
    end = "    }\n  }\n}\n"
    assert formatted(start + short + end) == start + short + end
    assert formatted(start + long + end) == start + long.replace("} else", "}\n      else") + end


def test_a_further_branch_follows_the_brace_of_a_long_one() -> None:
    head = "agent A {\n  initial state S {\n    step s {\n      if a {\n        if b { skip }\n      }"
    branches = " else if c {\n        if d { skip }\n      } else { skip }\n    }\n  }\n}\n"
    text = f"protocol T\n{head}{branches}"
    assert formatted(text.replace("} else", "}\nelse")) == text


def test_a_negative_bound_stands_apart_from_its_colon() -> None:
    text = "protocol T\ntype Level = -1..2\nshared var n: -1..2 = -1\n"
    assert formatted(text) == text


def test_files_with_errors_are_not_formatted() -> None:
    with pytest.raises(InputError):
        formatted("protocol P\nmessage")
