"""Deliveries in one pass over a bag: each message is looked at once, and tried only by the actions that may take it.

Which those are follows from bounds on the message in the actions' own conditions. An action still tests its whole
condition. The order of successors changes; a search does not depend on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from modelcheck.engines.native.bags import each_message
from modelcheck.engines.native.function import Function
from modelcheck.frozen import Frozen
from modelcheck.kernel import program as ir
from modelcheck.kernel.types import IntType


class Delivery(Frozen):
    """An action whose first choice is a message from the bag `array`; it takes none outside `lo`..`hi`."""

    action: int
    array: int
    lo: int
    hi: int


def deliveries(program: ir.Program) -> dict[int, Delivery]:
    """The actions that can be given a message, by number.

    An action that is not tried, as there is no message for it, must not have had another outcome than none, and its
    messages must be those of the state it begins in.
    """
    found = {}
    for number, action in enumerate(program.actions):
        position = next((at for at, statement in enumerate(action.body) if isinstance(statement, ir.Choose)), None)
        if position is None:
            continue
        choice = action.body[position]
        assert isinstance(choice, ir.Choose)
        if not isinstance(choice.domain, ir.Slots) or not _is_true(choice.active):
            continue
        if not all(_only_blocks(statement, choice.domain.array) for statement in action.body[:position]):
            continue
        assert isinstance(choice.local.type, IntType)
        lo, hi = choice.local.type.lo, choice.local.type.hi
        for least, most in _bounds(choice.condition, choice.local):
            lo, hi = max(lo, least), min(hi, most)
        found[number] = Delivery(number, choice.domain.array, lo, hi)
    return found


def _only_blocks(statement: ir.Statement, array: int) -> bool:
    """Whether a statement before a choice from a bag can end the path in no way but that it is blocked, and leaves the
    bag alone.
    """  # noqa: D205 - one sentence
    match statement:
        case ir.If(_, then, orelse):
            return all(_only_blocks(inner, array) for inner in (*then, *orelse))
        case ir.Halt(outcome):
            return outcome == "block"
        case ir.Assign(other):
            return other != array
        case _:
            return isinstance(statement, ir.Bind | ir.Owed)


def _is_true(condition: ir.Expr) -> bool:
    return isinstance(condition, ir.Const) and bool(condition.value)


def _bounds(condition: ir.Expr, local: ir.Local) -> Iterator[tuple[int, int]]:
    """Intervals outside which the condition is false."""
    endless = 1 << 63
    match condition:
        case ir.AndOr("and", operands):
            for operand in operands:
                yield from _bounds(operand, local)
        case ir.Compare("<=", ir.Const(value), ir.Local(index)) if index == local.index:
            yield value, endless
        case ir.Compare("<=", ir.Local(index), ir.Const(value)) if index == local.index:
            yield -endless, value
        case ir.Compare("<", ir.Const(value), ir.Local(index)) if index == local.index:
            yield value + 1, endless
        case ir.Compare("<", ir.Local(index), ir.Const(value)) if index == local.index:
            yield -endless, value - 1
        case ir.Compare("==", ir.Local(index), ir.Const(value)) if index == local.index:
            yield value, value


def emit_deliveries(f: Function, program: ir.Program, array: int, group: Sequence[Delivery]) -> None:
    """A loop over the distinct messages of a bag, which calls the actions that may take each."""
    done = f.name("done")
    for message, step in each_message(f, array, program.arrays[array].length, "%state", done):
        starts = sorted({one.lo for one in group} | {one.hi + 1 for one in group})
        parts = [_Part(start, tuple(one for one in group if one.lo <= start <= one.hi)) for start in starts]
        _dispatch(f, message.text, [_Part(0, ()), *parts], step)
    f.start(done)


class _Part(Frozen):
    """The messages from `start` up to the next part's, and who may take them."""

    start: int
    takers: tuple[Delivery, ...]


def _dispatch(f: Function, message: str, parts: Sequence[_Part], step: str) -> None:
    """A tree of comparisons, of which each leaf calls the actions of a part."""
    if len(parts) > 1:
        middle = len(parts) // 2
        below, above = f.name("below"), f.name("above")
        f.fork(f.let(f"icmp slt i64 {message}, {parts[middle].start}", bit=True), below, above)
        f.start(below)
        _dispatch(f, message, parts[:middle], step)
        f.start(above)
        _dispatch(f, message, parts[middle:], step)
        return
    for one in parts[0].takers:
        passed = f"ptr %state, ptr %out, ptr %count, i64 %capacity, ptr %info, i64 {one.action}, i64 {message}"
        f.emit(f"call void @action_{one.action}({passed})")
    f.branch(step)
