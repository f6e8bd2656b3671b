"""Statement lists being lowered: branches, and choices, which stand in the outermost list."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

from modelcheck.ir.lowered import build as b
from modelcheck.ir.lowered.frames import Frame, Frames
from modelcheck.kernel import program as ir

if TYPE_CHECKING:
    from modelcheck.ir.statement import Body


class DeadEndError(Exception):
    """The path has ended for certain: the rest of the body need not be lowered."""


class Blocks(Frames):
    """The list being written. `active` is false where the run has not come to this part of the body."""

    def __init__(self) -> None:
        super().__init__()
        self.active: ir.Expr = b.TRUE
        self._block: list[ir.Statement] = []
        self._depth = 0

    @abstractmethod
    def run(self, body: Body) -> None:
        """Lower a block of the language."""

    def bind(self, local: ir.Local, value: ir.Expr) -> None:
        self._block.append(ir.Bind(local, value))

    def block(self, statements: Callable[[], None]) -> ir.Block:
        """The block that lowering some statements gives."""
        self._block = []
        self._frames.append(Frame(emits=True))
        try:
            statements()
        except DeadEndError:
            pass
        finally:
            self._frames.pop()
        return tuple(self._block)

    def dead_end(self) -> NoReturn:
        """The path does not exist, whatever the state: nothing behind this point is lowered."""
        assert self._depth == 0
        assert self.active == b.TRUE
        self._block.append(ir.Halt("block"))
        raise DeadEndError

    def emit(self, statement: ir.Statement) -> None:
        """Append a statement, which runs only where this part of the body does."""
        if not self._depth and self.active == b.FALSE:
            return
        if self._depth or self.active == b.TRUE:
            self._block.append(statement)
            return
        last = self._block[-1] if self._block else None
        if isinstance(last, ir.If) and last.condition == self.active and not last.orelse:
            self._block[-1] = ir.If(self.active, (*last.then, statement))
        else:
            self._block.append(ir.If(self.active, (statement,)))

    def block_unless(self, condition: ir.Expr) -> None:
        """The path does not exist where the condition is false."""
        self.when(b.negation(condition), ir.Halt("block"))

    def assign(self, array: int, index: ir.Expr, value: ir.Expr) -> None:
        """Store a value."""
        self.emit(ir.Assign(array, index, value))

    def fork(self, condition: ir.Expr, then: Body, orelse: Body) -> None:
        """One of two blocks."""
        if isinstance(condition, ir.Const):
            self.run(then if condition.value else orelse)
            return
        if any(statement.chooses() for statement in (*then, *orelse)):
            condition = self.share(condition, "condition")
            with self.branch(condition, chooses=True):
                self.run(then)
            with self.branch(b.negation(condition), chooses=True):
                self.run(orelse)
            return
        blocks = self._apart(lambda: self.run(then)), self._apart(lambda: self.run(orelse))
        if any(blocks):
            self.emit(ir.If(condition, *blocks))

    def _apart(self, lower: Callable[[], None]) -> ir.Block:
        """The statements that a function emits, as a list of their own."""
        outer, self._block = self._block, []
        self._depth += 1
        lower()
        self._depth -= 1
        inner, self._block = self._block, outer
        return tuple(inner)

    @contextmanager
    def branch(self, condition: ir.Expr, *, chooses: bool) -> Iterator[None]:
        """The statements inside run where the condition holds.

        With choices among them they go into the outermost list, each under the condition, else into a list of their
        own.
        """
        if chooses:
            around = self.active
            self.active = self.share(b.both(around, condition), "taken")
            yield
            self.active = around
            return
        outer, self._block = self._block, []
        self._depth += 1
        yield
        self._depth -= 1
        inner, self._block = self._block, outer
        if inner:
            self.when(condition, *inner)

    def choose(
        self,
        local: ir.Local,
        domain: ir.Between | ir.Members | ir.Slots,
        condition: Callable[[], ir.Expr] | None = None,
        digit: ir.Expr | None = None,
        *,
        ascends: bool = True,
    ) -> None:
        """Split the run. The condition may use the local; what it requires must have been required before."""
        assert self._depth == 0, "a choice stands in the outermost list"
        holds: ir.Expr = b.TRUE
        if condition is not None:
            with self.silent(), self.collecting() as frame:
                holds = condition()
            holds = self.wrap(frame, holds)
        digit = None if digit == local else digit
        self._block.append(ir.Choose(local, domain, holds, self.active, digit, ascends))
