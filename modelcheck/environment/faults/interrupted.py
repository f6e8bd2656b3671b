"""Bodies that end in the middle: what an agent has done when it crashes while it sends.

The body runs up to some `send` or `reply`, or to the end of a `for` that sends, and not further. Of the messages sent
on the way any subset goes out, each receiver of a multicast by itself. So what a crashed process leaves behind is any
subset of what it had to send, as in the synchronous model (Lynch 1996, section 2.2), while its variables are those of a
point of its program: what stands before the point is done, what stands behind it is not.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from modelcheck.frozen import replace
from modelcheck.ir import lowered as k
from modelcheck.ir.constructs.atoms import Literal
from modelcheck.ir.statement import Body, Statement, walk_body
from modelcheck.ir.statements.control import Choose, Either, For, If
from modelcheck.ir.statements.messages import Send
from modelcheck.ir.statements.transitions import Guard
from modelcheck.ir.types import BOOL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from modelcheck.ir.expression import Env


class SendPerhaps(Send):
    """A `send` or `reply` of which each message goes out or does not."""

    impartial = True

    def goes_out(self, env: Env) -> bool:
        assert env.chooser is not None
        return bool(env.chooser.choose([(0, False), (1, True)]))

    @contextmanager
    def lower_branch(self, low: k.Lowering, there: k.Expr) -> Iterator[None]:
        with low.branch(there, chooses=True):
            goes = low.fresh(k.IntType(0, 1), "goes")
            low.choose(goes, k.ir.Between(0, 1))
            with low.branch(k.build.equal(goes, k.build.number(1)), chooses=False):
                yield

    def chooses(self) -> bool:
        return True


def interrupted(body: Body) -> Body | None:
    """A body that ends at any point where the agent may crash while it sends; None where there is no such point."""
    points = list(_points(body))
    if not points:
        return None
    return points[0] if len(points) == 1 else (Either(points[0][-1].span, tuple(points)),)


def _points(body: Body) -> Iterator[Body]:
    for position, statement in enumerate(body):
        last = _last(statement)
        if last is not None:
            yield (*map(_leaky, body[:position]), last)


def _last(statement: Statement) -> Statement | None:
    """A statement of which the body ends inside, or right behind, if it sends."""
    if not any(isinstance(part, Send) for part in statement.walk()):
        return None
    if isinstance(statement, Send | For):
        # The iterations of a loop have no order that could show: it is run to its end.
        return _leaky(statement)
    return _with_blocks(statement, lambda block: interrupted(block) or _never(statement))


def _never(statement: Statement) -> Body:
    """Where nothing is sent, the agent does not crash while it sends."""
    return (Guard(statement.span, Literal(statement.span, BOOL, value=False)),)


def _leaky(statement: Statement) -> Statement:
    """The whole statement, each message of which goes out or does not."""
    if isinstance(statement, Send):
        return SendPerhaps(statement.span, statement.message, statement.arguments, statement.target)
    if not any(isinstance(part, Send) for part in walk_body((statement,))):
        return statement
    return _with_blocks(statement, lambda block: tuple(map(_leaky, block)))


def _with_blocks(statement: Statement, change: Callable[[Body], Body]) -> Statement:
    match statement:
        case If():
            return replace(statement, then=change(statement.then), orelse=change(statement.orelse))
        case For() | Choose():
            return replace(statement, body=change(statement.body))
        case Either():
            return replace(statement, branches=tuple(map(change, statement.branches)))
        case _:
            raise AssertionError(f"{type(statement).__name__} has blocks of its own")
