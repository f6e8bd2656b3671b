"""Reductions as loops: over the members of sets where these are enough, else over the whole range, or unrolled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from modelcheck.engines.native.facts import Facts, Table, strides
from modelcheck.engines.native.function import Function, Val, number, truth
from modelcheck.kernel import program as ir
from modelcheck.kernel.guards import Guard, guards_of
from modelcheck.kernel.types import BoolType

UNROLL = 1 << 9
"""Loops are unrolled while the copies of their body count fewer nodes than this."""

UNROLL_GUARDED = 1 << 6
"""The same for reductions that can run over the members of a set."""

_START = {"and": 1, "or": 0, "add": 0, "min": 1 << 62, "max": -(1 << 62)}


class Reductions:
    """Emits reductions into a function; `value` emits the body, with the element among the `locals`."""

    def __init__(
        self, function: Function, local_values: dict[int, Val], value: Callable[[ir.Expr], Val], facts: Facts
    ) -> None:
        self.f = function
        self.locals = local_values
        self._value = value
        self._facts = facts
        self._certain: list[ir.BitTest] = []

    def known(self, test: ir.BitTest) -> Val | None:
        """True for the test whose members are being run over."""
        return truth(True) if self._certain and test in self._certain else None  # noqa: FBT003 - it is the value

    def value(self, node: ir.Reduce) -> Val:
        """Emit a reduction."""
        table = self._facts.table(node, self.locals)
        if table is not None:
            return self._looked_up(node, table)
        count, copies = node.hi - node.lo + 1, self._facts.size(node)
        guards = guards_of(node) if copies > UNROLL_GUARDED else None
        if guards is not None:
            return self._over_members(node, guards)
        if copies <= UNROLL or count <= 2:  # noqa: PLR2004 - two copies are no loop
            return self._unrolled(node)
        return self._over_range(node)

    def _looked_up(self, node: ir.Reduce, table: Table) -> Val:
        boolean = isinstance(node.type, BoolType)
        if len(set(table.values)) == 1:
            return truth(bool(table.values[0])) if boolean else number(table.values[0])
        index = number(0)
        for axis, least, distance in strides(table.axes):
            value = self.f.word_of(self.locals[axis.index])
            steps = self.f.let(f"sub i64 {value.text}, {least}") if least else value
            steps = self.f.let(f"mul i64 {steps.text}, {distance}") if distance > 1 else steps
            index = steps if index.const == 0 else self.f.let(f"add i64 {index.text}, {steps.text}")
        address = self.f.let(f"getelementptr i64, ptr {self.f.table(table.values)}, i64 {index.text}")
        value = self.f.load(address.text)
        return self.f.let(f"trunc i64 {value.text} to i1", bit=True) if boolean else value

    def _unrolled(self, node: ir.Reduce) -> Val:
        values = self._copies(node)
        if isinstance(node.type, BoolType):
            return self.f.connect(node.op, values)
        result = None
        for value in values:
            result = value if result is None else self._combined(node, result, value)
        return number(_START[node.op]) if result is None else result

    def _copies(self, node: ir.Reduce) -> Iterator[Val]:
        for position in range(node.lo, node.hi + 1):
            self.locals[node.local.index] = number(position)
            yield self._value(node.body)

    def _combined(self, node: ir.Reduce, a: Val, b: Val) -> Val:
        if node.op == "add":
            return self.f.fold("add", a, b, lambda x, y: x + y)
        if node.op == "or":
            return self.f.fold("or", a, b, lambda x, y: x | y)
        if a.const is not None and b.const is not None:
            return number(min(a.const, b.const) if node.op == "min" else max(a.const, b.const))
        less = self.f.let(f"icmp slt i64 {a.text}, {b.text}", bit=True)
        return self.f.choose(less, a, b) if node.op == "min" else self.f.choose(less, b, a)

    # -------------------------------------------------------------------------------------------------------- loops

    def _over_members(self, node: ir.Reduce, guards: tuple[Guard, ...]) -> Val:
        total, done = self._total(node), self.f.name("reduced")
        for guard in guards:
            members = self.f.fold("and", self._value(guard.test.bits), number(guard.mask(node.lo, node.hi)), _and)
            left, head, body, following = self.f.slot("i64"), *map(self.f.name, ("head", "member", "following"))
            self.f.store(members, left)
            self.f.start(head)
            bits = self.f.load(left)
            self.f.fork(self.f.let(f"icmp ne i64 {bits.text}, 0", bit=True), body, following)
            self.f.start(body)
            first = self.f.let(f"call i64 @llvm.cttz.i64(i64 {bits.text}, i1 true)")
            less = self.f.let(f"sub i64 {bits.text}, 1")
            self.f.store(self.f.let(f"and i64 {bits.text}, {less.text}"), left)
            element = self.f.let(f"sub i64 {first.text}, {guard.offset}") if guard.offset else first
            with self._taking(guard.test):
                self._accumulate(node, element, total, head, done)
            self.f.start(following)
        self.f.start(done)
        return self._result(node, total)

    @contextmanager
    def _taking(self, test: ir.BitTest) -> Iterator[None]:
        self._certain.append(test)
        yield
        self._certain.pop()

    def _over_range(self, node: ir.Reduce) -> Val:
        total, counter = self._total(node), self.f.slot("i64")
        head, body, done = (self.f.name(hint) for hint in ("head", "element", "reduced"))
        self.f.store(number(node.lo), counter)
        self.f.start(head)
        position = self.f.load(counter)
        self.f.fork(self.f.let(f"icmp sle i64 {position.text}, {node.hi}", bit=True), body, done)
        self.f.start(body)
        self.f.store(self.f.let(f"add i64 {position.text}, 1"), counter)
        self._accumulate(node, position, total, head, done)
        self.f.start(done)
        return self._result(node, total)

    def _total(self, node: ir.Reduce) -> str:
        total = self.f.slot("i64")
        self.f.store(number(_START[node.op]), total)
        return total

    def _accumulate(self, node: ir.Reduce, element: Val, total: str, head: str, done: str) -> None:
        """Combine one element into the total and go on at `head`, or at `done` once the result is certain."""
        self.locals[node.local.index] = element
        value = self._value(node.body)
        if not isinstance(node.type, BoolType):
            self.f.store(self._combined(node, self.f.load(total), value), total)
            self.f.branch(head)
            return
        # A boolean total has its start value here: any other ends the loop.
        self.f.store(self.f.word_of(value), total)
        self.f.fork(value, *((head, done) if node.op == "and" else (done, head)))

    def _result(self, node: ir.Reduce, total: str) -> Val:
        result = self.f.load(total)
        return self.f.let(f"trunc i64 {result.text} to i1", bit=True) if isinstance(node.type, BoolType) else result


def _and(a: int, b: int) -> int:
    return a & b
