"""What every statement of the typed IR is, and how a body is checked."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, ClassVar

from modelcheck.frozen import Frozen
from modelcheck.ir.expression import Expr

if TYPE_CHECKING:
    from modelcheck.ir.expression import Env
    from modelcheck.ir.lowered import Lowering
    from modelcheck.ir.model import Model
    from modelcheck.source import Span


class Statement(Frozen, eq=False):
    """A step of a body. It runs on `env.cells` in place and sees what the statements before it assigned."""

    impartial: ClassVar[bool] = False
    """Whether it treats all ids of a sort alike, as `Expr.impartial` says of an expression."""

    span: Span

    @abstractmethod
    def execute(self, env: Env) -> None:
        """Run. Ends the path by `EvaluationError`, `CutError` or `BlockedError`; takes choices from `env.chooser`."""

    def lower(self, low: Lowering) -> None:
        """Emit kernel statements into the lowering."""
        raise NotImplementedError

    def favours(self, model: Model) -> Iterable[str]:
        """The sorts of which this statement itself does not treat all ids alike."""
        return () if self.impartial else model.sizes

    def chooses(self) -> bool:
        """Whether lowering this statement splits the run."""
        return any(statement.chooses() for block in self.blocks() for statement in block)

    def blocks(self) -> tuple[Body, ...]:
        """The bodies inside this statement; all but the branches of a choice or condition run."""
        return ()

    def walk(self) -> Iterator[Statement]:
        """The statement and all inside it."""
        yield self
        for block in self.blocks():
            for statement in block:
                yield from statement.walk()

    def expressions(self) -> Iterator[Expr]:
        """The expressions that this statement itself evaluates, inner statements aside."""
        for name in self.__struct_fields__:
            yield from _own_expressions(getattr(self, name))


Body = tuple[Statement, ...]


def _own_expressions(value: object) -> Iterator[Expr]:
    if isinstance(value, Expr):
        yield value
    elif isinstance(value, tuple):
        for element in value:
            yield from _own_expressions(element)


def run(body: Body, env: Env) -> None:
    """Run statements one after another."""
    for statement in body:
        statement.execute(env)


def walk_body(body: Body) -> Iterator[Statement]:
    """All statements of a body, inner ones included."""
    for statement in body:
        yield from statement.walk()
