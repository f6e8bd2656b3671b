"""Restricted Python to LLVM IR.

The search loop is written as plain Python functions over 64-bit words and translated here, so it reads like the
algorithm. The subset: parameters and locals are words (unsigned) or pointers to words; assignment, `+=` and the like,
`if`, `while`, `break`, `continue`, `return`; arithmetic, comparison (unsigned), `and`, `or`, `not`; `p[i]` to load and
store; calls of other translated functions and of the operations in `INTRINSICS`.
"""

from __future__ import annotations

import ast
import inspect
import sys
import threading
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from msgspec import Struct

from modelcheck.frozen import Frozen, field

_PARSING = threading.Lock()
"""Two threads that parse at once can make Python 3.11 raise `SystemError` (CPython issue 106905)."""

WORD = "i64"
POINTER = "ptr"

_BINARY = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.FloorDiv: "udiv",
    ast.Mod: "urem",
    ast.BitAnd: "and",
    ast.BitOr: "or",
    ast.BitXor: "xor",
    ast.LShift: "shl",
    ast.RShift: "lshr",
}
_COMPARE = {ast.Eq: "eq", ast.NotEq: "ne", ast.Lt: "ult", ast.LtE: "ule", ast.Gt: "ugt", ast.GtE: "uge"}


class TranslationError(Exception):
    """A function uses something outside the subset: our bug."""


class Signature(Frozen):
    """Types of the parameters and of the result (None for nothing), as LLVM names them."""

    parameters: tuple[str, ...]
    result: str | None


