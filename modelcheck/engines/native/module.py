"""A kernel program as one LLVM module: successors, initial states, properties."""

from __future__ import annotations

from collections.abc import Mapping

from modelcheck.engines.native.blocks import Block, Role
from modelcheck.engines.native.cells import CHAIN
from modelcheck.engines.native.deliveries import Delivery, deliveries, emit_deliveries
from modelcheck.engines.native.expressions import Expressions
from modelcheck.engines.native.function import Function, Val, number
from modelcheck.kernel import program as ir
from modelcheck.kernel.layout import Layout
from modelcheck.kernel.types import IntType

ERROR_BIT = 62
"""Bit of a check's result that says that evaluating a property failed."""


def program_module(program: ir.Program, layout: Layout, *, graph: bool = False) -> str:
    """The text of the functions `initial`, `expand`, `check`, `check_step` and `resting`."""
    parts = [_places(program, layout, array) for array in _tables(program)]
    for array in _bags(program):
        parts += _bag(program, layout, array)
    parts.append(_initial(program, layout))
    # The edges of a graph stand in the order of the actions.
    delivered = {} if graph else deliveries(program)
    for index in range(len(program.actions)):
        parts.append(_action(program, layout, index, is_delivery=index in delivered, graph=graph))
    parts.append(_expand(program, delivered))
    parts.append(_check(program, layout))
    parts.append(_check_step(program, layout))
    parts.append(_resting(program, layout))
    return "\n".join(parts)


def _tables(program: ir.Program) -> list[int]:
    return [index for index, array in enumerate(program.arrays) if array.length > CHAIN]


def _bags(program: ir.Program) -> list[int]:
    found: set[int] = set()
    for block in (program.initial, *(action.body for action in program.actions)):
        found |= _bags_of(block)
    return sorted(found)


def _bags_of(block: ir.Block) -> set[int]:
    found: set[int] = set()
    for statement in block:
        match statement:
            case ir.BagInsert(array) | ir.BagRemove(array):
                found.add(array)
            case ir.Choose(_, ir.Slots(array)):
                found.add(array)
            case ir.If(_, then, orelse):
                found |= _bags_of(then) | _bags_of(orelse)
    return found


def _places(program: ir.Program, layout: Layout, array: int) -> str:
    first, length = program.offsets[array], program.arrays[array].length
    cells = layout.cells[first : first + length]
    words = ", ".join(f"i64 {n}" for cell in cells for n in (cell.word, cell.shift))
    return f"@places_{array} = private constant [{2 * length} x i64] [{words}]"


def _bag(program: ir.Program, layout: Layout, array: int) -> list[str]:
    """`slot`, `insert` and `remove` of a sorted bag, as loops over its slots."""
    return [_slot(program, layout, array), _insert(program, layout, array), _remove(program, layout, array)]


def _slot(program: ir.Program, layout: Layout, array: int) -> str:
    f = Function(f"internal i64 @slot_{array}(ptr %state, i64 %position) alwaysinline")
    e = Expressions(program, layout, f, "%state")
    local = ir.Local(-1, IntType(0, program.arrays[array].length - 1), "position")
    e.locals[-1] = Val("%position")
    value = e.value(ir.Read(array, local, program.arrays[array].type))
    f.emit(f"ret i64 {value.text}")
    return f.text()


def _walk_slots(program: ir.Program, layout: Layout, header: str) -> tuple[Function, Expressions]:
    f = Function(header)
    return f, Expressions(program, layout, f, "%state")


def _insert(program: ir.Program, layout: Layout, array: int) -> str:
    length = program.arrays[array].length
    f, e = _walk_slots(program, layout, f"internal void @insert_{array}(ptr %state, i64 %value)")
    carried, counter = f.slot("i64"), f.slot("i64")
    f.emit(f"store i64 %value, ptr {carried}, align 8")
    f.emit(f"store i64 0, ptr {counter}, align 8")
    f.start("head")
    position = f.let(f"load i64, ptr {counter}, align 8")
    f.fork(f.let(f"icmp slt i64 {position.text}, {length}", bit=True), "body", "done")
    f.start("body")
    old = f.let(f"call i64 @slot_{array}(ptr %state, i64 {position.text})")
    carry = f.let(f"load i64, ptr {carried}, align 8")
    # A free slot is 0, the least number, but stands last: less one, it is the greatest.
    key = f.let(f"sub i64 {old.text}, 1")
    carry_key = f.let(f"sub i64 {carry.text}, 1")
    goes = f.let(f"icmp ult i64 {carry_key.text}, {key.text}", bit=True)
    e.locals[-1] = position
    new = f.let(f"select i1 {goes.text}, i64 {carry.text}, i64 {old.text}")
    kept = f.let(f"select i1 {goes.text}, i64 {old.text}, i64 {carry.text}")
    e.store(array, Val(position.text), new)
    f.emit(f"store i64 {kept.text}, ptr {carried}, align 8")
    f.emit(f"store i64 {f.let(f'add i64 {position.text}, 1').text}, ptr {counter}, align 8")
    f.fork(f.let(f"icmp eq i64 {kept.text}, 0", bit=True), "done", "head")
    f.start("done")
    f.emit("ret void")
    return f.text()


