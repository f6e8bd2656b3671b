"""The operands of expressions, read and exchanged."""

from __future__ import annotations

from itertools import count
from typing import Any, get_args

import pytest

from modelcheck.kernel import program as ir
from modelcheck.kernel.types import IntType
from modelcheck.kernel.walk import children, with_children


def numbered(kind: type[Any]) -> tuple[ir.Expr, list[ir.Expr]]:
    """A node of some kind, and its operands by what its class declares; nothing stands in the other fields."""
    numbers, operands = count(), list[ir.Expr]()

    def operand() -> ir.Expr:
        operands.append(ir.Const(next(numbers), IntType(0, 9)))
        return operands[-1]

    fields: list[object] = []
    for declared in kind.__annotations__.values():
        several = declared == "tuple[Expr, ...]"
        fields.append((operand(), operand(), operand()) if several else operand() if declared == "Expr" else None)
    return kind(*fields), operands


@pytest.mark.parametrize("kind", get_args(ir.Expr), ids=lambda kind: kind.__name__)
def test_operands_are_what_the_class_declares_in_its_order(kind: type[Any]) -> None:
    node, operands = numbered(kind)
    assert list(children(node)) == operands


@pytest.mark.parametrize("kind", get_args(ir.Expr), ids=lambda kind: kind.__name__)
def test_every_operand_is_exchanged(kind: type[Any]) -> None:
    node, operands = numbered(kind)
    others = {operand: ir.Local(number, IntType(0, 9), "x") for number, operand in enumerate(operands)}
    assert list(children(with_children(node, others.__getitem__))) == list(others.values())
    assert list(children(node)) == operands
