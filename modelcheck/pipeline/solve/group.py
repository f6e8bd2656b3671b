"""The combinations that have one model but for the values of unknown constants: what refutes one may refute others."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from msgspec import Struct

from modelcheck.diagnostics import Diagnostic, Diagnostics, InputError
from modelcheck.engines.base import DEADLOCK, ERRORS
from modelcheck.environment.instantiate import Overrides, instantiate
from modelcheck.environment.unknowns import read_number
from modelcheck.frozen import Frozen, field, replace
from modelcheck.ir.expression import EvaluationError
from modelcheck.pipeline.expectations import expected_of, refuting, wanted_properties
from modelcheck.pipeline.inductive import expected_word, inductive_expectations
from modelcheck.pipeline.solve.ranges import Range, Space, limit
from modelcheck.reports.solution.report import Judged
from modelcheck.semantics.execute import Fail, Next, follow
from modelcheck.semantics.lasso import judge_lasso
from modelcheck.semantics.replay import judge
from modelcheck.semantics.rerun import EngineDisagreement
from modelcheck.semantics.show import show_value
from modelcheck.verdict import Run

if TYPE_CHECKING:
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Check, Property, Spec
    from modelcheck.kernel.task import Limits
    from modelcheck.reports.report import VerdictWord

FEW = 8
"""So many values, or fewer, are looked at one by one: a solver takes longer to load."""

SHORT = 10
"""How many steps a run has at most that a solver looks for, unless the depth is limited otherwise."""

Values = tuple[int, ...]
"""The numbers of the values of the unknown constants that are looked for."""


class Refutation(Frozen, eq=False):
    """A run that shows of a check's property what is not expected; perhaps there is no shorter one."""

    check: Check
    model: Model
    name: str
    run: Run
    expected: VerdictWord
    shortest: bool = False

    @property
    def judged(self) -> Judged:
        """What it says of the expectation."""
        infinite = self.run.loop is not None
        return Judged(
            self.check.name,
            self.name,
            self.expected,
            "reached" if self.expected == "unreached" else "violated",
            steps=None if infinite else len(self.run.choices),
            shortest=self.shortest,
            infinite=infinite,
        )


class Group(Struct):
    """One combination of parameters and sizes. `models` are those of the checks, with the unknowns left open.

    `places` are those of the unknowns looked for among all of the specification. `refuted` says by what.
    """

    spec: Spec
    overrides: Overrides
    models: list[tuple[Check, Model]]
    unknowns: tuple[str, ...]
    places: tuple[int, ...]
    candidates: list[Values]
    only: tuple[str, ...] = ()
    """The properties that are asked for; none means all."""
    refuted: dict[Values, Judged] = field(default_factory=dict)

    def shown(self, values: Values) -> tuple[tuple[str, str], ...]:
        """The values of the unknowns as text."""
        model = self.models[0][1]
        domains = [model.domain(self.spec.unknowns[name].type_expr) for name in self.unknowns]
        return tuple(
            (name, show_value(domain.value_at(number), model))
            for name, domain, number in zip(self.unknowns, domains, values, strict=True)
        )

    def with_values(self, values: Values) -> Overrides:
        """What makes the model of one combination."""
        return replace(self.overrides, settled=dict(zip(self.unknowns, values, strict=True)))

    def expected(self, check: Check, model: Model) -> dict[str, VerdictWord]:
        """The verdict that a check expects of each property."""
        of_runs = expected_of(model, check, self.only)
        return of_runs | {e.subject: expected_word(e) for e in inductive_expectations(check, self.only)}

    def refute_by_short_runs(self, limits: Limits) -> bool:
        """Let a solver look for runs of a few steps, for all values at once, the shortest first.

        A run refutes no values that a shorter one refutes, so the lengths are the shortest, those of replays too.
        False if a solver is of no use for such models.
        """
        if len(self.candidates) <= FEW:
            return True
        try:
            from modelcheck.engines.short_runs import ShortRuns  # noqa: PLC0415 - z3 is slow to load
        except ModuleNotFoundError as error:
            if error.name != "z3":
                raise
            return False
        depth = SHORT if limits.depth is None else limits.depth
        for check, model in self.models:
            asked = refuting(model, check, self.only) & {DEADLOCK, *(prop.name for prop in model.properties)}
            if not asked:
                continue
            search, expected = ShortRuns(model, asked | {ERRORS}, self.places, self.left()), self.expected(check, model)
            for name, found in search.runs(limits, depth):
                refutation = Refutation(check, model, name, found.run, expected[name], shortest=True)
                judge(model, found.run, _question(model, name))
                for values in self.share(refutation, list(search.open)):
                    search.exclude(values)
            if search.is_too_large:
                return False
        return True

    def left(self) -> list[Values]:
        """The combinations that nothing refutes so far."""
        return [values for values in self.candidates if values not in self.refuted]

    def share(self, refutation: Refutation, others: Sequence[Values]) -> list[Values]:
        """Those of `others` that a run refutes, too: the judge replays it with their values."""
        run, found = refutation.run, []
        for values in others:
            own = Run(self._with(run.initial, values), run.choices, run.loop)
            if _answers(refutation.model, own, refutation.name):
                self.refuted.setdefault(values, refutation.judged)
                found.append(values)
        return found

    def _with(self, digits: tuple[int, ...], values: Values) -> tuple[int, ...]:
        changed = list(digits)
        for place, number in zip(self.places, values, strict=True):
            changed[place] = number
        return tuple(changed)


