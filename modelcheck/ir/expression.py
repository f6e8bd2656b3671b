"""What every expression of the typed IR is, and what it is evaluated in."""

from __future__ import annotations

from abc import abstractmethod
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any, ClassVar

from modelcheck.frozen import Frozen
from modelcheck.ir.happenings import Happening

if TYPE_CHECKING:
    from modelcheck.ir.happenings import HappeningKind, Watch
    from modelcheck.ir.lowered import Lowered, Lowering
    from modelcheck.ir.model import Model
    from modelcheck.ir.types import Type
    from modelcheck.ir.values import Id, Packet, Value
    from modelcheck.source import Span


class EvaluationError(Exception):
    """A partial operation was applied outside its domain: the built-in property `no errors` is violated here."""

    def __init__(self, span: Span, problem: str) -> None:
        self.span = span
        self.problem = problem
        super().__init__(problem)


class CutError(Exception):
    """The path needs more than a bound allows; `bound` says which, in words."""

    def __init__(self, bound: str) -> None:
        self.bound = bound
        super().__init__(bound)


class BlockedError(Exception):
    """The path does not exist: a guard is false, nothing to receive, or a network that blocks is full."""


Option = tuple[int, Any]
"""A value that can be chosen, with the digit that records the choice before it."""


class Chooser:
    """Takes the choices of one run through a body and remembers what else could have been taken.

    The first `len(script)` choices follow the script (ordinals); later ones take the first option.
    """

    def __init__(self, script: Sequence[int] = (), known: dict[tuple[int, ...], list[Option]] | None = None) -> None:
        self.script = script
        self.known = {} if known is None else known
        self.taken: list[int] = []
        self.offered: list[tuple[Sequence[Option], int]] = []

    def options(self, compute: Callable[[], list[Option]]) -> list[Option]:
        """The options at this point; runs with the same choices so far share them, so they are computed once."""
        key = tuple(self.taken)
        if key not in self.known:
            self.known[key] = compute()
        return self.known[key]

    def choose(self, options: Sequence[tuple[int, Value]]) -> Value:
        """One of the options, ascending by digit. Raises `BlockedError` for none or an unknown script."""
        position = len(self.taken)
        if position < len(self.script):
            index = bisect_left(options, self.script[position], key=itemgetter(0))
            if index == len(options) or options[index][0] != self.script[position]:
                raise BlockedError
        elif options:
            index = 0
        else:
            raise BlockedError
        self.taken.append(options[index][0])
        self.offered.append((options, index))
        return options[index][1]

    def next_script(self) -> tuple[int, ...] | None:
        """The script of the next run in lexicographic order, or None after the last."""
        for position in reversed(range(len(self.taken))):
            options, index = self.offered[position]
            if index + 1 < len(options):
                return (*self.taken[:position], options[index + 1][0])
        return None


def all_runs(run: Callable[[Chooser], None]) -> Iterator[Chooser]:
    """Call `run` once for every choice path, in lexicographic order, and yield each path's chooser afterwards."""
    script: tuple[int, ...] | None = ()
    known: dict[tuple[int, ...], list[Option]] = {}
    while script is not None:
        chooser = Chooser(script, known)
        run(chooser)
        yield chooser
        script = chooser.next_script()


class Env:
    """One evaluation: the state (`cells`, changed in place by statements), who evaluates, and the names bound so far.

    `after` is the state behind the step in transition properties. `source` is the sender of the message being handled.
    `held` has what cells were before a round of all agents, for as long as these read it. `watch` takes notes, if
    anybody asked for them. Names never hide one another, so binding needs no stack: inner names simply go stale.
    """

    __slots__ = ("after", "cells", "chooser", "held", "locals", "model", "self_id", "source", "watch")

    def __init__(
        self,
        model: Model,
        cells: list[Value],
        self_id: Id | None = None,
        chooser: Chooser | None = None,
        after: list[Value] | None = None,
    ) -> None:
        self.model = model
        self.cells = cells
        self.self_id = self_id
        self.chooser = chooser
        self.after = after
        self.held: dict[int, Value] | None = None
        self.locals: dict[str, Value] = {}
        self.source: Id | None = None
        self.watch: Watch | None = None

    def happens(
        self,
        kind: HappeningKind,
        packet: Packet,
        other: Packet | None = None,
        *,
        forged: bool = False,
        position: int | None = None,
    ) -> None:
        """Note what becomes of a message."""
        if self.watch is not None:
            self.watch.happened.append(Happening(kind, packet, other, forged, position))

    def looks(self, message: str, target: Id | None = None) -> None:
        """Note that it is looked which messages of a name, to one agent or to any, are in flight."""
        if self.watch is not None:
            self.watch.looked.add((message, target))


class Expr(Frozen, eq=False):
    """A typed expression. Each language construct is one subclass that infers, evaluates and lowers itself."""

    impartial: ClassVar[bool] = False
    """Whether it treats all ids of a sort alike: of renamed operands it gives the renamed value, and fails likewise.

    Ids are interchangeable only as far as everything in a check says so.
    """

    span: Span
    type: Type

    @abstractmethod
    def evaluate(self, env: Env) -> Value:
        """The value. Raises `EvaluationError` where a partial operation is undefined."""

    def lower(self, low: Lowering) -> Lowered:
        """The kernel value. What must hold for it to be defined is recorded with `low.require`."""
        raise NotImplementedError

    def favours(self, model: Model) -> Iterable[str]:
        """The sorts of which this operation itself, its operands aside, does not treat all ids alike."""
        return () if self.impartial else model.sizes

    def can_fail(self) -> bool:
        """Whether this operation itself, its operands aside, is partial."""
        return False

    def children(self) -> Iterator[Expr]:
        """The direct operands."""
        for name in self.__struct_fields__:
            yield from _expressions(getattr(self, name))

    def walk(self) -> Iterator[Expr]:
        """The expression and all below it."""
        yield self
        for child in self.children():
            yield from child.walk()


def _expressions(value: object) -> Iterator[Expr]:
    if isinstance(value, Expr):
        yield value
    elif isinstance(value, tuple):
        for element in value:
            yield from _expressions(element)
