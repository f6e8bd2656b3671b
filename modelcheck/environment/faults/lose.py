"""`lose up to n`: a message in flight disappears."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from modelcheck.environment.faults.messages import strike
from modelcheck.ir import lowered as k
from modelcheck.ir.expression import Env
from modelcheck.ir.statement import Statement
from modelcheck.ir.statements.transitions import PACKET
from modelcheck.semantics.show import show_packet

if TYPE_CHECKING:
    from modelcheck.ir.model import Model
    from modelcheck.ir.network import Network
    from modelcheck.ir.spec import FaultDecl
    from modelcheck.ir.values import Value


class Lose(Statement):
    """Take one message out."""

    impartial = True

    network: Network

    def execute(self, env: Env) -> None:
        assert env.chooser is not None
        packet = env.locals[PACKET] = env.chooser.choose(self.network.in_flight(env))
        place = env.chooser.taken[-1]
        env.happens("lost", packet, position=self.network.position(place))
        self.network.take(env, place)

    def lower(self, low: k.Lowering) -> None:
        self.network.lower_take(low, self.network.lower_point(low))

    def chooses(self) -> bool:
        return True


def _label(model: Model, names: Mapping[str, Value]) -> str:
    return f"loses {show_packet(names[PACKET], model)}"


def elaborate(model: Model, fault: FaultDecl, budget: int | None) -> None:
    """Add the losses of one declaration. A soup, from which nothing leaves, includes loss: nobody has to receive."""
    effects = [Lose(fault.span, network) for network in model.networks if not network.remembers]
    strike(model, fault, budget, effects, _label)
