"""`certify`: certificates rechecked against the specification, by another solver, and in the states of the check."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from modelcheck.diagnostics import Diagnostic, InputError
from modelcheck.engines.base import STOPPED
from modelcheck.engines.child import EndedError, can_have_child, in_child, own, within
from modelcheck.engines.recheck import Solver, solver_name
from modelcheck.engines.symbolic.solving import Solving, StoppedError
from modelcheck.environment.instantiate import Overrides
from modelcheck.frontend.parse import read_source
from modelcheck.frozen import Frozen, replace
from modelcheck.kernel.task import Limits
from modelcheck.pipeline.certificates import document as doc
from modelcheck.pipeline.certificates.explicit import visit
from modelcheck.pipeline.certificates.lemmas import formulas, lemmas_on_storage, written_lemmas
from modelcheck.pipeline.certificates.make import Asked, Certificate, certificate, instance_of
from modelcheck.pipeline.verify import load
from modelcheck.reports.certified import CertificateReport, CertifyReport, CheckedObligation, ExplicitRun
from modelcheck.version import __version__

if TYPE_CHECKING:
    from modelcheck.ir.spec import Spec


class _Given(Frozen):
    """A certificate as it was found."""

    folder: Path
    document: doc.CertificateDocument
    asked: Asked
    spec: Spec


def certify(path: Path, spec_path: str | None, limits: Limits) -> CertifyReport:
    """Recheck the certificate in a folder, or those in the folders in it.

    Raises `InputError` (MC101, MC612 and those of specifications) before anything is checked.
    """
    given = [_given(folder, spec_path) for folder in _folders(path)]
    reports = []
    for one in given:
        try:
            reports.append(_recheck_apart(one, limits))
        except KeyboardInterrupt:
            # What came of those before is told all the same.
            reports.append(replace(_blank(one), interrupted=True))
        if reports[-1].interrupted:
            break
    return CertifyReport(__version__, tuple(reports))


def _folders(path: Path) -> list[Path]:
    if path.name == doc.NAME and not path.is_dir():
        return [path.parent]
    if (path / doc.NAME).exists() or not path.is_dir():
        return [path]
    found = sorted(file.parent for file in path.glob(f"*/{doc.NAME}"))
    if not found:
        problem = f"there is no certificate in '{path}'"
        help_ = "write one: modelcheck prove SPEC --certificate DIR"
        raise InputError([Diagnostic("MC101", None, problem, help_)])
    return found


def _given(folder: Path, spec_path: str | None) -> _Given:
    file = folder / doc.NAME
    document = doc.read(file)
    # A file in any case: it is read for each certificate, and the standard input could be once.
    spec = load(read_source(spec_path or _specification(folder, document.file)))
    asked = Asked(
        check=document.check,
        overrides=Overrides(dict(document.settings), _budgets(file, document)),
        only=tuple(document.only),
        proves=tuple(document.proves),
        lemmas=written_lemmas(document.invariant),
        storage=lemmas_on_storage(document.invariant),
        formulas=formulas(document.invariant),
        k=document.k,
        program=document.program,
    )
    return _Given(folder, document, asked, spec)


def _specification(folder: Path, name: str) -> str:
    """The specification beside the certificate, or in a folder above it, or else in the current one."""
    if Path(name).name == name:
        for place in (folder, *folder.parents[:2], Path()):
            if (place / name).is_file():
                return str(place / name)
    problem = f"the specification '{name}', which the certificate is of, is not there"
    raise InputError([Diagnostic("MC101", None, problem, "name it: modelcheck certify DIR SPEC")])


def _budgets(file: Path, document: doc.CertificateDocument) -> dict[tuple[str, str | None], int | None]:
    budgets: dict[tuple[str, str | None], int | None] = {}
    for fault, budget in document.faults.items():
        if not re.fullmatch(r"[0-9]{1,18}|any", budget):
            problem = f"'{file}' is no certificate: the budget of '{fault}' is no number"
            raise InputError([Diagnostic("MC612", None, problem)])
        kind, _, subject = fault.partition(":")
        budgets[kind, subject or None] = None if budget == "any" else int(budget)
    return budgets


def _recheck_apart(given: _Given, limits: Limits) -> CertificateReport:
    """In a process of its own, where the system has them."""
    if not can_have_child():
        return _recheck(given, limits, lambda _: None)
    began, latest, limits = time.monotonic(), _blank(given), within(limits)

    def hear(report: CertificateReport) -> None:
        nonlocal latest
        latest = report

    try:
        return in_child(lambda tell: _recheck(given, own(limits, began), tell), hear, limits)
    except EndedError as ended:
        said = STOPPED[ended.why]
        obligations = tuple(
            replace(one, reason=said) if one.answer == "unknown" and not one.reason else one
            for one in latest.obligations
        )
        if obligations and not any(one.answer == "unknown" for one in obligations):
            skipped = ExplicitRun(latest.sizes, holds=True, complete=False, said=f"not done: {said}", visited=False)
            latest = replace(latest, explicit=(skipped,))
        return replace(latest, obligations=obligations, interrupted=ended.why == "interrupted")


def _recheck(given: _Given, limits: Limits, tell: Callable[[CertificateReport], None]) -> CertificateReport:
    started = time.monotonic()
    with Solver(limits, started) as solver:
        report = _blank(given)
        if report.sha256 != given.document.sha256:
            said = f"the certificate is of another text than that of {given.spec.source.name}"
            return replace(report, objections=(said,))
        instance = instance_of(given.spec, given.asked)
        if instance is None:
            said = f'the check "{given.asked.check}" has another program than the one that is certified'
            if all(check.name != given.asked.check for check in given.spec.checks):
                said = f'there is no check "{given.asked.check}" in {given.spec.source.name}'
            return replace(report, objections=(said,))
        try:
            with Solving(limits, started) as clock:
                made = certificate(instance, given.asked, clock.look)
        except StoppedError as stopped:
            return replace(report, interrupted=stopped.why == "interrupted")
        objections = tuple(_objections(given, made))
        if objections:
            return replace(report, objections=objections)
        for obligations in _answers(made, solver):
            report = replace(report, obligations=obligations)
            tell(report)
    if report.outcome == "rejected":
        return report
    visited = visit(instance, given.asked, limits, started)
    return replace(report, explicit=visited.runs, interrupted=visited.interrupted)


def _blank(given: _Given) -> CertificateReport:
    document = given.document
    return CertificateReport(
        folder=given.folder.as_posix(),
        file=given.spec.source.name,
        sha256=hashlib.sha256(given.spec.source.text.encode()).hexdigest(),
        check=document.check,
        sizes=tuple(document.sizes.items()),
        params=tuple(document.params.items()),
        changed=(
            *(f"--set {name}={value}" for name, value in document.settings.items()),
            *(f"--fault {fault}={budget}" for fault, budget in document.faults.items()),
        ),
        proves=given.asked.proves,
        scope=document.scope,
        k=document.k,
        facts=len(document.invariant),
        solver=solver_name(),
    )


def _answers(made: Certificate, solver: Solver) -> Iterator[tuple[CheckedObligation, ...]]:
    """All obligations, again and again: first without an answer, then with one more each time."""
    found = [CheckedObligation(each.file, each.meaning, "unknown", "") for each in made.document.obligations]
    yield tuple(found)
    for number, each in enumerate(made.document.obligations):
        answer = solver.ask(made.formulas[each.file].decode())
        found[number] = replace(found[number], answer=answer.word, reason=answer.reason)
        yield tuple(found)


# ------------------------------------------------------------------------------------------------------- what is given


def _objections(given: _Given, made: Certificate) -> Iterator[str]:
    """Where the certificate is not the one that the specification gives."""
    old, new = given.document, made.document
    for field in ("settings", "faults", "only", "sizes", "params", "proves", "scope"):
        if getattr(old, field) != getattr(new, field):
            yield f"`{field}` is not that of the check"
    yield from _differing("fact", [each.name for each in old.invariant], old.invariant, new.invariant)
    yield from _differing("obligation", [each.file for each in old.obligations], old.obligations, new.obligations)
    for name, content in made.formulas.items():
        yield from _difference(given.folder / name, content)


def _differing(what: str, names: Sequence[str], old: Sequence[object], new: Sequence[object]) -> Iterator[str]:
    if len(old) != len(new):
        yield f"it has {len(old)} {what}s, and there must be {len(new)}"
        return
    for name, one, other in zip(names, old, new, strict=True):
        if one != other:
            yield f"the {what} '{name}' is not what the specification gives"


def _difference(path: Path, expected: bytes) -> Iterator[str]:
    try:
        with path.open("rb") as stream:
            found = stream.read(len(expected) + 1)
    except OSError as error:
        yield f"{path.name} cannot be read: {error.strerror}"
        return
    if found != expected:
        lines = zip(found.split(b"\n"), expected.split(b"\n"), strict=False)
        line = next((number for number, (one, other) in enumerate(lines, 1) if one != other), None)
        where = "it goes on behind the end" if line is None else f"line {line} differs"
        yield f"{path.name} is not what the specification gives: {where}"
