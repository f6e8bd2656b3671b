"""What a search finds: for each question the first level with an answer."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

from modelcheck.engines.base import Stop
from modelcheck.engines.native import slots
from modelcheck.engines.native.store import Store
from modelcheck.frozen import Frozen
from modelcheck.kernel.program import Program, Property


class Target(Frozen):
    """The first level with an answer: states that answer (`state`, `deadlock`), or whose steps do (`step`, `error`).

    Level -1 stands for an error in the beginning itself.
    """

    kind: Literal["state", "step", "error", "deadlock"]
    level: int


class Explored(Struct):
    """What a search found. `targets` by property, `errors` and `deadlock`; `cuts` is a bit set of bounds.

    `states` are stored; `distinct` counts those that they stand for, None where that is not known.
    """

    states: int = 0
    distinct: int | None = 0
    transitions: int = 0
    depth: int = 0
    fired: tuple[int, ...] = ()
    cuts: int = 0
    targets: dict[str, Target] = field(default_factory=dict)
    stopped: Stop | None = None
    unsaved: str = ""
    """Why there are no more checkpoints."""
    short: bool = False
    """Whether a bound of the task's `room` was hit: of states deeper than `depth` some may be missing."""


def questions(program: Program) -> tuple[Property, ...]:
    """The properties that a search answers: all but the parts of formulas, which stand behind them."""
    return tuple(prop for prop in program.properties if not prop.is_atom)


def collect(found: Explored, store: Store, program: Program, level: int, *, deadlock: bool) -> None:
    """Take over what the workers saw while they expanded a level."""
    for worker, own in enumerate(store.own):
        answer(found, program, own[slots.ANSWERED], level + 1)
        steps, others = own[slots.STEPS], own[slots.OTHERS]
        for index, prop in enumerate(questions(program)):
            if steps >> index & 1:
                found.targets.setdefault(prop.name, Target("step", level))
        if others & slots.FAIL or steps >> slots.ERROR_BIT & 1:
            found.targets.setdefault("errors", Target("error", level))
        if others & slots.DEADLOCK and deadlock:
            found.targets.setdefault("deadlock", Target("deadlock", level))
        store.tell(worker)


def answer(found: Explored, program: Program, bits: int, level: int) -> None:
    """Take over what the states of a level answer."""
    for index, prop in enumerate(questions(program)):
        if bits >> index & 1:
            found.targets.setdefault(prop.name, Target("state", level))
    if bits >> slots.ERROR_BIT & 1:
        found.targets.setdefault("errors", Target("error", level - 1))
