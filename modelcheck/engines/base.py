"""What every engine returns, and how it tells of its progress."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from modelcheck.frozen import Frozen
from modelcheck.graph.explored import ExploredGraph
from modelcheck.kernel.task import Limits
from modelcheck.verdict import Verdict

ERRORS = "errors"
"""The built-in property that no evaluation fails."""

DEADLOCK = "deadlock"
"""The built-in property that no live agent is stuck outside its final states."""

Stop = Literal["states", "memory", "time", "depth", "interrupted", "effort"]

STOPPED: dict[Stop, str] = {
    "states": "the limit on states was reached",
    "memory": "the memory budget was used up",
    "time": "the time limit was reached",
    "depth": "the depth limit was reached",
    "interrupted": "the search was interrupted",
    "effort": "the paths that may be tried were tried",
}
"""Why a search stopped, in words."""


class Progress(Frozen):
    """How far a search has come. `states` are distinct, `rate` is states a second, `depth` steps from the start."""

    states: int
    rate: float
    depth: int
    memory_bytes: int


class Timing(Frozen):
    """Seconds by the wall and of processors in the search alone, and of processors to compile it."""

    search: float
    search_cpu: float
    compile_cpu: float


class Exploration(Frozen):
    """What an engine found.

    `verdicts` by property, `errors` and `deadlock` among them. `fired` counts, for each action, the paths that led to a
    state. `bounds_hit` names every bound that cut something off. `stopped` is None after a complete search.
    `reductions` says what was reduced, or why not. `transitions` and `fired` count in what was explored.
    """

    verdicts: dict[str, Verdict]
    distinct: int | None
    explored: int
    transitions: int
    depth: int
    fired: tuple[int, ...]
    bounds_hit: tuple[str, ...]
    stopped: Stop | None
    engine: str = ""
    """The engine that did it, where one was chosen."""
    notice: str = ""
    """What a user should know of how it was done."""
    timing: Timing | None = None
    reductions: tuple[str, ...] = ()
    graph: ExploredGraph | None = None
    """What was explored, where something is asked about infinite runs."""
    states: Callable[[int], list[Any]] | None = None
    """Gives up to so many of the states visited, spread evenly; all, if they are no more."""
    sampled: bool = False
    """Whether states were sampled: then there is no complete search."""


class Saving(Frozen):
    """Where an engine keeps the checkpoint of one check, how often, and whether it goes on from one that is there."""

    folder: Path
    every_seconds: float
    resume: bool


class Request(Frozen):
    """What an engine is to do: limits, whether deadlock is a question, the seed of random choices, whom to tell."""

    limits: Limits
    deadlock: bool = True
    seed: int | None = None
    progress: Callable[[Progress], None] | None = None
    workers: int = 1
    audit: int | None = None
    """How many stored states the judge looks at after a complete search; None for what is usual."""
    effort: int | None = None
    """How many paths the interpreter may try, blocked ones among them. It may see earlier that they are not enough."""
    runs: int = 0
    """How many random runs a sampling engine makes."""
    saving: Saving | None = None
    whole: str = ""
    """Why every single state must be visited, so that no reduction may leave one out; empty where it need not."""
