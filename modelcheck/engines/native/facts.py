"""What the code generator asks of expressions again and again: how large they are, and whether a table holds them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import product

from modelcheck.engines.native.function import Val
from modelcheck.frozen import Frozen, replace
from modelcheck.kernel import program as ir
from modelcheck.kernel.evaluate import value_of_constant
from modelcheck.kernel.passes.members import MOST_MASKS, combinations
from modelcheck.kernel.types import domain_size, least
from modelcheck.kernel.walk import children, renamed


class Fact(Frozen):
    """`size`: the nodes once loops are unrolled. `free`: the free locals, None where the state is read."""

    size: int
    free: frozenset[ir.Local] | None


class Table(Frozen):
    """The values of an expression for all values of `axes`, the last of which varies fastest."""

    axes: tuple[ir.Local, ...]
    values: tuple[int, ...]


class Facts:
    """Facts of the expressions asked for, each found once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[ir.Expr, Fact]] = {}

    def of(self, node: ir.Expr) -> Fact:
        """The facts of a node."""
        if id(node) not in self._known:
            # The node is kept, so that its id stays its own.
            self._known[id(node)] = node, self._find(node)
        return self._known[id(node)][1]

    def size(self, node: ir.Expr) -> int:
        """How many nodes are emitted for an expression, if its loops are unrolled."""
        return self.of(node).size

    def _find(self, node: ir.Expr) -> Fact:
        inner = [self.of(child) for child in children(node)]
        free = frozenset[ir.Local]().union(*(fact.free or () for fact in inner))
        closed = not isinstance(node, ir.Read) and all(fact.free is not None for fact in inner)
        if isinstance(node, ir.Local):
            free = frozenset({node})
        elif isinstance(node, ir.Let | ir.Reduce):
            free -= {node.local}
        size = 1 + sum(fact.size for fact in inner)
        if isinstance(node, ir.Reduce):
            size = _size_of_loop(node, inner[0].size, free if closed else None)
        return Fact(size, free if closed else None)

    def table(self, node: ir.Reduce, local_values: Mapping[int, Val]) -> Table | None:
        """The table of a reduction that reads no state, if the locals whose values are not known have few values."""
        free = self.of(node).free
        if free is None:
            return None
        values = {local: local_values[local.index].const for local in free}
        if combinations(local for local, value in values.items() if value is None) > MOST_MASKS:
            return None
        numbered: dict[ir.Local, ir.Local] = {}
        # With locals numbered as they occur, equal tables are found equal.
        canonical = renamed(
            node, lambda local: numbered.setdefault(local, replace(local, index=len(numbered), name=""))
        )
        axes = [local for local in numbered if values.get(local, 0) is None]
        known = tuple((numbered[local].index, value) for local, value in values.items() if value is not None)
        return Table(tuple(axes), _values(canonical, tuple(numbered[axis] for axis in axes), tuple(sorted(known))))


@lru_cache(maxsize=1024)
def _values(node: ir.Expr, axes: tuple[ir.Local, ...], known: tuple[tuple[int, int], ...]) -> tuple[int, ...]:
    points = product(*map(domain, axes))
    indices = [axis.index for axis in axes]
    return tuple(value_of_constant(node, dict(known) | dict(zip(indices, point, strict=True))) for point in points)


def domain(local: ir.Local) -> range:
    """The values that a local can have."""
    first = least(local.type)
    return range(first, first + domain_size(local.type))


def _size_of_loop(node: ir.Reduce, body: int, free: frozenset[ir.Local] | None) -> int:
    if free is not None and combinations(free) <= MOST_MASKS:
        return 1 + 2 * len(free)
    return 1 + body * max(node.hi - node.lo + 1, 0)


def strides(axes: tuple[ir.Local, ...]) -> Iterator[tuple[ir.Local, int, int]]:
    """Each axis with its least value and the distance of its values in the table."""
    distance = combinations(axes)
    for axis in axes:
        distance //= domain_size(axis.type)
        yield axis, domain(axis).start, distance
