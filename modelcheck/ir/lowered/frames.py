"""Expressions being lowered: what they share, and what must hold for them to be defined."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec import Struct

from modelcheck.frozen import Frozen, field
from modelcheck.ir.lowered import build as b
from modelcheck.ir.lowered.free_locals import FreeLocals
from modelcheck.ir.lowered.values import Lowered, map_leaves
from modelcheck.kernel import program as ir
from modelcheck.kernel.types import IntType, KernelType

if TYPE_CHECKING:
    from modelcheck.source import Span


class Obligation(Frozen):
    """What must hold for an expression to be defined.

    `parts` say which error it is where `holds`, their conjunction, is false. The conjunction runs the loops around them
    once for all, which matters as it is nearly always true.
    """

    holds: ir.Expr
    parts: tuple[tuple[int, ir.Expr], ...]

    def changed(self, change: Callable[[ir.Expr], ir.Expr]) -> Obligation:
        """With every condition changed."""
        return Obligation(change(self.holds), tuple((code, change(part)) for code, part in self.parts))


class Frame(Struct):
    """The expressions lowered between two binders, or (`emits`) within one statement list.

    `obligations` hold each under the `conditions` that held where it was recorded.
    """

    emits: bool
    bindings: list[tuple[ir.Local, ir.Expr]] = field(default_factory=list)
    obligations: list[Obligation] = field(default_factory=list)
    conditions: list[ir.Expr] = field(default_factory=list)


class Frames(ABC):
    """The frames around the place that is being lowered, innermost last, and the errors that can happen."""

    def __init__(self) -> None:
        self._frames: list[Frame] = []
        self._fails: dict[str, int] = {}
        self._failures: list[tuple[Span, str]] = []
        self._silent = False
        self._locals = 0
        self._free = FreeLocals()

    @abstractmethod
    def emit(self, statement: ir.Statement) -> None:
        """Append a statement, which runs only where this part of the body does."""

    @abstractmethod
    def bind(self, local: ir.Local, value: ir.Expr) -> None:
        """Append a binding."""

    def when(self, condition: ir.Expr, *statements: ir.Statement) -> None:
        """Append statements that run where a condition holds."""
        if not isinstance(condition, ir.Const):
            self.emit(ir.If(condition, statements))
        elif condition.value:
            for statement in statements:
                self.emit(statement)

    @property
    def fails(self) -> tuple[str, ...]:
        """The texts of all evaluation errors so far."""
        return tuple(self._fails)

    @property
    def failures(self) -> tuple[tuple[Span, str], ...]:
        """Where each of these is, and what goes wrong."""
        return tuple(self._failures)

    def fresh(self, kernel_type: KernelType, name: str) -> ir.Local:
        """A new local."""
        self._locals += 1
        return ir.Local(self._locals - 1, kernel_type, name)

    def share(self, expression: ir.Expr, name: str) -> ir.Expr:
        """The value of an expression as of now, cheap to use several times."""
        if isinstance(expression, ir.Const | ir.Local):
            return expression
        local = self.fresh(expression.type, name)
        if self._frames[-1].emits:
            self.bind(local, expression)
        else:
            self._frames[-1].bindings.append((local, expression))
        return local

    def share_all(self, value: Lowered, name: str) -> Lowered:
        """The same for a structured value; entries of maps in the state are still read there."""
        return map_leaves(value, lambda leaf: self.share(leaf, name))

    def settle(self, value: Lowered, name: str) -> Lowered:
        """The value as of now: it no longer depends on the state."""
        return map_leaves(value, lambda leaf: self.share(leaf, name), stored=True)

    def require(self, condition: ir.Expr, span: Span, problem: str) -> None:
        """What is lowered here is an error where the condition is false."""
        self._oblige(Obligation(condition, ((self._code(span, problem), condition),)))

    def _code(self, span: Span, problem: str) -> int:
        if self._silent:
            return 0
        code = self._fails.setdefault(f"{span}: {problem}", len(self._fails))
        if code == len(self._failures):
            self._failures.append((span, problem))
        return code

    def _oblige(self, obligation: Obligation) -> None:
        frame = self._frames[-1]
        otherwise = [*map(b.negation, frame.conditions)]
        obligation = obligation.changed(lambda condition: b.disjunction((*otherwise, condition)))
        if self._silent or obligation.holds == b.TRUE:
            return
        if not frame.emits:
            frame.obligations.append(obligation)
            return
        halts = [ir.If(b.negation(part), (ir.Halt("fail", code),)) for code, part in obligation.parts]
        # Where all but the last part hold, it is the last one that does not.
        last = ir.Halt("fail", obligation.parts[-1][0])
        self.when(b.negation(obligation.holds), *halts[:-1], last)

    @contextmanager
    def under(self, condition: ir.Expr) -> Iterator[None]:
        """Inside the block, obligations count only where the condition holds."""
        frame = self._frames[-1]
        frame.conditions.append(condition)
        try:
            yield
        finally:
            frame.conditions.pop()

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Inside the block, nothing is required: it lowers again what has been lowered before."""
        around, self._silent = self._silent, True
        try:
            yield
        finally:
            self._silent = around

    def loop(
        self, op: b.ReduceOp, count: int, body: Callable[[ir.Expr], ir.Expr], nothing: ir.Expr | None = None
    ) -> ir.Expr:
        """`body(i)` for i = 0..count-1 combined; `nothing` is the result for none, where the operator alone has none.

        What the body requires is required for every i.
        """
        if count == 0:
            return b.neutral(op) if nothing is None else nothing
        if count == 1:
            return body(b.number(0))
        local = self.fresh(IntType(0, count - 1), "i")
        with self.collecting() as frame:
            result = body(local)
        if frame.obligations:
            parts = tuple(part for obligation in frame.obligations for part in obligation.parts)
            every = Obligation(b.conjunction(obligation.holds for obligation in frame.obligations), parts)
            self._oblige(every.changed(lambda holds: b.reduction("and", local, 0, count - 1, self.wrap(frame, holds))))
        return b.reduction(op, local, 0, count - 1, self.wrap(frame, result))

    @contextmanager
    def collecting(self) -> Iterator[Frame]:
        """Lower expressions apart: what they bind and require is left in the frame."""
        frame = Frame(emits=False)
        self._frames.append(frame)
        try:
            yield frame
        finally:
            self._frames.pop()

    def wrap(self, frame: Frame, expression: ir.Expr) -> ir.Expr:
        """An expression with what a frame has bound for it."""
        return self._free.wrap(frame.bindings, expression)

    def predicate(self, lower: Callable[[], ir.Expr]) -> tuple[ir.Expr, ir.Expr]:
        """A closed boolean: where it is defined, and whether it holds."""
        with self.collecting() as frame:
            holds = lower()
        defined = b.conjunction(self.wrap(frame, obligation.holds) for obligation in frame.obligations)
        return defined, self.wrap(frame, holds)
