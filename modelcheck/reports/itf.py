"""ITF, the trace format of Apalache and Quint (Apalache ADR-015, revision of 2025-11-11): one run a file.

A variable of agents is one variable of the trace, `Participant::vote`, a map from agents to values; so it is whatever
the number of agents. Control states are `Participant::state`; what no agent has is a variable under its own name, and
what belongs to the network and the faults is called `environment::…`. As in Quint's traces, `mbt::actionTaken` and
`mbt::nondetPicks` tell which step led to a state, for model-based testing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from modelcheck.frozen import Frozen

if TYPE_CHECKING:
    from modelcheck.reports.runs import ShownRun
    from modelcheck.semantics.trace import Component, Step

ACTION, PICKS = "mbt::actionTaken", "mbt::nondetPicks"
DESCRIPTION = "https://apalache-mc.org/docs/adr/015adr-trace.html"


class ItfVariable(Frozen):
    """A variable of the trace: the numbers of its components, and whose they are, or one component of nobody."""

    name: str
    numbers: tuple[int, ...]
    agents: tuple[str, ...]

    def value(self, values: Sequence[object]) -> object:
        """Its value, from those of all components."""
        if not self.agents:
            return values[self.numbers[0]]
        return {"#map": [[agent, values[at]] for agent, at in zip(self.agents, self.numbers, strict=True)]}


def itf_variables(components: Sequence[Component]) -> tuple[ItfVariable, ...]:
    """The variables of a trace, each name once."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for number, component in enumerate(components):
        one = (component.kind, component.variable, component.role) if component.agent else (component.name,)
        groups.setdefault(one, []).append(number)
    found: dict[str, ItfVariable] = {}
    for numbers in groups.values():
        name = unique = _name(components[numbers[0]])
        count = 1
        while unique in found:
            count += 1
            unique = f"{name}_{count}"
        agents = tuple(components[at].agent for at in numbers)
        found[unique] = ItfVariable(unique, tuple(numbers), agents if all(agents) else ())
    return tuple(found.values())


def _name(component: Component) -> str:
    if component.agent:
        return f"{component.kind}::{component.variable.replace(' ', '_')}"
    if component.role == "variable":
        return component.name
    return f"environment::{re.sub(r'[^0-9A-Za-z_]+', '_', component.name).strip('_')}"


def render(run: ShownRun) -> bytes:
    """The run as an ITF trace, with all that `replay` needs in `#meta`."""
    return (json.dumps(itf_data(run), indent=1, ensure_ascii=False) + "\n").encode()


def itf_data(run: ShownRun) -> dict[str, Any]:
    """The trace as plain data."""
    trace, variables = run.trace, itf_variables(run.trace.components)
    params: dict[str, object] = {name: {"#bigint": str(size)} for name, size in run.check.sizes}
    params |= {param.name: param.value for param in run.check.params}
    # A parameter may not hide a variable: both stand in the first state.
    params = {name: value for name, value in params.items() if name not in {v.name for v in variables}}
    # A run that fails at its start has no state.
    states = [_state(step, variables) for step in trace.steps if step.values]
    document: dict[str, Any] = {
        "#meta": _meta(run),
        "params": list(params) if states else [],
        "vars": [*(variable.name for variable in variables), ACTION, PICKS],
        "states": states,
    }
    if states:
        states[0] |= params
    if trace.loop_start is not None:
        document["loop"] = trace.loop_start
    return document


def _meta(run: ShownRun) -> dict[str, Any]:
    found, check = run.found, run.check
    return {
        "format": "ITF",
        "format-description": DESCRIPTION,
        "source": run.spec.file,
        "status": "violation" if found.verdict == "violated" else "ok",
        "description": run.trace.conclusion,
        "modelcheck": {
            "version": run.version,
            "sha256": run.spec.sha256,
            "check": check.name,
            "settings": dict(check.settings),
            "faults": dict(check.faults),
            "only": list(check.only),
            "property": {"name": found.name, "kind": found.kind, "verdict": found.verdict},
            "facts": list(run.trace.facts),
        },
    }


def _state(step: Step, variables: Sequence[ItfVariable]) -> dict[str, Any]:
    meta: dict[str, Any] = {"index": step.number, "actor": step.actor, "action": step.action, "kind": step.kind}
    if step.line is not None:
        meta["line"] = step.line
    if step.outcome:
        meta["outcome"] = step.outcome
    values = {variable.name: variable.value(step.values) for variable in variables}
    taken = "init" if step.kind == "start" else step.name or step.action
    return {"#meta": meta, **values, ACTION: taken, PICKS: dict(step.picks)}
