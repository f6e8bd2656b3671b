"""Small programs built by hand."""

from __future__ import annotations

import pytest

from modelcheck.kernel import program as ir
from modelcheck.kernel.types import BOOL, BitsType, IntType, KernelType

TRUE = ir.Const(1, BOOL)
FALSE = ir.Const(0, BOOL)
ZERO = ir.Const(0, IntType(0, 0))


def _number(value: int) -> ir.Const:
    return ir.Const(value, IntType(value, value))


def _equal(left: ir.Expr, value: int) -> ir.Expr:
    return ir.Compare("==", left, _number(value))


def _each_process(index: int) -> ir.Local:
    return ir.Local(index, IntType(0, 1), "p")


def _move(index: int, name: str, at: int, to: int, *rest: ir.Statement) -> ir.Action:
    """A process moves its program counter from one value to another."""
    process = _each_process(index)
    here = _equal(ir.Read(0, process, IntType(0, 2)), at)
    choose = ir.Choose(process, ir.Between(0, 1), here, TRUE)
    return ir.Action(name, "protocol", (choose, *rest, ir.Assign(0, process, _number(to))))


@pytest.fixture
def mutex() -> ir.Program:
    """Two processes at 0 (idle), 1 (waiting) or 2 (critical), and a lock."""
    lock = ir.Read(1, ZERO, BOOL)
    process = _each_process(3)
    critical = ir.Ite(_equal(ir.Read(0, process, IntType(0, 2)), 2), _number(1), ZERO, IntType(0, 1))
    count = ir.Reduce("add", process, 0, 1, critical, IntType(0, 2))
    return ir.Program(
        name="mutex",
        arrays=(ir.Array("pc", IntType(0, 2), 2, "control", "Process"), ir.Array("lock", BOOL, 1, "variable")),
        initial=(),
        actions=(
            _move(0, "request", 0, 1),
            _move(1, "enter", 1, 2, ir.If(lock, (ir.Halt("block"),)), ir.Assign(1, ZERO, TRUE)),
            _move(2, "leave", 2, 0, ir.Assign(1, ZERO, FALSE)),
        ),
        properties=(ir.Property("exclusion", "invariant", TRUE, ir.Compare("<=", count, _number(1))),),
        resting=FALSE,
        within=None,
        fails=(),
        bounds=(),
    )


@pytest.fixture
def courier() -> ir.Program:
    """Messages 0..3 are put into a bag of 3 slots and taken out; the receiver notes what it has seen."""
    message: KernelType = IntType(0, 3)
    sent, delivered = ir.Local(0, message, "m"), ir.Local(1, message, "m")
    seen = ir.Read(1, ZERO, BitsType(4))
    full = ir.Compare("!=", ir.Read(0, _number(2), IntType(0, 4)), ZERO)
    return ir.Program(
        name="courier",
        arrays=(ir.Array("net", IntType(0, 4), 3, "network"), ir.Array("seen", BitsType(4), 1, "variable")),
        initial=(),
        actions=(
            ir.Action(
                "send",
                "protocol",
                (
                    ir.Choose(sent, ir.Between(0, 3), TRUE, TRUE),
                    ir.If(full, (ir.Halt("cut", 0),)),
                    ir.BagInsert(0, ir.Add(sent, _number(1), IntType(1, 4))),
                ),
            ),
            ir.Action(
                "deliver",
                "network",
                (
                    ir.Choose(delivered, ir.Slots(0), TRUE, TRUE),
                    ir.If(ir.BitTest(seen, delivered), (ir.Halt("fail", 0),)),
                    ir.BagRemove(0, ir.Add(delivered, _number(1), IntType(1, 4))),
                    ir.Assign(1, ZERO, ir.BitUpdate(seen, delivered, on=True, type=BitsType(4))),
                ),
            ),
        ),
        properties=(),
        resting=FALSE,
        within=None,
        fails=("delivered twice",),
        bounds=("capacity of net",),
    )
