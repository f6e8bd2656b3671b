"""What the sets of a state can hold, by the assignments."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelcheck.frozen import replace
from modelcheck.kernel import program as ir
from modelcheck.kernel.layout import layout
from modelcheck.kernel.possible_members import possible_members
from modelcheck.kernel.types import BOOL, BitsType, IntType, KernelError

TRUE = ir.Const(1, BOOL)
BITS = BitsType(9)
SETS, OTHER, COUNT = range(3)
ARRAYS = (
    ir.Array("sets", BITS, 2, "network"),
    ir.Array("other", BITS, 1, "variable"),
    ir.Array("count", IntType(0, 5), 1, "variable"),
)


def number(value: int) -> ir.Const:
    return ir.Const(value, IntType(value, value))


def local(index: int, lo: int, hi: int) -> ir.Local:
    return ir.Local(index, IntType(lo, hi), "x")


def read(array: int, at: int = 0) -> ir.Read:
    return ir.Read(array, number(at), ARRAYS[array].type)


def put(array: int, index: ir.Expr, at: ir.Expr | None = None) -> ir.Assign:
    """Put a number into a set; where that is does not matter for what it holds before."""
    place = at or number(0)
    return ir.Assign(array, place, ir.BitUpdate(ir.Read(array, place, BITS), index, True, BITS))  # noqa: FBT003


def chosen(index: int, domain: ir.Between | ir.Members, active: ir.Expr = TRUE) -> ir.Choose:
    return ir.Choose(local(index, 0, 8), domain, TRUE, active)


X, Y = local(1, 0, 8), local(2, 0, 8)
CONDITION = ir.Compare("==", read(COUNT), number(1))


def members(*bodies: ir.Block, initial: ir.Block = ()) -> tuple[int, ...]:
    actions = tuple(ir.Action("act", "protocol", body) for body in bodies)
    program = ir.Program("sets", ARRAYS, initial, actions, (), TRUE, None, (), ())
    found = possible_members(program)
    # What is no set has no members.
    assert found[3:] == (0,)
    return found[:3]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ((), (0, 0, 0)),
        ((chosen(1, ir.Between(2, 4)), put(SETS, X)), (0b11100, 0, 0)),
        ((chosen(1, ir.Between(0, 1)), put(SETS, number(3), X)), (0b1000, 0b1000, 0)),
        ((put(SETS, read(COUNT), number(1)),), (0, 0b111111, 0)),
        ((put(SETS, ir.Add(read(COUNT), number(-2), IntType(-2, 3))),), (0b1111, 0, 0)),
        ((ir.Assign(OTHER, number(0), ir.Const(0b101, BITS)),), (0, 0, 0b101)),
        ((ir.If(CONDITION, (put(SETS, number(1)),), (put(SETS, number(2)),)),), (0b110, 0, 0)),
        # A number within the interval of what it is bound to.
        (
            (
                chosen(1, ir.Between(0, 2)),
                ir.Bind(Y, ir.DivMod("mod", ir.Add(X, number(4), IntType(4, 12)), number(9), IntType(0, 8))),
                put(OTHER, Y),
            ),
            (0, 0, 0b1110000),
        ),
        # Nobody is chosen from the empty set; if there may be no choice, the least number stands for it.
        ((chosen(1, ir.Members(read(OTHER))), put(SETS, number(1))), (0, 0, 0)),
        ((chosen(1, ir.Members(read(OTHER)), CONDITION), put(SETS, number(1))), (0b10, 0, 0)),
        ((chosen(1, ir.Between(2, 3), CONDITION), put(SETS, X)), (0b111111111, 0, 0)),
    ],
)
def test_members_of_an_assignment(body: ir.Block, expected: tuple[int, ...]) -> None:
    assert members(body) == expected


def test_members_go_from_set_to_set() -> None:
    copy = ir.Assign(OTHER, number(0), read(SETS, 1))
    taken = ir.Assign(OTHER, number(0), ir.BitUpdate(read(OTHER), X, False, BITS))  # noqa: FBT003
    back = (chosen(1, ir.Members(read(OTHER))), taken, put(SETS, X))
    start = (put(SETS, number(5), number(1)), put(SETS, number(7), number(1)))
    # Whatever the order of the actions; a choice has all numbers from the least member to the greatest.
    assert members((copy,), back, initial=start) == (0b11100000, 0b10100000, 0b10100000)
    assert members(back, (copy,), initial=start) == (0b11100000, 0b10100000, 0b10100000)


def test_an_element_that_loses_a_member_gets_none_of_another_element() -> None:
    start = (put(SETS, number(5), number(0)), put(SETS, number(7), number(1)))
    place = local(1, 0, 1)

    def assigned(source: ir.Expr) -> tuple[int, ...]:
        taken = ir.BitUpdate(ir.Read(SETS, source, BITS), number(3), False, BITS)  # noqa: FBT003
        return members((chosen(1, ir.Between(0, 1)), ir.Assign(SETS, place, taken)), initial=start)

    assert assigned(place) == (0b100000, 0b10000000, 0)
    assert assigned(ir.Add(place, number(0), IntType(0, 1))) == (0b10100000, 0b10100000, 0)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (ir.BitOp("or", read(SETS), ir.Const(0b1, BITS), BITS), 0b111),
        (ir.BitOp("and", read(SETS), ir.Const(0b101, BITS), BITS), 0b100),
        (ir.BitOp("andnot", read(SETS), ir.Const(0b111, BITS), BITS), 0b110),
        (ir.Shift(read(SETS), 7, BITS), 0b100000000),
        (ir.Shift(read(SETS), -2, BITS), 0b1),
        (ir.Ite(CONDITION, read(SETS), ir.Const(0b1000, BITS), BITS), 0b1110),
        (ir.Let(ir.Local(3, BITS, "s"), read(SETS), ir.Local(3, BITS, "s")), 0b110),
        (ir.Reduce("or", X, 3, 4, ir.BitUpdate(ir.Const(0, BITS), X, True, BITS), BITS), 0b11000),  # noqa: FBT003
        (ir.Cast(ir.Read(COUNT, number(0), IntType(0, 5)), BITS), 0b111111111),
    ],
)
def test_members_of_an_expression(value: ir.Expr, expected: int) -> None:
    start = (put(SETS, number(1)), put(SETS, number(2)))
    assert members((ir.Assign(OTHER, number(0), value),), initial=start) == (0b110, 0, expected)


@given(st.lists(st.integers(0, 511), min_size=3, max_size=3), st.data())
def test_a_set_of_possible_members_is_packed(possible: list[int], data: st.DataObject) -> None:
    program = ir.Program("sets", ARRAYS, (), (), (), TRUE, None, (), ())
    places = layout(program, [*possible, 0])
    state = tuple(mask & data.draw(st.integers(0, 511)) for mask in possible)
    assert places.unpack(places.pack((*state, 4))) == (*state, 4)
    assert all(cell.low + cell.width <= BITS.width for cell in places.cells)


def test_each_set_has_the_bits_that_it_needs() -> None:
    program = ir.Program("sets", ARRAYS, (), (), (), TRUE, None, (), ())
    places = layout(program, [0b11000, 0b110, 0, 0])
    assert [(cell.width, cell.low) for cell in places.cells] == [(2, 3), (2, 1), (0, 0), (3, 0)]
    with pytest.raises(KernelError, match="does not fit"):
        places.pack((0b100, 0, 0, 0))
    with pytest.raises(KernelError, match="does not fit"):
        places.pack((0b100000, 0, 0, 0))
    whole = layout(replace(program, name="whole"))
    assert whole.bits_used == 3 * 9 + 3
