"""From a specification and one of its checks to a model: sizes and parameters set, network and faults compiled away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from modelcheck.diagnostics import Diagnostic, Diagnostics, InputError, did_you_mean
from modelcheck.environment import seldom
from modelcheck.environment.choices import check_choices
from modelcheck.environment.detectors.elaborate import add_detector
from modelcheck.environment.faults.forgery_checks import check_forgeries
from modelcheck.environment.kept_ghosts import kept_ghosts
from modelcheck.environment.networks_of import add_networks
from modelcheck.environment.registry import FAULTS, OF_A_KIND
from modelcheck.environment.settings import check_parameters, constants, parameters, sizes
from modelcheck.environment.unknowns import settle
from modelcheck.frozen import Frozen, field
from modelcheck.ir.domains import EnumDomain
from modelcheck.ir.expression import EvaluationError
from modelcheck.ir.model import Action, Cell, Model
from modelcheck.ir.statement import Statement, walk_body
from modelcheck.ir.statements.control import For, Goto
from modelcheck.ir.statements.fairness import Owe, Strength
from modelcheck.ir.statements.initial import As, EnterInitialState, Initialise, Initially
from modelcheck.ir.statements.loops import sends_of
from modelcheck.ir.statements.timers import Expired, StopTimer
from modelcheck.ir.statements.transitions import PACKET, Consume, Guard, PickMessage, RequireState, TakeParameter
from modelcheck.ir.written import written

if TYPE_CHECKING:
    from modelcheck.ir.spec import Check, FaultDecl, Property, Spec, Transition
    from modelcheck.ir.type_expressions import TypeExpr


class Overrides(Frozen):
    """What the command line changes in a check: `settings` as text by name, `budgets` by (fault, kind or None).

    A budget None is unlimited. `settled` are the numbers of the values of unknown constants, by name.
    """

    settings: dict[str, str] = field(default_factory=dict)
    budgets: dict[tuple[str, str | None], int | None] = field(default_factory=dict)
    settled: dict[str, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.settings or self.budgets or self.settled)


def instantiate(
    spec: Spec,
    check: Check,
    properties: Sequence[Property],
    overrides: Overrides | None = None,
    *,
    enumerates: bool = True,
) -> Model:
    """The model of a check with the properties to be checked on it.

    `enumerates`: somebody will try one value after the other, so there must not be too many.
    Raises `InputError` where a size, parameter, range, capacity or budget is at fault.
    """
    overrides = overrides or Overrides()
    diagnostics = Diagnostics()
    model = Model(spec, check.name, {})
    try:
        _set(model, check, overrides, diagnostics)
        model.properties.extend(prop for prop in properties if prop.kind != "temporal")
        model.bound = check.bound
        _evaluate_domains(model, diagnostics)
        diagnostics.raise_errors()
        read = [p.expression for p in properties] + [e for e in (check.bound, *spec.initially) if e is not None]
        model.kept |= kept_ghosts(spec, read)
        add_networks(model, check)
        faults = list(faults_of(model, check, overrides))
        _check_loops(model, diagnostics)
        seldom.check_rounds(model, diagnostics)
        check_forgeries(model, properties, faults, diagnostics)
        check_choices(model, properties, diagnostics, enumerates=enumerates)
        diagnostics.raise_errors()
        _add_cells(model, faults)
        seldom.add_temporal(model, [prop for prop in properties if prop.kind == "temporal"])
        _add_initial(model)
        _add_transitions(model)
        seldom.add_round(model)
        add_detector(model, check)
        seldom.add_tick(model)
        # What a Byzantine agent sends is received by transitions that can be interrupted by a crash.
        for fault, budget in sorted(faults, key=lambda one: one[0].kind != "byzantine"):
            before = len(model.actions)
            FAULTS[fault.kind]()(model, fault, budget)
            model.strikes.append((fault, range(before, len(model.actions))))
        seldom.add_crashing_round(model, faults)
        seldom.watch_deadlines(model)
    except EvaluationError as error:
        raise InputError([Diagnostic("MC403", error.span, error.problem)]) from None
    return model


def _set(model: Model, check: Check, overrides: Overrides, diagnostics: Diagnostics) -> None:
    """Set parameters, sizes and constants, as the command line says or else the check."""
    given = overrides.settings
    parameters(model, check, given, diagnostics)
    sizes(model, check, given, diagnostics)
    diagnostics.raise_errors()
    constants(model, diagnostics)
    diagnostics.raise_errors()
    check_parameters(model, check, given, diagnostics)
    settle(model, check, given, diagnostics)
    model.settled |= overrides.settled


def _evaluate_domains(model: Model, diagnostics: Diagnostics) -> None:
    """Evaluate every written type once, so that a bad range is told before the search."""
    for type_expr in _written_types(model.spec):
        with diagnostics.collecting():
            model.domain(type_expr)


def _written_types(spec: Spec) -> Iterator[TypeExpr]:
    for alias in spec.aliases.values():
        yield alias.type_expr
    for fields in (*(r.fields for r in spec.records.values()), *(m.fields for m in spec.messages.values())):
        yield from (f.type_expr for f in fields)
    for definition in spec.definitions.values():
        yield from (f.type_expr for f in definition.parameters)
    for variable in (*spec.shared.values(), *(v for a in spec.agents.values() for v in (*a.variables, *a.timers))):
        yield variable.type_expr


def faults_of(model: Model, check: Check, overrides: Overrides) -> Iterator[tuple[FaultDecl, int | None]]:
    """The faults of a check with their budgets; a budget of 0 changes nothing."""
    declared = {fault.name for agent in model.spec.agents.values() for fault in agent.faults}
    wanted = {
        ("fault", kind) if kind in declared and subject is None else (kind, subject): budget
        for (kind, subject), budget in overrides.budgets.items()
    }
    for fault in check.faults:
        budget = None if fault.budget is None else model.constant(fault.budget)
        if (fault.kind, fault.subject) in wanted:
            budget = wanted.pop((fault.kind, fault.subject))
        if budget is not None and budget < 0:
            raise InputError([Diagnostic("MC407", fault.span, f"a budget cannot be {budget}")])
        if budget != 0:
            yield fault, budget
    for (kind, subject), budget in wanted.items():
        fault = _declared_on_command_line(model, check, kind, subject)
        if budget != 0:
            yield fault, budget


def _declared_on_command_line(model: Model, check: Check, kind: str, subject: str | None) -> FaultDecl:
    from modelcheck.ir.spec import FaultDecl  # noqa: PLC0415 - used here only

    if kind not in FAULTS:
        raise InputError([Diagnostic("MC407", None, f"there is no fault '{kind}'", f"there are {', '.join(FAULTS)}")])
    declared = {fault.name for agent in model.spec.agents.values() for fault in agent.faults}
    what, known = ("declared fault", declared) if kind == "fault" else ("agent kind", set(model.spec.agents))
    if (kind in OF_A_KIND or kind == "fault") != (subject is not None):
        needed = "no kind" if subject else f"{'a' if kind == 'fault' else 'an'} {what}"
        help_ = f"write for example {kind}:{min(known)}=1" if known and not subject else ""
        raise InputError([Diagnostic("MC407", None, f"the fault '{kind}' needs {needed}", help_)])
    if subject is not None and subject not in known:
        raise InputError([Diagnostic("MC407", None, f"there is no {what} '{subject}'", did_you_mean(subject, known))])
    return FaultDecl(kind, subject, None, frozenset(), check.span)


def _check_loops(model: Model, diagnostics: Diagnostics) -> None:
    """Where the order of sends shows, a loop has none to offer: in a queue, and where the last one finds no room."""
    bodies = [t.body for a in model.spec.agents.values() for t in a.behaviour]
    bodies += [a.at_start for a in model.spec.agents.values()]
    for loop in (s for body in bodies for s in walk_body(body) if isinstance(s, For)):
        for send, own in sends_of(loop):
            network = model.network_of[send.message.name]
            name = send.message.name
            # Queues of different receivers are apart; room in a bag or set that drops is shared by all.
            if network.ordered and not own:
                problem = f"the order of these messages matters on the network of {name}, which has queues"
                diagnostics.error("MC307", send.span, problem, f"send to the name of the loop: `send … to {loop.name}`")
            elif not network.ordered and network.on_full == "drops":
                problem = f"the order of these messages matters on the network of {name}: the last ones are dropped"
                sent = f"{name}(…)" if send.arguments else name
                help_ = f"write `send {sent} to {written(loop.domain.span)}` without the loop: a multicast, by id"
                help_ = help_ if own else "send outside the loop, or make each iteration a step of its own"
                diagnostics.error("MC307", send.span, problem, help_)


def _add_cells(model: Model, faults: Sequence[tuple[FaultDecl, int | None]]) -> None:
    spec = model.spec
    for variable in spec.shared.values():
        if not variable.ghost or variable in model.kept:
            domain = model.domain(variable.type_expr)
            model.add_cells(variable, [Cell(variable.name, "variable", None, domain, show=variable.name)])
    for agent in spec.agents.values():
        states = EnumDomain(f"state of {agent.name}", tuple(state.name for state in agent.states))
        ids = model.ids(agent.name)
        label = [f"{agent.name}[{id_.index}]" for id_ in ids]
        cells = [
            Cell(f"{name} state", "control", id_, states, show="state") for name, id_ in zip(label, ids, strict=True)
        ]
        model.add_cells(("control", agent.name), cells)
        for variable in (*agent.variables, *agent.timers):
            if not variable.ghost or variable in model.kept:
                domain = model.domain(variable.type_expr)
                named = zip(label, ids, strict=True)
                cells = [
                    Cell(f"{name}.{variable.name}", "variable", id_, domain, show=variable.name) for name, id_ in named
                ]
                model.add_cells(variable, cells)
    seldom.add_fault_cells(model, faults)
    seldom.add_clock_cells(model)
    for network in model.networks:
        # Names tell components apart, also where two networks are of a kind.
        alone = sum(other.kind == network.kind for other in model.networks) == 1
        name = f"messages ({network.kind}{'' if alone else ': ' + ', '.join(network.messages)})"
        network.cell = model.add_cells(network, [Cell(name, "network", None, None, network, show=name)])


def _add_initial(model: Model) -> None:
    spec = model.spec
    model.initial.extend(Initialise(variable.span, variable) for variable in spec.shared.values())
    for agent in spec.agents.values():
        body: tuple[Statement, ...] = (EnterInitialState(agent.span, agent, keep_durable=False),)
        body += tuple(Initialise(variable.span, variable) for variable in agent.variables)
        model.initial.extend(As(agent.span, id_, body) for id_ in model.ids(agent.name))
    for agent in spec.agents.values():
        if agent.at_start:
            model.initial.extend(As(agent.span, id_, agent.at_start) for id_ in model.ids(agent.name))
    model.initial.extend(Initially(condition.span, condition) for condition in spec.initially)


def _add_transitions(model: Model) -> None:
    for agent in model.spec.agents.values():
        # A message that nobody sends has no packets, and no network.
        own = [t for t in agent.transitions if t.message is None or t.message.name in model.packets]
        bodies = [(transition, _body(model, transition)) for transition in own if transition.kind != "round"]
        for id_ in model.ids(agent.name):
            for transition, body in bodies:
                model.actions.append(Action(transition.name, id_, "protocol", body, transition))


def _body(model: Model, transition: Transition) -> tuple[Statement, ...]:
    """Enabledness first, then what is owed, then the header's `->`, then the body.

    What is received leaves the network before the body runs.
    """
    span = transition.span
    body: list[Statement] = [RequireState(span, frozenset(transition.states))]
    body += [TakeParameter(span, parameter) for parameter in transition.parameters]
    if transition.message is not None:
        body.append(PickMessage(span, transition.message, transition.binders, transition.sender))
    if transition.timer is not None:
        body.append(Expired(span, transition.timer))
    if transition.guard is not None:
        body.append(Guard(transition.guard.span, transition.guard))
    if (owe := _owed(model, transition)) is not None:
        body.append(owe)
    if transition.message is not None:
        body.append(Consume(span, transition.message))
    if transition.timer is not None:
        body.append(StopTimer(span, transition.timer))
    if transition.target is not None:
        body.append(Goto(span, transition.target))
    return (*body, *transition.body)


def _owed(model: Model, transition: Transition) -> Owe | None:
    """What a transition owes, where a check asks for it.

    A delivery that is not owed still delivers: what is owed to another transition that could take the same message is
    done with it. Of a step that is not owed a report can say what it would change if it were.
    """
    if not model.is_fair:
        return None
    if transition.message is None:
        strength = transition.fairness or "weak"
        names = tuple(parameter.name for parameter in transition.parameters if not parameter.some)
        return Owe(transition.span, strength, names, transition.fair_when)
    # Losing is included in a soup, so that only what is asked for is owed.
    usual: Strength = "unfair" if model.network_of[transition.message.name].remembers else "weak"
    return Owe(transition.span, transition.fairness or usual, (PACKET,), transition.fair_when)
