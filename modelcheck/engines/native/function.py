"""One LLVM function under construction: labels, temporaries, stack slots."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from modelcheck.frozen import Frozen, field

MASK = (1 << 64) - 1


class UnsupportedError(Exception):
    """The native engine cannot run this program; the interpreter can."""


class Val(Frozen):
    """An SSA value or a constant. `bit` tells an `i1` from an `i64`; `const` is the signed number of a constant."""

    text: str
    bit: bool = False
    const: int | None = None

    @property
    def type(self) -> str:
        """The LLVM type."""
        return "i1" if self.bit else "i64"


def number(value: int) -> Val:
    """A constant word."""
    value &= MASK
    signed = value - (1 << 64) if value >> 63 else value
    return Val(str(signed), const=signed)


def truth(value: bool) -> Val:  # noqa: FBT001 - it is the value
    """A constant condition."""
    return Val("true" if value else "false", bit=True, const=int(value))


NEVER = Val("false", bit=True, const=0)
"""The condition that is false."""


class Function(Struct):
    """Text of one function. Stack slots are collected in the entry block, so that LLVM turns them into registers."""

    header: str
    lines: list[str] = field(default_factory=list)
    slots: list[str] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    fresh: int = 0
    ended: bool = False

    def name(self, hint: str) -> str:
        """A name that is new in this function."""
        self.fresh += 1
        return f"{hint}{self.fresh}"

    def emit(self, text: str) -> None:
        """Append an instruction, unless the block has ended: what follows cannot be reached."""
        if not self.ended:
            self.lines.append(f"  {text}")

    def let(self, text: str, *, bit: bool = False) -> Val:
        """Append an instruction and name its result."""
        result = f"%{self.name('t')}"
        self.emit(f"{result} = {text}")
        return Val(result, bit)

    def slot(self, type_: str) -> str:
        """A stack slot."""
        result = f"%{self.name('s')}"
        self.slots.append(f"  {result} = alloca {type_}, align 8")
        return result

    def table(self, values: Sequence[int]) -> str:
        """The address of constant words."""
        # The function's name makes it unique in the module; LLVM merges equal ones.
        name = f"@{self.header.partition('@')[2].partition('(')[0]}.table{len(self.tables)}"
        words = ", ".join(f"i64 {number(value).text}" for value in values)
        self.tables.append(f"{name} = private unnamed_addr constant [{len(values)} x i64] [{words}]")
        return name

    def branch(self, label: str) -> None:
        """Jump, and end the block."""
        self.emit(f"br label %{label}")
        self.ended = True

    def advance(self, counter: str, head: str) -> None:
        """Count one on in a slot, and jump back to a loop's head."""
        again = self.let(f"load i64, ptr {counter}, align 8")
        self.emit(f"store i64 {self.let(f'add i64 {again.text}, 1').text}, ptr {counter}, align 8")
        self.branch(head)

    def fork(self, condition: Val, then: str, orelse: str) -> None:
        """Jump by a condition, and end the block."""
        self.emit(f"br i1 {condition.text}, label %{then}, label %{orelse}")
        self.ended = True

    def start(self, label: str) -> None:
        """Begin a block; falls into it from an open one."""
        if not self.ended:
            self.branch(label)
        self.lines.append(f"{label}:")
        self.ended = False

    # ---------------------------------------------------------------------------------- values, constants being folded

    def fold(self, op: str, a: Val, b: Val, value: Callable[[int, int], int]) -> Val:
        """An operation on words; `value` computes it for constants."""
        if a.const is not None and b.const is not None:
            return number(value(a.const, b.const))
        return self.let(f"{op} i64 {a.text}, {b.text}")

    def negate(self, a: Val) -> Val:
        """Not."""
        return truth(not a.const) if a.const is not None else self.let(f"xor i1 {a.text}, true", bit=True)

    def connect(self, op: str, values: Iterable[Val]) -> Val:
        """Conjunction (`and`) or disjunction (`or`); no value is asked for once the result is certain."""
        absorbing = 0 if op == "and" else 1
        result = truth(not absorbing)
        for value in values:
            if value.const == absorbing:
                return value
            if value.const is None:
                both = result.const is None
                result = self.let(f"{op} i1 {result.text}, {value.text}", bit=True) if both else value
        return result

    def choose(self, condition: Val, then: Val, orelse: Val) -> Val:
        """`then` where the condition holds, else `orelse`."""
        if condition.const is not None:
            return then if condition.const else orelse
        if then.const is not None and then.const == orelse.const:
            return then
        return self.let(
            f"select i1 {condition.text}, {then.type} {then.text}, {orelse.type} {orelse.text}", bit=then.bit
        )

    def word_of(self, a: Val) -> Val:
        """A condition as a word."""
        if not a.bit:
            return a
        return number(a.const) if a.const is not None else self.let(f"zext i1 {a.text} to i64")

    def load(self, address: str, type_: str = "i64") -> Val:
        """The value of a stack slot."""
        return self.let(f"load {type_}, ptr {address}, align 8", bit=type_ == "i1")

    def store(self, value: Val, address: str) -> None:
        """Set a stack slot."""
        self.emit(f"store {value.type} {value.text}, ptr {address}, align 8")

    def text(self) -> str:
        """The whole function."""
        return "\n".join([*self.tables, f"define {self.header} {{", "entry:", *self.slots, *self.lines, "}"]) + "\n"
