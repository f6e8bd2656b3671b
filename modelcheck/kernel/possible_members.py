"""Which numbers the sets of a state can ever hold: more than they will, as far as the assignments alone tell.

A set of packets is declared for every sender, receiver and value of the fields, and few of these are ever sent. What
cannot be in a set needs no bit in a stored state.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from msgspec import Struct

from modelcheck.frozen import Frozen, field, replace
from modelcheck.kernel import program as ir
from modelcheck.kernel.intervals import computed_interval
from modelcheck.kernel.types import BitsType, IntType


def possible_members(program: ir.Program) -> tuple[int, ...]:
    """For each cell of the flat state the numbers that a set there may hold, as bits; 0 for a cell that is no set.

    It is the least solution of what the assignments say: blocks are run again until no set gets a new member.
    """
    finder = _Finder(program, [0] * sum(array.length for array in program.arrays))
    if any(isinstance(array.type, BitsType) for array in program.arrays):
        while finder.changed:
            finder.changed = False
            for block in (program.initial, *(action.body for action in program.actions)):
                finder.run(block)
    return tuple(finder.cells)


class Members(Frozen, dict=True):
    """What may be in a set, whatever the state is."""

    program: ir.Program

    @cached_property
    def _cells(self) -> list[int]:
        return [
            _all(array.type) if isinstance(array.type, BitsType) else 0
            for array in self.program.arrays
            for _ in range(array.length)
        ]

    def of(self, node: ir.Expr, sets: Mapping[int, int]) -> int:
        """The numbers that a set may hold, as bits; `sets` tells the same of the locals in scope, by index."""
        return _Finder(self.program, self._cells, sets=dict(sets)).members(node)


class _Finder(Struct):
    """What is known so far: the members in the cells, the intervals and the members of the locals in scope."""

    program: ir.Program
    cells: list[int]
    intervals: dict[int, IntType] = field(default_factory=dict)
    sets: dict[int, int] = field(default_factory=dict)
    changed: bool = True
    element: tuple[ir.Read, int] | None = None
    """The element that is assigned, and its cell: where its own value is read, no other cell is meant."""

    # --------------------------------------------------------------------------------------------------- statements

    def run(self, block: ir.Block) -> None:
        for statement in block:
            match statement:
                case ir.Bind(local, value):
                    self._bind(local, value)
                case ir.If(_, then, orelse):
                    self.run(then)
                    self.run(orelse)
                case ir.Assign(array, index, value) if isinstance(self.program.arrays[array].type, BitsType):
                    self._assign(array, index, value)
                case ir.Choose(local, domain, _, active):
                    interval = _declared(local)
                    if isinstance(active, ir.Const) and active.value:
                        chosen = self._chosen(domain, interval)
                        if chosen is None:
                            # The rest is not run, as long as nothing is in the set.
                            return
                        interval = chosen
                    self.intervals[local.index] = interval

    def _bind(self, local: ir.Local, value: ir.Expr) -> None:
        if isinstance(local.type, BitsType):
            self.sets[local.index] = self.members(value)
        elif isinstance(local.type, IntType):
            self.intervals[local.index] = self._interval(value)

    def _assign(self, array: int, index: ir.Expr, value: ir.Expr) -> None:
        for cell in self._cells(array, index):
            self.element = ir.Read(array, index, value.type), cell
            members = self.members(value)
            if members & ~self.cells[cell]:
                self.cells[cell] |= members
                self.changed = True
        self.element = None

    def _chosen(self, domain: ir.Between | ir.Members | ir.Slots, interval: IntType) -> IntType | None:
        match domain:
            case ir.Between(lo, hi):
                return _common(interval, lo, hi)
            case ir.Members(bits):
                members = self.members(bits)
                return _common(interval, _least(members), members.bit_length() - 1)
            case ir.Slots():
                return interval

    # -------------------------------------------------------------------------------------------------- expressions

    def members(self, node: ir.Expr) -> int:
        """What may be in a set."""
        match node:
            case ir.Const(value):
                return value
            case ir.Local(index):
                return self.sets.get(index, _all(node.type))
            case ir.Read(array, index):
                if self.element is not None and node == self.element[0]:
                    return self.cells[self.element[1]]
                found = 0
                for cell in self._cells(array, index):
                    found |= self.cells[cell]
                return found
            case ir.BitUpdate(bits, index, on, type_):
                return self.members(bits) | (self._numbers(index) & _all(type_) if on else 0)
            case ir.BitOp("and", left, right):
                return self.members(left) & self.members(right)
            case ir.BitOp("or", left, right) | ir.Ite(_, left, right):
                return self.members(left) | self.members(right)
            case ir.BitOp("andnot", left, _):
                return self.members(left)
            case ir.Shift(bits, amount, type_):
                members = self.members(bits)
                return (members << amount if amount >= 0 else members >> -amount) & _all(type_)
            case ir.Let(local, value, body):
                self._bind(local, value)
                return self.members(body)
            case ir.Reduce("or", local, lo, hi, body) if lo <= hi:
                self.intervals[local.index] = IntType(lo, hi)
                return self.members(body)
            case _:
                return _all(node.type)

    def _interval(self, node: ir.Expr) -> IntType:
        """Where a number may lie: within what is declared."""
        match node:
            case ir.Local(index):
                return self.intervals.get(index, _declared(node))
            case ir.Add(left, right) | ir.Mul(left, right) | ir.DivMod(_, left, right):
                operands = [ir.Local(-1, self._interval(operand), "") for operand in (left, right)]
                found = computed_interval(replace(node, left=operands[0], right=operands[1]))
                return _common(_declared(node), found.lo, found.hi) or _declared(node)
            case _:
                return _declared(node)

    def _numbers(self, index: ir.Expr) -> int:
        """The numbers of an interval, as bits, as far as they are not negative."""
        interval = self._interval(index)
        return (1 << max(0, interval.hi + 1)) - 1 & ~((1 << max(0, interval.lo)) - 1)

    def _cells(self, array: int, index: ir.Expr) -> range:
        interval = self._interval(index)
        first, length = self.program.offsets[array], self.program.arrays[array].length
        return range(first + max(0, interval.lo), first + min(length - 1, interval.hi) + 1)


def _declared(node: ir.Expr) -> IntType:
    assert isinstance(node.type, IntType)
    return node.type


def _common(interval: IntType, lo: int, hi: int) -> IntType | None:
    lo, hi = max(interval.lo, lo), min(interval.hi, hi)
    return IntType(lo, hi) if lo <= hi else None


def _least(members: int) -> int:
    return (members & -members).bit_length() - 1


def _all(type_: object) -> int:
    assert isinstance(type_, BitsType)
    return (1 << type_.width) - 1
