"""Random runs: each step is drawn evenly from the enabled paths. What is found is real; what is missed is unknown."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from modelcheck.counts import counted
from modelcheck.engines.base import DEADLOCK, ERRORS, STOPPED, Exploration, Request, Stop
from modelcheck.engines.process import Watch
from modelcheck.ir.expression import EvaluationError
from modelcheck.semantics.execute import Cut, Fail, Next, Path, State, action_paths, holds, initial_paths, is_resting
from modelcheck.verdict import Choice, Reached, Run, Unknown, Verdict, Violated

if TYPE_CHECKING:
    from modelcheck.ir.model import Model

DEFAULT_DEPTH = 100
"""How many steps a random run takes unless it is told otherwise."""

_Draw = tuple[int, Path]


class _Sampler:
    """What random runs have shown so far."""

    def __init__(self, model: Model, request: Request) -> None:
        self.model = model
        self.request = request
        self.rng = random.Random(request.seed)  # noqa: S311 - sampling, not secrets
        self.found: dict[str, Verdict] = {}
        self.seen: set[State] = set()
        self.cuts: dict[str, None] = {}
        self.fired = [0] * len(model.actions)
        self.transitions = 0
        self.depth = 0

    def one_run(self, starts: list[Path], depth: int) -> None:
        """Draw one run and look at every property along it."""
        start = self.rng.choice(starts)
        assert isinstance(start.outcome, Next)
        state = start.outcome.state
        steps: list[Choice] = []
        self._look(state, Run(start.digits, ()), None)
        while len(steps) < depth:
            draws = [(a, p) for a in range(len(self.model.actions)) for p in action_paths(self.model, state, a)]
            self._look_for_deadlock(state, draws, Run(start.digits, tuple(steps)))
            action_path = self._draw(draws)
            if action_path is None:
                return
            action, path = action_path
            steps.append(Choice(action, path.digits))
            run = Run(start.digits, tuple(steps))
            if isinstance(path.outcome, Fail):
                self.found.setdefault(ERRORS, Violated(run))
                return
            assert isinstance(path.outcome, Next)
            self.transitions += 1
            self.fired[action] += 1
            self.depth = max(self.depth, len(steps))
            self._look(path.outcome.state, run, state)
            state = path.outcome.state

    def _draw(self, draws: list[_Draw]) -> _Draw | None:
        self.cuts.update({p.outcome.bound: None for _, p in draws if isinstance(p.outcome, Cut)})
        possible = [draw for draw in draws if not isinstance(draw[1].outcome, Cut)]
        return self.rng.choice(possible) if possible else None

    def _look_for_deadlock(self, state: State, draws: list[_Draw], run: Run) -> None:
        moved = any(self.model.actions[action].origin != "fault" for action, _ in draws)
        if self.request.deadlock and not moved and not is_resting(self.model, state):
            self.found.setdefault(DEADLOCK, Violated(run))

    def _look(self, state: State, run: Run, before: State | None) -> None:
        self.seen.add(state)
        for property_ in self.model.properties:
            if property_.kind == "transition" and before is None:
                continue
            try:
                if property_.kind == "transition":
                    assert before is not None
                    value = holds(self.model, property_.expression, before, state)
                else:
                    value = holds(self.model, property_.expression, state)
            except EvaluationError:
                self.found.setdefault(ERRORS, Violated(run))
                continue
            if property_.kind == "reachable" and value:
                self.found.setdefault(property_.name, Reached(run))
            elif property_.kind != "reachable" and not value:
                self.found.setdefault(property_.name, Violated(run))


def sample(model: Model, request: Request) -> Exploration:
    """Make `request.runs` random runs. The seed decides every one of them."""
    sampler, watch = _Sampler(model, request), Watch(request)
    starts = []
    for path in initial_paths(model):
        if isinstance(path.outcome, Fail):
            sampler.found.setdefault(ERRORS, Violated(Run(path.digits, ())))
        elif isinstance(path.outcome, Next):
            starts.append(path)
    stopped: Stop | None = None
    runs = 0
    try:
        while starts and runs < request.runs and stopped is None:
            sampler.one_run(starts, request.limits.depth or DEFAULT_DEPTH)
            runs += 1
            stopped = watch.look(len(sampler.seen), sampler.depth)
    except KeyboardInterrupt:
        stopped = "interrupted"
    evidence = f"not seen in {counted(runs, 'random run')}, seed {request.seed}"
    verdicts = dict(sampler.found)
    names = [p.name for p in model.properties] + [ERRORS, *([DEADLOCK] if request.deadlock else [])]
    for name in names:
        verdicts.setdefault(name, Unknown(STOPPED[stopped] if stopped else "runs were sampled", evidence))
    explored = sampler.transitions + runs
    return Exploration(
        verdicts,
        None,
        explored,
        sampler.transitions,
        sampler.depth,
        tuple(sampler.fired),
        tuple(sorted(sampler.cuts)),
        stopped,
        sampled=True,
    )
