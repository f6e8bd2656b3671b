"""What lowering a model keeps track of: names, arrays, the block being written, and what must hold for it to be defined."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from modelcheck.diagnostics import Diagnostic, InputError
from modelcheck.ir.lowered import build as b
from modelcheck.ir.lowered import sets
from modelcheck.ir.lowered.free_locals import FreeLocals
from modelcheck.ir.lowered.values import (
    LowBool,
    Lowered,
    LowIndex,
    LowInt,
    LowMap,
    LowOption,
    LowPacket,
    LowRecord,
    LowSeq,
    LowSet,
    map_leaves,
)
from modelcheck.ir.network import DEFAULT_IN_FLIGHT, DEFAULT_IN_QUEUE
from modelcheck.kernel import program as ir
from modelcheck.kernel.types import IntType, KernelType

if TYPE_CHECKING:
    from modelcheck.ir.expression import Expr
    from modelcheck.ir.lowered.storage import Stored
    from modelcheck.ir.model import Model
    from modelcheck.ir.network import Network
    from modelcheck.ir.spec import Variable
    from modelcheck.ir.statement import Body
    from modelcheck.ir.values import Id
    from modelcheck.source import Span

BEYOND_THE_BOUND = "the declared bound"
"""The text of bound 0 where a check declares a bound."""


@dataclass(frozen=True, slots=True)
class Obligation:
    """What must hold for an expression to be defined.

    `parts` say which error it is where `holds`, their conjunction, is false. The conjunction runs the loops around them
    once for all, which matters as it is nearly always true.
    """

    holds: ir.Expr
    parts: tuple[tuple[int, ir.Expr], ...]

    def changed(self, change: Callable[[ir.Expr], ir.Expr]) -> Obligation:
        """With every condition changed."""
        return Obligation(change(self.holds), tuple((code, change(part)) for code, part in self.parts))


@dataclass(slots=True)
class Frame:
    """The expressions lowered between two binders, or (`emits`) within one statement list.

    `obligations` hold each under the `conditions` that held where it was recorded.
    """

    emits: bool
    bindings: list[tuple[ir.Local, ir.Expr]] = field(default_factory=list)
    obligations: list[Obligation] = field(default_factory=list)
    conditions: list[ir.Expr] = field(default_factory=list)


class DeadEndError(Exception):
    """The path has ended for certain: the rest of the body need not be lowered."""


class Lowering:
    """The state of lowering one model. `in_flight` and `in_queue` are the room of networks without a declared capacity."""

    def __init__(self, model: Model, in_flight: int = DEFAULT_IN_FLIGHT, in_queue: int = DEFAULT_IN_QUEUE) -> None:
        self.model = model
        self.in_flight = in_flight
        self.in_queue = in_queue
        self.arrays: list[ir.Array] = []
        self.variables: dict[Variable, Stored] = {}
        self.control: dict[str, int] = {}
        self.status: dict[str, int] = {}
        self.cells: dict[int, int] = {}
        """The array of a cell that belongs to a fault."""
        self.networks: dict[Network, object] = {}
        """What a network keeps here about its arrays."""
        self.names: dict[str, Lowered] = {}
        self.self_id: Id | None = None
        self.source: ir.Expr | None = None
        """The number among all agents of the sender of the message being handled."""
        self.after = False
        """Whether the state behind the step is read."""
        self.active: ir.Expr = b.TRUE
        self._fails: dict[str, int] = {}
        self._bounds: dict[str, int] = {} if model.bound is None else {BEYOND_THE_BOUND: 0}
        self._frames: list[Frame] = []
        self._block: list[ir.Statement] = []
        self._depth = 0
        self._silent = False
        self._locals = 0
        self._free = FreeLocals()

    # ------------------------------------------------------------------------------------------------------- tables

    @property
    def fails(self) -> tuple[str, ...]:
        """The texts of all evaluation errors so far."""
        return tuple(self._fails)

    @property
    def bounds(self) -> tuple[str, ...]:
        """The texts of all bounds so far."""
        return tuple(self._bounds)

    def declare(self, array: ir.Array) -> int:
        """Add a state array."""
        self.arrays.append(array)
        return len(self.arrays) - 1

    def read(self, array: int, index: ir.Expr) -> ir.Expr:
        """An element of a state array, in the state that is being looked at."""
        return ir.Read(array, index, self.arrays[array].type, self.after)

    def fresh(self, kernel_type: KernelType, name: str) -> ir.Local:
        """A new local."""
        self._locals += 1
        return ir.Local(self._locals - 1, kernel_type, name)

    # -------------------------------------------------------------------------------------------------- expressions

    def value(self, expression: Expr) -> Lowered:
        """Lower an expression here. Raises `InputError` for what has no kernel value."""
        try:
            return expression.lower(self)
        except b.TooLargeError as error:
            raise InputError([Diagnostic("MC405", expression.span, f"{error}: too large for this version")]) from None

    def condition(self, expression: Expr) -> ir.Expr:
        """Lower a boolean."""
        found = self.value(expression)
        assert isinstance(found, LowBool)
        return found.expr

    def number(self, expression: Expr) -> ir.Expr:
        """Lower a number."""
        found = self.value(expression)
        assert isinstance(found, LowInt)
        return found.expr

    def index(self, expression: Expr) -> LowIndex:
        """Lower an id or member of an enumeration."""
        found = self.value(expression)
        assert isinstance(found, LowIndex)
        return found

    def set(self, expression: Expr) -> LowSet:
        """Lower a set; its words are shared."""
        found = self.share_all(self.value(expression), "set")
        assert isinstance(found, LowSet)
        return found

    def option(self, expression: Expr) -> LowOption:
        """Lower an option."""
        found = self.value(expression)
        assert isinstance(found, LowOption)
        return found

    def record(self, expression: Expr) -> LowRecord:
        """Lower a record."""
        found = self.value(expression)
        assert isinstance(found, LowRecord)
        return found

    def map(self, expression: Expr) -> LowMap:
        """Lower a map."""
        found = self.value(expression)
        assert isinstance(found, LowMap)
        return found

    def sequence(self, expression: Expr) -> LowSeq:
        """Lower a sequence."""
        found = self.value(expression)
        assert isinstance(found, LowSeq)
        return found

    def packet(self, expression: Expr) -> LowPacket:
        """Lower a message in flight."""
        found = self.value(expression)
        assert isinstance(found, LowPacket)
        return found

    def words(self, value: LowSet) -> tuple[ir.Expr, ...]:
        """The words of a set."""
        return sets.members(self, value)

    def share(self, expression: ir.Expr, name: str) -> ir.Expr:
        """The value of an expression as of now, cheap to use several times."""
        if isinstance(expression, ir.Const | ir.Local):
            return expression
        local = self.fresh(expression.type, name)
        if self._frames[-1].emits:
            self._block.append(ir.Bind(local, expression))
        else:
            self._frames[-1].bindings.append((local, expression))
        return local

    def share_all(self, value: Lowered, name: str) -> Lowered:
        """The same for a structured value; entries of maps in the state are still read there."""
        return map_leaves(value, lambda leaf: self.share(leaf, name))

    def settle(self, value: Lowered, name: str) -> Lowered:
        """The value as of now: it no longer depends on the state."""
        return map_leaves(value, lambda leaf: self.share(leaf, name), stored=True)

    def then(self, condition: ir.Expr, expression: Expr) -> tuple[ir.Expr, Lowered]:
        """Lower an expression that is evaluated only where a condition holds; the condition, to be used from now on."""
        if not any(part.can_fail() for part in expression.walk()):
            return condition, self.value(expression)
        condition = self.share(condition, "condition")
        with self.under(condition):
            return condition, self.value(expression)

    def then_condition(self, condition: ir.Expr, expression: Expr) -> tuple[ir.Expr, ir.Expr]:
        """The same for a boolean."""
        condition, value = self.then(condition, expression)
        assert isinstance(value, LowBool)
        return condition, value.expr

    @contextmanager
    def bound(self, name: str, value: Lowered) -> Iterator[None]:
        """Bind a name inside the block."""
        around = self.names
        self.names = {**around, name: value}
        try:
            yield
        finally:
            self.names = around

    # -------------------------------------------------------------------------------------------------- definedness

    def require(self, condition: ir.Expr, span: Span, problem: str) -> None:
        """What is lowered here is an error where the condition is false."""
        code = self._fails.setdefault(f"{span}: {problem}", len(self._fails)) if not self._silent else 0
        self._oblige(Obligation(condition, ((code, condition),)))

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
            self._oblige(
                every.changed(lambda holds: b.reduction("and", local, 0, count - 1, self.wrap(frame, holds)))
            )
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

    # --------------------------------------------------------------------------------------------------- statements

    def body(self, actor: Id | None, statements: Callable[[], None]) -> ir.Block:
        """The block that lowering some statements gives."""
        self.self_id, self.source, self.names = actor, None, {}
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
        if self._depth or isinstance(self.active, ir.Const):
            self._block.append(statement)
            return
        last = self._block[-1] if self._block else None
        if isinstance(last, ir.If) and last.condition == self.active and not last.orelse:
            self._block[-1] = ir.If(self.active, (*last.then, statement))
        else:
            self._block.append(ir.If(self.active, (statement,)))

    def when(self, condition: ir.Expr, *statements: ir.Statement) -> None:
        """Append statements that run where a condition holds."""
        if not isinstance(condition, ir.Const):
            self.emit(ir.If(condition, statements))
        elif condition.value:
            for statement in statements:
                self.emit(statement)

    def block_unless(self, condition: ir.Expr) -> None:
        """The path does not exist where the condition is false."""
        self.when(b.negation(condition), ir.Halt("block"))

    def cut(self, bound: str) -> ir.Halt:
        """The statement that cuts the path for a bound."""
        return ir.Halt("cut", self._bounds.setdefault(bound, len(self._bounds)))

    def assign(self, array: int, index: ir.Expr, value: ir.Expr) -> None:
        """Store a value."""
        self.emit(ir.Assign(array, index, value))

    def run(self, body: Body) -> None:
        """Lower a block; names bound in it end with it."""
        around = self.names
        for statement in body:
            try:
                statement.lower(self)
            except b.TooLargeError as error:
                raise InputError([Diagnostic("MC405", statement.span, f"{error}: too large for this version")]) from None
        self.names = around

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

        With choices among them they go into the outermost list, each under the condition, else into a list of their own.
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
    ) -> None:
        """Split the run. The condition may use the local; what it requires must have been required before."""
        assert self._depth == 0, "a choice stands in the outermost list"
        holds: ir.Expr = b.TRUE
        if condition is not None:
            with self.silent(), self.collecting() as frame:
                holds = condition()
            holds = self.wrap(frame, holds)
        self._block.append(ir.Choose(local, domain, holds, self.active, None if digit == local else digit))

