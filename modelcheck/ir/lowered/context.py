"""What lowering a model keeps track of: names, arrays, the agent that acts and the message that it handles."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from modelcheck.diagnostics import Diagnostic, InputError
from modelcheck.ir.lowered import build as b
from modelcheck.ir.lowered import sets
from modelcheck.ir.lowered.blocks import Blocks
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
)
from modelcheck.ir.network import DEFAULT_IN_FLIGHT, DEFAULT_IN_QUEUE
from modelcheck.kernel import program as ir

if TYPE_CHECKING:
    from modelcheck.ir.expression import Expr
    from modelcheck.ir.lowered.storage import Stored
    from modelcheck.ir.model import Model
    from modelcheck.ir.network import Network
    from modelcheck.ir.observers import Observer
    from modelcheck.ir.spec import Variable
    from modelcheck.ir.statement import Body
    from modelcheck.ir.values import Id

BEYOND_THE_BOUND = "the declared bound"
"""The text of bound 0 where a check declares a bound."""


class Lowering(Blocks):
    """The state of lowering one model.

    `in_flight` and `in_queue` are the room of networks without a declared capacity. With `copies`, a bag of few
    packets has room for so many equal ones. With `counts` False, one without a declared capacity is kept as the set of
    what is in it, if that is small enough, so that its room does not matter.
    """

    def __init__(
        self,
        model: Model,
        in_flight: int = DEFAULT_IN_FLIGHT,
        in_queue: int = DEFAULT_IN_QUEUE,
        copies: int = 0,
        *,
        counts: bool = True,
    ) -> None:
        super().__init__()
        self.model = model
        self.counts = counts
        self.in_flight = in_flight
        self.in_queue = in_queue
        self.copies = copies
        self.arrays: list[ir.Array] = []
        self.variables: dict[Variable, Stored] = {}
        self.control: dict[str, int] = {}
        self.status: dict[str, int] = {}
        self.cells: dict[int, int] = {}
        """The array of a cell that counts."""
        self.environment: dict[int, Stored] = {}
        """Where another cell of the environment lies."""
        self.observers: dict[Observer, int] = {}
        """The array of the observers of one deadline."""
        self.networks: dict[Network, object] = {}
        """What a network keeps here about its arrays."""
        self.names: dict[str, Lowered] = {}
        self.self_id: Id | None = None
        self.source: ir.Expr | None = None
        """The number among all agents of the sender of the message being handled."""
        self.classes: dict[tuple[object, Id | None], tuple[int, int]] = {}
        """The fairness classes: what tells them apart from other keys', and how many there are under a key."""
        self.after = False
        """Whether the state behind the step is read."""
        self._bounds: dict[str, int] = {} if model.bound is None else {BEYOND_THE_BOUND: ir.DECLARED_BOUND}

    # ------------------------------------------------------------------------------------------------------- tables

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

    def cut(self, bound: str) -> ir.Halt:
        """The statement that cuts the path for a bound."""
        return ir.Halt("cut", self._bounds.setdefault(bound, len(self._bounds)))

    def owe(
        self, key: tuple[object, Id | None], size: int, index: ir.Expr, strength: int, condition: ir.Expr | None
    ) -> None:
        """The choices so far are of class `index` of the `size` classes under a key, where the condition holds."""
        first, _ = self.classes.setdefault(key, (sum(known for _, known in self.classes.values()), size))
        base = b.number(1 + 3 * first + strength)
        number = b.add(b.multiply(index, b.number(3)), base)
        self.emit(ir.Owed(number if condition is None else b.ite(condition, number, b.number(0))))

    # --------------------------------------------------------------------------------------------------------- bodies

    def enter(self, actor: Id | None) -> None:
        """Begin a body or property of one agent, or of none."""
        self.self_id, self.source, self.names = actor, None, {}

    def run(self, body: Body) -> None:
        """Lower a block; names bound in it end with it."""
        around = self.names
        for statement in body:
            try:
                statement.lower(self)
            except b.TooLargeError as error:
                raise InputError(
                    [Diagnostic("MC405", statement.span, f"{error}: too large for this version")]
                ) from None
        self.names = around

    @contextmanager
    def bound(self, name: str, value: Lowered) -> Iterator[None]:
        """Bind a name inside the block."""
        around = self.names
        self.names = {**around, name: value}
        try:
            yield
        finally:
            self.names = around

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
        return sets.members(value)

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
