"""`lose` and `duplicate`: a message in flight disappears, or an equal one joins it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from modelcheck.environment.faults.budget import spending
from modelcheck.ir import lowered as k
from modelcheck.ir.expression import BlockedError, Env
from modelcheck.ir.model import Action
from modelcheck.ir.statement import Statement
from modelcheck.ir.statements.transitions import PACKET

if TYPE_CHECKING:
    from modelcheck.ir.model import Model
    from modelcheck.ir.network import Network
    from modelcheck.ir.spec import FaultDecl


@dataclass(frozen=True, slots=True, eq=False)
class Lose(Statement):
    """Take one message out."""

    network: Network

    def execute(self, env: Env) -> None:
        assert env.chooser is not None
        options = self.network.losable(env)
        packet = env.chooser.choose(options)
        env.locals[PACKET] = packet
        self.network.lose(env, env.chooser.taken[-1])

    def lower(self, low: k.Lowering) -> None:
        self.network.lower_lose(low)

    def chooses(self) -> bool:
        return True


@dataclass(frozen=True, slots=True, eq=False)
class Duplicate(Statement):
    """Put an equal message in. On a network that drops what has no room, a full one cannot be struck."""

    network: Network

    def execute(self, env: Env) -> None:
        assert env.chooser is not None
        packet = env.chooser.choose(self.network.duplicable(env))
        env.locals[PACKET] = packet
        before = env.cells[self.network.cell]
        self.network.insert(env, packet)
        if env.cells[self.network.cell] == before:
            raise BlockedError

    def lower(self, low: k.Lowering) -> None:
        self.network.lower_duplicate(low)

    def chooses(self) -> bool:
        return True


def _elaborate(model: Model, fault: FaultDecl, budget: int | None, kind: Literal["lose", "duplicate"]) -> bool:
    struck = [n for n in model.networks if (n.loses if kind == "lose" else n.duplicates)]
    if not struck:
        return False
    spend = spending(model, fault, budget)
    for network in struck:
        effect = Lose(fault.span, network) if kind == "lose" else Duplicate(fault.span, network)
        model.actions.append(Action(kind, None, "fault", (*spend, effect)))
    return True


def elaborate_lose(model: Model, fault: FaultDecl, budget: int | None) -> None:
    """Add the losses of one declaration."""
    if not _elaborate(model, fault, budget, "lose"):
        model.idle_faults.append(fault)


def elaborate_duplicate(model: Model, fault: FaultDecl, budget: int | None) -> None:
    """Add the duplications of one declaration."""
    if not _elaborate(model, fault, budget, "duplicate"):
        model.idle_faults.append(fault)