def _remove(program: ir.Program, layout: Layout, array: int) -> str:
    length = program.arrays[array].length
    f, e = _walk_slots(program, layout, f"internal void @remove_{array}(ptr %state, i64 %value)")
    counter, found = f.slot("i64"), f.slot("i64")
    f.emit(f"store i64 0, ptr {counter}, align 8")
    f.emit(f"store i64 0, ptr {found}, align 8")
    f.start("head")
    position = f.let(f"load i64, ptr {counter}, align 8")
    f.fork(f.let(f"icmp slt i64 {position.text}, {length}", bit=True), "body", "done")
    f.start("body")
    old = f.let(f"call i64 @slot_{array}(ptr %state, i64 {position.text})")
    hit = f.let(f"zext i1 {f.let(f'icmp eq i64 {old.text}, %value', bit=True).text} to i64")
    before = f.let(f"load i64, ptr {found}, align 8")
    gone = f.let(f"or i64 {hit.text}, {before.text}")
    f.emit(f"store i64 {gone.text}, ptr {found}, align 8")
    following = f.let(f"add i64 {position.text}, 1")
    last = f.let(f"icmp eq i64 {following.text}, {length}", bit=True)
    safe = f.let(f"select i1 {last.text}, i64 {position.text}, i64 {following.text}")
    next_slot = f.let(f"call i64 @slot_{array}(ptr %state, i64 {safe.text})")
    behind = f.let(f"select i1 {last.text}, i64 0, i64 {next_slot.text}")
    shifted = f.let(f"icmp ne i64 {gone.text}, 0", bit=True)
    e.store(array, Val(position.text), f.let(f"select i1 {shifted.text}, i64 {behind.text}, i64 {old.text}"))
    f.emit(f"store i64 {following.text}, ptr {counter}, align 8")
    f.fork(f.let(f"icmp eq i64 {old.text}, 0", bit=True), "done", "head")
    f.start("done")
    f.emit("ret void")
    return f.text()


_PARAMETERS = "ptr %state, ptr %out, ptr %count, i64 %capacity, ptr %info, i64 %action"


def _initial(program: ir.Program, layout: Layout) -> str:
    """What appends the initial states."""
    f = Function(f"void @initial({_PARAMETERS})")
    return _body(f, Block(program, layout, f, Role()), program.initial)


def _action(program: ir.Program, layout: Layout, index: int, *, is_delivery: bool, graph: bool) -> str:
    """What appends the successors by one action; by the message that it is given, if it is a delivery."""
    action = program.actions[index]
    f = Function(f"internal void @action_{index}({_PARAMETERS}{', i64 %message' if is_delivery else ''})")
    role = Role(action.origin != "fault", graph, Val("%message") if is_delivery else None)
    return _body(f, Block(program, layout, f, role), action.body)


def _body(f: Function, block: Block, statements: ir.Block) -> str:
    block.run(statements, "finished")
    f.start("finished")
    f.emit("ret void")
    return f.text()


def _expand(program: ir.Program, delivered: Mapping[int, Delivery]) -> str:
    f = Function("void @expand(ptr %state, ptr %out, ptr %count, i64 %capacity, ptr %info)")
    for index in range(len(program.actions)):
        if index not in delivered:
            f.emit(
                f"call void @action_{index}(ptr %state, ptr %out, ptr %count, i64 %capacity, ptr %info, i64 {index})"
            )
    for array in sorted({one.array for one in delivered.values()}):
        emit_deliveries(f, program, array, [one for one in delivered.values() if one.array == array])
    f.emit("ret void")
    return f.text()


def _flags(program: ir.Program, e: Expressions, f: Function, kinds: tuple[str, ...]) -> None:
    """Bit p where property p is answered (violated, or reached), and the error bit where one cannot be evaluated."""
    result = number(0)
    for index, prop in enumerate(program.properties):
        if prop.kind not in kinds:
            continue
        defined, value = e.value(prop.defined), e.value(prop.holds)
        answered = value if prop.kind == "reachable" else f.negate(value)
        flag = f.word_of(f.connect("and", [defined, answered]))
        shifted = f.let(f"shl i64 {flag.text}, {index}")
        failed = f.word_of(f.negate(defined))
        error = f.let(f"shl i64 {failed.text}, {ERROR_BIT}")
        both = f.let(f"or i64 {shifted.text}, {error.text}")
        result = f.let(f"or i64 {result.text}, {both.text}")
    f.emit(f"ret i64 {result.text}")


def _check(program: ir.Program, layout: Layout) -> str:
    f = Function("i64 @check(ptr %state)")
    _flags(program, Expressions(program, layout, f, "%state"), f, ("invariant", "reachable"))
    return f.text()


def _check_step(program: ir.Program, layout: Layout) -> str:
    f = Function("i64 @check_step(ptr %state, ptr %next)")
    _flags(program, Expressions(program, layout, f, "%state", "%next"), f, ("transition",))
    return f.text()


def _resting(program: ir.Program, layout: Layout) -> str:
    f = Function("i64 @resting(ptr %state)")
    e = Expressions(program, layout, f, "%state")
    f.emit(f"ret i64 {f.word_of(e.value(program.resting)).text}")
    return f.text()