def group_of(
    spec: Spec, checks: Sequence[Check], space: Space, overrides: Overrides, only: tuple[str, ...] = ()
) -> Group:
    """The combinations with the same parameters and sizes. Raises `InputError` where there is no model, or too many."""
    diagnostics, models = Diagnostics(), []
    for check in checks:
        with diagnostics.collecting():
            model = instantiate(spec, check, wanted_properties(spec, check, only), overrides, enumerates=False)
            for unknown in space.unknowns:
                # Whatever value the check itself gives it.
                model.settled.pop(unknown.name, None)
            models.append((check, model))
    diagnostics.raise_errors()
    numbers = [_numbers(models, unknown) for unknown in space.unknowns]
    limit(prod(len(each) for each in numbers))
    names = tuple(unknown.name for unknown in space.unknowns)
    places = tuple(list(spec.unknowns).index(name) for name in names)
    return Group(spec, overrides, models, names, places, list(product(*numbers)), only)


def _numbers(models: Sequence[tuple[Check, Model]], wanted: Range) -> Sequence[int]:
    """The numbers of the values that an unknown may have, which must be the same in all checks."""
    check, model = models[0]
    unknown = model.spec.unknowns[wanted.name]
    domain = model.domain(unknown.type_expr)
    for other, its in models[1:]:
        if its.domain(unknown.type_expr) != domain:
            problem = f'\'{wanted.name}\' has other values in check "{other.name}" than in check "{check.name}"'
            raise InputError([Diagnostic("MC402", unknown.span, problem, "choose one by `--check`")])
    if wanted.values is None:
        limit(domain.size)
        return range(domain.size)
    diagnostics = Diagnostics()
    found = [read_number(model, unknown, text, diagnostics) for text in wanted.values]
    diagnostics.raise_errors()
    return list(dict.fromkeys(number for number in found if number is not None))


def _question(model: Model, name: str) -> Property | str:
    return next((prop for prop in model.properties if prop.name == name), name)


def _answers(model: Model, run: Run, name: str) -> bool:
    """Whether the judge confirms that a run is one of the model, and answers a question."""
    if not _is_run(model, run):
        return False
    try:
        if run.loop is not None:
            judge_lasso(model, run, next(found for found in model.temporal if found.property.name == name))
        else:
            judge(model, run, _question(model, name))
    except (EngineDisagreement, EvaluationError):
        return False
    return True


def _is_run(model: Model, run: Run) -> bool:
    """Whether there is such a run: seen at once for most that are none, without all that the judge takes note of."""
    path = follow(model, None, None, run.initial)
    for choice in run.choices:
        if path is None or not isinstance(path.outcome, Next):
            return False
        path = follow(model, path.outcome.state, choice.action, choice.digits)
    return path is not None and isinstance(path.outcome, Next | Fail)
