"""What is the same in each pass of a loop is written out once, and what differs is not."""

from __future__ import annotations

import pytest

pytest.importorskip("z3")

import z3

from modelcheck.engines.symbolic import words
from modelcheck.engines.symbolic.blocks import encode_block
from modelcheck.engines.symbolic.expressions import Scope, encoded
from modelcheck.kernel import program as ir
from modelcheck.kernel.types import BOOL, IntType

CELL = ir.Array("cell", IntType(0, 9), 3, "variable")
PROGRAM = ir.Program("sharing", (CELL,), (), (), (), ir.Const(1, BOOL), None, (), ())
OUTER, INNER = (ir.Local(number, IntType(0, 2), name) for number, name in enumerate("ij"))


def read(index: ir.Expr) -> ir.Expr:
    return ir.Read(0, index, CELL.type)


def total(local: ir.Local, body: ir.Expr) -> ir.Expr:
    return ir.Reduce("add", local, 0, 2, body, IntType(0, 999))


def value(expression: ir.Expr, *cells: int) -> tuple[int, int]:
    """The value in a state, and how many passes of loops were written out."""
    passes = 0

    def watch() -> None:
        nonlocal passes
        passes += 1

    state = [words.variable(f"c{at}", CELL.type) for at in range(3)]
    word = encoded(expression, Scope(PROGRAM, state, watch=watch))
    pairs = [(own.term, words.constant(cell, CELL.type).term) for own, cell in zip(state, cells, strict=True)]
    return words.number_in(z3.simplify(z3.substitute(word.term, *pairs)), word.type), passes


def test_a_loop_that_does_not_depend_on_the_one_around_it_is_written_out_once() -> None:
    inner = total(INNER, read(INNER))
    assert value(total(OUTER, ir.Add(read(OUTER), inner, IntType(0, 999))), 1, 2, 4) == (7 + 3 * 7, 3 + 3)


def test_a_loop_that_depends_on_it_is_written_out_each_time() -> None:
    inner = total(INNER, ir.Mul(read(OUTER), read(INNER), IntType(0, 81)))
    assert value(total(OUTER, inner), 1, 2, 4) == (49, 3 + 3 * 3)


def test_what_is_read_again_behind_a_store_is_what_was_stored() -> None:
    """Also where one branch stored it, and where both did nothing."""
    first, one = ir.Const(0, IntType(0, 0)), ir.Const(1, IntType(1, 1))
    again = ir.Assign(0, one, read(first))
    is_two = ir.Compare("==", read(ir.Const(2, IntType(2, 2))), ir.Const(2, IntType(2, 2)))
    for condition, stored in ((ir.Const(1, BOOL), 7), (is_two, 7), (ir.Not(is_two), 5)):
        change = ir.If(condition, (ir.Assign(0, first, ir.Const(7, IntType(7, 7))),))
        skip = ir.If(is_two, (ir.Assign(0, one, read(first)),))
        cells = tuple(words.constant(cell, CELL.type) for cell in (5, 0, 2))
        variables = tuple(words.variable(f"c{at}", CELL.type) for at in range(3))
        encoded_block = encode_block(PROGRAM, (again, change, skip, again), variables, "")
        pairs = [(own.term, cell.term) for own, cell in zip(variables, cells, strict=True)]
        behind = [z3.simplify(z3.substitute(word.term, *pairs)).as_long() for word in encoded_block.cells]
        assert behind == [stored, stored, 2]
