"""Whether a lasso that was found is what it is said to be: a fair run of the graph on which the formula is false."""

from __future__ import annotations

from collections.abc import Sequence

from modelcheck.analysis.liveness.lasso import Lasso
from modelcheck.ltl.formula import And, Atom, Constant, Formula, Not, Or, Until
from tests.differential.liveness.labelled import Labelled


def objection(graph: Labelled, formula: Formula, lasso: Lasso) -> str | None:
    """What is wrong with a lasso, None if it is right."""
    steps = (*lasso.prefix, *lasso.loop)
    if not lasso.loop:
        return "there is no loop"
    at = lasso.initial
    if at >= graph.initial:
        return "it does not begin in an initial state"
    for state, edge in steps:
        if state != at or edge not in graph.numbers(state) or (target := graph.edge(state, edge).target) is None:
            return f"there is no edge {edge} from {at}"
        at = target
    if at != lasso.loop[0][0]:
        return "the loop does not close"
    if debt := _debt(graph, lasso.loop):
        return debt
    if _value(formula, [graph.letter(*step) for step in steps], len(lasso.prefix), 0):
        return "the formula is true"
    return None


def _debt(graph: Labelled, loop: Sequence[tuple[int, int]]) -> str | None:
    taken = {graph.edge(*step).key for step in loop}
    for key in range(graph.keys):
        if key in taken:
            continue
        if all(key in graph.enabled(state, "weak") for state, _ in loop):
            return f"class {key} is owed weakly"
        if any(key in graph.enabled(state, "strong") for state, _ in loop):
            return f"class {key} is owed strongly"
    return None


def _value(formula: Formula, letters: Sequence[int], loop: int, at: int) -> bool:
    """The value at a position, looked up position by position: whatever comes, comes within one turn of the loop."""
    match formula:
        case Constant(value=value):
            return value
        case Atom(index=index):
            return bool(letters[at] >> index & 1)
        case Not(operand=operand):
            return not _value(operand, letters, loop, at)
        case And(operands=operands):
            return all(_value(operand, letters, loop, at) for operand in operands)
        case Or(operands=operands):
            return any(_value(operand, letters, loop, at) for operand in operands)
    is_until = isinstance(formula, Until)
    for _ in range(len(letters) + 1):
        if _value(formula.right, letters, loop, at) == is_until:
            return is_until
        if _value(formula.left, letters, loop, at) != is_until:
            return not is_until
        at = at + 1 if at + 1 < len(letters) else loop
    return not is_until
