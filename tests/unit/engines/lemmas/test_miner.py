"""What can be said of states, and which clauses are found against one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from modelcheck.engines.base import Request
from modelcheck.engines.interpreter import explore
from modelcheck.engines.lemmas.miner import Miner
from modelcheck.engines.lemmas.vocabulary import MOST_CONDITIONS, Name, Vocabulary, names_for
from modelcheck.engines.lemmas.wording import clause
from modelcheck.frontend.asked import expression_of
from modelcheck.ir.model import Model
from modelcheck.kernel.task import Limits
from modelcheck.semantics.execute import State, holds

Build = Callable[..., Model]

ALL_SORTS = """
    ids Value
    enum Colour { red, green, blue }
    record Vote { by: Node, what: Value }
    message Ask(v: Value, n: 0..1)
    shared var turn: Node = any
    shared var tint: Colour = red
    agent Node {
      var done: bool = false
      var n: 0..9 = 0
      var small: 0..2 = 0
      var seen: set of Node = {}
      var mine: option Value = none
      var vote: option Vote = none
      var heard: map Node -> bool = all false
      var log: seq of 0..1 max 2 = []
      initial final state S { step go(v in Value) -> T { send Ask(v, 1) to others } }
      state T { on Ask(v, k) { mine := some(v)  seen += self  heard[self] := true  vote := some(Vote(by: self, what: v))
        done := true  n2 := 1 } }
      state U { step back -> S { tint := blue  turn := self  n := 3  small := 1  log := [1] } }
      var n2: 0..1 = 0
    }
    check "c" { Node = 2  Value = 2  network set  expect 1 states }
"""


def conditions(model: Model, *names: Name) -> list[str]:
    return Vocabulary(model, names).conditions()


def test_the_vocabulary_has_what_is_declared(model_of: Build) -> None:
    model = model_of(ALL_SORTS)
    said = conditions(model, Name("p", "Node"), Name("v", "Value"))
    wanted = """
        p is S;p is U;turn == p;tint == red;tint == blue;p.done;p.n == 0;p.n == 9;p.small == 1;p.seen == {};p in p.seen;
        p.mine == none;p.mine != none and p.mine.value == v;p.vote != none and p.vote.value.by == p;p.heard[p];
        p.log == [];p.n2 == 0;messages Ask != {};exists m in messages Ask: m.from == p and m.v == v and m.n == 1
    """
    assert {text.strip() for text in wanted.split(";")} <= set(said)
    assert "p.n == 5" not in said, "of a large range only the ends are named"
    assert len(said) == len(set(said))


def test_all_that_is_said_has_a_meaning(model_of: Build) -> None:
    model = model_of(ALL_SORTS)
    for names in names_for(model, 2):
        prefix = "".join(f"forall {name.text} in {name.sort}: " for name in names)
        for condition in Vocabulary(model, names).conditions():
            expression_of(model.spec, prefix + condition)


def test_names_hide_nothing(model_of: Build) -> None:
    text = """
        shared var p: 0..1 = 0
        agent q { initial final state S { step m { p := 1 } } }
        check "c" { q = 2  expect 1 states }
    """
    names = list(names_for(model_of(text), 2))
    assert [[name.text for name in one] for one in names] == [[], ["r"], ["r", "s"]]


NODES = Name("p", "Node"), Name("q", "Node")


@pytest.mark.parametrize(
    ("literals", "text"),
    [
        ([("q is A", False)], "forall p in Node: not p is A"),
        ([("q.done", True), ("p is A", False)], "forall p, q in Node: p != q and p is A implies q.done"),
        ([("p is A", True), ("p is B", True)], "forall p in Node: p is A | B"),
        ([("p is A", True), ("p is crashed", True)], "forall p in Node: p is A or p is crashed"),
        ([("exists m in messages M: m.to == p", False)], "forall p in Node: not (exists m in messages M: m.to == p)"),
        ([("x", True)], "x"),
        (
            [("q in p.seen", False), ("p in q.seen", True)],
            "forall p, q in Node: p != q and p in q.seen implies q in p.seen",
        ),
    ],
)
def test_clauses_are_worded_as_people_would(literals: list[tuple[str, bool]], text: str) -> None:
    assert clause(literals, NODES) == text


def states_of(model: Model) -> list[State]:
    found = explore(model, Request(Limits())).states
    assert found is not None
    return found(1000).all


RING = """
    message Token
    agent Node {
      var has: bool = false
      initial final state Idle {
        step begin when self == Node[0] and not has { has := true }
        step pass when has { has := false  send Token to Node[(index(self) + 1) % 3] }
        on Token { has := true }
      }
    }
    check "c" { Node = 3  network set  bound count(n in Node: n.has) + size(messages Token) <= 1  expect 1 states }
