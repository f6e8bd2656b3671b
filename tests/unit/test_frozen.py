from __future__ import annotations

from functools import cached_property

import pytest

from modelcheck.frozen import Frozen, field, replace


class Point(Frozen):
    x: int
    y: int = 0


class Other(Frozen):
    x: int
    y: int = 0


class Node(Frozen, eq=False):
    children: tuple[Node, ...] = ()


class Leaf(Node):
    names: dict[str, int] = field(default_factory=dict)


class Table(Frozen, dict=True):
    width: int

    @cached_property
    def cells(self) -> list[int]:
        return [0] * self.width


def test_values_are_compared_by_their_fields_and_class() -> None:
    assert Point(1) == Point(1, 0)
    assert hash(Point(1)) == hash(Point(1, 0))
    assert Point(1) != Point(2)
    assert Point(1) != Other(1)  # type: ignore[comparison-overlap]  # what is claimed


def test_values_do_not_change() -> None:
    point = Point(1)
    with pytest.raises(AttributeError):
        point.x = 2  # type: ignore[misc]  # the type checker knows it too
    assert replace(point, x=2) == Point(2)
    assert point == Point(1)


def test_without_comparison_an_object_equals_itself_only() -> None:
    assert Leaf() != Leaf()
    assert len({Leaf(), Leaf()}) == 2


def test_defaults_that_can_change_are_not_shared() -> None:
    assert Leaf().names is not Leaf().names


def test_a_cached_property_is_no_part_of_the_value() -> None:
    table = Table(2)
    assert table.cells is table.cells
    assert (table, repr(table)) == (Table(2), "Table(width=2)")
