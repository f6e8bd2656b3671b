"""Expressions asked for along a walk."""

from __future__ import annotations

import time

import pytest

from modelcheck.pipeline import load
from modelcheck.pipeline.explore import RefusedError, Session
from modelcheck.pipeline.explore import session as module
from modelcheck.source import Source

COUNTER = """protocol Counter
ghost shared var rises: 0..9 = 0
message Hop(n: 0..3)
agent Node {
  var n: 0..3 = 0
  initial state S { step rise when n < 3 { n += 1  rises += 1  send Hop(n) to self } on Hop(m) { skip } }
}
invariant ok: forall p in Node: p.n < 4
check "c" { Node = 2 expect ok }
"""


@pytest.fixture
def session() -> Session:
    spec = load(Source("counter.mc", COUNTER))
    found = Session(spec, spec.checks[0])
    for _ in range(2):
        found.take(0, ())
    return found


def test_an_expression_has_a_value_here(session: Session) -> None:
    assert session.ask("sum(p in Node: p.n)").value == "2"
    assert session.ask("{m.n for m in messages Hop}").value == "{1, 2}"
    session.go(0)
    assert session.ask("Node[0].n").value == "0"


def test_an_expression_that_was_kept_has_a_value_in_every_state(session: Session) -> None:
    assert session.keep("Node[0].n * 10") is None
    assert session.keep("next(Node[0].n) - Node[0].n") is None
    rows = session.view().watches
    assert [[asked.value for asked in row.values] for row in rows] == [["0", "10", "20"], ["", "1", "1"]]
    session.drop(0)
    assert [row.text for row in session.view().watches] == ["next(Node[0].n) - Node[0].n"]
    with pytest.raises(RefusedError):
        session.drop(7)


def test_a_mistake_is_told_with_a_caret(session: Session) -> None:
    problem = session.ask("Node[0].m").problem
    assert "MC" in problem
    assert problem.splitlines()[-1].count("^") or problem.splitlines()[-2].count("^")
    assert session.keep("1 +") is not None
    assert session.view().watches == ()


def test_an_evaluation_that_fails_says_where(session: Session) -> None:
    problem = session.ask("1 / (Node[0].n - 2)").problem
    assert "division" in problem
    assert "^" in problem


def test_a_ghost_that_the_check_leaves_out_is_no_crash(session: Session) -> None:
    assert "rises" in session.ask("rises").problem


@pytest.mark.parametrize(
    "text",
    [
        "size(0..999999999999)",
        "{x in 0..999999999: x > 3}",
        "forall x in 0..1, y in 0..99999999: x < y",
        "{x for x in 0..99999999}",
        "Node[0].n in 0..99999999",
    ],
)
def test_a_set_that_would_fill_the_memory_fails(session: Session, text: str) -> None:
    assert "too many" in session.ask(text).problem


def test_an_evaluation_without_end_is_given_up(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ASKING_SECONDS", 1.0)
    endless = "count(a in subsets(0..15): count(b in subsets(0..15): a subset b) > 0)"
    started = time.monotonic()
    assert "seconds" in session.ask(endless).problem
    assert session.keep(endless) is None
    assert "too long" in session.view().watches[0].values[0].problem
    assert time.monotonic() - started < 20


def test_nothing_can_be_asked_before_the_beginning(session: Session) -> None:
    session.restart()
    assert session.ask("1").problem
    assert session.keep("1") is None
    assert session.view().watches[0].values == ()
