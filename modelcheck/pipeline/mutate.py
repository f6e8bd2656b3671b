"""Break a specification on purpose and see that its properties notice: one that nothing can violate proves nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from modelcheck.diagnostics import Diagnostic, Diagnostics, InputError, did_you_mean
from modelcheck.engines.base import DEADLOCK, STOPPED
from modelcheck.frozen import Frozen, replace
from modelcheck.ir.spec import Spec
from modelcheck.pipeline.mutants import Mutant, load_mutants, mutants_file, mutated, not_loadable
from modelcheck.pipeline.verify import Options, load_file, verify_specs
from modelcheck.reports.report import CheckReport, PropertyReport, Report, VerdictWord

Fate = Literal["killed", "survived", "broken", "unknown"]


class _Baseline(Frozen):
    """The unmutated specification: by check and property what it expects, and which checks were compiled."""

    expected: dict[tuple[str, str], VerdictWord]
    compiled: frozenset[str]


_NOW: dict[VerdictWord, str] = {
    "holds": "now holds",
    "violated": "is violated",
    "reached": "is reached",
    "unreached": "is not reached",
    "unknown": "is unknown",
}


class MutantReport(Frozen):
    """What became of a mutant.

    `killed`: its property noticed, in `check` by a run of `steps` (None where nothing is reached any more). `survived`:
    it did not. `broken`: another expectation changed too, which `detail` names. `unknown`: a limit came first, or
    Ctrl-C.
    """

    name: str
    violates: str
    fate: Fate
    check: str | None
    steps: int | None
    detail: str

    @property
    def ok(self) -> bool:
        """Whether this is what a mutant is for."""
        return self.fate == "killed"


class MutationReport(Frozen):
    """The mutants of one specification; none where the specification itself, in `baseline`, is not as expected.

    `interrupted`: Ctrl-C ended it, so mutants may be missing.
    """

    file: str
    baseline: Report
    mutants: tuple[MutantReport, ...]
    interrupted: bool = False

    @property
    def exit_code(self) -> int:
        """0 all killed, 1 one survived or broke something else, 3 undecided, 130 interrupted; or the baseline's."""
        if self.interrupted:
            return 130
        if self.baseline.exit_code:
            return self.baseline.exit_code
        fates = {mutant.fate for mutant in self.mutants}
        if fates & {"survived", "broken"}:
            return 1
        return 3 if "unknown" in fates else 0


class Plan(Frozen):
    """A specification with the mutants to try, every one of them loaded."""

    spec: Spec
    mutants: tuple[tuple[Mutant, Spec], ...]


def plan(paths: Sequence[str | Path], names: Sequence[str] = ()) -> list[Plan]:
    """Load specifications and mutants, all of them or those named. Raises `InputError` with every mistake."""
    diagnostics = Diagnostics()
    plans, known = [], list[str]()
    for path in paths:
        with diagnostics.collecting():
            spec = load_file(path)
            mutants = load_mutants(spec, mutants_file(path))
            known += [mutant.name for mutant in mutants]
            loaded = []
            for mutant in mutants:
                if not names or mutant.name in names:
                    with diagnostics.collecting():
                        loaded.append((mutant, mutated(spec, mutant)))
            plans.append(Plan(spec, tuple(loaded)))
    if not diagnostics.errors:
        for name in names:
            if name not in known:
                help_ = did_you_mean(name, known) or f"there are {', '.join(known)}"
                diagnostics.error("MC605", None, f"there is no mutant '{name}'", help_)
    diagnostics.raise_errors()
    return [one for one in plans if one.mutants]


def mutate(plans: Sequence[Plan], options: Options) -> list[MutationReport]:
    """Verify each specification, then every mutant of it. Ctrl-C leaves out what was not begun."""
    reports = list[MutationReport]()
    for one in plans:
        reports.append(_mutate(one, options))
        if reports[-1].interrupted:
            break
    return reports


def _mutate(one: Plan, options: Options) -> MutationReport:
    named = [mutant.check for mutant, _ in one.mutants]
    checks = () if None in named else tuple(dict.fromkeys(name for name in named if name is not None))
    return mutate_verified(one, verify_specs([one.spec], replace(options, checks=checks)), options)


