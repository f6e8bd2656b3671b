"""`crash Kind up to n [with recovery]`: an agent stops between two transitions; with recovery it may start again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.environment.faults.budget import spending
from modelcheck.ir import lowered as k
from modelcheck.ir.domains import EnumDomain
from modelcheck.ir.expression import BlockedError, Env
from modelcheck.ir.model import Action, Cell
from modelcheck.ir.statement import Statement
from modelcheck.ir.statements.initial import EnterInitialState, Initialise
from modelcheck.ir.statements.timers import StopTimer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import FaultDecl


class Crash(Statement):
    """The agent stops. `gone`: for good, and what is addressed to it vanishes; else it is `down` and messages wait."""

    impartial = True

    gone: bool

    def execute(self, env: Env) -> None:
        assert env.self_id is not None
        cell = env.model.status(env.self_id)
        assert cell is not None
        if env.cells[cell] != "up":
            raise BlockedError
        env.cells[cell] = "gone" if self.gone else "down"
        if self.gone:
            for network in env.model.networks:
                network.discard(env, env.self_id)

    def lower(self, low: k.Lowering) -> None:
        assert low.self_id is not None
        _move(low, "up", "gone" if self.gone else "down")
        if self.gone:
            for network in low.model.networks:
                network.lower_discard(low, low.self_id)


class ComeBack(Statement):
    """The agent is up again, if it was down."""

    impartial = True

    def execute(self, env: Env) -> None:
        assert env.self_id is not None
        cell = env.model.status(env.self_id)
        assert cell is not None
        if env.cells[cell] != "down":
            raise BlockedError
        env.cells[cell] = "up"

    def lower(self, low: k.Lowering) -> None:
        _move(low, "down", "up")


def _move(low: k.Lowering, before: str, after: str) -> None:
    """Change the agent's status, if it is the one before."""
    assert low.self_id is not None
    cell = low.model.status(low.self_id)
    assert cell is not None
    domain = low.model.cells[cell].domain
    assert isinstance(domain, EnumDomain)
    array, agent = low.status[low.self_id.sort], k.build.number(low.self_id.index)
    low.block_unless(k.build.equal(low.read(array, agent), k.build.number(domain.members.index(before))))
    low.assign(array, agent, k.build.number(domain.members.index(after)))


def prepare(model: Model, faults: Sequence[tuple[FaultDecl, int | None]]) -> None:
    """Add a status cell for each agent of the kinds that can crash."""
    for kind in model.spec.agents:
        own = [fault for fault, budget in faults if fault.kind == "crash" and fault.subject == kind and budget != 0]
        if not own:
            continue
        states = ["up"]
        states += ["down"] if any("recovery" in fault.options for fault in own) else []
        states += ["gone"] if any("recovery" not in fault.options for fault in own) else []
        domain = EnumDomain("status", tuple(states))
        cells = [
            Cell(f"{agent.sort}[{agent.index}] status", "status", agent, domain, show="status")
            for agent in model.ids(kind)
        ]
        model.add_cells(("status", kind), cells)


def elaborate(model: Model, fault: FaultDecl, budget: int | None) -> None:
    """Add the crashes and recoveries of one declaration."""
    assert fault.subject is not None
    agent = model.spec.agents[fault.subject]
    recovers = "recovery" in fault.options
    spend = spending(model, fault, budget)
    for id_ in model.ids(fault.subject):
        body = (*spend, Crash(fault.span, gone=not recovers), *(StopTimer(fault.span, t) for t in agent.timers))
        model.actions.append(Action("crash", id_, "fault", body, label=lambda *_: "crashes"))
    if recovers and not any(a.name == "recover" and a.actor and a.actor.sort == fault.subject for a in model.actions):
        volatile = tuple(Initialise(v.span, v) for v in agent.variables if not v.durable and not v.ghost)
        enter = EnterInitialState(agent.span, agent, keep_durable=True)
        for id_ in model.ids(fault.subject):
            body = (ComeBack(fault.span), enter, *volatile, *agent.at_start)
            model.actions.append(Action("recover", id_, "fault", body, label=lambda *_: "recovers"))
