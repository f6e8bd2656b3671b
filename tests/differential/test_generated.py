"""Generated specifications: the generator is wide, texts survive formatting, evaluators agree, verdicts are right."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from modelcheck.diagnostics import InputError
from modelcheck.environment.instantiate import instantiate
from modelcheck.frontend import parse as parsing
from modelcheck.frontend.format import format_source, same_tree
from modelcheck.frontend.parse import parse
from modelcheck.ir.expression import EvaluationError
from modelcheck.ir.model import Action, Model
from modelcheck.ir.spec import Check, Spec
from modelcheck.kernel.explore import explore
from modelcheck.kernel.layout import layout
from modelcheck.kernel.task import Limits
from modelcheck.lowering import lower
from modelcheck.pipeline.expectations import wanted_properties
from modelcheck.pipeline.verify import Options, load, verify_specs
from modelcheck.reports.json_report import render
from modelcheck.semantics.execute import Cut, Fail, Next, State, action_paths, holds, initial_paths, is_resting
from modelcheck.source import Source
from tests.differential.compare import compare
from tests.differential.generators.dice import Dice, dice
from tests.differential.generators.specifications import specification
from tests.differential.generators.styles import of_any_style, styled

SAMPLES = 150
"""Texts that several tests look at."""
BLOCK = 1000
MODELS = int(os.environ.get("MODELS", "20000"))
"""How many models the slow tests look at."""

UNUSABLE = frozenset({"MC403", "MC405", "MC420", "MC901"})
"""Constants that cannot be computed, too many messages, and Byzantine agents beside what they do not go with."""

generated = settings(suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True, scope="module")
def _own_cache_of_trees() -> Iterator[None]:
    """Thousands of texts would drive the user's own out of the cache. Here only the last ones are parsed again."""
    trees: dict[str, object] = {}

    def store(key: str, data: object) -> None:
        trees[key] = data
        if len(trees) > SAMPLES:
            del trees[next(iter(trees))]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parsing, "cache", SimpleNamespace(load=trees.get, store=store))
        yield


@contextmanager
def shown(text: str) -> Iterator[None]:
    """Attach the specification to whatever goes wrong with it."""
    try:
        yield
    except Exception as error:
        error.add_note(text)
        raise


@cache
def sample(seed: int) -> str:
    return specification(Dice.seeded(seed))


@contextmanager
def if_not_too_large() -> Iterator[None]:
    """Leave out what has no program: a set of messages of which there can be very many, for example."""
    try:
        yield
    except InputError as error:
        if {d.code for d in error.diagnostics} != {"MC405"}:
            raise


def load_text(text: str) -> Spec:
    return load(Source("generated.mc", text))


def models(spec: Spec) -> Iterator[tuple[Check, Model]]:
    """The models of all checks, those aside whose constants cannot be computed or that miss forged messages."""
    for check in spec.checks:
        try:
            yield check, instantiate(spec, check, wanted_properties(spec, check, ()))
        except InputError as error:
            if not {d.code for d in error.diagnostics} <= UNUSABLE:
                raise


def check_generated(seeds: Iterable[int], check: Callable[[Model, int], None], most: int | None = None) -> None:
    """Check the models, the first so many, of the specifications that seeds make."""
    for seed in seeds:
        with shown(text := specification(Dice.seeded(seed))):
            for _, model in islice(models(load_text(text)), most):
                check(model, seed)


def event_of(action: Action) -> str:
    """What sort of step an action is."""
    if action.origin == "fault":
        return action.name
    return "delivery" if action.transition is not None and action.transition.message is not None else "step"


