"""A kernel program as one LLVM module: successors, initial states, properties."""

from __future__ import annotations

from collections.abc import Mapping

from modelcheck.engines.native import slots
from modelcheck.engines.native.bags import bag
from modelcheck.engines.native.blocks import Block, Role
from modelcheck.engines.native.cells import CHAIN
from modelcheck.engines.native.deliveries import Delivery, deliveries, emit_deliveries
from modelcheck.engines.native.expressions import Expressions
from modelcheck.engines.native.function import Function, Val, number
from modelcheck.graph.layout import atom_bits
from modelcheck.kernel import program as ir
from modelcheck.kernel.layout import Layout


def program_module(program: ir.Program, layout: Layout, *, graph: bool = False) -> str:
    """The text of the functions `initial`, `expand`, `check`, `check_step` and `resting`."""
    parts = [_places(program, layout, array) for array in _tables(program)]
    for array in _bags(program):
        parts += bag(program, layout, array)
    parts.append(_initial(program, layout))
    # The edges of a graph stand in the order of the actions.
    delivered = {} if graph else deliveries(program)
    for index in range(len(program.actions)):
        parts.append(_action(program, layout, index, is_delivery=index in delivered, graph=graph))
    parts.append(_expand(program, delivered))
    parts.append(_check(program, layout))
    parts.append(_check_step(program, layout))
    parts.append(_resting(program, layout))
    if graph:
        parts.append(_atoms(program, layout))
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
    cells = layout.of_array(program, array)
    places = [n for cell in cells for n in (cell.word, cell.shift)]
    tables = {"places": places, "lows": [cell.low for cell in cells]}
    return "\n".join(
        f"@{name}_{array} = private constant [{len(row)} x i64] [{', '.join(f'i64 {n}' for n in row)}]"
        for name, row in tables.items()
    )


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
        defined = e.value(prop.defined)
        failed = f.word_of(f.negate(defined))
        result = f.let(f"or i64 {result.text}, {f.let(f'shl i64 {failed.text}, {slots.ERROR_BIT}').text}")
        if prop.is_atom:
            continue
        value = e.value(prop.holds)
        answered = value if prop.kind == "reachable" else f.negate(value)
        flag = f.word_of(f.connect("and", [defined, answered]))
        result = f.let(f"or i64 {result.text}, {f.let(f'shl i64 {flag.text}, {index}').text}")
    f.emit(f"ret i64 {result.text}")


def _check(program: ir.Program, layout: Layout) -> str:
    f = Function("i64 @check(ptr %state)")
    # Of formulas, also the step that changes nothing has a value.
    e = Expressions(program, layout, f, "%state", "%state")
    _flags(program, e, f, ("invariant", "reachable", "atom", "step atom"))
    return f.text()


def _check_step(program: ir.Program, layout: Layout) -> str:
    f = Function("i64 @check_step(ptr %state, ptr %next)")
    _flags(program, Expressions(program, layout, f, "%state", "%next"), f, ("transition", "step atom"))
    return f.text()


def _atoms(program: ir.Program, layout: Layout) -> str:
    """The values of the atoms of formulas, each at its bit, those that look behind a step above STEP_SHIFT."""
    f = Function("i64 @atoms(ptr %state, ptr %next)")
    e = Expressions(program, layout, f, "%state", "%next")
    result = number(0)
    found = [prop for prop in program.properties if prop.is_atom]
    for prop, bit in zip(found, atom_bits([prop.is_of_steps for prop in found]), strict=True):
        # An atom without a value is not true, in each engine, so that all find the same runs.
        holds = f.connect("and", [e.value(prop.defined), e.value(prop.holds)])
        value = f.let(f"shl i64 {f.word_of(holds).text}, {bit}")
        result = f.let(f"or i64 {result.text}, {value.text}")
    f.emit(f"ret i64 {result.text}")
    return f.text()


def _resting(program: ir.Program, layout: Layout) -> str:
    f = Function("i64 @resting(ptr %state)")
    e = Expressions(program, layout, f, "%state")
    f.emit(f"ret i64 {f.word_of(e.value(program.resting)).text}")
    return f.text()
