"""The never claims that SPIN makes of formulas accept the same lassos. Skipped where SPIN is not installed."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from modelcheck.ltl.automaton import Automaton, Transition
from modelcheck.ltl.formula import Formula
from modelcheck.ltl.lasso import holds
from modelcheck.ltl.simplify import simplify
from modelcheck.ltl.translate import translate
from tests.unit.ltl.acceptance import accepts
from tests.unit.ltl.chance import seeded, some_formula, some_lasso

ATOMS = 3
FORMULAS = 150

pytestmark = pytest.mark.skipif(shutil.which("spin") is None, reason="SPIN is not installed")


def test_never_claims_accept_the_same_lassos() -> None:
    dice = seeded(11)
    for _ in range(FORMULAS):
        # SPIN takes long for some formulas that are not simplified.
        formula = simplify(some_formula(dice, 4, ATOMS))
        automaton, claim = translate(formula), _never_claim(formula)
        for _ in range(6):
            letters, loop = some_lasso(dice, ATOMS)
            expected = holds(formula, letters, loop)
            assert accepts(claim, letters, loop) is expected, str(formula)
            assert accepts(automaton, letters, loop) is expected, str(formula)


def _never_claim(formula: Formula) -> Automaton:
    """The Büchi automaton that SPIN prints, with a transition for each letter."""
    spin = subprocess.run(["spin", "-f", str(formula)], capture_output=True, text=True, check=True, timeout=60)
    blocks = re.findall(r"((?:\w+:\n)+)(.*?)(?=^\w+:|^})", spin.stdout, re.MULTILINE | re.DOTALL)
    labels = [names.split(":\n")[:-1] for names, _ in blocks]
    number = {label: state for state, names in enumerate(labels) for label in names}
    rows = []
    for names, (_, body) in zip(labels, blocks, strict=True):
        marks = int(any(name.startswith("accept") for name in names))
        options = re.findall(r"^\t:: (.*) -> goto (\w+)$", body, re.MULTILINE)
        options += [(guard, "accept_all") for guard in re.findall(r":: atomic \{ (.*) -> assert", body)]
        options += [("(1)", names[0])] if "skip" in body else []
        assert len(options) == body.count("::") + body.count("skip"), body
        row = [
            Transition(number[target], letter, ~letter & (1 << ATOMS) - 1, marks)
            for guard, target in options
            for letter in range(1 << ATOMS)
            if _true(guard, letter)
        ]
        rows.append(tuple(row))
    return Automaton((0,), tuple(rows), 1)


def _true(guard: str, letter: int) -> bool:
    python = guard.replace("!", " not ").replace("&&", " and ").replace("||", " or ")
    names = {f"p{index}": bool(letter >> index & 1) for index in range(ATOMS)} | {"true": True, "false": False}
    return bool(eval(python, {"__builtins__": {}}, names))  # noqa: S307 - what SPIN printed of atoms and connectives