class Search:
    """A breadth-first search of its own, level by level: the yardstick for lengths and counts."""

    def __init__(self, model: Model, most: int) -> None:
        self.model = model
        self.levels: dict[State, int] = {}
        self.first: dict[str, int] = {}
        self.events: Counter[str] = Counter()
        self.cut: set[str] = set()
        level: list[State] = []
        for path in initial_paths(model):
            self._take(path.outcome, 0, None, level)
        depth = 0
        self.transitions = 0
        while level and len(self.levels) <= most:
            depth += 1
            level = self._next_level(level, depth)
        self.complete = not level

    def _next_level(self, level: list[State], depth: int) -> list[State]:
        found: list[State] = []
        for state in level:
            stuck = True
            for index, action in enumerate(self.model.actions):
                for path in action_paths(self.model, state, index):
                    stuck = stuck and action.origin == "fault"
                    self.events[event_of(action)] += 1
                    self._take(path.outcome, depth, state, found)
            if stuck and not is_resting(self.model, state):
                self.first.setdefault("deadlock", depth - 1)
        return found

    def _take(self, outcome: object, depth: int, before: State | None, found: list[State]) -> None:
        match outcome:
            case Fail():
                self.events["fail"] += 1
                self.first.setdefault("errors", depth)
            case Cut(bound):
                self.events["cut"] += 1
                self.cut.add(bound)
            case Next(state):
                if before is not None:
                    self.transitions += 1
                    self._look(state, depth, before)
                if state not in self.levels:
                    self.levels[state] = depth
                    found.append(state)
                    self._look(state, depth, None)

    def _look(self, state: State, depth: int, before: State | None) -> None:
        for property_ in self.model.properties:
            if (property_.kind == "transition") != (before is not None):
                continue
            try:
                value = holds(self.model, property_.expression, *((state,) if before is None else (before, state)))
            except EvaluationError:
                self.first.setdefault("errors", depth)
            else:
                if value == (property_.kind == "reachable"):
                    self.first.setdefault(property_.name, depth)


# ------------------------------------------------------------------------------------------------------- the generator


def test_generated_texts_are_well_typed() -> None:
    wrong = {}
    for seed in range(SAMPLES):
        try:
            load_text(sample(seed))
        except InputError as error:
            wrong[seed] = str(error.diagnostics[0])
    assert len(wrong) <= SAMPLES // 100, wrong


def test_generated_models_are_worth_exploring() -> None:
    first = [list(models(load_text(sample(seed))))[:1] for seed in range(SAMPLES)]
    searches = [Search(model, 60) for found in first for _, model in found]
    total = len(searches)
    seen = Counter(event for search in searches for event in search.events)
    assert total >= SAMPLES * 0.9
    assert sum(len(search.levels) >= 10 for search in searches) >= total * 0.4
    assert seen["delivery"] >= total * 0.3
    assert seen["crash"] >= total * 0.15
    assert min(seen["recover"], seen["lose"], seen["duplicate"], seen["corrupt"]) >= total * 0.03
    assert total * 0.05 <= seen["fail"] <= total * 0.5
    assert seen["cut"] >= total * 0.1


# ------------------------------------------------------------------------------------------------------------ the text


@settings(generated, max_examples=60)
@given(dice())
def test_formatting_keeps_the_tree(choices: Dice) -> None:
    text = of_any_style(choices)
    with shown(text):
        source = Source("generated.mc", text)
        formatted = format_source(source)
        again = Source("generated.mc", formatted)
        assert same_tree(parse(source).root, parse(again).root)
        assert format_source(again) == formatted


# ----------------------------------------------------------------------------------------------------- judge and kernel


def check_kernel(text: str, most: int, sampled: int = 0) -> int:
    """Judge and kernel, as lowered and as simplified, agree on every path, property and resting state."""
    states = 0
    with shown(text):
        for _, model in models(load_text(text)):
            with if_not_too_large():
                states += compare(model, most, sampled=sampled).states
    return states


def check_exploration(text: str, most: int) -> None:
    """The kernel's own search counts what the test's search counts, and every state fits its words."""
    with shown(text), if_not_too_large():
        for _, model in list(models(load_text(text)))[:1]:
            search, program = Search(model, most), lower(model)
            found, places = explore(program, most), layout(program)
            for state in found.states:
                assert places.unpack(places.pack(state)) == state
            assert found.complete == (search.complete and len(search.levels) <= most)
            if found.complete:
                assert Counter(found.states.values()) == Counter(search.levels.values())
                assert found.transitions == search.transitions
                assert len(found.fails) == search.events["fail"]
                assert len(found.cuts) == search.events["cut"]
                assert bool(found.deadlocks) == ("deadlock" in search.first)


@settings(generated, max_examples=150)
@given(dice())
def test_judge_and_kernel_agree(choices: Dice) -> None:
    check_kernel(of_any_style(choices), 10, 3)


@settings(generated, max_examples=25)
@given(dice())
def test_judge_and_kernel_agree_on_unknown_constants(choices: Dice) -> None:
    check_kernel(specification(choices, unknowns=True), 10)


@settings(generated, max_examples=60)
@given(dice())
def test_the_kernels_own_search_finds_the_same(choices: Dice) -> None:
    check_exploration(of_any_style(choices), 100)


# --------------------------------------------------------------------------------------------------------- the verdicts


