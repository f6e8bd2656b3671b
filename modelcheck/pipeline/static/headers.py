"""What stands before the body of a transition, and which of it looks at no more than one message."""

from __future__ import annotations

from modelcheck.ir import lowered as k
from modelcheck.ir.constructs.messages import InFlight
from modelcheck.ir.constructs.urgency import NothingUrgent
from modelcheck.ir.expression import Env, Expr
from modelcheck.ir.statement import Body
from modelcheck.ir.statements.timers import Expired
from modelcheck.ir.statements.transitions import PACKET, Guard, PickMessage, RequireState, TakeParameter
from modelcheck.ir.values import Packet


class TheSame(PickMessage):
    """The message that was picked before, under other names."""

    impartial = True

    def pick(self, env: Env) -> Packet:
        packet: Packet = env.locals[PACKET]
        return packet

    def lower_pick(self, low: k.Lowering) -> k.LowPacket:
        packet = low.names[PACKET]
        assert isinstance(packet, k.LowPacket)
        return packet


NEEDS = (RequireState, TakeParameter, PickMessage, Expired)
"""What is asked before the guard."""

_OF_ONE_MESSAGE = {RequireState, TakeParameter, PickMessage, TheSame, Expired, Guard}
_OF_ALL = (InFlight, NothingUrgent)


def looks_at_one_message(body: Body) -> bool:
    """Whether nothing in flight matters but the one message that is picked, if there is one."""
    return {type(statement) for statement in body} <= _OF_ONE_MESSAGE and not reads_messages(body)


def reads_messages(body: Body) -> bool:
    """Whether an expression of a body looks at what is in flight."""
    return any(looks_at_messages(expression) for statement in body for expression in statement.expressions())


def looks_at_messages(expression: Expr) -> bool:
    """Whether an expression looks at what is in flight."""
    return any(isinstance(part, _OF_ALL) for part in expression.walk())
