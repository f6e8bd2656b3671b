"""Observers of deadlines: they count the ticks since `a` while `b` has not come, for `a leads to b within k`.

So a deadline is a property of states. An observer is in the states of a check that asks for the property, only there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.frozen import Frozen
from modelcheck.ir import lowered as k
from modelcheck.ir.constructs.temporal import Instance
from modelcheck.ir.expression import Env, Expr
from modelcheck.ir.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from modelcheck.ir.model import Model
    from modelcheck.ir.values import Value

MET = "met"
"""What an observer holds that waits for nothing; its number in the kernel is 0, and that of n ticks is n + 1."""


class Observer(Frozen, eq=False):
    """The observers of one `leads to … within ticks`, one for each pair of `causes` and `effects`, from cell `base` on.

    `places` says how the names around it are in their numbers: for each name, the most significant first, the sort that
    it runs over, or None, and how many values it has. None where they do not run over whole sorts, so that ids differ.
    """

    name: str
    base: int
    ticks: int
    causes: tuple[Instance, ...]
    effects: tuple[Instance, ...]
    places: tuple[tuple[str | None, int], ...] | None

    @property
    def late(self) -> str:
        """What an observer holds when the deadline has passed."""
        return str(self.ticks + 1)

    def waits(self, cells: Sequence[Value]) -> bool:
        """Whether the next tick changes one of them."""
        return any(value not in {MET, self.late} for value in cells[self.base : self.base + len(self.causes)])

    def role(self) -> k.Role:
        """How ids are in the array."""
        places = self.places or ((None, len(self.causes)),)
        codes = (k.codes.Plain(count) if sort is None else k.codes.Ids(sort, count) for sort, count in places)
        return k.Role(tuple(codes), k.codes.Plain(0))


class Observe(Statement):
    """Look at the state behind a step. `ticks`: it was a tick."""

    observer: Observer
    ticks: bool

    def favours(self, model: Model) -> Iterable[str]:
        return model.sizes if self.observer.places is None else ()

    def execute(self, env: Env) -> None:
        observer, inner = self.observer, Env(env.model, env.cells)
        inner.watch = env.watch
        for number, (cause, effect) in enumerate(zip(observer.causes, observer.effects, strict=True), observer.base):
            begins, ends = cause.evaluate(inner), effect.evaluate(inner)
            value = env.cells[number]
            if ends:
                env.cells[number] = MET
            elif value == MET:
                env.cells[number] = "0" if begins else MET
            elif self.ticks and value != observer.late:
                env.cells[number] = str(int(value) + 1)

    def lower(self, low: k.Lowering) -> None:
        b, observer, array = k.build, self.observer, low.observers[self.observer]
        most = observer.ticks + 2
        for position, (cause, effect) in enumerate(zip(observer.causes, observer.effects, strict=True)):
            begins, ends = low.condition(cause), low.condition(effect)
            place = b.number(position)
            value = low.share(low.read(array, place), "waits")
            later = b.ite(b.less(value, b.number(most)), b.add(b.clamped(value, 0, most - 1), b.number(1)), value)
            goes_on = later if self.ticks else value
            begun = b.ite(begins, b.number(1), b.number(0))
            waits = b.ite(b.equal(value, b.number(0)), begun, goes_on)
            low.assign(array, place, b.ite(ends, b.number(0), waits))

    def expressions(self) -> Iterator[Expr]:
        yield from self.observer.causes
        yield from self.observer.effects


class InTime(Expr):
    """Whether no deadline has passed."""

    observers: tuple[Observer, ...]

    def favours(self, model: Model) -> Iterable[str]:
        return model.sizes if any(observer.places is None for observer in self.observers) else ()

    def evaluate(self, env: Env) -> Value:
        return next(self.late(env.cells), None) is None

    def lower(self, low: k.Lowering) -> k.Lowered:
        return k.LowBool(k.build.conjunction(_in_time(low, observer) for observer in self.observers))

    def late(self, cells: Sequence[Value]) -> Iterator[tuple[Observer, Instance]]:
        """The deadlines that have passed, with what began them."""
        for observer in self.observers:
            for number, cause in enumerate(observer.causes, observer.base):
                if cells[number] == observer.late:
                    yield observer, cause


def _in_time(low: k.Lowering, observer: Observer) -> k.Expr:
    array, late = low.observers[observer], k.build.number(observer.ticks + 2)
    return low.loop("and", len(observer.causes), lambda i: k.build.differ(low.read(array, i), late))


def lower_waits(low: k.Lowering, observer: Observer) -> k.Expr:
    """Whether the next tick changes one of them."""
    array = low.observers[observer]
    return low.loop("or", len(observer.causes), lambda i: k.build.within(low.read(array, i), 1, observer.ticks + 1))