class _Translator(Struct):
    """One function being translated. Every local is a stack slot; LLVM makes registers of them."""

    name: str
    constants: Mapping[str, int]
    callees: Mapping[str, Signature]
    lines: list[str] = field(default_factory=list)
    slots: dict[str, str] = field(default_factory=dict)
    fresh: int = 0
    loops: list[tuple[str, str]] = field(default_factory=list)
    ended: bool = False

    def temp(self) -> str:
        self.fresh += 1
        return f"%t{self.fresh}"

    def label(self, hint: str) -> str:
        self.fresh += 1
        return f"{hint}{self.fresh}"

    def emit(self, line: str) -> None:
        if not self.ended:
            self.lines.append(f"  {line}")

    def start(self, label: str) -> None:
        if not self.ended:
            self.lines.append(f"  br label %{label}")
        self.lines.append(f"{label}:")
        self.ended = False

    def end(self, line: str) -> None:
        self.emit(line)
        self.ended = True

    # -------------------------------------------------------------------------------------------------- statements

    def block(self, statements: list[ast.stmt]) -> None:
        for statement in statements:
            self.statement(statement)

    def statement(self, node: ast.stmt) -> None:
        match node:
            case ast.Assign(targets=[target], value=value):
                self.store(target, *self.value(value))
            case ast.AugAssign(target=target, op=op, value=value):
                left = self.value(target)
                self.store(target, *self.binary(op, left, self.value(value)))
            case ast.Expr(value=ast.Constant()):
                pass
            case ast.Expr(value=ast.Call() as call):
                self.call(call)
            case ast.If():
                self.if_(node)
            case ast.While():
                self.while_(node)
            case ast.Break():
                self.end(f"br label %{self.loops[-1][1]}")
            case ast.Continue():
                self.end(f"br label %{self.loops[-1][0]}")
            case ast.Return(value=None):
                self.end("ret void")
            case ast.Return(value=value):
                assert value is not None
                result, type_ = self.value(value)
                self.end(f"ret {type_} {result}")
            case ast.Pass():
                pass
            case _:
                raise TranslationError(f"{self.name}: {ast.unparse(node)}")

    def store(self, target: ast.expr, value: str, type_: str) -> None:
        match target:
            case ast.Name(id=name):
                if name not in self.slots:
                    self.slots[name] = type_
                self.emit(f"store {type_} {value}, ptr %v.{name}")
            case ast.Subscript():
                self.emit(f"store {type_} {value}, ptr {self.address(target)}")
            case _:
                raise TranslationError(f"{self.name}: {ast.unparse(target)}")

    def if_(self, node: ast.If) -> None:
        then, orelse, end = self.label("then"), self.label("else"), self.label("endif")
        self.end(f"br i1 {self.condition(node.test)}, label %{then}, label %{orelse}")
        self.ended = True
        self.start(then)
        self.block(node.body)
        if not self.ended:
            self.end(f"br label %{end}")
        self.start_closed(orelse)
        self.block(node.orelse)
        if not self.ended:
            self.end(f"br label %{end}")
        self.start_closed(end)

    def start_closed(self, label: str) -> None:
        self.lines.append(f"{label}:")
        self.ended = False

    def while_(self, node: ast.While) -> None:
        test, body, end = self.label("while"), self.label("do"), self.label("done")
        self.start(test)
        self.end(f"br i1 {self.condition(node.test)}, label %{body}, label %{end}")
        self.start_closed(body)
        self.loops.append((test, end))
        self.block(node.body)
        self.loops.pop()
        if not self.ended:
            self.end(f"br label %{test}")
        self.start_closed(end)

    # -------------------------------------------------------------------------------------------------- expressions

    def value(self, node: ast.expr) -> tuple[str, str]:
        match node:
            case ast.Constant(value=bool(number)):
                return ("1" if number else "0"), WORD
            case ast.Constant(value=int(number)):
                return _literal(number), WORD
            case ast.Name(id=name) if name in self.slots:
                result = self.temp()
                self.emit(f"{result} = load {self.slots[name]}, ptr %v.{name}")
                return result, self.slots[name]
            case ast.Name(id=name) if name in self.constants:
                return _literal(self.constants[name]), WORD
            case ast.Subscript():
                result = self.temp()
                self.emit(f"{result} = load i64, ptr {self.address(node)}")
                return result, WORD
            case ast.BinOp(left=left, op=op, right=right):
                return self.binary(op, self.value(left), self.value(right))
            case ast.Call():
                return self.call(node)
            case ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
                result = self.temp()
                flag = self.condition(node)
                self.emit(f"{result} = zext i1 {flag} to i64")
                return result, WORD
            case _:
                raise TranslationError(f"{self.name}: {ast.unparse(node)}")

    def binary(self, op: ast.operator, left: tuple[str, str], right: tuple[str, str]) -> tuple[str, str]:
        result = self.temp()
        if left[1] == POINTER:
            self.emit(f"{result} = getelementptr i64, ptr {left[0]}, i64 {right[0]}")
            return result, POINTER
        self.emit(f"{result} = {_BINARY[type(op)]} i64 {left[0]}, {right[0]}")
        return result, WORD

    def address(self, node: ast.Subscript) -> str:
        base, _ = self.value(node.value)
        index, _ = self.value(node.slice)
        result = self.temp()
        self.emit(f"{result} = getelementptr i64, ptr {base}, i64 {index}")
        return result

    def condition(self, node: ast.expr) -> str:
        match node:
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                a, b, result = self.value(left), self.value(right), self.temp()
                self.emit(f"{result} = icmp {_COMPARE[type(op)]} {a[1]} {a[0]}, {b[0]}")
                return result
            case ast.BoolOp(op=op, values=values):
                return self.short_circuit(values, is_and=isinstance(op, ast.And))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                result = self.temp()
                self.emit(f"{result} = xor i1 {self.condition(operand)}, true")
                return result
            case _:
                value, _ = self.value(node)
                result = self.temp()
                self.emit(f"{result} = icmp ne i64 {value}, 0")
                return result

    def short_circuit(self, values: list[ast.expr], *, is_and: bool) -> str:
        slot = f"bool{self.label('')}"
        self.slots[slot] = "i1"
        end = self.label("known")
        for position, value in enumerate(values):
            flag = self.condition(value)
            self.emit(f"store i1 {flag}, ptr %v.{slot}")
            if position < len(values) - 1:
                following = self.label("next")
                targets = (following, end) if is_and else (end, following)
                self.end(f"br i1 {flag}, label %{targets[0]}, label %{targets[1]}")
                self.start_closed(following)
        self.start(end)
        result = self.temp()
        self.emit(f"{result} = load i1, ptr %v.{slot}")
        return result

    def call(self, node: ast.Call) -> tuple[str, str]:
        assert isinstance(node.func, ast.Name)
        name = node.func.id
        arguments = [self.value(argument) for argument in node.args]
        if name in INTRINSICS:
            return INTRINSICS[name](self, arguments)
        signature = self.callees[name]
        passed = ", ".join(f"{type_} {value}" for value, type_ in arguments)
        if signature.result is None:
            self.emit(f"call void @{name}({passed})")
            return "0", WORD
        result = self.temp()
        self.emit(f"{result} = call {signature.result} @{name}({passed})")
        return result, signature.result


_Values = list[tuple[str, str]]


def _cas(t: _Translator, a: _Values) -> tuple[str, str]:
    """cas(p, i, old, new): the word that was there; it was exchanged if that is `old`."""
    address, pair, result = t.temp(), t.temp(), t.temp()
    t.emit(f"{address} = getelementptr i64, ptr {a[0][0]}, i64 {a[1][0]}")
    t.emit(f"{pair} = cmpxchg ptr {address}, i64 {a[2][0]}, i64 {a[3][0]} acq_rel acquire")
    t.emit(f"{result} = extractvalue {{ i64, i1 }} {pair}, 0")
    return result, WORD


