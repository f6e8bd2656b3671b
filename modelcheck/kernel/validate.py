"""Checks that a program obeys the rules of the kernel. Lowering and passes are tested by it; engines rely on it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import assert_never

from modelcheck.kernel import program as ir
from modelcheck.kernel.expression_rules import (
    Scope,
    binding_problems,
    element_problems,
    expression_problems,
    fit_problems,
    integer_problems,
    type_problem,
)
from modelcheck.kernel.types import BOOL, BitsType, IntType, KernelError
from modelcheck.kernel.walk import locals_of, locals_of_block


def validate(program: ir.Program) -> None:
    """Raise `KernelError` with every broken rule, one a line, if there is any.

    An index belongs to one local. The local may be bound in several places, as a shared subexpression is, but not again
    where it is already in scope, so that passes may move bindings without renaming.
    """
    problems = list(_program_problems(program))
    if problems:
        raise KernelError("\n".join([f"program {program.name} is not valid:", *problems]))


def _program_problems(program: ir.Program) -> Iterator[str]:
    for array in program.arrays:
        yield from _array_problems(array)
    yield from _local_problems(program)
    yield from _block_problems(program, program.initial, Scope("initial"), outermost=True)
    for action in program.actions:
        yield from _block_problems(program, action.body, Scope(f"action {action.name}"), outermost=True)
    for prop in program.properties:
        scope = Scope(f"property {prop.name}", step=prop.is_of_steps)
        yield from _predicate_problems(program, prop.defined, scope)
        yield from _predicate_problems(program, prop.holds, scope)
    yield from _predicate_problems(program, program.resting, Scope("resting"))
    if program.within is not None:
        yield from _predicate_problems(program, program.within, Scope("within"))
        if not program.bounds:
            yield "within: bound 0 has no name"


def _array_problems(array: ir.Array) -> Iterator[str]:
    if array.length < 1:
        yield f"array {array.name}: length {array.length}"
    problem = type_problem(array.type)
    if problem is not None:
        yield f"array {array.name}: {problem}"


def _local_problems(program: ir.Program) -> Iterator[str]:
    first: dict[int, ir.Local] = {}
    blocks = [program.initial, *(action.body for action in program.actions)]
    predicates = [program.resting, *(side for prop in program.properties for side in (prop.defined, prop.holds))]
    if program.within is not None:
        predicates.append(program.within)
    for local in chain(*map(locals_of_block, blocks), *map(locals_of, predicates)):
        known = first.setdefault(local.index, local)
        if known != local:
            yield f"local {local.index} is {known.name} of {known.type} and {local.name} of {local.type}"


def _predicate_problems(program: ir.Program, expression: ir.Expr, scope: Scope) -> Iterator[str]:
    yield from expression_problems(program, expression, scope)
    yield from _at(scope, fit_problems(BOOL, expression, "a predicate"))


def _block_problems(program: ir.Program, block: ir.Block, scope: Scope, *, outermost: bool) -> Iterator[str]:
    for statement in block:
        match statement:
            case ir.Bind(local, value):
                yield from expression_problems(program, value, scope)
                yield from binding_problems(local, scope)
                yield from _at(scope, fit_problems(local.type, value, f"local {local.name}"))
                scope = scope.bind(local)
            case ir.If(condition, then, orelse):
                yield from _predicate_problems(program, condition, scope)
                yield from _block_problems(program, then, scope, outermost=False)
                yield from _block_problems(program, orelse, scope, outermost=False)
            case ir.Choose(local):
                if not outermost:
                    yield f"{scope.place}: choose {local.name} inside an if"
                yield from _choose_problems(program, statement, scope)
                scope = scope.bind(local)
            case ir.Assign() | ir.BagInsert() | ir.BagRemove():
                yield from _store_problems(program, statement, scope)
            case ir.Owed(number):
                if not outermost:
                    yield f"{scope.place}: owed inside an if"
                yield from expression_problems(program, number, scope)
                yield from _at(scope, integer_problems(number))
            case ir.Halt():
                yield from _at(scope, _halt_problems(program, statement))
            case _:
                assert_never(statement)


def _choose_problems(program: ir.Program, choose: ir.Choose, scope: Scope) -> Iterator[str]:
    yield from _predicate_problems(program, choose.active, scope)
    yield from binding_problems(choose.local, scope)
    inner = scope.bind(choose.local)
    yield from _predicate_problems(program, choose.condition, inner)
    if choose.digit is not None:
        yield from expression_problems(program, choose.digit, inner)
        yield from _at(scope, integer_problems(choose.digit))
    match choose.domain:
        case ir.Between(lo, hi):
            values = IntType(lo, hi)
        case ir.Members(bits):
            yield from expression_problems(program, bits, scope)
            if not isinstance(bits.type, BitsType):
                yield f"{scope.place}: choose {choose.local.name} among the members of {bits.type}"
                return
            values = IntType(0, bits.type.width - 1)
        case ir.Slots(array):
            problems = list(_bag_problems(program, array))
            yield from _at(scope, problems)
            if problems:
                return
            values = IntType(0, _bag_values(program, array).hi - 1)
        case _:
            assert_never(choose.domain)
    local_type = choose.local.type
    if not isinstance(local_type, IntType):
        yield f"{scope.place}: choose {choose.local.name} of type {local_type}"
    elif values.lo <= values.hi and not (local_type.lo <= values.lo and values.hi <= local_type.hi):
        yield f"{scope.place}: choose {choose.local.name} of type {local_type} from {values.lo}..{values.hi}"


def _store_problems(
    program: ir.Program, statement: ir.Assign | ir.BagInsert | ir.BagRemove, scope: Scope
) -> Iterator[str]:
    yield from expression_problems(program, statement.value, scope)
    match statement:
        case ir.Assign(array, index, value):
            yield from expression_problems(program, index, scope)
            problems = list(element_problems(program, array, index))
            yield from _at(scope, problems)
            if not problems:
                yield from _at(scope, fit_problems(program.arrays[array].type, value, program.arrays[array].name))
        case ir.BagInsert(array, value):
            problems = list(_bag_problems(program, array))
            yield from _at(scope, problems or fit_problems(_bag_values(program, array), value, "a bag"))
        case ir.BagRemove(array):
            # Any number may be taken out: one that no bag can hold is not there.
            yield from _at(scope, _bag_problems(program, array))
            yield from _at(scope, integer_problems(statement.value))
        case _:
            assert_never(statement)


def _bag_problems(program: ir.Program, array: int) -> Iterator[str]:
    if not 0 <= array < len(program.arrays):
        yield f"there is no array {array}"
        return
    declaration = program.arrays[array]
    if not isinstance(declaration.type, IntType) or declaration.type.lo != 0:
        yield f"{declaration.name} of type {declaration.type} is no bag, which holds int[0,n]"


def _bag_values(program: ir.Program, array: int) -> IntType:
    """What a bag can hold besides the zeros of its free slots."""
    bag_type = program.arrays[array].type
    return IntType(1, bag_type.hi if isinstance(bag_type, IntType) else 0)


def _halt_problems(program: ir.Program, halt: ir.Halt) -> Iterator[str]:
    table = {"fail": program.fails, "cut": program.bounds, "block": ("",)}[halt.outcome]
    if not 0 <= halt.code < len(table):
        yield f"{halt.outcome} {halt.code} is not in the table, which has {len(table)} entries"


def _at(scope: Scope, problems: Iterator[str] | list[str]) -> Iterator[str]:
    for problem in problems:
        yield f"{scope.place}: {problem}"
