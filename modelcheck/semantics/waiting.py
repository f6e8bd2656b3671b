"""Who cannot go on, and what each waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.semantics.show import show_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Agent
    from modelcheck.semantics.execute import State

_MOST = 4
"""Of what an agent waits for, so many are named."""


def waiting(model: Model, state: State) -> Iterator[str]:
    """A line for each agent that is up and in no final state, where nobody can take a step."""
    for agent in model.agents:
        status, control = model.status(agent), str(state[model.control(agent)])
        kind = model.spec.agents[agent.sort]
        if not kind.state(control).final and (status is None or state[status] == "up"):
            yield f"{show_id(agent, model)} waits in {control}, {_wanted(kind, control)}"


def _wanted(kind: Agent, control: str) -> str:
    there = [one for one in kind.transitions if control in one.states and not one.is_ignored]
    awaited = [one.name for one in there if one.kind == "on"]
    awaited += [f"the timer {one.timer.name}" for one in there if one.timer is not None]
    awaited += ["a round" for one in there if one.kind == "round"]
    steps = [one.name for one in there if one.kind == "step"]
    parts = [f"for {_any_of(awaited)}"] if awaited else []
    parts += [f"to {_any_of(steps)}"] if steps else []
    return ", or ".join(parts) or "where it can do nothing, and which is not `final`"


def _any_of(names: Sequence[str]) -> str:
    *others, last = dict.fromkeys(names)
    if len(others) >= _MOST:
        return f"{', '.join(others[:_MOST])}, …"
    return f"{', '.join(others)} or {last}" if others else last
