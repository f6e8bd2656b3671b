"""What most models have nothing of: entered from here, so that it is imported only for those that have it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.environment.registry import LOCK_STEP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelcheck.diagnostics import Diagnostics
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import FaultDecl, Property

    Faults = Sequence[tuple[FaultDecl, int | None]]


def check_rounds(model: Model, diagnostics: Diagnostics) -> None:
    """As in `round_checks`."""
    if _has_rounds(model):
        from modelcheck.environment import round_checks  # noqa: PLC0415 - as all imports here

        round_checks.check_rounds(model, diagnostics)


def add_round(model: Model) -> None:
    """As in `rounds`."""
    if _has_rounds(model):
        from modelcheck.environment import rounds  # noqa: PLC0415

        rounds.add_round(model)


def add_crashing_round(model: Model, faults: Faults) -> None:
    """As in `faults.crashing_round`."""
    if faults and _has_rounds(model):
        from modelcheck.environment.faults import crashing_round  # noqa: PLC0415

        crashing_round.add_crashing_round(model, faults)


def _has_rounds(model: Model) -> bool:
    steps = (transition for agent in model.spec.agents.values() for transition in agent.behaviour)
    return any(network.kind in LOCK_STEP for network in model.networks) or any(step.kind == "round" for step in steps)


def add_fault_cells(model: Model, faults: Faults) -> None:
    """Add what faults are remembered in."""
    if faults:
        from modelcheck.environment.faults import crash, partition  # noqa: PLC0415

        crash.prepare(model, faults)
        partition.prepare(model, faults)


def add_clock_cells(model: Model) -> None:
    """Add what time is remembered in."""
    if model.spec.timed is not None:
        from modelcheck.environment import time  # noqa: PLC0415

        time.prepare(model)


def add_tick(model: Model) -> None:
    """Let time pass."""
    if model.spec.timed is not None:
        from modelcheck.environment import time  # noqa: PLC0415

        time.elaborate(model)


def add_temporal(model: Model, properties: Sequence[Property]) -> None:
    """Enter the temporal properties: those with deadlines are about finite runs, the others about infinite ones."""
    if properties:
        from modelcheck.environment import deadlines, temporal  # noqa: PLC0415

        deadlines.elaborate(model, [prop for prop in properties if deadlines.has_deadline(prop)])
        temporal.elaborate(model, [prop for prop in properties if not deadlines.has_deadline(prop)])


def watch_deadlines(model: Model) -> None:
    """As `deadlines.watch`."""
    if model.observers:
        from modelcheck.environment import deadlines  # noqa: PLC0415

        deadlines.watch(model)