def mutate_verified(one: Plan, baseline: Report, options: Options) -> MutationReport:
    """Verify every mutant of a specification that was verified itself: `baseline` has the checks that they name."""
    if baseline.exit_code:
        return MutationReport(one.spec.source.name, baseline, (), baseline.interrupted)
    done = baseline.specs[0].checks
    expected = {(check.name, found.name): found.expected for check in done for found in check.properties}
    unmutated = _Baseline(expected, frozenset(check.name for check in done if check.engine == "native"))
    reports = list[MutantReport]()
    try:
        for mutant, spec in one.mutants:
            reports.append(_try(mutant, spec, unmutated, options))
    except KeyboardInterrupt:
        begun = one.mutants[len(reports) :][:1]
        reports += [MutantReport(m.name, m.violates, "unknown", None, None, STOPPED["interrupted"]) for m, _ in begun]
        return MutationReport(one.spec.source.name, baseline, tuple(reports), interrupted=True)
    return MutationReport(one.spec.source.name, baseline, tuple(reports))


def _try(mutant: Mutant, spec: Spec, baseline: _Baseline, options: Options) -> MutantReport:
    _check_target(mutant, spec, baseline)
    hit: tuple[CheckReport, PropertyReport] | None = None
    undecided, also = "", ""

    def report(fate: Fate, where: CheckReport | None, found: PropertyReport | None, detail: str) -> MutantReport:
        check, steps = where.name if where else None, found.steps if found else None
        return MutantReport(mutant.name, mutant.violates, fate, check, steps, detail)

    for check in spec.checks:
        if mutant.check is not None and check.name != mutant.check:
            continue
        explored = _explore(mutant, spec, _asking(check.name, baseline, options))
        for found in explored.properties:
            before = baseline.expected.get((check.name, found.name))
            if found.kind == "states" or before is None or found.verdict == before:
                continue
            now = f'{found.name} {_NOW[found.verdict]} in check "{check.name}"'
            if found.verdict == "unknown":
                undecided = undecided or f"{now}: {found.reason}"
            elif found.name == mutant.violates and before in {"holds", "reached"}:
                hit = hit or (explored, found)
            elif found.kind == "temporal" or (
                found.name == DEADLOCK and not any(one.subject == DEADLOCK for one in check.expectations)
            ):
                # Nobody has stated that there is no deadlock, and a mistake that stops progress can hardly avoid one;
                # one that does what is forbidden often does not do in the end what is wanted.
                also = f"{also}, {now}" if also else f"also: {now}"
            else:
                return report("broken", explored, found, f"breaks something else: {now}")
    if hit is not None:
        return report("killed", *hit, also)
    if undecided:
        return report("unknown", None, None, undecided)
    return report("survived", None, None, also or f"{mutant.violates} does not notice")


def _check_target(mutant: Mutant, spec: Spec, baseline: _Baseline) -> None:
    """A property that no check expects to hold or to be reached cannot notice anything."""
    verdicts = {
        word
        for (check, name), word in baseline.expected.items()
        if name == mutant.violates and mutant.check in {None, check}
    }
    if not verdicts & {"holds", "reached"}:
        where = "no check" if mutant.check is None else f"the check '{mutant.check}' does not"
        verb = "expects" if mutant.check is None else "expect"
        problem = f"the mutant '{mutant.name}' violates '{mutant.violates}', but {where} {verb} it to hold"
        raise InputError(
            [Diagnostic("MC602", mutant.span, problem, f"add it to an `expect` of {spec.name or 'the check'}")]
        )


def _asking(check: str, baseline: _Baseline, options: Options) -> Options:
    """How one check of a mutant is verified.

    Counts and lengths are not judged. No claim that something holds rests on a mutant, so there is no audit. What is
    too much for the interpreter in a check is too much for it in that of a mutant.
    """
    effort = 0 if check in baseline.compiled else options.effort
    return replace(options, checks=(check,), counts=False, audit=0, effort=effort)


def _explore(mutant: Mutant, spec: Spec, options: Options) -> CheckReport:
    """The one check asked for, to its end: raises `KeyboardInterrupt` if it was interrupted."""
    try:
        report = verify_specs([spec], options)
    except InputError as error:
        raise not_loadable(mutant, error) from None
    if report.interrupted:
        raise KeyboardInterrupt
    return report.specs[0].checks[0]
