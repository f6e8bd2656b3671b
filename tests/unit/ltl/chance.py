"""Formulas and lassos at random, always the same ones for a seed."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from modelcheck.ltl.formula import (
    FALSE,
    TRUE,
    Atom,
    Formula,
    always,
    conjunction,
    disjunction,
    eventually,
    negation,
    release,
    until,
)

Lasso = tuple[list[int], int]


def seeded(seed: int) -> Random:
    """The generator for a test."""
    return Random(seed)  # noqa: S311 - not for secrets


def some_formula(dice: Random, depth: int, atoms: int = 3) -> Formula:
    """A formula of at most a depth over a number of atoms."""
    if depth == 0 or dice.random() < 0.1:
        return dice.choice([TRUE, FALSE]) if dice.random() < 0.05 else Atom(dice.randrange(atoms))
    kind = dice.randrange(9)
    first = some_formula(dice, depth - 1, atoms)
    if kind < 3:
        return (negation, always, eventually)[kind](first)
    others = [some_formula(dice, depth - 1, atoms) for _ in range(2)]
    if kind < 7:
        return (conjunction, disjunction)[kind % 2]([first, *others[: dice.randrange(1, 3)]])
    return (until, release)[kind % 2](first, others[0])


def some_lasso(dice: Random, atoms: int = 3) -> Lasso:
    """Up to three letters, then a loop of up to four; few of them differ, so that things go on for a while."""
    alphabet = [dice.randrange(1 << atoms) for _ in range(dice.randrange(1, 4))]
    loop = dice.randrange(4)
    return [dice.choice(alphabet) for _ in range(loop + dice.randrange(1, 5))], loop


def all_lassos(atoms: int, length: int) -> Iterator[Lasso]:
    """Every lasso with a number of letters."""
    for code in range(1 << atoms * length):
        letters = [code >> atoms * position & ((1 << atoms) - 1) for position in range(length)]
        yield from ((letters, loop) for loop in range(length))
