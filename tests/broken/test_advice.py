"""What is advised for mistakes that newcomers make."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelcheck.pipeline.lint import lint
from modelcheck.source import Source

FOLDER = Path(__file__).parent / "semantic"
ADVICE = {
    "self_before_a_variable": ["write `n …`: an agent writes its own variables"],
    "self_before_a_changed_variable": ["write `n …`: an agent writes its own variables"],
    "self_before_many_variables": ["write `n …`: an agent writes its own variables"] * 3,
    "unknown_faults": ["there are crash, lose, duplicate, corrupt"] * 3,
    "fault_without_a_budget": ["say first how often the fault can strike in a run"] * 2,
    "words_of_another_fault": ["for a partition", "may be silent in any case", "is for `crash`", "is for `crash`"],
    "words_twice_behind_a_fault": ["remove one"] * 2,
    "detector_class": ["there are perfect, eventually_perfect, strong, eventually_strong, omega"] * 2,
    "fairness_words": ["write one of the two"],
    "fair_round": ["write `round` alone"],
    "until_without_parentheses": ["put both sides in parentheses: `(…) until (…)`"] * 2,
    "deadline_without_a_beginning": ["write `P leads to Q within …`"],
    "variable_of_an_agent_by_number": ["send it a message, or use a shared variable"],
    "variable_of_a_bound_agent": ["send it a message, or use a shared variable"],
    "variable_of_a_stored_agent": ["send it a message, or use a shared variable"],
    "send_to_all": ["name a kind of agents (`Node`), or write 'others'"],
    "others_misspelt": ["did you mean 'others'?"],
    "others_misspelt_more": ["did you mean 'others'?"],
    "equal_sign_and_then": ["compare with '=='", "a statement is written `if … { } else { }`, without 'then'"],
    "tla_union": ["write 'union'"],
    "tla_union_in_words": ["write 'union'"],
    "tla_intersection": ["write 'intersect'"],
    "tla_difference": ["write 'minus'"],
    "tla_subset": ["write 'subset'"],
    "tla_not_in": ["write `not (x in S)`"],
    "tla_list_of_conditions": ["remove it: 'and' stands between operands", "write 'and'"],
    "tla_prime": ["in a body write `x := …`"],
    "tla_line_comment": ["a comment starts with '#'"],
    "tla_block_comment": ["a comment starts with '#' and ends with the line"],
    "tla_separator": ["a comment starts with '#'"],
    "sql_comment": ["a comment starts with '#'"],
    "tla_quantifiers": ["'forall'", "'in'", "'exists'", "'in'"],
    "tla_logic": ["'not'", "'and'", "'or'", "'implies'", "'iff'"],
    "signs_of_logic": ["'forall'", "'in'", "'exists'", "'in'", "'not'", "'!='", "'and'", "'<='", "'or'", "'>='"],
    "signs_of_sets": ["'union'", "'intersect'", "'subset'"],
    "arrow_sign": ["write '->'"],
    "definition_with_two_equal_signs": ["write '=' here"],
    "definition_without_def": ["write `def f = …`"],
    "keyword_variable_rounds": ["write 'rounds_'"],
    "arrow_behind_the_body": ["`-> Done` stands before the body, or inside it"] * 3,
    "arrow_behind_ignore": ["write `on M -> Done`"],
    "while_loop": ["go from state to state, or over a set with `for x in s { … }`"] * 2,
    "parallel_assignment": ["first `let old = a`, then one assignment for each"] * 2,
    "field_without_parentheses": ["fields stand in parentheses: `Ping(3)`", "fields stand in parentheses: `Pong(3)`"],
    "range_in_braces": ["`1..2` is a set already, without braces", "join it to others with 'union', as `(2..3)`"],
    "range_beside_a_set_operator": [
        "write `(1..2) minus …`",
        "write `… union (1..2)`",
        "put each range in parentheses, like `(2..3)`",
    ],
    "type_of_all_numbers": ["there are bool, Node, and ranges of numbers such as 0..9"],
    "sets_of_numbers_chosen": ["put it in a record"],
    "loop_that_sends_where_some_are_dropped": ["write `send M(…) to B` without the loop", "send outside the loop"],
}


@pytest.mark.parametrize("name", ADVICE)
def test_advice(name: str) -> None:
    found = lint(Source(name, (FOLDER / f"{name}.mc").read_text("utf-8")))
    assert len(found) == len(ADVICE[name])
    for diagnostic, advice in zip(found, ADVICE[name], strict=True):
        assert advice in diagnostic.help


NESTED = "protocol P\nagent Node {\n  var n: 0..3 = 0\n  initial state A {\n    step go -> A {\n"


@pytest.mark.parametrize("closing", [3000, 0], ids=["closed", "open"])
def test_statements_nested_too_deeply_are_told_once(closing: int) -> None:
    text = NESTED + "if n == 0 {\n" * 3000 + "n := 1\n" + "}\n" * closing + "}}}\ninvariant i: true\n"
    (found,) = lint(Source("deep", text))
    assert found.code == "MC114"
    assert "several transitions" in found.help
