"""Blocks of statements as terms: all paths of an action at once, what was chosen being unknowns."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from msgspec import Struct

from modelcheck.engines.symbolic import words
from modelcheck.engines.symbolic.expressions import Scope, encoded, truth, unwatched
from modelcheck.engines.symbolic.words import Term, Word
from modelcheck.frozen import Frozen, field
from modelcheck.kernel import program as ir
from modelcheck.kernel.types import BOOL, IntType, least


class Digit(Frozen, eq=False):
    """A digit of the path: it is one where `there` holds."""

    there: Term
    digit: Word


class Encoded(Frozen, eq=False):
    """All paths of a block. One path is an assignment to `unknowns` that satisfies `exists`.

    On each of them just one of these is true: `arrives` (then `cells` are the state behind it), one of `fails` or one
    of `cuts` (by code, in the order of the program).
    """

    exists: Term
    arrives: Term
    cells: tuple[Word, ...]
    fails: tuple[tuple[int, Term], ...]
    cuts: tuple[tuple[int, Term], ...]
    digits: tuple[Digit, ...]
    unknowns: tuple[Word, ...]


class _Walk(Struct):
    """Where the walk through a block is. `live` holds on the paths that have not ended."""

    scope: Scope
    cells: list[Word]
    prefix: str
    live: Term = field(default_factory=lambda: words.TRUE)
    conditions: list[Term] = field(default_factory=list)
    fails: list[tuple[int, Term]] = field(default_factory=list)
    cuts: list[tuple[int, Term]] = field(default_factory=list)
    digits: list[Digit] = field(default_factory=list)
    unknowns: list[Word] = field(default_factory=list)


def encode_block(
    program: ir.Program,
    block: ir.Block,
    cells: tuple[Word, ...],
    prefix: str,
    watch: Callable[[], None] = unwatched,
) -> Encoded:
    """The paths of a block from a state; the unknowns' names begin with `prefix`."""
    held = list(cells)
    walk = _Walk(Scope(program, held, watch=watch), held, prefix)
    _run(walk, block)
    arrives = walk.live
    if program.within is not None:
        inside = truth(program.within, walk.scope)
        walk.cuts.append((ir.DECLARED_BOUND, words.conjunction([arrives, words.negation(inside)])))
        arrives = words.conjunction([arrives, inside])
    exists = words.conjunction(walk.conditions)
    return Encoded(
        exists,
        arrives,
        tuple(held),
        tuple(walk.fails),
        tuple(walk.cuts),
        tuple(walk.digits),
        tuple(walk.unknowns),
    )


def _run(walk: _Walk, block: ir.Block) -> None:
    for statement in block:
        walk.scope.watch()
        match statement:
            case ir.Bind(local, value):
                walk.scope = walk.scope.bind(local, encoded(value, walk.scope))
            case ir.If():
                _branch(walk, statement)
            case ir.Choose():
                _choose(walk, statement)
            case ir.Assign(array, index, value):
                _assign(walk, array, encoded(index, walk.scope), encoded(value, walk.scope))
            case ir.BagInsert(array, value):
                _insert(walk, array, encoded(value, walk.scope))
            case ir.BagRemove(array, value):
                _remove(walk, array, encoded(value, walk.scope))
            case ir.Halt():
                _halt(walk, statement)
                return
            case ir.Owed():
                # What is owed matters to infinite runs only.
                pass
            case _:
                assert_never(statement)


def _branch(walk: _Walk, statement: ir.If) -> None:
    """Run both lists and merge what they leave. No choice is in them, and what they bind ends with them."""
    condition = truth(statement.condition, walk.scope)
    if condition is words.TRUE or condition is words.FALSE:
        scope = walk.scope
        _run(walk, statement.then if condition is words.TRUE else statement.orelse)
        walk.scope = scope
        return
    live, before, scope = walk.live, list(walk.cells), walk.scope
    shared, version = scope.shared, scope.shared.version
    walk.live = words.conjunction([live, condition])
    _run(walk, statement.then)
    then_live, then_cells, then_version = walk.live, list(walk.cells), shared.version
    walk.cells[:] = before
    shared.version = version
    walk.live, walk.scope = words.conjunction([live, words.negation(condition)]), scope
    _run(walk, statement.orelse)
    walk.scope = scope
    walk.live = words.disjunction([then_live, walk.live])
    if shared.version == version and then_version == version:
        return
    shared.change()
    for at, (then, orelse) in enumerate(zip(then_cells, walk.cells, strict=True)):
        if then is not orelse:
            walk.cells[at] = words.choice(condition, then, orelse, before[at].type)


