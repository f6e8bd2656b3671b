"""Questions in loops that need none, and those that look like it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from modelcheck.ir.model import Model
from modelcheck.kernel import program as ir
from modelcheck.kernel.passes.narrow import narrow
from modelcheck.kernel.passes.simplify import simplify
from modelcheck.kernel.walk import children, reads_state
from modelcheck.lowering import lower

Build = Callable[..., Model]

SPEC = """
    network soup
    message Reply(last: option 0..2, b: bool)
    agent Node {
        var n: 0..2 = 0
        final initial state Run {
            step ask { send Reply(none, true) to Node }
            step tell(k in 0..2) { send Reply(some(k), k > 0) to Node }
            step look when %s { n := 1 }
        }
    }
    def given = {m in inbox Reply: %s}
    invariant fine: forall a in Node: a.n < 2
    check "c" { Node = 2 expect fine }
"""


def fails(block: ir.Block) -> Iterator[ir.Halt]:
    for statement in block:
        match statement:
            case ir.Halt("fail"):
                yield statement
            case ir.If(_, then, orelse):
                yield from fails(then)
                yield from fails(orelse)


def look(program: ir.Program) -> ir.Block:
    return next(action.body for action in program.actions if "look" in action.name)


SAFE = (
    "exists m in given: m.last.value == n",
    "forall m in given: m.last.value == n and m.b",
    "exists m in given: m.b and forall o in given: o.last.value <= m.last.value",
    "size({m in given: m.last.value > 0}) > 1",
)


@pytest.mark.parametrize("condition", SAFE)
def test_what_a_filter_has_asked_is_not_asked_again(condition: str, model_of: Build) -> None:
    program = simplify(lower(model_of(SPEC % (condition, "m.last != none and m.b"))))
    assert list(fails(look(program)))
    assert not list(fails(look(narrow(program))))


@pytest.mark.parametrize("filtered", ["m.b", "m.last != none or m.b", "m.last == none"])
@pytest.mark.parametrize("condition", SAFE)
def test_what_a_filter_leaves_open_is_asked(condition: str, filtered: str, model_of: Build) -> None:
    program = simplify(lower(model_of(SPEC % (condition, filtered))))
    assert list(fails(look(narrow(program))))


def test_what_is_the_same_for_all_elements_is_asked_once(model_of: Build) -> None:
    """The condition on `n` does not stand in the loop over messages any more, which is then no loop."""
    program = narrow(simplify(lower(model_of(SPEC % ("exists m in inbox Reply: m.b and n == 1", "m.b")))))
    (condition,) = (statement.condition for statement in look(program) if isinstance(statement, ir.If))
    assert not any(isinstance(node, ir.Reduce) for node in _nodes(condition))


def test_loops_that_ask_nothing_of_one_another_stand_side_by_side(model_of: Build) -> None:
    pairs = "exists m, o in inbox Reply: m.b and m.last == none and o.b and o.last == some(n)"
    program = narrow(simplify(lower(model_of(SPEC % (pairs, "m.b")))))
    (condition,) = (statement.condition for statement in look(program) if isinstance(statement, ir.If))
    loops = [node for node in _nodes(condition) if isinstance(node, ir.Reduce) and reads_state(node)]
    assert not any(isinstance(inner, ir.Reduce) for loop in loops for inner in _nodes(loop.body) if reads_state(inner))


def _nodes(node: ir.Expr) -> Iterator[ir.Expr]:
    yield node
    for child in children(node):
        yield from _nodes(child)