def check_verdicts(text: str, most: int) -> int:
    """Compare what `verify` reports with a search of the test's own; the judge replays every run on the way."""
    with shown(text):
        spec = load_text(text)
        try:
            report = verify_specs([spec], Options(limits=Limits(states=most)))
        except InputError as error:
            if {d.code for d in error.diagnostics} <= {*UNUSABLE, "MC411"}:
                return 0
            raise
        searches = {check.name: Search(model, most) for check, model in models(spec)}
        compared = 0
        for check in report.specs[0].checks:
            search = searches[check.name]
            if not check.complete or not search.complete:
                continue
            compared += 1
            assert check.states.distinct == len(search.levels)
            assert check.states.transitions == search.transitions
            assert check.states.depth == max(search.levels.values(), default=0)
            assert set(check.bounds_hit) == search.cut
            for found in check.properties:
                if found.kind != "states":
                    assert found.steps == search.first.get(found.name), found.name
                    assert (found.steps is None) == (found.verdict in {"holds", "unreached", "unknown"})
        return compared


@settings(generated, max_examples=60)
@given(dice())
def test_reports_agree_with_a_search_of_the_tests_own(choices: Dice) -> None:
    check_verdicts(of_any_style(choices), 150)


_RUN = """
import sys
from modelcheck.kernel.explore import explore
from modelcheck.kernel.layout import layout
from modelcheck.kernel.task import Limits
from modelcheck.lowering import lower
from modelcheck.pipeline.verify import Options, verify
from modelcheck.reports.json_report import render
for name in sys.argv[1:]:
    print(render(verify([name], Options(limits=Limits(states=100)))).replace("\\n", " "))
"""


def _without_measurements(report: dict[str, Any]) -> dict[str, Any]:
    for spec in report["specs"]:
        for check in spec["checks"]:
            # Which engine the default takes hangs on the time that the interpreter needs.
            del check["seconds"], check["memory_bytes"], check["engine"]
    return report


def _usable(seed: int) -> bool:
    try:
        render(verify_specs([load_text(sample(seed))], Options(limits=Limits(states=1))))
    except InputError:
        return False
    return True


def reports_by_hash_seed(seeds: list[int], folder: Path) -> Iterator[tuple[Path, list[dict[str, Any]]]]:
    """Each specification with its reports under several hash seeds."""
    paths = [folder / f"{seed}.mc" for seed in seeds if _usable(seed)]
    for path in paths:
        path.write_text(sample(int(path.stem)), "utf-8")
    assert len(paths) >= len(seeds) // 2
    found = []
    for hash_seed in ("0", "1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        command = [sys.executable, "-c", _RUN, *map(str, paths)]
        done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True, timeout=150)
        found.append([_without_measurements(json.loads(line)) for line in done.stdout.splitlines()])
    for path, *reports in zip(paths, *found, strict=True):
        yield path, reports


def _without_labels(report: dict[str, Any]) -> dict[str, Any]:
    for spec in report["specs"]:
        for check in spec["checks"]:
            for step in (step for found in check["properties"] for step in found["trace"] or ()):
                del step["action"]
    return report


def test_reports_do_not_depend_on_the_order_of_sets(tmp_path: Path) -> None:
    for path, reports in reports_by_hash_seed(list(range(40)), tmp_path):
        with shown(path.read_text("utf-8")):
            first, *others = map(_without_labels, reports)
            assert others == [first, first]


LABELLED = """
protocol Labelled
agent Node {
  var c: 0..2 = 0
  final initial state Run {
    step go { choose x in 0..2 { c := x } if exists x in 0..2: x > 0 { skip } }
  }
}
invariant low: forall p in Node: p.c < 2
check "one" { expect not low }
"""


def test_a_label_shows_the_value_that_was_chosen() -> None:
    (check,) = verify_specs([load_text(LABELLED)], Options()).specs[0].checks
    trace = check.properties[0].trace
    assert trace is not None
    assert trace.steps[-1].action == "go, chooses x = 2"


# ------------------------------------------------------------------------------------------------------------ at length


@pytest.mark.slow
@pytest.mark.parametrize("block", range(MODELS // BLOCK))
def test_judge_and_kernel_agree_on_many_models(block: int) -> None:
    states = sum(check_kernel(styled(seed), 40, 10) for seed in range(block * BLOCK, (block + 1) * BLOCK))
    assert states > 5 * BLOCK


@pytest.mark.slow
@pytest.mark.parametrize("block", range(MODELS // BLOCK))
def test_many_reports_agree_with_a_search_of_the_tests_own(block: int) -> None:
    for seed in range(block * BLOCK, (block + 1) * BLOCK):
        check_verdicts(styled(seed), 300)
