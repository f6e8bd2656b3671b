"""The generators of the differential tests reach whatever is registered, and each path of its own in compiled code.

A test that draws from them says nothing about what they never write. Each test here stops at the first seed with which
everything was met.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from itertools import chain

import pytest

pytest.importorskip("llvmlite")

import modelcheck.environment
import modelcheck.ir
from modelcheck.diagnostics import InputError
from modelcheck.environment.registry import DETECTORS, FAULTS, LOCK_STEP, NETWORKS
from modelcheck.ir.domains import Domain
from modelcheck.ir.expression import Expr
from modelcheck.ir.model import Model
from modelcheck.ir.statement import Body, Statement, walk_body
from tests.differential.generators.coverage import WORDS, constructs, rules
from tests.differential.generators.dice import Dice
from tests.differential.generators.specifications import specification
from tests.differential.generators.styles import styled
from tests.differential.generators.timed import timed
from tests.differential.test_generated import load_text, models

MOST_SEEDS = 150

INTERNAL = {
    "Invalid": "stands for an expression with a mistake",
    "Temporal": "is written out over atoms before there is a model",
    "NothingDomain": "is what elements of `{}` are of while they are lowered",
    "PacketDomain": "numbers messages, and is no cell's",
    "UnitDomain": "is what is left of a ghost that is not kept",
}
"""Classes that no model has."""


def texts() -> Iterator[str]:
    """Specifications of all sorts that tests are made of, in turn."""
    for seed in range(MOST_SEEDS):
        dice = Dice.seeded(seed)
        yield styled(seed)
        if seed % 2 == 0:
            yield timed(specification(dice), dice)
            yield specification(dice, lock_step=seed % 4 == 0, temporal=True, unknowns=seed % 3 == 0)


def unmet(wanted: set[str], met: Iterator[set[str]]) -> list[str]:
    """What is wanted, and was not met in the end."""
    left = set(wanted)
    for found in met:
        left -= found
        if not left:
            break
    return sorted(left)


def test_every_rule_of_the_grammar_and_every_word_of_a_registry_is_written() -> None:
    wanted = {*rules(), *WORDS, *NETWORKS, *LOCK_STEP, *FAULTS, *DETECTORS} - {"fault"}
    # A word that is all of a rule is no node of its own; a fault that an agent declares has a rule of its own.
    assert unmet(wanted, ({word.strip("'") for word in constructs(text)} for text in texts())) == []


PACKAGES = (modelcheck.ir, modelcheck.environment)


def _classes(base: type) -> Iterator[type]:
    """The classes of the language: some parts of the tool and tests derive classes of their own from them."""
    for package in PACKAGES:
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    pending: list[type] = [base]
    while pending:
        found: list[type] = pending.pop().__subclasses__()
        pending += found
        yield from (each for each in found if each.__module__.startswith(tuple(f"{p.__name__}." for p in PACKAGES)))


def _names(model: Model) -> set[str]:
    """The classes of a model's statements, expressions and domains."""
    found: set[str] = set()
    variables = (variable for agent in model.spec.agents.values() for variable in agent.variables)
    pending = [variable.initial for variable in variables if isinstance(variable.initial, Expr)]
    pending += [prop.expression for prop in model.properties]
    bodies: list[Body] = [tuple(model.initial), *(action.body for action in model.actions)]
    for statement in chain.from_iterable(map(walk_body, bodies)):
        found.add(type(statement).__name__)
        pending += statement.expressions()
    seen: set[int] = set()
    while pending:
        part = pending.pop()
        if id(part) not in seen:
            seen.add(id(part))
            found.add(type(part).__name__)
            pending += part.children()
    return found | {type(cell.domain).__name__ for cell in model.cells}


def _met_in_models() -> Iterator[set[str]]:
    for text in texts():
        try:
            yield from (_names(model) for _, model in models(load_text(text)))
        except InputError as error:
            # A soup has no delays.
            if {found.code for found in error.diagnostics} != {"MC323"}:
                raise


def test_every_statement_expression_and_domain_is_in_a_model() -> None:
    known = {found.__name__ for base in (Statement, Expr, Domain) for found in _classes(base)}
    assert known >= INTERNAL.keys()
    assert unmet(known - INTERNAL.keys(), _met_in_models()) == []