def _choose(walk: _Walk, statement: ir.Choose) -> None:
    local = statement.local
    chosen = words.variable(f"{walk.prefix}{local.name}!{local.index}", local.type)
    walk.unknowns.append(chosen)
    active = truth(statement.active, walk.scope)
    offered = _offered(walk, statement.domain, chosen)
    walk.scope = walk.scope.bind(local, chosen)
    allowed = words.conjunction([words.in_range(chosen), offered, truth(statement.condition, walk.scope)])
    passed = words.compare("==", chosen, words.constant(least(local.type), local.type))
    made = words.choice(active, Word(allowed, BOOL), Word(passed, BOOL), BOOL).term
    walk.conditions.append(words.implication(walk.live, made))
    digit = chosen if statement.digit is None else encoded(statement.digit, walk.scope)
    walk.digits.append(Digit(words.conjunction([walk.live, active]), digit))


def _offered(walk: _Walk, domain: ir.Between | ir.Members | ir.Slots, chosen: Word) -> Term:
    """Whether a value is in a domain."""
    match domain:
        case ir.Between(lo, hi):
            span = IntType(min(lo, hi), max(lo, hi))
            if lo > hi:
                return words.FALSE
            ends = words.constant(lo, span), words.constant(hi, span)
            return words.conjunction([words.compare("<=", ends[0], chosen), words.compare("<=", chosen, ends[1])])
        case ir.Members(bits):
            return words.has_number(encoded(bits, walk.scope), chosen)
        case ir.Slots(array):
            assert isinstance(chosen.type, IntType)
            stored = words.add(chosen, words.constant(1, IntType(1, 1)), _raised(chosen.type))
            return words.disjunction([words.compare("==", stored, slot) for slot in _slots(walk, array)])
        case _:
            assert_never(domain)


def _raised(kernel_type: IntType) -> IntType:
    return IntType(kernel_type.lo + 1, kernel_type.hi + 1)


def _slots(walk: _Walk, array: int) -> list[Word]:
    first = walk.scope.program.offsets[array]
    return walk.cells[first : first + walk.scope.program.arrays[array].length]


def _store(walk: _Walk, array: int, at: int, value: Word) -> None:
    walk.cells[walk.scope.program.offsets[array] + at] = value
    walk.scope.shared.change()


def _assign(walk: _Walk, array: int, index: Word, value: Word) -> None:
    declared = walk.scope.program.arrays[array]
    stored = words.fitted(value, declared.type)
    known = index.known
    if known is not None:
        _store(walk, array, known, stored)
        return
    for at, slot in enumerate(_slots(walk, array)):
        here = words.compare("==", index, words.constant(at, IntType(0, declared.length - 1)))
        _store(walk, array, at, words.choice(here, stored, slot, declared.type))


def _insert(walk: _Walk, array: int, value: Word) -> None:
    """What is at most the value stays, the value follows, and the rest moves up by one; zeros are free slots."""
    kernel_type = walk.scope.program.arrays[array].type
    slots, stored = _slots(walk, array), words.fitted(value, kernel_type)
    zero = words.constant(0, kernel_type)
    stays = [words.conjunction([words.compare("!=", s, zero), words.compare("<=", s, stored)]) for s in slots]
    for at, slot in enumerate(slots):
        moved = stored if at == 0 else words.choice(stays[at - 1], stored, slots[at - 1], kernel_type)
        _store(walk, array, at, words.choice(stays[at], slot, moved, kernel_type))


def _remove(walk: _Walk, array: int, value: Word) -> None:
    """Behind the first copy everything moves down by one."""
    kernel_type = walk.scope.program.arrays[array].type
    slots = _slots(walk, array)
    zero = words.constant(0, kernel_type)
    gone = words.FALSE
    for at, slot in enumerate(slots):
        gone = words.disjunction([gone, words.compare("==", slot, value)])
        later = slots[at + 1] if at + 1 < len(slots) else zero
        _store(walk, array, at, words.choice(gone, later, slot, kernel_type))


def _halt(walk: _Walk, halt: ir.Halt) -> None:
    match halt.outcome:
        case "fail":
            walk.fails.append((halt.code, walk.live))
        case "cut":
            walk.cuts.append((halt.code, walk.live))
        case "block":
            walk.conditions.append(words.negation(walk.live))
        case _:
            assert_never(halt.outcome)
    walk.live = words.FALSE
