"""Pictures of a specification: its state machines, and the states of its checks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from modelcheck.environment.instantiate import Overrides, instantiate
from modelcheck.pipeline.expectations import wanted_properties
from modelcheck.pipeline.verify import select_checks
from modelcheck.reports.graphs.machine import machine
from modelcheck.reports.graphs.states import states_picture
from modelcheck.semantics.states import state_graph

if TYPE_CHECKING:
    from modelcheck.ir.spec import Spec
    from modelcheck.reports.graphs.picture import Graph


def draw_machines(spec: Spec, kinds: Sequence[str] = ()) -> dict[str, Graph]:
    """The state machine of each kind of agents that is named, or of all."""
    return {kind: machine(agent) for kind, agent in spec.agents.items() if not kinds or kind in kinds}


def draw_states(spec: Spec, checks: Sequence[str], overrides: Overrides, most: int) -> dict[str, Graph]:
    """All states of the checks that are named, or of all; `TooManyStatesError` where one has more than `most`."""
    found: dict[str, Graph] = {}
    for check in select_checks([spec], checks)[0][1]:
        model = instantiate(spec, check, wanted_properties(spec, check, ()), overrides)
        name = f'{spec.name or "unnamed"}, check "{check.name}"'
        found[check.name] = states_picture(name, state_graph(model, most))
    return found
