"""What every engine returns, and how it tells of its progress."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from modelcheck.frozen import Frozen, field
from modelcheck.graph.explored import ExploredGraph
from modelcheck.graph.ways import Ways
from modelcheck.kernel.task import Limits
from modelcheck.verdict import Choice, Verdict

if TYPE_CHECKING:
    from modelcheck.kernel.invariant import Proof

ERRORS = "errors"
"""The built-in property that no evaluation fails."""

DEADLOCK = "deadlock"
"""The built-in property that no live agent is stuck outside its final states."""

Stop = Literal["states", "memory", "time", "depth", "interrupted", "effort", "answered", "died"]

STOPPED: dict[Stop, str] = {
    "states": "the limit on states was reached",
    "memory": "the memory budget was used up",
    "time": "the time limit was reached",
    "depth": "the depth limit was reached",
    "interrupted": "the search was interrupted",
    "effort": "the paths that may be tried were tried",
    "answered": "another question was answered first",
    "died": "the process of the solver died",
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


def _as_it_is(state: Any) -> Any:  # noqa: ANN401 - a state, as an engine has it
    return state


class Sample(Frozen):
    """States that a search visited, in its order and as it stored them, decoded only where somebody looks at them."""

    stored: Sequence[Any]
    decode: Callable[[Any], Any] = _as_it_is

    @property
    def all(self) -> list[Any]:
        """All of them, decoded."""
        return self.few(len(self.stored))

    def few(self, most: int) -> list[Any]:
        """At most so many of them, spread evenly, decoded."""
        return [self.decode(state) for state in spread(self.stored, most)]


def spread(states: Sequence[Any], most: int) -> list[Any]:
    """So many of some states, spread evenly; all, if they are no more."""
    count = min(most, len(states))
    return [states[number * len(states) // count] for number in range(count)]


class Prover(Frozen):
    """By what a property was proved or refuted, in words, after how many `seconds` of the search where that is known.

    `lemmas` are the texts of those that the proof rests on.
    """

    name: str
    lemmas: tuple[str, ...] = ()
    seconds: float | None = None


class NotKept(Frozen):
    """A step from a state in which all that is to be proved holds to one in which it does not, or that fails.

    It may be that no run leads to the state.
    """

    state: Any
    choice: Choice


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
    begun: bool = False
    """Whether some run begins, where no state was visited to show it."""
    engine: str = ""
    """The engine that did it, where one was chosen."""
    notice: str = ""
    """What a user should know of how it was done."""
    unsaved: str = ""
    """Why checkpoints ended before the search, if they did."""
    timing: Timing | None = None
    reductions: tuple[str, ...] = ()
    graph: ExploredGraph | None = None
    """What was explored, where something is asked about infinite runs."""
    states: Callable[[int], Sample] | None = None
    """Gives up to so many of the states visited, spread evenly; all, if they are no more."""
    ways: Callable[[str], Ways | None] | None = None
    """Tells the shortest runs to the answer to a question, if it has them at hand."""
    audited: int | None = None
    """How many of the states visited the judge has looked at, too; None where nobody asked it, or a limit stopped it
    all."""
    sampled: bool = False
    """Whether states were sampled: then there is no complete search."""
    proof: Proof | None = None
    """What the verdicts `inductive` rest on, where there are any."""
    provers: Mapping[str, Prover] = field(default_factory=dict)
    """By what a property was proved or refuted, where there is something to tell of it."""
    pairs: Mapping[str, NotKept] = field(default_factory=dict)
    """Of a property that was not proved a counterexample to induction, where there is one."""
    tried: tuple[str, ...] = ()
    """What was done, in words, where it was not to visit states or to look at runs of a length."""
    memory_bytes: int = 0
    """The most resident memory of the process that did it, where that was another one."""
    least_memory_bytes: int = 0
    """What the process must be allowed to have before a search can begin, where that is more than it was."""


class Saving(Frozen):
    """Where an engine keeps the checkpoint of one check, how often, and whether it goes on from one that is there."""

    folder: Path
    every_seconds: float
    resume: bool


class Hints(Frozen, eq=False):
    """What an engine finds lemmas with: states of runs, and the language to say what they have in common.

    `visited` is what a search finds within a time in seconds, None where none is possible; it is made once and raises
    `KeyboardInterrupt`. `typed` is the expression of a condition; it raises `InputError`. `stated` are conditions that
    the specification states of all states, beside those that are asked.
    """

    visited: Callable[[float | None], Exploration | None]
    typed: Callable[[str], Any]
    stated: Callable[[], Sequence[str]] = tuple


class Effort(Frozen):
    """What a solver may do: the same on every machine, where time is not.

    `steps` are those of the solver, in its own unit, for one question: about a third of a second for a million. `terms`
    are those that are written out for it, of which a model or one question asks as many as there are.
    """

    steps: int
    terms: int


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
    """How many paths the interpreter may try, blocked ones among them. It may see earlier that they are not enough.

    The default engine then compiles; None asks it for what is usual.
    """
    runs: int = 0
    """How many random runs a sampling engine makes."""
    saving: Saving | None = None
    """Only for the engines that keep checkpoints, and models without temporal properties."""
    until: frozenset[str] = frozenset()
    """Questions by name: a search that visits states ends with the level in which it answers the first of them."""
    answered: frozenset[str] = frozenset()
    """Questions by name that a run has answered: of these nobody need prove anything, or look for another run."""
    small_pairs: bool = True
    """Whether counterexamples to induction are worth the time to make them small."""
    ways: bool = False
    """Whether it is asked which states lie on shortest runs."""
    whole: str = ""
    """Why every single state must be visited, so that no reduction may leave one out; empty where it need not."""
    hints: Hints | None = None
    """What lemmas are looked for with, if a proof is to be tried with them."""
    solver_effort: Effort | None = None
    """What a solver may do, if more than time and memory limits it."""
    wants_proof: bool = True
    """Whether a proof is worth the whole time where all states were visited, too."""
    so_far: Callable[[Exploration], None] | None = None
    """Is told what is known whenever that is more: it is the answer where the engine is ended from outside.

    Whoever ends it says why; until then it counts as stopped by the time.
    """
