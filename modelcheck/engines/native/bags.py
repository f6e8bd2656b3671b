"""Sorted bags of messages: the slots of one word are looked at together, and moved together by shifts.

The slots of a bag lie in runs: side by side in a word, as many as it has room for, then in another word. A free slot is
0, and stands last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from modelcheck.engines.native.expressions import Expressions
from modelcheck.engines.native.function import Function, Val, number
from modelcheck.frozen import Frozen
from modelcheck.kernel import program as ir
from modelcheck.kernel.layout import Layout
from modelcheck.kernel.types import IntType


class Run(Frozen):
    """`count` slots of `width` bits, the first at bit `shift` of a word."""

    word: int
    shift: int
    width: int
    count: int

    @property
    def mask(self) -> int:
        """The bits of all slots, moved down."""
        return (1 << (self.width * self.count)) - 1


def runs_of(program: ir.Program, layout: Layout, array: int) -> list[Run]:
    """The runs of a bag, in the order of its slots."""
    first, length = program.offsets[array], program.arrays[array].length
    runs: list[Run] = []
    for cell in layout.cells[first : first + length]:
        last = runs[-1] if runs else None
        if last is not None and (cell.word, cell.shift) == (last.word, last.shift + last.count * last.width):
            runs[-1] = Run(last.word, last.shift, last.width, last.count + 1)
        else:
            runs.append(Run(cell.word, cell.shift, cell.width, 1))
    return runs


def bag(program: ir.Program, layout: Layout, array: int) -> list[str]:
    """The functions `slot`, `insert` and `remove` of a bag."""
    runs = runs_of(program, layout, array)
    return [_slot(program, layout, array), _insert(array, runs), _remove(array, runs)]


def _slot(program: ir.Program, layout: Layout, array: int) -> str:
    f = Function(f"internal i64 @slot_{array}(ptr %state, i64 %position) alwaysinline")
    e = Expressions(program, layout, f, "%state")
    local = ir.Local(-1, IntType(0, program.arrays[array].length - 1), "position")
    e.locals[-1] = Val("%position")
    f.emit(f"ret i64 {e.value(ir.Read(array, local, program.arrays[array].type)).text}")
    return f.text()


def each_message(  # noqa: PLR0913 - what is looped over, and where to go on
    f: Function, array: int, length: int, state: str, following: str, *, watch: Callable[[], None] | None = None
) -> Iterator[tuple[Val, str]]:
    """A loop over the distinct messages of the bag behind `state`, which ends at `following`.

    Yields the message and the label that ends an iteration. `watch` emits what is to be asked in each.
    """
    counter, before = f.slot("i64"), f.slot("i64")
    f.emit(f"store i64 0, ptr {counter}, align 8")
    f.emit(f"store i64 0, ptr {before}, align 8")
    head, look, occupied, body, step = (f.name(hint) for hint in ("head", "look", "occupied", "body", "step"))
    f.start(head)
    if watch is not None:
        watch()
    position = f.let(f"load i64, ptr {counter}, align 8")
    f.fork(f.let(f"icmp slt i64 {position.text}, {length}", bit=True), look, following)
    f.start(look)
    slot = f.let(f"call i64 @slot_{array}(ptr {state}, i64 {position.text})")
    same = f.let(f"load i64, ptr {before}, align 8")
    f.emit(f"store i64 {slot.text}, ptr {before}, align 8")
    f.fork(f.let(f"icmp eq i64 {slot.text}, 0", bit=True), following, occupied)
    f.start(occupied)
    f.fork(f.let(f"icmp eq i64 {slot.text}, {same.text}", bit=True), step, body)
    f.start(body)
    yield f.let(f"sub i64 {slot.text}, 1"), step
    f.start(step)
    f.advance(counter, head)


def _insert(array: int, runs: Sequence[Run]) -> str:
    """Put `%value` into a bag that has a free slot. Every run from there on gives its last slot to the next one."""
    f = Function(f"internal void @insert_{array}(ptr %state, i64 %value) noinline")
    carried = f.slot("i64")
    for index, run in enumerate(runs):
        slots = _find(f, runs, index)
        low, high, place = _split(f, run, slots)
        f.emit(f"store i64 {_slot_of(f, run, slots, run.count - 1).text}, ptr {carried}, align 8")
        moved = f.let(f"shl i64 {high.text}, {run.width}")
        placed = f.let(f"shl i64 {f.let(f'or i64 {moved.text}, %value').text}, {place.text}")
        _store(f, run, f.let(f"or i64 {low.text}, {placed.text}"))
        f.branch(_label("push", runs, index + 1))
    for index, run in enumerate(runs[1:], 1):
        f.start(f"push{index}")
        first = f.let(f"load i64, ptr {carried}, align 8")
        f.fork(f.let(f"icmp eq i64 {first.text}, 0", bit=True), "done", f"pushed{index}")
        f.start(f"pushed{index}")
        slots = _load(f, run)
        f.emit(f"store i64 {_slot_of(f, run, slots, run.count - 1).text}, ptr {carried}, align 8")
        moved = f.let(f"shl i64 {slots.text}, {run.width}")
        _store(f, run, f.let(f"or i64 {moved.text}, {first.text}"))
        f.branch(_label("push", runs, index + 1))
    return _finished(f)


def _remove(array: int, runs: Sequence[Run]) -> str:
    """Take one `%value` out of a bag, if there is one; every run behind it gives its first slot to the run before."""
    f = Function(f"internal void @remove_{array}(ptr %state, i64 %value) noinline")
    for index, run in enumerate(runs):
        low, high, place = _split(f, run, _find(f, runs, index))
        f.fork(f.let(f"icmp eq i64 {_slot_of(f, run, high, 0).text}, %value", bit=True), f"cut{index}", "done")
        f.start(f"cut{index}")
        moved = f.let(f"shl i64 {f.let(f'lshr i64 {high.text}, {run.width}').text}, {place.text}")
        _store(f, run, _with_last(f, runs, index, f.let(f"or i64 {low.text}, {moved.text}")))
        f.branch(_label("pull", runs, index + 1))
    for index, run in enumerate(runs[1:], 1):
        f.start(f"pull{index}")
        slots = _load(f, run)
        f.fork(f.let(f"icmp eq i64 {slots.text}, 0", bit=True), "done", f"pulled{index}")
        f.start(f"pulled{index}")
        _store(f, run, _with_last(f, runs, index, f.let(f"lshr i64 {slots.text}, {run.width}")))
        f.branch(_label("pull", runs, index + 1))
    return _finished(f)


def _label(kind: str, runs: Sequence[Run], index: int) -> str:
    return f"{kind}{index}" if index < len(runs) else "done"


def _finished(f: Function) -> str:
    f.start("done")
    f.emit("ret void")
    return f.text()


def _find(f: Function, runs: Sequence[Run], index: int) -> Val:
    """Go on to the next run if all that is in this one comes before `%value`; returns the slots of this one if not."""
    f.start(f"find{index}")
    run = runs[index]
    slots = _load(f, run)
    last = _is_less(f, _slot_of(f, run, slots, run.count - 1))
    f.fork(last, _label("find", runs, index + 1), f"here{index}")
    f.start(f"here{index}")
    return slots


def _load(f: Function, run: Run) -> Val:
    """The slots of a run, the first in the lowest bits."""
    address = f.let(f"getelementptr i64, ptr %state, i64 {run.word}")
    word = f.let(f"load i64, ptr {address.text}, align 8")
    moved = f.let(f"lshr i64 {word.text}, {run.shift}")
    return f.let(f"and i64 {moved.text}, {number(run.mask).text}")


def _store(f: Function, run: Run, slots: Val) -> None:
    """Put slots in their place; what has no room in the run is dropped."""
    address = f.let(f"getelementptr i64, ptr %state, i64 {run.word}")
    word = f.let(f"load i64, ptr {address.text}, align 8")
    kept = f.let(f"and i64 {word.text}, {number(~(run.mask << run.shift)).text}")
    inside = f.let(f"and i64 {slots.text}, {number(run.mask).text}")
    moved = f.let(f"shl i64 {inside.text}, {run.shift}")
    f.emit(f"store i64 {f.let(f'or i64 {kept.text}, {moved.text}').text}, ptr {address.text}, align 8")


def _slot_of(f: Function, run: Run, slots: Val, position: int) -> Val:
    moved = f.let(f"lshr i64 {slots.text}, {position * run.width}")
    return f.let(f"and i64 {moved.text}, {number((1 << run.width) - 1).text}")


def _is_less(f: Function, slot: Val) -> Val:
    """Whether what is in a slot comes before `%value`: not if it is free, which less one is the greatest number."""
    key, wanted = f.let(f"sub i64 {slot.text}, 1"), f.let("sub i64 %value, 1")
    return f.let(f"icmp ult i64 {key.text}, {wanted.text}", bit=True)


def _split(f: Function, run: Run, slots: Val) -> tuple[Val, Val, Val]:
    """The slots before the place of `%value`; those from there on, moved down; the place, in bits.

    The last slot does not come before it.
    """
    count = number(0)
    for position in range(run.count - 1):
        less = f.word_of(_is_less(f, _slot_of(f, run, slots, position)))
        count = f.let(f"add i64 {count.text}, {less.text}")
    place = f.let(f"mul i64 {count.text}, {run.width}")
    high = f.let(f"lshr i64 {slots.text}, {place.text}")
    low = f.let(f"xor i64 {slots.text}, {f.let(f'shl i64 {high.text}, {place.text}').text}")
    return low, high, place


def _with_last(f: Function, runs: Sequence[Run], index: int, slots: Val) -> Val:
    """The slots of a run, of which the last is free, with the first of the next run there."""
    if index + 1 == len(runs):
        return slots
    first = _slot_of(f, runs[index + 1], _load(f, runs[index + 1]), 0)
    moved = f.let(f"shl i64 {first.text}, {(runs[index].count - 1) * runs[index].width}")
    return f.let(f"or i64 {slots.text}, {moved.text}")
