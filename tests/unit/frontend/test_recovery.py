from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelcheck.diagnostics import Diagnostic
from modelcheck.frontend.parse import Parsed, parse
from modelcheck.source import Source

BROKEN = Path(__file__).parents[2] / "broken" / "syntax"
CODES = Path(__file__).parents[3] / "modelcheck" / "codes"


def parsed(text: str) -> Parsed:
    return parse(Source("test.mc", text))


def place(error: Diagnostic) -> str:
    assert error.span is not None
    return f"{error.code} at {error.span.line}:{error.span.column}"


@pytest.mark.parametrize("path", sorted(BROKEN.glob("*.mc")), ids=lambda path: path.stem)
def test_broken_specification_gives_exactly_the_expected_diagnostics(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    expected = re.findall(r"^# expect: (MC\d+ at \d+:\d+)$", text, re.MULTILINE)
    assert expected, "what is it broken for?"
    result = parsed(text)
    assert [place(error) for error in result.errors] == expected
    if "message Last" in text:
        names = [item.child(0).text for item in result.root.present() if item.rule == "message"]
        assert names[-1:] == ["Last"], "the rest of the file is read"


# What these codes are about cannot be shown in a short text.
UNSHOWN = {"MC101", "MC102", "MC103", "MC114", "MC116", "MC118"}


@pytest.mark.parametrize("path", sorted(CODES.glob("MC1*.md")), ids=lambda path: path.stem)
def test_explanation_shows_the_mistake_and_how_to_mend_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith(f"# {path.stem}: ")
    wrong, right = re.findall(r"```mc\n(.*?)```", text, re.DOTALL)
    assert parsed(right).errors == ()
    if path.stem not in UNSHOWN:
        assert {error.code for error in parsed(wrong).errors} == {path.stem}


def test_every_code_is_explained() -> None:
    package = CODES.parent / "frontend"
    modules = [package / f"{name}.py" for name in ("explain", "parser", "reading", "tokens")]
    used = set(re.findall(r'"(MC1\d\d)"', "".join(module.read_text("utf-8") for module in modules)))
    assert used == {path.stem for path in CODES.glob("MC1*.md")}


# One mistake each, which can be made in `locks.mc` at the same time: (what to replace, by what, code).
MISTAKES = [
    ("param Leases = 2", "param Leases 2", "MC104"),
    ("record Grant {", "record enum {", "MC105"),
    ("message Ask(r: Resource)", "message Ask(r Resource)", "MC104"),
    ("agent Client {", "agnet Client {", "MC108"),
    ("held: set of Resource = {}", "held: set of Resource := {}", "MC112"),
    ("{ held -= r ", "{ held -= ", "MC113"),
    ("      held += r", "      held + r", "MC113"),
    ("if n > 1 {", "if n > 1 && true {", "MC111"),
    ('"one lease"', '"one lease', "MC107"),
    ("c when owner[r] == none {", "c when owner[r] = none {", "MC112"),
    ("      when owner[r] != none\n", "      when owner[r != none\n", "MC109"),
    ("def holds(c: Client,", "def holds(c Client,", "MC104"),
    ("invariant exclusive:", "invarient exclusive:", "MC108"),
    ("forall c in Client:\n", "forall c:\n", "MC113"),
    ('check "two" {', 'check "two" { @', "MC106"),
    ("lose any }", "lose }", "MC104"),
    ("expect exclusive, 100 states", "expect exclusive 100 states", "MC104"),
]


def broken(text: str, mistakes: list[tuple[str, str, str]]) -> str:
    for right, wrong, _ in mistakes:
        assert text.count(right) == 1, right
        text = text.replace(right, wrong)
    return text


@pytest.mark.parametrize("mistake", MISTAKES, ids=[wrong.strip() for _, wrong, _ in MISTAKES])
def test_one_mistake_is_one_diagnostic(mistake: tuple[str, str, str], locks: str) -> None:
    result = parsed(broken(locks, [mistake]))
    assert [error.code for error in result.errors] == [mistake[2]]


@given(mistakes=st.sets(st.sampled_from(MISTAKES), min_size=10, max_size=10))
def test_ten_mistakes_are_ten_diagnostics(mistakes: set[tuple[str, str, str]], locks: str) -> None:
    chosen = [mistake for mistake in MISTAKES if mistake in mistakes]
    result = parsed(broken(locks, chosen))
    assert [error.code for error in result.errors] == [code for _, _, code in chosen]


def test_misspelt_keyword_is_mended_in_the_tree() -> None:
    result = parsed("protocol P\nagnet A {\n  state S\n}\n")
    assert result.errors[0].help == "did you mean 'agent'?"
    assert [node.rule for node in result.root.present()] == ["NAME", "agent"]
    assert result.skipped_names == frozenset()


def test_what_is_left_out_names_what_it_declared() -> None:
    result = parsed("protocol P\nmessage Vote(yes: )\nagent A { state S { step go { x := } } }\n")
    assert [error.code for error in result.errors] == ["MC113", "MC113"]
    assert [node.rule for node in result.root.present()] == ["NAME", "agent"]
    assert result.skipped_names == {"Vote", "yes", "x"}


def test_made_up_names_never_reach_the_tree() -> None:
    for path in BROKEN.glob("*.mc"):
        text = path.read_text(encoding="utf-8")
        for node in parsed(text).root.child(0).walk():
            assert node.text in {"", "_"} or node.text in text
        for item in parsed(text).root.present()[1:]:
            assert all(node.text in text for node in item.walk() if node.rule == "NAME")


def test_messages_name_no_terminals() -> None:
    terminal = re.compile(r"ANON|\bNAME\b(?!`)|\bINT\b|STRING|BRACE|[LR]PAR|ADDOP|MULOP")
    for path in BROKEN.glob("*.mc"):
        for error in parsed(path.read_text(encoding="utf-8")).errors:
            assert not terminal.search(error.problem), error.problem


def test_missing_quantifier_set_is_explained() -> None:
    (error,) = parsed("protocol P\ninvariant i: forall x: x is S\n").errors
    assert error.problem == "expected 'in' and an expression after 'x', found ':'"
    assert error.help == "name the set: `x in SET: …`"


def test_unclosed_brace_names_its_line() -> None:
    (error,) = parsed("protocol P\nagent A {\n  state S\nagent B { }\n").errors
    assert error.problem == "expected '}' after 'S', found 'agent'"
    assert error.help == "the '{' at line 2 is not closed"
