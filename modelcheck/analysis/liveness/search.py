"""Whether a fair run through an explored graph violates a formula."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from modelcheck.analysis.liveness.lasso import Lasso, lasso_of
from modelcheck.analysis.liveness.product import IsOver, Product, StoppedError
from modelcheck.graph.layout import STEP_SHIFT
from modelcheck.ltl.formula import atoms_of, negation
from modelcheck.ltl.simplify import disjuncts
from modelcheck.ltl.translate import translate

if TYPE_CHECKING:
    from modelcheck.graph.explored import ExploredGraph
    from modelcheck.ltl.automaton import Automaton
    from modelcheck.ltl.formula import Formula

__all__ = ["Lasso", "StoppedError", "violating_lasso"]


def is_violated(
    graph: ExploredGraph, formula: Formula, bits: Sequence[int], is_over: IsOver, supposed: Sequence[int]
) -> bool:
    """Whether a run violates a formula that is fair where classes are owed as `supposed` (see `Product`).

    Raises as `violating_lasso` does.
    """
    automata = (automaton for _, automaton in _violations(formula, is_over))
    return any(Product(graph, automaton, bits, is_over, supposed).find_components() for automaton in automata)


def violating_lasso(graph: ExploredGraph, formula: Formula, bits: Sequence[int], is_over: IsOver) -> Lasso | None:
    """A fair run on which a formula is false, or None if the graph has none.

    `bits` gives the bit of each atom in the graph's masks. What would violate the formula in one of several ways is
    searched for one way after another: each has a small automaton of its own (Vardi & Wolper 1986).
    Raises `StoppedError` where a limit came first, and `AutomatonTooLargeError`.
    """
    for violation, automaton in _violations(formula, is_over):
        product = Product(graph, automaton, bits, is_over)
        if product.find_components():
            is_blind = all(bits[atom] < STEP_SHIFT for atom in atoms_of(violation))
            return lasso_of(product, may_stutter=is_blind)
    return None


def _violations(formula: Formula, is_over: IsOver) -> Iterator[tuple[Formula, Automaton]]:
    """The ways to violate a formula, each with the automaton of the runs that do."""

    def tick() -> None:
        if is_over(0):
            raise StoppedError

    for violation in disjuncts(negation(formula)):
        automaton = translate(violation, tick=tick)
        if automaton.states:
            yield violation, automaton
