"""The search for values: what short runs refute, then each combination that is left by itself, to the end."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from modelcheck.diagnostics import InputError
from modelcheck.engines.base import STOPPED
from modelcheck.engines.child import EndedError, can_have_child, in_child, own, within
from modelcheck.engines.registry import SOLVING
from modelcheck.environment.instantiate import instantiate
from modelcheck.frozen import Frozen, replace
from modelcheck.pipeline.expectations import wanted_properties
from modelcheck.pipeline.solve.group import Group, Refutation, Values, group_of
from modelcheck.pipeline.solve.ranges import Range, Space, space_of
from modelcheck.pipeline.verify import Options, chosen_checks, load_file, verify_check
from modelcheck.reports.solution.report import Judged, Left, Row, SolutionReport
from modelcheck.verdict import Reached, Violated
from modelcheck.version import __version__

if TYPE_CHECKING:
    from modelcheck.engines.base import Exploration, Progress
    from modelcheck.ir.spec import Check, Spec
    from modelcheck.kernel.task import Limits
    from modelcheck.reports.report import CheckReport, PropertyReport


class Asked(Frozen):
    """What to look for; nothing means all unknown constants.

    `first`: no further than the first solution. `full`: every expectation is judged for all values, also where one is
    known not to be met.
    """

    ranges: tuple[Range, ...] = ()
    first: bool = False
    full: bool = False


class _TimeIsUpError(Exception):
    """The limit on the time of the whole search was reached."""


def solve(path: str | Path, asked: Asked, options: Options | None = None) -> SolutionReport:
    """Look for the values for which every expectation of the checks is met.

    The limits are those of one check of one combination, but for the time, which is that of the whole search.
    Raises `InputError`; Ctrl-C leaves out what was not done.
    """
    options = options or Options()
    spec = load_file(path)
    (_, checks), *_ = chosen_checks([spec], options)
    space = space_of(spec, asked.ranges, options.overrides.settings)
    search = _Search(spec, checks, space, asked, options, time.monotonic())
    rows = list[Row]()
    report = SolutionReport(
        __version__,
        spec.source.name,
        hashlib.sha256(spec.source.text.encode()).hexdigest(),
        space.names,
        tuple(check.name for check in checks),
        (),
        first=asked.first,
    )
    mistake: InputError | None = None

    def hear(told: Row | InputError) -> None:
        nonlocal mistake
        if isinstance(told, Row):
            rows.append(told)
        else:
            mistake = told

    stopped = _searched(search, hear)
    if rows and all(row.outcome == "invalid" for row in rows) and mistake is not None:
        raise mistake
    return replace(report, rows=tuple(rows), stopped=stopped)


def _searched(search: _Search, hear: Callable[[Row | InputError], None]) -> Left | None:
    """Search, in a process of its own where the system has them; what left something out, if anything did."""
    try:
        if can_have_child():
            _searched_apart(search, hear)
        else:
            search.tell_rows(hear)
    except _TimeIsUpError:
        return "time"
    except KeyboardInterrupt:
        return "interrupted"
    except EndedError as ended:
        return ended.why
    return None


def _searched_apart(search: _Search, hear: Callable[[Row | InputError], None]) -> None:
    options = search.options
    limits = within(options.limits)
    show = options.progress

    def heard(told: Row | InputError | tuple[str, str, Progress]) -> None:
        if not isinstance(told, tuple):
            hear(told)
        elif show is not None:
            show(*told)

    def work(tell: Callable[[object], None]) -> None:
        progress = None if show is None else (lambda *told: tell(told))
        search.options = replace(options, limits=own(limits), progress=progress)
        search.tell_rows(tell)

    in_child(work, heard, limits)


class _Search(Struct):
    """A search in progress; `mistake` is the first reason why there was no model for some values."""

    spec: Spec
    checks: Sequence[Check]
    space: Space
    asked: Asked
    options: Options
    began: float
    mistake: InputError | None = None
    solver: bool = True
    """Whether a solver is of use for such models."""

    def tell_rows(self, tell: Callable[[Row | InputError], None]) -> None:
        """Tell every row, and behind those without a model the first reason for one. Raises as `rows`."""
        for row in self.rows():
            tell(row)
            if self.asked.first and row.outcome == "solution":
                break
            if self.mistake is not None and row.outcome == "invalid":
                tell(self.mistake)

    def rows(self) -> Iterator[Row]:
        """A row for each combination, in order. Raises `_TimeIsUpError` and `KeyboardInterrupt`."""
        given = self.options.overrides
        for settings in self.space.settings():
            self._limits()
            shown = tuple(settings.items())
            overrides = replace(given, settings={**given.settings, **settings})
            try:
                group = group_of(self.spec, self.checks, self.space, overrides, self.options.properties)
            except InputError as error:
                yield self._invalid(shown, error)
                continue
            if self.solver and not self.asked.full:
                self.solver = group.refute_by_short_runs(self._limits())
            for values in group.candidates:
                yield self._row(group, (*shown, *group.shown(values)), values)

    def _limits(self) -> Limits:
        """The limits with the time that is left. Raises `_TimeIsUpError` where none is."""
        limits = self.options.limits
        if limits.seconds is None:
            return limits
        left = limits.seconds - (time.monotonic() - self.began)
        if left <= 0:
            raise _TimeIsUpError
        return replace(limits, seconds=left)

    def _invalid(self, shown: tuple[tuple[str, str], ...], error: InputError) -> Row:
        self.mistake = self.mistake or error
        first = error.diagnostics[0]
        return Row(shown, "invalid", reason=f"{first.code}: {first.problem}")

    def _row(self, group: Group, shown: tuple[tuple[str, str], ...], values: Values) -> Row:
        known = group.refuted.get(values)
        if known is not None:
            self._limits()
            return Row(shown, "refuted", _with_others(group, [known]))
        judged = list[Judged]()
        try:
            for check, _ in group.models:
                judged += self._judged(group, check, values)
                if not self.asked.full and any(map(_refutes, judged)):
                    break
        except InputError as error:
            return self._invalid(shown, error)
        if any(map(_refutes, judged)):
            return Row(shown, "refuted", _with_others(group, judged))
        unknown = next((found for found in judged if not found.ok), None)
        if unknown is not None:
            return Row(shown, "unknown", tuple(judged), unknown.reason)
        return Row(shown, "solution", tuple(judged))

    def _judged(self, group: Group, check: Check, values: Values) -> list[Judged]:
        """What an exhaustive search of one check says, which ends with the first expectation that is not met."""
        limits, overrides = self._limits(), group.with_values(values)
        options = replace(self.options, limits=limits, overrides=overrides, until_refuted=not self.asked.full)
        enumerates = options.engine not in SOLVING
        properties = wanted_properties(self.spec, check, group.only)
        model = instantiate(self.spec, check, properties, overrides, enumerates=enumerates)
        found, report = verify_check(self.spec, check, model, options)
        if report.interrupted:
            raise KeyboardInterrupt
        if not self.asked.full and group.unknowns:
            _share(group, check, values, found, report)
        return [_judgement(check, one) for one in report.properties if one.kind != "states"]


def _share(group: Group, check: Check, values: Values, found: Exploration, report: CheckReport) -> None:
    """Try the runs that refute some values on all that are left."""
    model = next(model for its, model in group.models if its is check)
    for one in report.properties:
        verdict = found.verdicts.get(one.name)
        if not one.ok and isinstance(verdict, Violated | Reached):
            others = [other for other in group.left() if other > values]
            group.share(Refutation(check, model, one.name, verdict.run, one.expected), others)


def _judgement(check: Check, one: PropertyReport) -> Judged:
    if one.verdict == "unknown" and one.reason == STOPPED["answered"]:
        return Judged(check.name, one.name, one.expected)
    infinite = one.trace is not None and one.trace.loop_start is not None
    steps = None if infinite else one.steps
    return Judged(
        check.name,
        one.name,
        one.expected,
        one.verdict,
        ok=one.ok,
        scope=one.scope,
        reason=one.reason,
        steps=steps,
        shortest=steps is not None,
        infinite=infinite,
    )


def _refutes(found: Judged) -> bool:
    return not found.ok and found.verdict not in {None, "unknown"}


def _with_others(group: Group, judged: Sequence[Judged]) -> tuple[Judged, ...]:
    """All expectations in the order of the checks, those among them that were not looked at."""
    known = {(found.check, found.name): found for found in judged}
    return tuple(
        known.get((check.name, name), Judged(check.name, name, expected))
        for check, model in group.models
        for name, expected in group.expected(check, model).items()
    )
