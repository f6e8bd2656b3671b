"""Kernel statements as LLVM blocks: one function an action, which appends every successor to a buffer."""

from __future__ import annotations

from collections.abc import Sequence

from modelcheck.engines.native import slots
from modelcheck.engines.native.expressions import Expressions
from modelcheck.engines.native.function import Function, Val, number
from modelcheck.engines.native.loop_code import Loops
from modelcheck.engines.native.paths import MOST_UNWATCHED, most_paths
from modelcheck.frozen import Frozen
from modelcheck.kernel import program as ir
from modelcheck.kernel.layout import Layout


class Role(Frozen):
    """What an action is in the search: its outcomes show that the system `moves`, its cut paths go into the `graph`,
    and the `message` that it is given stands for its first choice, if that is one from a bag.
    """  # noqa: D205 - one sentence

    moves: bool = False
    graph: bool = False
    message: Val | None = None


def _writes(statement: ir.Statement) -> bool:
    """Whether a statement changes the state."""
    if isinstance(statement, ir.If):
        return any(_writes(inner) for inner in (*statement.then, *statement.orelse))
    return isinstance(statement, ir.Assign | ir.BagInsert | ir.BagRemove)


class Block:
    """Emits the body of an action. A path copies the state before it first changes it, and again for each choice."""

    def __init__(self, program: ir.Program, layout: Layout, function: Function, role: Role) -> None:
        self.program = program
        self.layout = layout
        self.f = function
        self.moves, self.graph = role.moves, role.graph
        self.e = Expressions(program, layout, function, "%state")
        self.loops = Loops(program, function, self.e, role.message)
        self._has_copy = False
        self._label = "%action"

    def _copy(self, source: str) -> str:
        target = self.f.slot(f"[{self.layout.words} x i64]")
        for word in range(self.layout.words):
            loaded = self._word(source, word)
            address = self.f.let(f"getelementptr i64, ptr {target}, i64 {word}")
            self.f.emit(f"store i64 {loaded.text}, ptr {address.text}, align 8")
        return target

    def _word(self, source: str, word: int) -> Val:
        address = self.f.let(f"getelementptr i64, ptr {source}, i64 {word}")
        return self.f.let(f"load i64, ptr {address.text}, align 8")

    # --------------------------------------------------------------------------------------------------- statements

    def run(self, block: Sequence[ir.Statement], done: str) -> None:
        """Emit an outermost list; every path ends by a jump to `done`."""
        for position, statement in enumerate(block):
            if self.f.ended:
                return
            if isinstance(statement, ir.Choose):
                self._choose(statement, block[position + 1 :], done)
                return
            if not self._has_copy and _writes(statement):
                self.e.state, self._has_copy = self._copy(self.e.state), True
            self._statement(statement, done)
        if not self.f.ended:
            self._successor(done)

    def _statement(self, statement: ir.Statement, done: str) -> None:
        match statement:
            case ir.Assign(array, index, value):
                place = self.e.value(index)
                self.e.store(array, place, self.f.word_of(self.e.value(value)))
            case ir.Bind(local, value):
                self.e.locals[local.index] = self.e.value(value)
            case ir.If():
                self._if(statement, done)
            case ir.Halt():
                self._halt(statement, done)
            case ir.BagInsert(array, value):
                bag, word = self.e.state, self.e.value(value)
                self.f.emit(f"call void @insert_{array}(ptr {bag}, i64 {word.text})")
            case ir.BagRemove(array, value):
                self.f.emit(f"call void @remove_{array}(ptr {self.e.state}, i64 {self.e.value(value).text})")
            case ir.Owed(class_number):
                if self.graph:
                    shifted = self.f.let(f"shl i64 {self.e.value(class_number).text}, {slots.ACTION_BITS}")
                    self._label = self.f.let(f"or i64 {shifted.text}, %action").text
            case ir.Choose():
                raise AssertionError("a choice stands in the outermost list")

    def _if(self, statement: ir.If, done: str) -> None:
        condition = self.e.value(statement.condition)
        if condition.const is not None:
            for inner in statement.then if condition.const else statement.orelse:
                if not self.f.ended:
                    self._statement(inner, done)
            return
        then, orelse, end = self.f.name("then"), self.f.name("else"), self.f.name("end")
        self.f.fork(condition, then, orelse)
        for label, block in ((then, statement.then), (orelse, statement.orelse)):
            self.f.start(label)
            for inner in block:
                if not self.f.ended:
                    self._statement(inner, done)
            if not self.f.ended:
                self.f.branch(end)
        self.f.start(end)

    def _set(self, word: int, bits: int) -> None:
        address = self.f.let(f"getelementptr i64, ptr %info, i64 {word}")
        old = self.f.let(f"load i64, ptr {address.text}, align 8")
        new = self.f.let(f"or i64 {old.text}, {number(bits).text}")
        self.f.emit(f"store i64 {new.text}, ptr {address.text}, align 8")

    def _halt(self, halt: ir.Halt, done: str) -> None:
        if halt.outcome != "block" and self.moves:
            self._set(slots.MOVED, 1)
        if halt.outcome == "fail":
            self._set(slots.FAILED, 1)
        elif halt.outcome == "cut":
            self._set(slots.CUTS, 1 << halt.code)
        if halt.outcome != "block" and self.graph:
            self._append_bare(done)
        self.f.branch(done)

    def _choose(self, choose: ir.Choose, rest: Sequence[ir.Statement], done: str) -> None:
        active = self.e.value(choose.active)
        outer, has_copy, label, following = self.e.state, self._has_copy, self._label, self.f.name("following")
        watched = most_paths(self.program, [choose, *rest]) > MOST_UNWATCHED
        for local, end in self.loops.over(choose, active, following, watched=watched):
            self.e.locals[choose.local.index] = local
            condition = self.e.value(choose.condition)
            if active.const != 1:
                condition = self.f.connect("or", [self.f.negate(active), condition])
            if condition.const == 0:
                self.f.branch(end)
                continue
            if condition.const is None:
                chosen = self.f.name("chosen")
                self.f.fork(condition, chosen, end)
                self.f.start(chosen)
            if has_copy:
                self.e.state = self._copy(outer)
            self.run(rest, end)
            self.e.state, self._has_copy, self._label = outer, has_copy, label
        self.f.start(following)
        self.f.branch(done)

    # ---------------------------------------------------------------------------------------------------- successors

    def _successor(self, done: str) -> None:
        """Append the state to the buffer, if it lies within the bound and there is room."""
        if self.moves:
            self._set(slots.MOVED, 1)
        if self.program.within is not None:
            inside, outside = self.f.name("inside"), self.f.name("outside")
            self.f.fork(self.e.value(self.program.within), inside, outside)
            self.f.start(outside)
            self._set(slots.CUTS, 1 << ir.DECLARED_BOUND)
            if self.graph:
                self._append_bare(done)
            self.f.branch(done)
            self.f.start(inside)
        count = self._room(done)
        first = self._first(count)
        for word in range(self.layout.words):
            self._put(first, word, self.e.word(self.e.state, number(word)).text)
        self._put(first, self.layout.words, self._label)
        self.f.emit(f"store i64 {self.f.let(f'add i64 {count.text}, 1').text}, ptr %count, align 8")
        self.f.branch(done)

    def _room(self, done: str) -> Val:
        """The number of successors in the buffer; goes on only if there is room for one thing more."""
        count = self.f.let("load i64, ptr %count, align 8")
        taken = self.f.let(f"add i64 {count.text}, {self.loops.info(slots.BARE).text}") if self.graph else count
        room, full = self.f.name("room"), self.f.name("full")
        self.f.fork(self.f.let(f"icmp ult i64 {taken.text}, %capacity", bit=True), room, full)
        self.f.start(full)
        self._set(slots.FULL, 1)
        self.f.branch(done)
        self.f.start(room)
        return count

    def _append_bare(self, done: str) -> None:
        """Note, at the end of the buffer, the label of a path that has no successor."""
        self._room(done)
        bare = self.loops.info(slots.BARE)
        last = self.f.let("sub i64 %capacity, 1")
        self._put(self._first(self.f.let(f"sub i64 {last.text}, {bare.text}")), self.layout.words, self._label)
        address = self.f.let(f"getelementptr i64, ptr %info, i64 {slots.BARE}")
        self.f.emit(f"store i64 {self.f.let(f'add i64 {bare.text}, 1').text}, ptr {address.text}, align 8")

    def _first(self, number_: Val) -> Val:
        """Where a successor begins in the buffer."""
        return self.f.let(f"mul i64 {number_.text}, {self.layout.words + 1}")

    def _put(self, first: Val, offset: int, text: str) -> None:
        place = self.f.let(f"add i64 {first.text}, {offset}") if offset else first
        address = self.f.let(f"getelementptr i64, ptr %out, i64 {place.text}")
        self.f.emit(f"store i64 {text}, ptr {address.text}, align 8")
