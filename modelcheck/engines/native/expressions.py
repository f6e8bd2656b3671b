"""Kernel expressions as LLVM instructions. Constants are folded on the way, so unrolled loops read fixed cells."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from modelcheck.engines.native.cells import WORD_BITS, Cells
from modelcheck.engines.native.facts import Facts
from modelcheck.engines.native.function import NEVER, Function, Val, number, truth
from modelcheck.engines.native.reductions import Reductions
from modelcheck.kernel import program as ir
from modelcheck.kernel.layout import Layout
from modelcheck.kernel.types import BitsType, BoolType, IntType

LARGE = 24
"""An operand of more nodes than this is evaluated only where it decides: a jump costs less than it does."""


class Expressions(Cells):
    """Emits expressions into a function, reading the state behind `state` (and `after`, for steps)."""

    def __init__(self, program: ir.Program, layout: Layout, function: Function, state: str, after: str = "") -> None:
        super().__init__(program, layout, function, state)
        self.after = after
        self.locals: dict[int, Val] = {}
        self.facts = Facts()
        self.reductions = Reductions(function, self.locals, self.value, self.facts)

    # -------------------------------------------------------------------------------------------------- expressions

    def value(self, node: ir.Expr) -> Val:
        """Emit an expression."""
        match node:
            case ir.Const(value, type_):
                return truth(bool(value)) if isinstance(type_, BoolType) else number(value)
            case ir.Local(index):
                return self.locals[index]
            case ir.Read():
                return self._read(node)
            case ir.Add():
                return self._arithmetic("add", node.left, node.right, lambda a, b: a + b)
            case ir.Mul():
                return self._arithmetic("mul", node.left, node.right, lambda a, b: a * b)
            case ir.DivMod():
                return self._divmod(node)
            case ir.Compare():
                return self._compare(node)
            case ir.Not():
                return self.f.negate(self.value(node.operand))
            case ir.AndOr():
                return self._connection(node)
            case ir.Ite():
                return self._conditional(node)
            case ir.Let():
                self.locals[node.local.index] = self.value(node.value)
                return self.value(node.body)
            case ir.Reduce():
                return self.reductions.value(node)
            case _:
                return self._bits(node)

    def _read(self, node: ir.Read) -> Val:
        value = self.element(node.array, self.value(node.index), self.after if node.after else self.state)
        return self.f.let(f"trunc i64 {value.text} to i1", bit=True) if isinstance(node.type, BoolType) else value

    def _connection(self, node: ir.AndOr) -> Val:
        """Small operands first, all of them; each large one only where those before it leave the result open."""
        large = [operand for operand in node.operands if self.facts.size(operand) > LARGE]
        result = self.f.connect(node.op, (self.value(operand) for operand in node.operands if operand not in large))
        absorbing = truth(node.op == "or")
        if not large or result.const == absorbing.const:
            return result
        total, done = self.f.slot("i1"), self.f.name("decided")
        self.f.store(result, total)
        for operand in large:
            following = self.f.name("open")
            if result.const is None:
                ways = (following, done) if node.op == "and" else (done, following)
                self.f.fork(result, *ways)
                self.f.start(following)
            result = self.value(operand)
            self.f.store(result, total)
            if result.const == absorbing.const:
                break
        self.f.start(done)
        return self.f.load(total, "i1")

    def _conditional(self, node: ir.Ite) -> Val:
        condition = self.value(node.condition)
        if condition.const is not None:
            return self.value(node.then if condition.const else node.orelse)
        if max(self.facts.size(node.then), self.facts.size(node.orelse)) <= LARGE:
            return self.f.choose(condition, self.value(node.then), self.value(node.orelse))
        type_ = "i1" if isinstance(node.type, BoolType) else "i64"
        result, end = self.f.slot(type_), self.f.name("end")
        ways = self.f.name("then"), self.f.name("else")
        self.f.fork(condition, *ways)
        for label, branch in zip(ways, (node.then, node.orelse), strict=True):
            self.f.start(label)
            self.f.store(self.value(branch), result)
            self.f.branch(end)
        self.f.start(end)
        return self.f.load(result, type_)

    def _arithmetic(self, op: str, left: ir.Expr, right: ir.Expr, fold: Callable[[int, int], int]) -> Val:
        a, b = self.value(left), self.value(right)
        if a.const is not None and b.const is not None:
            return number(fold(a.const, b.const))
        return self.f.let(f"{op} i64 {a.text}, {b.text}")

    def _divmod(self, node: ir.DivMod) -> Val:
        """Rounds down: LLVM's division rounds to zero, so a negative remainder is mended."""
        a, b = self.value(node.left), self.value(node.right)
        if a.const is not None and b.const is not None:
            return number(a.const // b.const if node.op == "div" else a.const % b.const)
        low = node.left.type.lo if isinstance(node.left.type, IntType) else -1
        if low >= 0:
            return self.f.let(f"{'udiv' if node.op == 'div' else 'urem'} i64 {a.text}, {b.text}")
        quotient, remainder = self.f.let(f"sdiv i64 {a.text}, {b.text}"), self.f.let(f"srem i64 {a.text}, {b.text}")
        negative = self.f.let(f"icmp slt i64 {remainder.text}, 0", bit=True)
        if node.op == "div":
            less = self.f.let(f"sub i64 {quotient.text}, 1")
            return self.f.choose(negative, less, quotient)
        return self.f.choose(negative, self.f.let(f"add i64 {remainder.text}, {b.text}"), remainder)

    def _compare(self, node: ir.Compare) -> Val:
        a, b = self.value(node.left), self.value(node.right)
        if a.const is not None and b.const is not None:
            holds = {
                "==": a.const == b.const,
                "!=": a.const != b.const,
                "<": a.const < b.const,
                "<=": a.const <= b.const,
            }
            return truth(holds[node.op])
        op = {"==": "eq", "!=": "ne", "<": "slt", "<=": "sle"}[node.op]
        return self.f.let(f"icmp {op} {a.type} {a.text}, {b.text}", bit=True)

    def _bits(self, node: ir.BitsNode) -> Val:
        match node:
            case ir.BitTest():
                return self.reductions.known(node) or self._bit_test(node)
            case ir.BitUpdate():
                bits, one = self.value(node.bits), self._one(node.index, node.type.width)
                if node.on:
                    return self.f.fold("or", bits, one, lambda a, b: a | b)
                inverse = self.f.fold("xor", one, number(-1), lambda a, b: a ^ b)
                return self.f.fold("and", bits, inverse, lambda a, b: a & b)
            case ir.BitOp():
                a, b = self.value(node.left), self.value(node.right)
                if node.op == "andnot":
                    b = self.f.fold("xor", b, number(-1), lambda x, y: x ^ y)
                op = "or" if node.op == "or" else "and"
                return self.f.fold(op, a, b, (lambda x, y: x | y) if op == "or" else (lambda x, y: x & y))
            case ir.Shift():
                return self._shift(node)
            case ir.Cast():
                return self.value(node.operand)
            case ir.PopCount():
                bits = self.value(node.bits)
                if bits.const is not None:
                    return number((bits.const & ((1 << 64) - 1)).bit_count())
                return self.f.let(f"call i64 @llvm.ctpop.i64(i64 {bits.text})")
            case _:
                assert_never(node)

    def _bit_test(self, node: ir.BitTest) -> Val:
        bits, index = self.value(node.bits), self.value(node.index)
        width = node.bits.type.width if isinstance(node.bits.type, BitsType) else 64
        if index.const is not None:
            if not 0 <= index.const < width:
                return NEVER
            if bits.const is not None:
                return truth(bool(bits.const >> index.const & 1))
            masked = self.f.let(f"and i64 {bits.text}, {number(1 << index.const).text}")
            return self.f.let(f"icmp ne i64 {masked.text}, 0", bit=True)
        one = self._one(node.index, width, index)
        masked = self.f.let(f"and i64 {bits.text}, {one.text}")
        return self.f.let(f"icmp ne i64 {masked.text}, 0", bit=True)

    def _one(self, node: ir.Expr, width: int, index: Val | None = None) -> Val:
        """The set of one number; empty where it lies outside 0..width-1."""
        index = index or self.value(node)
        if index.const is not None:
            return number(1 << index.const if 0 <= index.const < width else 0)
        interval = node.type
        if isinstance(interval, IntType) and interval.lo >= 0 and interval.hi < min(width, 64):
            return self.f.let(f"shl i64 1, {index.text}")
        inside = self.f.let(f"icmp ult i64 {index.text}, {width}", bit=True)
        safe = self.f.choose(inside, index, number(0))
        return self.f.choose(inside, self.f.let(f"shl i64 1, {safe.text}"), number(0))

    def _shift(self, node: ir.Shift) -> Val:
        bits = self.value(node.bits)
        if abs(node.amount) >= WORD_BITS:
            return number(0)
        op = "shl" if node.amount >= 0 else "lshr"
        if bits.const is not None:
            word = bits.const & ((1 << 64) - 1)
            moved = word << node.amount if node.amount >= 0 else word >> -node.amount
            return number(moved & ((1 << node.type.width) - 1))
        value = self.f.let(f"{op} i64 {bits.text}, {abs(node.amount)}") if node.amount else bits
        return self.f.let(f"and i64 {value.text}, {number((1 << node.type.width) - 1).text}")