"""


def test_every_clause_is_false_in_the_state_and_true_in_all_others(model_of: Build) -> None:
    model = model_of(RING)
    states = states_of(model)
    miner = Miner(model, states, lambda text: expression_of(model.spec, text))
    cell = next(n for n, cell in enumerate(model.cells) if cell.name == "Node[0].has")
    bad = next(
        state for state in states if any(state[at] for at in range(len(state)) if at > cell and state[at] is True)
    )
    spoilt = tuple(True if at == cell else value for at, value in enumerate(bad))
    assert spoilt not in states
    found = miner.against(spoilt, set())
    assert "forall p, q in Node: not (p != q and p.has and q.has)" in found
    for text in found:
        expression = expression_of(model.spec, text)
        assert not holds(model, expression, spoilt)
        assert all(holds(model, expression, state) for state in states)
    assert not set(miner.against(spoilt, set(found[:1]))) & set(found[:1])


def test_of_ids_that_are_not_alike_much_is_said_at_once(model_of: Build) -> None:
    text = """
        agent Node { var lit: bool = any  initial final state S { step go when index(self) == 0 and lit } }
        initially exists p in Node: p.lit
        check "c" { Node = 5  expect 1 states }
    """
    model = model_of(text)
    states = states_of(model)
    none = tuple(False if value is True else value for value in states[0])
    assert none not in states
    found = Miner(model, states, lambda text: expression_of(model.spec, text)).against(none, set())
    assert found == ["Node[0].lit or Node[1].lit or Node[2].lit or Node[3].lit or Node[4].lit"]


def test_there_is_nothing_to_say_against_a_state_that_was_seen(model_of: Build) -> None:
    model = model_of(RING)
    states = states_of(model)
    miner = Miner(model, states, lambda text: expression_of(model.spec, text))
    assert miner.against(states[-1], set()) == []


def test_without_states_nothing_is_said(model_of: Build) -> None:
    model = model_of(RING)
    assert Miner(model, [], lambda text: expression_of(model.spec, text)).against(states_of(model)[0], set()) == []


def test_of_a_message_with_many_fields_little_is_said(model_of: Build) -> None:
    fields = ", ".join(f"f{number}: 0..3" for number in range(14))
    values = ", ".join("0" for _ in range(14))
    text = f"""
        message M({fields})
        agent Node {{ initial final state S {{ step go {{ send M({values}) to others }} }} }}
        check "c" {{ Node = 2  network fifo  expect 1 states }}
    """
    said = [condition for condition in conditions(model_of(text)) if "messages M" in condition]
    assert said[:2] == ["messages M != {}", "exists m in messages M: m.f13 == 0"], "of few parts first"
    assert len(said) == MOST_CONDITIONS


def test_limits_are_looked_at_between_states(model_of: Build) -> None:
    model = model_of(RING)
    states, looks = states_of(model), [0]

    def look() -> None:
        looks[0] += 1

    miner = Miner(model, states, lambda text: expression_of(model.spec, text), look)
    assert miner.most_in_flight == 1
    assert looks[0] == len(states)
    miner.evidence.row(expression_of(model.spec, "exists n in Node: n.has"), {})
    assert looks[0] > len(states)
