"""Kernel expressions as LLVM instructions. Constants are folded on the way, so unrolled loops read fixed cells."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from modelcheck.engines.native.function import NEVER, Function, Val, number, truth
from modelcheck.kernel import program as ir
from modelcheck.kernel.layout import Layout
from modelcheck.kernel.types import BitsType, BoolType, IntType
from modelcheck.kernel.walk import children

UNROLL = 1 << 9
"""Loops are unrolled while the copies of their body count fewer nodes than this."""

CHAIN = 8
"""Arrays up to this length are indexed by a chain of selects, longer ones through a table of places."""


WORD_BITS = 64


class Expressions:
    """Emits expressions into a function, reading the state behind `state` (and `after`, for steps)."""

    def __init__(self, program: ir.Program, layout: Layout, function: Function, state: str, after: str = "") -> None:
        self.program = program
        self.layout = layout
        self.f = function
        self.state = state
        self.after = after
        self.locals: dict[int, Val] = {}

    # ------------------------------------------------------------------------------------------------------- cells

    def cell(self, flat: int, pointer: str) -> Val:
        """The value of a cell at a fixed place."""
        cell = self.layout.cells[flat]
        if cell.width == 0:
            return number(cell.base)
        word = self.word(pointer, number(cell.word))
        value = self.f.let(f"lshr i64 {word.text}, {cell.shift}") if cell.shift else word
        if cell.shift + cell.width < WORD_BITS:
            value = self.f.let(f"and i64 {value.text}, {number((1 << cell.width) - 1).text}")
        return self.f.let(f"add i64 {value.text}, {cell.base}") if cell.base else value

    def word(self, pointer: str, index: Val) -> Val:
        address = self.f.let(f"getelementptr i64, ptr {pointer}, i64 {index.text}")
        return self.f.let(f"load i64, ptr {address.text}, align 8")

    def store(self, array: int, index: Val, value: Val) -> None:
        """Store a word into an element of the state."""
        first, length = self.program.offsets[array], self.program.arrays[array].length
        if index.const is not None or length == 1:
            self._store_cell(first + (index.const or 0), value, None)
        elif length <= CHAIN:
            for position in range(length):
                self._store_cell(first + position, value, self.f.let(f"icmp eq i64 {index.text}, {position}", bit=True))
        else:
            self._store_through_table(array, index, value)

    def _store_cell(self, flat: int, value: Val, condition: Val | None) -> None:
        cell = self.layout.cells[flat]
        if cell.width == 0:
            return
        address = self.f.let(f"getelementptr i64, ptr {self.state}, i64 {cell.word}")
        old = self.f.let(f"load i64, ptr {address.text}, align 8")
        new = self._merged(old, value, number(cell.shift), cell.width, cell.base)
        if condition is not None:
            new = self.f.let(f"select i1 {condition.text}, i64 {new.text}, i64 {old.text}")
        self.f.emit(f"store i64 {new.text}, ptr {address.text}, align 8")

    def _merged(self, old: Val, value: Val, shift: Val, width: int, base: int) -> Val:
        if base:
            value = self.f.let(f"sub i64 {value.text}, {base}")
        mask = number((1 << width) - 1)
        moved = self.f.let(f"shl i64 {value.text}, {shift.text}")
        hole = self.f.let(f"shl i64 {mask.text}, {shift.text}")
        inverse = self.f.let(f"xor i64 {hole.text}, -1")
        kept = self.f.let(f"and i64 {old.text}, {inverse.text}")
        return self.f.let(f"or i64 {kept.text}, {moved.text}")

    def _place(self, array: int, index: Val) -> tuple[Val, Val]:
        pair = self.f.let(f"shl i64 {index.text}, 1")
        second = self.f.let(f"or i64 {pair.text}, 1")
        return self.word(f"@places_{array}", pair), self.word(f"@places_{array}", second)

    def _store_through_table(self, array: int, index: Val, value: Val) -> None:
        word, shift = self._place(array, index)
        cell = self.layout.cells[self.program.offsets[array]]
        if cell.width == 0:
            return
        address = self.f.let(f"getelementptr i64, ptr {self.state}, i64 {word.text}")
        old = self.f.let(f"load i64, ptr {address.text}, align 8")
        new = self._merged(old, value, shift, cell.width, cell.base)
        self.f.emit(f"store i64 {new.text}, ptr {address.text}, align 8")

    def _read(self, node: ir.Read) -> Val:
        pointer = self.after if node.after else self.state
        first, length = self.program.offsets[node.array], self.program.arrays[node.array].length
        index = self.value(node.index)
        if index.const is not None or length == 1:
            value = self.cell(first + (index.const or 0), pointer)
        elif length <= CHAIN:
            value = self.cell(first, pointer)
            for position in range(1, length):
                here = self.f.let(f"icmp eq i64 {index.text}, {position}", bit=True)
                other = self.cell(first + position, pointer)
                value = self.f.let(f"select i1 {here.text}, i64 {other.text}, i64 {value.text}")
        else:
            value = self._read_through_table(node.array, index, pointer)
        return self.f.let(f"trunc i64 {value.text} to i1", bit=True) if isinstance(node.type, BoolType) else value

    def _read_through_table(self, array: int, index: Val, pointer: str) -> Val:
        cell = self.layout.cells[self.program.offsets[array]]
        if cell.width == 0:
            return number(cell.base)
        place, shift = self._place(array, index)
        word = self.word(pointer, place)
        value = self.f.let(f"lshr i64 {word.text}, {shift.text}")
        value = self.f.let(f"and i64 {value.text}, {number((1 << cell.width) - 1).text}")
        return self.f.let(f"add i64 {value.text}, {cell.base}") if cell.base else value

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
                return self.negate(self.value(node.operand))
            case ir.AndOr():
                return self.all_or_any(node.op, [self.value(operand) for operand in node.operands])
            case ir.Ite():
                return self.choose(self.value(node.condition), self.value(node.then), self.value(node.orelse))
            case ir.Let():
                self.locals[node.local.index] = self.value(node.value)
                return self.value(node.body)
            case ir.Reduce():
                return self._reduce(node)
            case _:
                return self._bits(node)

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
            return self.choose(negative, less, quotient)
        return self.choose(negative, self.f.let(f"add i64 {remainder.text}, {b.text}"), remainder)

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

    def negate(self, a: Val) -> Val:
        """Not."""
        return truth(not a.const) if a.const is not None else self.f.let(f"xor i1 {a.text}, true", bit=True)

    def all_or_any(self, op: str, values: list[Val]) -> Val:
        """Conjunction or disjunction."""
        absorbing = 0 if op == "and" else 1
        rest = []
        for value in values:
            if value.const == absorbing:
                return truth(bool(absorbing))
            if value.const is None:
                rest.append(value)
        if not rest:
            return truth(not absorbing)
        result = rest[0]
        for value in rest[1:]:
            result = self.f.let(f"{op} i1 {result.text}, {value.text}", bit=True)
        return result

    def choose(self, condition: Val, then: Val, orelse: Val) -> Val:
        """`then` where the condition holds, else `orelse`."""
        if condition.const is not None:
            return then if condition.const else orelse
        if then.const is not None and then.const == orelse.const:
            return then
        return self.f.let(
            f"select i1 {condition.text}, {then.type} {then.text}, {orelse.type} {orelse.text}", bit=then.bit
        )

    def word_of(self, a: Val) -> Val:
        """A condition as a word."""
        if not a.bit:
            return a
        return number(a.const) if a.const is not None else self.f.let(f"zext i1 {a.text} to i64")

    def _bits(self, node: ir.BitsNode) -> Val:
        match node:
            case ir.BitTest():
                return self._bit_test(node)
            case ir.BitUpdate():
                bits, one = self.value(node.bits), self._one(node.index, node.type.width)
                if node.on:
                    return self._fold2("or", bits, one, lambda a, b: a | b)
                inverse = self._fold2("xor", one, number(-1), lambda a, b: a ^ b)
                return self._fold2("and", bits, inverse, lambda a, b: a & b)
            case ir.BitOp():
                a, b = self.value(node.left), self.value(node.right)
                if node.op == "andnot":
                    b = self._fold2("xor", b, number(-1), lambda x, y: x ^ y)
                op = "or" if node.op == "or" else "and"
                return self._fold2(op, a, b, (lambda x, y: x | y) if op == "or" else (lambda x, y: x & y))
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

    def _fold2(self, op: str, a: Val, b: Val, fold: Callable[[int, int], int]) -> Val:
        if a.const is not None and b.const is not None:
            return number(fold(a.const, b.const))
        return self.f.let(f"{op} i64 {a.text}, {b.text}")

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
        safe = self.choose(inside, index, number(0))
        return self.choose(inside, self.f.let(f"shl i64 1, {safe.text}"), number(0))

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

    # --------------------------------------------------------------------------------------------------- reductions

    def _reduce(self, node: ir.Reduce) -> Val:
        count = node.hi - node.lo + 1
        if count * size(node.body) <= UNROLL or count <= 2:  # noqa: PLR2004 - two copies are no loop
            return self._unrolled(node)
        return self._loop(node)

    def _unrolled(self, node: ir.Reduce) -> Val:
        values = []
        for position in range(node.lo, node.hi + 1):
            self.locals[node.local.index] = number(position)
            values.append(self.value(node.body))
        if isinstance(node.type, BoolType):
            return self.all_or_any(node.op, values)
        result = number(0)
        for position, value in enumerate(values):
            result = value if position == 0 else self._combined(node, result, value)
        return result

    def _combined(self, node: ir.Reduce, a: Val, b: Val) -> Val:
        if node.op == "add":
            return self._fold2("add", a, b, lambda x, y: x + y)
        if node.op == "or":
            return self._fold2("or", a, b, lambda x, y: x | y)
        if a.const is not None and b.const is not None:
            return number(min(a.const, b.const) if node.op == "min" else max(a.const, b.const))
        less = self.f.let(f"icmp slt i64 {a.text}, {b.text}", bit=True)
        return self.choose(less, a, b) if node.op == "min" else self.choose(less, b, a)

    def _loop(self, node: ir.Reduce) -> Val:
        boolean = isinstance(node.type, BoolType)
        start = {"and": 1, "or": 0, "add": 0, "min": (1 << 62), "max": -(1 << 62)}[node.op]
        counter, total = self.f.slot("i64"), self.f.slot("i64")
        self.f.emit(f"store i64 {node.lo}, ptr {counter}, align 8")
        self.f.emit(f"store i64 {start}, ptr {total}, align 8")
        head, body, done = self.f.name("rh"), self.f.name("rb"), self.f.name("rd")
        self.f.start(head)
        position = self.f.let(f"load i64, ptr {counter}, align 8")
        self.f.fork(self.f.let(f"icmp sle i64 {position.text}, {node.hi}", bit=True), body, done)
        self.f.start(body)
        self.locals[node.local.index] = position
        value = self.word_of(self.value(node.body))
        so_far = self.f.let(f"load i64, ptr {total}, align 8")
        if boolean:
            combined = self.f.let(f"{node.op} i64 {so_far.text}, {value.text}")
        else:
            combined = self._combined(node, so_far, value)
        self.f.emit(f"store i64 {combined.text}, ptr {total}, align 8")
        following = self.f.let(f"add i64 {position.text}, 1")
        self.f.emit(f"store i64 {following.text}, ptr {counter}, align 8")
        self.f.branch(head)
        self.f.start(done)
        result = self.f.let(f"load i64, ptr {total}, align 8")
        return self.f.let(f"trunc i64 {result.text} to i1", bit=True) if boolean else result


def size(node: ir.Expr) -> int:
    """How many nodes an expression counts once its loops are unrolled."""
    inner = sum(size(child) for child in children(node))
    return 1 + (inner * (node.hi - node.lo + 1) if isinstance(node, ir.Reduce) else inner)
