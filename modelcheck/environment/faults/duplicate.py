"""`duplicate up to n`: an equal message joins one in flight."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from modelcheck.environment.faults.messages import strike
from modelcheck.ir import lowered as k
from modelcheck.ir.expression import BlockedError, Env
from modelcheck.ir.statement import Statement
from modelcheck.ir.statements.transitions import PACKET
from modelcheck.semantics.show import show_packet

if TYPE_CHECKING:
    from modelcheck.ir.model import Model
    from modelcheck.ir.network import Network
    from modelcheck.ir.spec import FaultDecl
    from modelcheck.ir.values import Value


class Duplicate(Statement):
    """Put an equal message in. On a network that drops what has no room, a full one cannot be struck."""

    impartial = True

    network: Network

    def execute(self, env: Env) -> None:
        assert env.chooser is not None
        packet = env.locals[PACKET] = env.chooser.choose(self.network.in_flight(env))
        before = env.cells[self.network.cell]
        env.happens("copied", packet, position=self.network.position(env.chooser.taken[-1]))
        self.network.insert(env, packet)
        if env.cells[self.network.cell] == before:
            raise BlockedError

    def lower(self, low: k.Lowering) -> None:
        self.network.lower_repeat(low, self.network.lower_point(low))

    def chooses(self) -> bool:
        return True


def _label(model: Model, names: Mapping[str, Value]) -> str:
    return f"duplicates {show_packet(names[PACKET], model)}"


def elaborate(model: Model, fault: FaultDecl, budget: int | None) -> None:
    """Add the duplications of one declaration."""
    effects = [Duplicate(fault.span, network) for network in model.networks if not network.absorbs]
    strike(model, fault, budget, effects, _label)
