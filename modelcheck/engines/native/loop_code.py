"""Loops over the domain of a choice."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from modelcheck.engines.native import slots
from modelcheck.engines.native.bags import each_message
from modelcheck.engines.native.expressions import Expressions
from modelcheck.engines.native.function import Function, UnsupportedError, Val, number
from modelcheck.kernel import program as ir
from modelcheck.kernel.types import least


class Loops:
    """Opens and closes loops in a function. A `message` stands for the first choice from a bag."""

    def __init__(self, program: ir.Program, function: Function, expressions: Expressions, message: Val | None) -> None:
        self.program, self.f, self.e, self.message = program, function, expressions, message

    def info(self, word: int) -> Val:
        """A word of `info` (see `slots`)."""
        address = self.f.let(f"getelementptr i64, ptr %info, i64 {word}")
        return self.f.let(f"load i64, ptr {address.text}, align 8")

    def over(self, choose: ir.Choose, active: Val, following: str, *, watched: bool) -> Iterator[tuple[Val, str]]:
        """Open the loop over a domain, yield the local and the label that ends an iteration, and close the loop."""
        idle = number(least(choose.local.type))
        match choose.domain:
            case ir.Between(lo, hi):
                first = self.f.choose(active, number(lo), idle)
                last = self.f.choose(active, number(hi), idle)
                yield from self._counting(first, last, following, watched=watched)
            case ir.Members(bits):
                members = self.f.choose(active, self.e.value(bits), number(1 << (idle.const or 0)))
                yield from self._members(members, following, watched=watched)
            case ir.Slots() if self.message is not None:
                message, self.message = self.message, None
                yield message, following
            case ir.Slots(array):
                if active.const != 1:
                    raise UnsupportedError("a delivery inside a condition")
                length = self.program.arrays[array].length
                watch = partial(self._leave_if_halted, following) if watched else None
                yield from each_message(self.f, array, length, self.e.state, following, watch=watch)

    def _counting(self, first: Val, last: Val, following: str, *, watched: bool) -> Iterator[tuple[Val, str]]:
        counter = self.f.slot("i64")
        self.f.emit(f"store i64 {first.text}, ptr {counter}, align 8")
        head, body, step = self.f.name("head"), self.f.name("body"), self.f.name("step")
        self.f.start(head)
        if watched:
            self._leave_if_halted(following)
        value = self.f.let(f"load i64, ptr {counter}, align 8")
        self.f.fork(self.f.let(f"icmp sle i64 {value.text}, {last.text}", bit=True), body, following)
        self.f.start(body)
        yield value, step
        self.f.start(step)
        self.f.advance(counter, head)

    def _members(self, members: Val, following: str, *, watched: bool) -> Iterator[tuple[Val, str]]:
        left = self.f.slot("i64")
        self.f.emit(f"store i64 {members.text}, ptr {left}, align 8")
        head, body, step = self.f.name("head"), self.f.name("body"), self.f.name("step")
        self.f.start(head)
        if watched:
            self._leave_if_halted(following)
        bits = self.f.let(f"load i64, ptr {left}, align 8")
        self.f.fork(self.f.let(f"icmp ne i64 {bits.text}, 0", bit=True), body, following)
        self.f.start(body)
        yield self.f.let(f"call i64 @llvm.cttz.i64(i64 {bits.text}, i1 true)"), step
        self.f.start(step)
        again = self.f.let(f"load i64, ptr {left}, align 8")
        less = self.f.let(f"sub i64 {again.text}, 1")
        self.f.emit(f"store i64 {self.f.let(f'and i64 {again.text}, {less.text}').text}, ptr {left}, align 8")
        self.f.branch(head)

    def _leave_if_halted(self, following: str) -> None:
        """Leave a loop that may be long, once nobody wants its successors or there is no room for them."""
        full = self.info(slots.FULL)
        # Another thread writes it: it must be read anew each time.
        address = self.f.let(f"getelementptr i64, ptr %info, i64 {slots.HALTED}")
        halted = self.f.let(f"load atomic i64, ptr {address.text} monotonic, align 8")
        either = self.f.let(f"or i64 {full.text}, {halted.text}")
        on = self.f.name("on")
        self.f.fork(self.f.let(f"icmp eq i64 {either.text}, 0", bit=True), on, following)
        self.f.start(on)
