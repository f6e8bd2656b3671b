"""Guards that are never true, or never false, in any state that the types allow."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import chain, combinations, takewhile

from modelcheck.frozen import Frozen
from modelcheck.ir.expression import Expr
from modelcheck.ir.model import Action
from modelcheck.ir.spec import Agent, Property, Spec, Transition
from modelcheck.ir.statement import Body, Statement
from modelcheck.ir.statements.transitions import Guard
from modelcheck.ir.written import written
from modelcheck.pipeline.static.asking import Asking, UndecidedError
from modelcheck.pipeline.static.conditions import conjuncts, denied, joined, varies
from modelcheck.pipeline.static.headers import NEEDS
from modelcheck.pipeline.static.instance import Instance


class Enabling(Frozen, eq=False):
    """What one agent of one check needs to take a transition, without the guard."""

    instance: Instance
    action: Action
    needs: Body

    def allows(self, *conditions: Expr) -> bool:
        """Whether there is a state in which the needs are met and some conditions hold, or fail."""
        return self.instance.can(self.action.actor, self.header(*conditions))

    def header(self, *conditions: Expr) -> Body:
        """The needs and some conditions."""
        guards: list[Statement] = [Guard(condition.span, condition) for condition in conditions]
        return (*self.needs, *guards)


def warn_about_guards(spec: Spec, asking: Asking) -> None:
    """Record a warning for each guard, or part of one, that decides nothing."""
    for agent in spec.agents.values():
        for transition in agent.behaviour:
            found = enablings(asking, transition)
            if not found:
                continue
            guard = transition.guard
            try:
                if _never(found, asking, *([guard] if guard else [])):
                    _tell_dead(agent, transition, found, asking)
                elif names := _ruling_out(transition, found, asking):
                    _tell_ruled_out(agent, transition, names, asking)
                elif guard is not None:
                    _tell_idle_parts(guard, found, asking)
            except UndecidedError as undecided:
                asking.leave_open((guard or transition).span, "whether this can be true", undecided)


def enablings(asking: Asking, transition: Transition) -> list[Enabling]:
    """The ways to take a transition in all checks, of one agent for all that are alike.

    There are none where the guard is not asked in its place.
    """
    found = []
    for instance in asking.instances:
        for action in instance.model.actions:
            if action.transition is transition and instance.is_first_alike(action.actor):
                needs = tuple(takewhile(lambda statement: isinstance(statement, NEEDS), action.body))
                found.append(Enabling(instance, action, needs))
    usual = (isinstance(one.action.body[len(one.needs)], Guard) for one in found if transition.guard is not None)
    return found if all(usual) else []


def _never(found: Sequence[Enabling], asking: Asking, *conditions: Expr) -> bool:
    """Whether no agent of any check can be where its needs are met and some conditions hold, or fail."""
    return asking.never(found, lambda one: one.allows(*conditions))


def _tell_dead(agent: Agent, transition: Transition, found: Sequence[Enabling], asking: Asking) -> None:
    guard, told = transition.guard, asking.told
    if guard is None or _never(found, asking):
        problem = f"this transition of {agent.name} can never be taken: what it needs is never there"
        told.warning("MC520", transition.span, problem, "do its parameters have values?")
        return
    some = _least_untrue(list(conjuncts(guard)), found, asking)
    what = "guard" if len(some) == 1 and some[0] is guard else "part of the guard"
    problem = f"this {what} is true in no state of any check, so that the transition is never taken"
    if len(some) > 1:
        together = " and ".join(f"`{written(part.span)}`" for part in some)
        problem = f"{together} are true together in no state of any check"
    told.warning("MC520", some[0].span, problem, "the types of what it reads rule it out, whatever the protocol does")


def _ruling_out(transition: Transition, found: Sequence[Enabling], asking: Asking) -> Sequence[str]:
    """The names of invariants, proved of all checks, in whose states a transition cannot be taken; none if it may be.

    Only what short runs do not do is asked: the proof takes longer than other questions.
    """
    guards = [] if transition.guard is None else [transition.guard]

    def allowed(one: Enabling, given: Sequence[Property]) -> bool:
        body = one.header(*guards)
        return asking.within_time(lambda: one.instance.can(one.action.actor, body, given))

    proved: list[tuple[Enabling, Sequence[Property]]] = []
    try:
        if any(asking.within_time(partial(one.instance.does, one.action.actor, one.header(*guards))) for one in found):
            return ()
        for one in found:
            given = asking.within_time(partial(one.instance.proved, asking.seconds))
            if not given or allowed(one, given):
                return ()
            proved.append((one, given))
        names = list(dict.fromkeys(prop.name for _, given in proved for prop in given))
        for name in names:
            if not any(allowed(one, [prop for prop in given if prop.name == name]) for one, given in proved):
                return [name]
    except UndecidedError:
        # Nobody has asked for it.
        return ()
    return names


def _tell_ruled_out(agent: Agent, transition: Transition, names: Sequence[str], asking: Asking) -> None:
    told = " and ".join(f"'{name}'" for name in names)
    rule = "rules" if len(names) == 1 else "rule"
    problem = f"this transition of {agent.name} is never taken: {told} {rule} it out, which is proved by induction"
    help_ = "it is there in vain, or what was meant to lead there does not"
    asking.told.warning("MC520", (transition.guard or transition).span, problem, help_)


def _least_untrue(parts: Sequence[Expr], found: Sequence[Enabling], asking: Asking) -> Sequence[Expr]:
    """The fewest parts of a guard that are never true together."""
    for some in chain.from_iterable(combinations(parts, size) for size in range(1, len(parts))):
        if _never(found, asking, joined(some)):
            return some
    return parts


def _tell_idle_parts(guard: Expr, found: Sequence[Enabling], asking: Asking) -> None:
    """Tell of the parts of a guard that are true wherever those before them are."""
    parts = list(conjuncts(guard))
    for place, part in enumerate(parts):
        if varies(part) and _never(found, asking, *parts[:place], denied(part)):
            what = "guard" if part is guard else "part of the guard"
            problem = f"this {what} is true in every state of every check, so that it rules nothing out"
            if place:
                problem = "this part of the guard is true wherever those before it are, so that it rules nothing out"
            asking.told.warning("MC521", part.span, problem, "leave it out, or was something else meant?")
