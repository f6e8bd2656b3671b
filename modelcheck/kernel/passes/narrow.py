"""Reductions taken apart until masks do their work (see `members`), from the innermost on.

The lowering asks of every `.value` in a loop whether it is there, and joins the questions to one loop of many
conjuncts. Each conjunct is looked at on its own: most turn out to be true whatever the state is, as
`exists m in {n in inbox Promise: n.last != none}: m.last.value …` asks only of messages that have a value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Literal

from modelcheck.frozen import Frozen, field, replace
from modelcheck.kernel import program as ir
from modelcheck.kernel.guards import guards_of
from modelcheck.kernel.passes.members import Reduction, within_lets
from modelcheck.kernel.passes.simplify import simplify
from modelcheck.kernel.passes.simplify_nodes import simplified_node
from modelcheck.kernel.possible_members import Members
from modelcheck.kernel.types import BOOL, BitsType
from modelcheck.kernel.walk import (
    children,
    free_locals,
    locals_of,
    locals_of_block,
    map_program,
    reads_state,
    with_children,
)


def narrow(program: ir.Program) -> ir.Program:
    """The program with the masks drawn out of its reductions."""
    bound = [local.index for local in _all_locals(program)]
    narrower = _Narrower(count(max(bound, default=0) + 1), Members(program))
    narrowed = map_program(program, narrower.outermost, narrower.bind)
    return simplify(narrowed) if narrower.decided else narrowed


def _all_locals(program: ir.Program) -> Iterator[ir.Local]:
    for block in (program.initial, *(action.body for action in program.actions)):
        yield from locals_of_block(block)
    for prop in program.properties:
        yield from locals_of(prop.defined)
        yield from locals_of(prop.holds)
    yield from locals_of(program.resting)
    if program.within is not None:
        yield from locals_of(program.within)


class _Narrower(Frozen):
    """`fresh` gives indices for new locals, `members` what may be in a set, `bound` the members of sets in scope.

    An index may serve several scopes that do not overlap: the last binding counts.
    """

    fresh: Iterator[int]
    members: Members
    bound: dict[int, int] = field(default_factory=dict)
    decided: list[ir.Const] = field(default_factory=list)
    """What outermost expressions turned out to be: branches may go with them."""

    def bind(self, local: ir.Local, value: ir.Expr) -> None:
        """Note what a statement binds."""
        if isinstance(local.type, BitsType):
            self.bound[local.index] = self.members.of(value, self.bound)

    def outermost(self, node: ir.Expr) -> ir.Expr:
        """An expression that stands in a statement or a property."""
        found = self.narrowed(node, self.bound) if _has_reduction(node) else node
        if isinstance(found, ir.Const) and not isinstance(node, ir.Const):
            self.decided.append(found)
        return found

    def narrowed(self, node: ir.Expr, sets: Mapping[int, int]) -> ir.Expr:
        """The expression with its reductions narrowed; `sets` are the members of the sets bound outside of it."""
        match node:
            case ir.Let(local, value, body):
                value = self.narrowed(value, sets)
                if _is_question(value):
                    return self.narrowed(_put(local, value, body), sets)
                inside = sets
                if isinstance(local.type, BitsType):
                    inside = {**sets, local.index: self.members.of(value, sets)}
                return _let(local, value, self.narrowed(body, inside))
            case ir.Reduce():
                inner = replace(node, body=self.narrowed(node.body, sets))
                return self._reduction(inner, sets)
            case _:
                return simplified_node(with_children(node, lambda operand: self.narrowed(operand, sets)))

    def _reduction(self, node: ir.Reduce, sets: Mapping[int, int]) -> ir.Expr:
        if node.lo > node.hi:
            return simplified_node(node)
        if node.type != BOOL:
            return self._over_members(node, sets)
        parts = _parts(node)
        if len(parts) == 1:
            return self._part(node, sets)
        closed, loop = [], []
        for part in parts:
            found = self._part(replace(node, body=part), sets)
            if _has_loop(found):
                loop.append(part)
            else:
                closed.append(found)
        if loop:
            # What needs a loop shares one.
            joined = simplified_node(ir.AndOr(_same(node), tuple(loop)))
            closed.append(self._over_members(replace(node, body=joined), sets))
        return simplified_node(ir.AndOr(_same(node), tuple(closed)))

    def _part(self, node: ir.Reduce, sets: Mapping[int, int]) -> ir.Expr:
        """A reduction over one condition. Those of its alternatives that are the same for all elements stay outside."""
        lets, core = within_lets(node.body)
        inside = {node.local, *(let.local for let in lets)}
        terms = core.operands if isinstance(core, ir.AndOr) and core.op != node.op else (core,)
        loose = tuple(term for term in terms if not free_locals(term) & inside)
        rest = tuple(term for term in terms if term not in loose)
        body = _under(lets, simplified_node(ir.AndOr(_other(node), rest)))
        loop = self._over_members(replace(node, body=body), sets)
        # Loops last: they are asked only where an element asked for them.
        cheap, dear = [term for term in loose if not _has_loop(term)], [term for term in loose if _has_loop(term)]
        return simplified_node(ir.AndOr(_other(node), (*cheap, loop, *dear)))

    def _over_members(self, node: ir.Reduce, sets: Mapping[int, int]) -> ir.Expr:
        guards = guards_of(node)
        if guards is None:
            return simplified_node(node)
        return Reduction.of(node, self.fresh, lambda bits: self.members.of(bits, sets)).over(guards)


def _same(node: ir.Reduce) -> Literal["and", "or"]:
    return "and" if node.op == "and" else "or"


def _other(node: ir.Reduce) -> Literal["and", "or"]:
    return "or" if node.op == "and" else "and"


def _under(lets: Sequence[ir.Let], body: ir.Expr) -> ir.Expr:
    """An expression within the bindings that it needs."""
    for let in reversed(lets):
        if let.local in free_locals(body):
            body = _let(let.local, let.value, body)
    return body


def _parts(node: ir.Reduce) -> tuple[ir.Expr, ...]:
    """The conditions that are all asked of each element (or of which one is enough, where one element is)."""
    lets, core = within_lets(node.body)
    if not isinstance(core, ir.AndOr) or core.op != node.op:
        return (node.body,)
    return tuple(_under(lets, operand) for operand in core.operands)


def _has_loop(node: ir.Expr) -> bool:
    """Whether there is a reduction that no table can hold."""
    return (isinstance(node, ir.Reduce) and reads_state(node)) or any(map(_has_loop, children(node)))


def _let(local: ir.Local, value: ir.Expr, body: ir.Expr) -> ir.Expr:
    """A binding around those conditions only that need it."""
    if isinstance(body, ir.AndOr):
        free = tuple(operand for operand in body.operands if local not in free_locals(operand))
        if free:
            rest = simplified_node(ir.AndOr(body.op, tuple(one for one in body.operands if one not in free)))
            return simplified_node(ir.AndOr(body.op, (*free, _let(local, value, rest))))
    return simplified_node(ir.Let(local, value, body))


def _has_reduction(node: ir.Expr) -> bool:
    return isinstance(node, ir.Reduce) or any(map(_has_reduction, children(node)))


def _is_question(value: ir.Expr) -> bool:
    """Whether a value is a test that may as well stand wherever it is used."""
    return isinstance(value, ir.BitTest) and isinstance(value.bits, ir.Local) and isinstance(value.index, ir.Local)


def _put(local: ir.Local, value: ir.Expr, body: ir.Expr) -> ir.Expr:
    """An expression with a value in the place of a local."""
    if body == local:
        return value
    return with_children(body, lambda operand: _put(local, value, operand))
