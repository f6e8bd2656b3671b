"""`crash Kind up to n`: an agent stops, between two transitions or while it sends; with recovery it may start again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from modelcheck.environment.detectors.crashes import around_crash
from modelcheck.environment.faults.budget import spending
from modelcheck.environment.faults.interrupted import interrupted
from modelcheck.ir import lowered as k
from modelcheck.ir.domains import EnumDomain
from modelcheck.ir.expression import BlockedError, Env
from modelcheck.ir.model import Action, Cell
from modelcheck.ir.statement import Statement
from modelcheck.ir.statements.fairness import Owe
from modelcheck.ir.statements.initial import EnterInitialState, Initialise
from modelcheck.ir.statements.timers import StopTimer
from modelcheck.ir.statuses import (
    BYZANTINE,
    UP,
    is_down,
    is_gone,
    is_owed,
    lower_status,
    status_behind,
    statuses_of,
)
from modelcheck.semantics.show import show_transition

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from modelcheck.ir.model import Label, Model, Origin
    from modelcheck.ir.spec import Agent, FaultDecl, Transition
    from modelcheck.ir.statement import Body
    from modelcheck.ir.values import Value


class Crash(Statement):
    """The agent stops. If it never comes back, what is addressed to it vanishes, else messages wait."""

    impartial = True

    status: str

    def execute(self, env: Env) -> None:
        assert env.self_id is not None
        _move(env, lambda status: status == UP, self.status)
        if is_gone(self.status):
            for network in env.model.networks:
                network.discard(env, env.self_id)

    def lower(self, low: k.Lowering) -> None:
        assert low.self_id is not None
        _lower_move(low, lambda status: status == UP, self.status)
        if is_gone(self.status):
            for network in low.model.networks:
                network.lower_discard(low, low.self_id)


class ComeBack(Statement):
    """The agent is up again, if it was down; `owed` are those that must come back at some time."""

    impartial = True

    owed: bool

    def execute(self, env: Env) -> None:
        _move(env, self._applies, UP)

    def lower(self, low: k.Lowering) -> None:
        _lower_move(low, self._applies, UP)

    def _applies(self, status: str) -> bool:
        return is_down(status) and is_owed(status) == self.owed


def _move(env: Env, test: Callable[[str], bool], after: str) -> None:
    """Change the agent's status, if the one before passes a test."""
    assert env.self_id is not None
    cell = env.model.status(env.self_id)
    assert cell is not None
    if not test(env.cells[cell]):
        raise BlockedError
    env.cells[cell] = after


def _lower_move(low: k.Lowering, test: Callable[[str], bool], after: str) -> None:
    assert low.self_id is not None
    kind, agent = low.self_id.sort, k.build.number(low.self_id.index)
    low.block_unless(lower_status(low, kind, agent, test))
    low.assign(low.status[kind], agent, k.build.number(statuses_of(low.model, kind).index(after)))


def prepare(model: Model, faults: Sequence[tuple[FaultDecl, int | None]]) -> None:
    """Add a status cell for each agent of the kinds that can crash or be Byzantine."""
    for kind in model.spec.agents:
        struck = [fault for fault, budget in faults if fault.subject == kind and budget != 0]
        crashed = {status_behind(fault.options) for fault in struck if fault.kind == "crash"}
        # Those that come back stand first: they are the ones that are looked for in every state.
        behind = sorted(crashed, key=lambda status: (is_gone(status), status))
        behind += [BYZANTINE] if any(fault.kind == "byzantine" for fault in struck) else []
        if not behind:
            continue
        domain = EnumDomain("status", (UP, *behind))
        show = status_name(model.spec.agents[kind])
        cells = [
            Cell(f"{agent.sort}[{agent.index}] status", "status", agent, domain, show=show) for agent in model.ids(kind)
        ]
        model.add_cells(("status", kind), cells)


def status_name(agent: Agent) -> str:
    """What traces call the status: `Node[0].status`, unless the agent has a variable with that name."""
    taken = any(variable.name == "status" for variable in (*agent.variables, *agent.timers))
    return "fault status" if taken else "status"


def elaborate(model: Model, fault: FaultDecl, budget: int | None) -> None:
    """Add the crashes and recoveries of one declaration."""
    assert fault.subject is not None
    agent = model.spec.agents[fault.subject]
    spend = spending(model, fault, budget)
    crash = stops(model, fault)
    between = (*spend, *crash)
    sending = list(_while_sending(model, agent, spend, crash)) if "while sending" in fault.options else []
    for id_ in model.ids(fault.subject):
        model.actions.append(Action("crash", id_, "fault", between, label=lambda *_: "crashes"))
        model.actions.extend(
            Action("crash", id_, "fault", body, label=_label(transition)) for transition, body in sending
        )
    if "recovery" in fault.options:
        _add_recovery(model, fault, agent)


def stops(model: Model, fault: FaultDecl) -> Body:
    """What crashing does to an agent, where a failure detector lets it crash."""
    assert fault.subject is not None
    timers = (StopTimer(fault.span, timer) for timer in model.spec.agents[fault.subject].timers)
    before, behind = around_crash(model, fault)
    return (*before, Crash(fault.span, status_behind(fault.options)), *timers, *behind)


def _while_sending(model: Model, agent: Agent, spend: Body, crash: Body) -> Iterator[tuple[Transition, Body]]:
    """The transitions that send something, up to a point where the agent crashes."""
    first = next(iter(model.ids(agent.name)), None)
    for action in model.actions:
        transition = action.transition
        if transition is None or transition.kind == "fault" or action.actor != first:
            continue
        before = [s for s in action.body[: len(action.body) - len(transition.body)] if not isinstance(s, Owe)]
        sent = interrupted(transition.body)
        if sent is not None:
            # What rules an agent out stands first, where the interpreter looks for it.
            yield transition, (before[0], *spend, *before[1:], *sent, *crash)


def _label(transition: Transition) -> Label:
    def label(model: Model, names: Mapping[str, Value]) -> str:
        return f"crashes while sending: {show_transition(transition, names, model)}"

    return label


def _add_recovery(model: Model, fault: FaultDecl, agent: Agent) -> None:
    """One for each agent, however many declarations allow it, or owe it. What is owed is no fault."""
    owed = "fair" in fault.options
    origin: Origin = "network" if owed else "fault"
    known = {(a.name, a.origin, a.actor.sort) for a in model.actions if a.actor is not None}
    if ("recover", origin, agent.name) in known:
        return
    volatile = tuple(Initialise(v.span, v) for v in agent.variables if not v.durable and not v.ghost)
    enter = EnterInitialState(agent.span, agent, keep_durable=True)
    owe = (Owe(fault.span, "weak"),) if owed and model.is_fair else ()
    body = (ComeBack(fault.span, owed), *owe, enter, *volatile, *agent.at_start)
    model.actions.extend(
        Action("recover", id_, origin, body, label=lambda *_: "recovers") for id_ in model.ids(agent.name)
    )
