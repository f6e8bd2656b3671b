"""Compiled code does in every state what the kernel evaluator does, on generated models and on small ones."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence

import pytest

from modelcheck.frozen import replace

pytest.importorskip("llvmlite")

from hypothesis import given, settings

from modelcheck.engines.native import bags, deliveries
from modelcheck.engines.native.blocks import Block, Role
from modelcheck.engines.native.cells import Cells
from modelcheck.engines.native.expressions import Expressions
from modelcheck.engines.native.function import Function, UnsupportedError, Val
from modelcheck.kernel import equal_cells
from modelcheck.kernel import program as ir
from modelcheck.kernel.guards import Guard
from modelcheck.kernel.layout import Layout
from modelcheck.kernel.passes.narrow import narrow
from modelcheck.kernel.passes.simplify import simplify
from modelcheck.kernel.types import BOOL
from modelcheck.lowering import lower_model
from tests.differential.compare import DisagreementError
from tests.differential.generators.dice import Dice, dice
from tests.differential.generators.styles import of_any_style, styled
from tests.differential.native_code import compare_code
from tests.differential.small_specs import SPECS
from tests.differential.test_generated import (
    _own_cache_of_trees,  # noqa: F401 - a fixture, used by being here
    generated,
    if_not_too_large,
    load_text,
    models,
    shown,
)

BLOCK = 1000
MODELS = int(os.environ.get("MODELS", "100000"))
"""How many models the slow test looks at."""
ROOMS = (3, 4, 9)
"""A bag of nine messages is often in several words."""


def check_code(text: str, most: int, sampled: int = 0) -> int:
    """The first check of a specification, as every engine gets it; returns the number of states."""
    room = ROOMS[len(text) % len(ROOMS)]
    with shown(text):
        for _, model in models(load_text(text)):
            with if_not_too_large():
                program = narrow(simplify(lower_model(model, room, room).program))
                try:
                    return compare_code(program, most, sampled)
                except UnsupportedError:
                    return 0
            return 0
    return 0


@pytest.mark.parametrize("name", SPECS)
def test_compiled_code_and_evaluator_agree_on_a_construct(name: str) -> None:
    check_code(SPECS[name], 60)


# ---------------------------------------------------------------------------------- mistakes in the code generator


def _subtracts(patch: pytest.MonkeyPatch) -> None:
    let = Function.let

    def wrong(self: Function, text: str, *, bit: bool = False) -> Val:
        return let(self, text.replace("mul i64", "add i64"), bit=bit)

    patch.setattr(Function, "let", wrong)


def _rounds_to_zero(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        Expressions,
        "_divmod",
        lambda self, node: self.f.let(
            f"{'sdiv' if node.op == 'div' else 'srem'} i64 {self.value(node.left).text}, {self.value(node.right).text}"
        ),
    )


def _compares_unsigned(patch: pytest.MonkeyPatch) -> None:
    let = Function.let

    def wrong(self: Function, text: str, *, bit: bool = False) -> Val:
        return let(self, text.replace("icmp slt", "icmp ult"), bit=bit)

    patch.setattr(Function, "let", wrong)


def _ignores_a_path_condition(patch: pytest.MonkeyPatch) -> None:
    run = Block._statement

    def wrong(self: Block, statement: ir.Statement, done: str) -> None:
        match statement:
            case ir.If(condition, (ir.Halt("block"),), ()):
                statement = ir.If(ir.AndOr("and", (condition, ir.Const(0, BOOL))), statement.then)
        run(self, statement, done)

    patch.setattr(Block, "_statement", wrong)


def _ignores_the_condition_of_a_choice(patch: pytest.MonkeyPatch) -> None:
    choose = Block._choose

    def wrong(self: Block, statement: ir.Choose, rest: Sequence[ir.Statement], done: str) -> None:
        choose(self, replace(statement, condition=ir.Const(1, BOOL)), rest, done)

    patch.setattr(Block, "_choose", wrong)


def _capacity_off_by_one(patch: pytest.MonkeyPatch) -> None:
    """The last slot of a bag is never filled."""
    runs_of = bags.runs_of

    def wrong(program: ir.Program, places: Layout, array: int) -> list[bags.Run]:
        runs = runs_of(program, places, array)
        return [*runs[:-1], replace(runs[-1], count=runs[-1].count - 1)]

    patch.setattr(bags, "runs_of", wrong)


def _skips_the_last_member(patch: pytest.MonkeyPatch) -> None:
    mask = Guard.mask
    patch.setattr(Guard, "mask", lambda self, lo, hi: mask(self, lo, hi - 1))


def _forgets_the_base(patch: pytest.MonkeyPatch) -> None:
    cell = Cells.cell

    def wrong(self: Cells, flat: int, pointer: str) -> Val:
        kept, base = self.layout.cells, self.layout.cells[flat].base
        found = cell(self, flat, pointer)
        assert self.layout.cells is kept
        return self.f.let(f"sub i64 {found.text}, {base}") if base else found

    patch.setattr(Cells, "cell", wrong)


def _faults_count_as_moves(patch: pytest.MonkeyPatch) -> None:
    begin = Block.__init__

    def wrong(self: Block, program: ir.Program, layout: Layout, function: Function, role: Role) -> None:
        begin(self, program, layout, function, replace(role, moves=True))

    patch.setattr(Block, "__init__", wrong)


def _evaluation_errors_are_lost(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Block, "_halt", lambda self, _halt, done: self.f.branch(done))


def _misses_the_last_message(patch: pytest.MonkeyPatch) -> None:
    """A delivery is not tried on the greatest message of its interval."""
    bounds = deliveries._bounds

    def wrong(condition: ir.Expr, local: ir.Local) -> Iterator[tuple[int, int]]:
        yield from ((lo, hi - 1) for lo, hi in bounds(condition, local))

    patch.setattr(deliveries, "_bounds", wrong)


def _believes_that_cells_are_equal(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(equal_cells, "_split", lambda _program, _marked, classes, _first: classes)


MISTAKES: dict[str, tuple[Callable[[pytest.MonkeyPatch], None], str]] = {
    "adds where it should multiply": (_subtracts, "numbers"),
    "divides as the processor does": (_rounds_to_zero, "numbers"),
    "compares without sign": (_compares_unsigned, "numbers"),
    "a path condition is dropped": (_ignores_a_path_condition, "choices"),
    "a condition of a choice is dropped": (_ignores_the_condition_of_a_choice, "choices"),
    "a bag's capacity is off by one": (_capacity_off_by_one, "bag of two of messages"),
    "a delivery misses a message": (_misses_the_last_message, "bag of two of messages"),
    "the last member of a set is skipped": (_skips_the_last_member, "soup"),
    "the base of a cell is forgotten": (_forgets_the_base, "numbers"),
    "a fault counts as a move": (_faults_count_as_moves, "crashes"),
    "evaluation errors are lost": (_evaluation_errors_are_lost, "numbers"),
    "cells that differ share a place": (_believes_that_cells_are_equal, "broadcast"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_of_the_code_generator_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mistake, spec = MISTAKES[name]
    mistake(monkeypatch)
    with pytest.raises(DisagreementError):
        check_code(SPECS[spec], 200)


@settings(generated, max_examples=110)
@given(dice())
def test_compiled_code_and_evaluator_agree(choices: Dice) -> None:
    check_code(of_any_style(choices), 18, 4)


@pytest.mark.slow
@pytest.mark.parametrize("block", range(MODELS // BLOCK))
def test_compiled_code_and_evaluator_agree_on_many_models(block: int) -> None:
    states = sum(check_code(styled(seed), 25, 10) for seed in range(block * BLOCK, (block + 1) * BLOCK))
    assert states > 5 * BLOCK