def _fetch_add(t: _Translator, a: _Values) -> tuple[str, str]:
    address, result = t.temp(), t.temp()
    t.emit(f"{address} = getelementptr i64, ptr {a[0][0]}, i64 {a[1][0]}")
    t.emit(f"{result} = atomicrmw add ptr {address}, i64 {a[2][0]} monotonic")
    return result, WORD


def _load(t: _Translator, a: _Values) -> tuple[str, str]:
    address, result = t.temp(), t.temp()
    t.emit(f"{address} = getelementptr i64, ptr {a[0][0]}, i64 {a[1][0]}")
    t.emit(f"{result} = load atomic i64, ptr {address} acquire, align 8")
    return result, WORD


def _prefetch(t: _Translator, a: _Values) -> tuple[str, str]:
    address = t.temp()
    t.emit(f"{address} = getelementptr i64, ptr {a[0][0]}, i64 {a[1][0]}")
    t.emit(f"call void @llvm.prefetch.p0(ptr {address}, i32 1, i32 3, i32 1)")
    return "0", WORD


def _pointer(t: _Translator, a: _Values) -> tuple[str, str]:
    """pointer(w): a word as a pointer to words."""
    result = t.temp()
    t.emit(f"{result} = inttoptr i64 {a[0][0]} to ptr")
    return result, POINTER


def _popcount(t: _Translator, a: _Values) -> tuple[str, str]:
    result = t.temp()
    t.emit(f"{result} = call i64 @llvm.ctpop.i64(i64 {a[0][0]})")
    return result, WORD


INTRINSICS: dict[str, Callable[[_Translator, _Values], tuple[str, str]]] = {
    "cas": _cas,
    "fetch_add": _fetch_add,
    "load_acquire": _load,
    "prefetch": _prefetch,
    "pointer": _pointer,
    "popcount": _popcount,
}

DECLARATIONS = """declare void @llvm.prefetch.p0(ptr, i32, i32, i32)
declare i64 @llvm.ctpop.i64(i64)
declare i64 @llvm.cttz.i64(i64, i1)
"""


def _literal(number: int) -> str:
    """A word as LLVM writes it: signed."""
    number &= (1 << 64) - 1
    return str(number - (1 << 64) if number >> 63 else number)


def signature_of(function: Callable[..., Any]) -> Signature:
    """The signature from annotations: `ptr` is a pointer, everything else a word; `-> None` returns nothing."""
    hints = function.__annotations__
    code = function.__code__
    parameters = tuple(POINTER if hints[name] == "ptr" else WORD for name in code.co_varnames[: code.co_argcount])
    result = hints.get("return")
    types = {None: None, "None": None, "ptr": POINTER}
    return Signature(parameters, types.get(result, WORD))


def translate(
    function: Callable[..., Any],
    constants: Mapping[str, int],
    callees: Mapping[str, Signature],
    *,
    inline: bool = False,
) -> str:
    """The text of a function at the top of its module. Raises `TranslationError` for what is not in the subset."""
    with _PARSING:
        node = _definitions(function.__module__)[function.__name__]
    return _function(node, signature_of(function), constants, callees, inline=inline)


@cache
def _definitions(module: str) -> dict[str, ast.FunctionDef]:
    """The functions of a module by name. To parse all at once takes half as long as to look for the end of each."""
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


def _function(
    node: ast.FunctionDef,
    signature: Signature,
    constants: Mapping[str, int],
    callees: Mapping[str, Signature],
    *,
    inline: bool,
) -> str:
    translator = _Translator(node.name, constants, callees)
    names = [argument.arg for argument in node.args.args]
    translator.slots.update(zip(names, signature.parameters, strict=True))
    translator.block(node.body)
    if not translator.ended:
        translator.end("ret void" if signature.result is None else "ret i64 0")
    head = [f"  %v.{name} = alloca {type_}" for name, type_ in translator.slots.items()]
    head += [f"  store {type_} %{name}, ptr %v.{name}" for name, type_ in zip(names, signature.parameters, strict=True)]
    declared = ", ".join(f"{type_} %{name}" for name, type_ in zip(names, signature.parameters, strict=True))
    attributes = " alwaysinline" if inline else ""
    linkage = "internal " if inline else ""
    opening = f"define {linkage}{signature.result or 'void'} @{node.name}({declared}){attributes} {{"
    return "\n".join([opening, "entry:", *head, *translator.lines, "}"]) + "\n"
