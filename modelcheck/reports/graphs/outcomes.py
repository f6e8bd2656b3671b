"""What can come of a transition: for each state that it may lead to, on what condition, and what it sends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from modelcheck.frozen import Frozen
from modelcheck.ir.statements.control import Either, Goto, If
from modelcheck.ir.statements.messages import Send
from modelcheck.ir.written import written

if TYPE_CHECKING:
    from modelcheck.ir.statement import Body, Statement

_MOST = 64
"""Ways through a body beyond which conditions are left out."""


_Sent = tuple[str, str, str | None]
"""Message, arguments and receiver."""


class Sending(Frozen):
    """`Vote` with `true` to `c` (None: the sender of what is handled). `always`: on every way to the outcome."""

    message: str
    arguments: str
    target: str | None
    always: bool


class Outcome(Frozen):
    """Where a transition leads (None: it stays), on what conditions beside its guard, and what is sent on the way."""

    target: str | None
    conditions: tuple[str, ...]
    sends: tuple[Sending, ...]


class _Way(Frozen):
    """One way through a body."""

    target: str | None = None
    conditions: tuple[str, ...] = ()
    sends: tuple[_Sent, ...] = ()
    perhaps: tuple[_Sent, ...] = ()
    """What is sent for some, as inside a loop that may have nothing to go through."""


def outcomes(body: Body, target: str | None) -> list[Outcome]:
    """The outcomes of a transition with this body and, if its header has one, this target; in the order written."""
    ways = _ways(body, [_Way(target)])
    if len(ways) > _MOST:
        ways = [*_coarse(body, target)]
    by_target: dict[str | None, list[_Way]] = {}
    for way in ways:
        by_target.setdefault(way.target, []).append(way)
    return [_gathered(goal, group, alone=len(by_target) == 1) for goal, group in by_target.items()]


def _gathered(target: str | None, ways: Sequence[_Way], *, alone: bool) -> Outcome:
    conditions = () if alone else tuple(c for c in ways[0].conditions if all(c in way.conditions for way in ways))
    found = dict.fromkeys(one for way in ways for one in (*way.sends, *way.perhaps))
    sends = (Sending(*one, always=all(one in way.sends for way in ways)) for one in found)
    return Outcome(target, conditions, tuple(sends))


def _ways(body: Body, ways: list[_Way]) -> list[_Way]:
    for statement in body:
        if len(ways) > _MOST:
            break
        ways = _behind(statement, ways)
    return ways


def _behind(statement: Statement, ways: list[_Way]) -> list[_Way]:
    match statement:
        case Goto():
            return [_Way(statement.state, w.conditions, w.sends, w.perhaps) for w in ways]
        case Send():
            sent = _sent(statement)
            return [_Way(w.target, w.conditions, (*w.sends, sent), w.perhaps) for w in ways]
        case If():
            text = written(statement.condition.span)
            then = _ways(statement.then, [_on(w, text) for w in ways])
            return then + _ways(
                statement.orelse, [_on(w, f"not ({text})" if " " in text else f"not {text}") for w in ways]
            )
        case Either():
            return [way for branch in statement.branches for way in _ways(branch, ways)]
        case _ if statement.blocks():
            inside = tuple(_sends_of(statement))
            targets = [s.state for s in statement.walk() if isinstance(s, Goto)]
            goals: list[str | None] = [*targets] or [None]
            return [
                _Way(goal or w.target, w.conditions, w.sends, (*w.perhaps, *inside)) for goal in goals for w in ways
            ]
        case _:
            return ways


def _on(way: _Way, condition: str) -> _Way:
    return _Way(way.target, (*way.conditions, condition), way.sends, way.perhaps)


def _coarse(body: Body, target: str | None) -> Iterator[_Way]:
    """A way to each target with all that is sent anywhere: what is said of a body with too many ways."""
    perhaps = tuple(sent for statement in body for sent in _sends_of(statement))
    goals = [s.state for statement in body for s in statement.walk() if isinstance(s, Goto)]
    for goal in dict.fromkeys((target, *goals)):
        yield _Way(goal, perhaps=perhaps)


def _sends_of(statement: Statement) -> Iterator[_Sent]:
    yield from (_sent(one) for one in statement.walk() if isinstance(one, Send))


def _sent(send: Send) -> _Sent:
    arguments = ", ".join(written(argument.span) for argument in send.arguments)
    return send.message.name, arguments, None if send.target is None else written(send.target.span)
