"""From files to a report.

Load, instantiate each check, explore it, let the judge replay every run, compare with what is expected.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from modelcheck.diagnostics import Diagnostic, Diagnostics, InputError, did_you_mean
from modelcheck.engines.base import DEADLOCK, ERRORS, Exploration, Progress, Request, Saving, Timing
from modelcheck.engines.process import forget_peak, memory_bytes, peak_bytes
from modelcheck.engines.registry import DEFAULT_ENGINE, ENGINES, SOLVING, inductive_engine
from modelcheck.environment.assumptions import assumptions
from modelcheck.environment.instantiate import Overrides, instantiate
from modelcheck.frontend.parse import parse
from modelcheck.frontend.typecheck import typecheck
from modelcheck.frozen import Frozen, field, replace
from modelcheck.kernel.task import Limits
from modelcheck.pipeline.beginning import require_beginnings, without_beginning
from modelcheck.pipeline.checkpoints import checkpoint_folders, require_checkpoints
from modelcheck.pipeline.coverage import coverage
from modelcheck.pipeline.expectations import compare, refuting, wanted_properties
from modelcheck.pipeline.idle import warn_about_idle
from modelcheck.pipeline.inductive import inductive_expectations, with_inductive
from modelcheck.pipeline.instance import with_instance
from modelcheck.pipeline.liveness import explained, with_liveness
from modelcheck.pipeline.pairs import with_pairs
from modelcheck.pipeline.provers import proof_report, uncertified, with_provers
from modelcheck.pipeline.shortfalls import warn_about_shortfalls, with_least_memory
from modelcheck.pipeline.sources import read_text
from modelcheck.pipeline.unused_behaviour import Behaviour
from modelcheck.reports.report import CheckReport, PropertyReport, Report, Seconds, SpecReport, StateCounts
from modelcheck.source import Span
from modelcheck.verdict import Holds
from modelcheck.version import __version__

if TYPE_CHECKING:
    from modelcheck.analysis.counterexamples.cheapest import Order
    from modelcheck.engines.base import Hints
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Check, Spec
    from modelcheck.kernel.invariant import Proof
    from modelcheck.source import Source


class Options(Frozen):
    """What to verify and how. Empty `checks` or `properties` mean all; the rest is as in `engines.base.Request`."""

    checks: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()
    overrides: Overrides = field(default_factory=Overrides)
    engine: str = DEFAULT_ENGINE
    workers: int | None = None
    audit: int | None = None
    effort: int | None = None
    limits: Limits = field(default_factory=Limits)
    seed: int | None = None
    runs: int = 0
    checkpoint: Path | None = None
    """The folder for checkpoints, one folder in it a check."""
    resume: bool = False
    """Whether to go on from the checkpoints that are there."""
    checkpoint_seconds: float = 60.0
    explain_fairness: tuple[str, ...] = ()
    """Temporal properties of which it is asked which fairness they need."""
    order: Order | None = None
    """Of which there are to be few in the run that is shown, among the shortest; None: the first of them is."""
    shrink: bool = True
    """Whether runs that were found by chance are made shorter."""
    counterexamples: int = 1
    """How many different counterexamples to each property are looked for."""
    symmetry: bool = True
    """Whether an engine may let one state stand for those that differ in the names of interchangeable ids only."""
    lemmas: bool = False
    """Whether a proof may look for lemmas."""
    until_refuted: bool = False
    """Whether a search may end with the first expectation that is not met; the rest is unknown then."""
    counts: bool = True
    """Whether expected numbers of states and steps are judged; never where the checks are changed."""
    progress: Callable[[str, str, Progress], None] | None = None
    """Told of (file, check, progress) twice a second."""
    proved: Callable[[Spec, Check, Proof], None] | None = None
    """Told of what verdicts that were proved rest on."""


def load(source: Source) -> Spec:
    """Parse, resolve and type-check. Raises `InputError` with every mistake found."""
    diagnostics = Diagnostics()
    parsed = parse(source)
    diagnostics.extend(parsed.errors)
    spec = typecheck(parsed.root, source, diagnostics, parsed.skipped_names)
    diagnostics.raise_errors()
    return spec


def load_file(path: str | Path) -> Spec:
    """Load a specification from a file, or from the standard input where it is called `-`."""
    return load(read_text(path))


def load_files(paths: Iterable[str | Path]) -> list[Spec]:
    """Load several. Raises `InputError` with the mistakes of all of them."""
    diagnostics = Diagnostics()
    specs: list[Spec] = []
    for path in paths:
        with diagnostics.collecting():
            specs.append(load_file(path))
    diagnostics.raise_errors()
    return specs


def verify(paths: Sequence[str | Path], options: Options | None = None) -> Report:
    """Verify files. Raises `InputError` with the mistakes of all files before anything is explored."""
    return verify_specs(load_files(paths), options or Options())


def verify_specs(specs: Sequence[Spec], options: Options) -> Report:
    """Verify specifications that have been loaded."""
    chosen = chosen_checks(specs, options)
    models = list(_models(chosen, options))
    if any(inductive_expectations(check, options.properties) for _, checks in chosen for check in checks):
        # Before the first search it is told that there is no solver.
        inductive_engine()
    checked = [(check, model) for _, check, model in models]
    if options.checkpoint is not None:
        require_checkpoints(checked, options.engine)
    if len(checked) > 1 and options.engine not in SOLVING:
        require_beginnings(checked)
    folders = checkpoint_folders(chosen, options.checkpoint, resume=options.resume)
    reports = list[SpecReport]()
    for spec, _ in chosen:
        reports.append(_verify_spec(spec, [(c, m) for s, c, m in models if s is spec], options, folders))
        if reports[-1].interrupted:
            break
    return Report(__version__, all(spec.ok for spec in reports), tuple(reports))


def chosen_checks(specs: Sequence[Spec], options: Options) -> list[tuple[Spec, list[Check]]]:
    """What the options ask for, of each specification. Raises `InputError` for what there is not."""
    chosen = select_checks(specs, options.checks)
    _check_properties(specs, options.properties)
    _check_temporal(specs, options.explain_fairness)
    return _naming(chosen, options.properties)


def select_checks(specs: Sequence[Spec], names: Sequence[str]) -> list[tuple[Spec, list[Check]]]:
    """The checks asked for; raises `InputError` for a name that no specification has, or where there is no check."""
    diagnostics = Diagnostics()
    known = [check.name for spec in specs for check in spec.checks]
    for name in names:
        if name not in known:
            help_ = did_you_mean(name, known) or "there are " + ", ".join(
                f'"{title}"' for title in dict.fromkeys(known)
            )
            diagnostics.error("MC409", None, f"there is no check '{name}'", help_)
    for spec in specs:
        if not spec.checks:
            problem = f"{spec.source.name} has no check, so there is nothing to verify"
            diagnostics.error("MC410", Span(spec.source, 0, 0), problem, 'write `check "small" { … expect … }`')
    diagnostics.raise_errors()
    return [(spec, [check for check in spec.checks if not names or check.name in names]) for spec in specs]


def _check_properties(specs: Sequence[Spec], names: Sequence[str]) -> None:
    known = [name for spec in specs for name in spec.properties] + [DEADLOCK, ERRORS]
    for name in names:
        if name not in known:
            help_ = did_you_mean(name, known) or f"there are {', '.join(dict.fromkeys(known))}"
            raise InputError([Diagnostic("MC409", None, f"there is no property '{name}'", help_)])


def _check_temporal(specs: Sequence[Spec], names: Sequence[str]) -> None:
    known = [name for spec in specs for name, prop in spec.properties.items() if prop.kind == "temporal"]
    for name in names:
        if name not in known:
            help_ = did_you_mean(name, known) or (f"there are {', '.join(dict.fromkeys(known))}" if known else "")
            raise InputError([Diagnostic("MC409", None, f"there is no temporal property '{name}'", help_)])


def _naming(chosen: Sequence[tuple[Spec, list[Check]]], names: Sequence[str]) -> list[tuple[Spec, list[Check]]]:
    """The checks that expect something of the properties asked for: without one there is nothing to judge."""
    if not names or {DEADLOCK, ERRORS} & set(names):
        return list(chosen)
    left = [(spec, [c for c in checks if any(e.is_about(names) for e in c.expectations)]) for spec, checks in chosen]
    if not any(checks for _, checks in left):
        problem = f"no check expects anything of {', '.join(names)}"
        raise InputError([Diagnostic("MC409", None, problem, "name the property in an `expect`")])
    return left


def _models(chosen: Sequence[tuple[Spec, list[Check]]], options: Options) -> Iterator[tuple[Spec, Check, Model]]:
    """Every check's model, before the first is explored, so that mistakes in sizes are all told at once."""
    diagnostics = Diagnostics()
    models = []
    for spec, checks in chosen:
        for check in checks:
            with diagnostics.collecting():
                properties = wanted_properties(spec, check, options.properties)
                tries = options.engine not in SOLVING
                models.append((spec, check, instantiate(spec, check, properties, options.overrides, enumerates=tries)))
    diagnostics.raise_errors()
    return iter(models)


def _verify_spec(
    spec: Spec, models: Iterable[tuple[Check, Model]], options: Options, folders: Mapping[int, Path]
) -> SpecReport:
    checks, warnings = [], Diagnostics()
    warnings.extend(spec.warnings)
    behaviour, interrupted = Behaviour(spec), False
    for check, model in models:
        try:
            exploration, report = verify_check(spec, check, model, options, folders.get(id(check)))
            checks.append(report)
            interrupted = report.interrupted
            behaviour.observe(check, model, exploration, report, warnings)
            warn_about_shortfalls(check, exploration, warnings)
            warn_about_idle(model, warnings)
            # The next search measures what memory the process has before it begins.
            del exploration
        except KeyboardInterrupt:
            # Before or behind the search: nothing more can be said of this check, but what was found so far can.
            interrupted = True
        if interrupted:
            break
    if not interrupted and not options.checks and not options.overrides:
        try:
            behaviour.warn(warnings)
        except KeyboardInterrupt:
            interrupted = True
    digest = hashlib.sha256(spec.source.text.encode()).hexdigest()
    ok = not interrupted and all(check.ok for check in checks)
    return SpecReport(spec.source.name, digest, ok, warnings.warnings, assumptions(spec), tuple(checks), interrupted)


def verify_check(
    spec: Spec, check: Check, model: Model, options: Options, folder: Path | None = None
) -> tuple[Exploration, CheckReport]:
    """Verify one check; `folder` is where its checkpoints are. Raises `InputError` where no run begins."""
    request = _request(spec, check, model, options, folder)
    forget_peak()
    started, cpu = time.monotonic(), time.process_time()
    explore = ENGINES[options.engine]()
    prepared, had = time.monotonic(), memory_bytes()
    found = with_least_memory(explore(model, request), had, options.limits)
    _require_start(check, model, found)
    if options.proved is not None and found.proof is not None:
        options.proved(spec, check, found.proof)
    found = with_liveness(model, found, options.limits, _deadline(options, started))
    timing = found.timing or Timing(time.monotonic() - prepared, time.process_time() - cpu, prepared - started)
    interrupted = found.stopped == "interrupted"
    try:
        found, properties = _shown(model, check, found, options, started)
    except KeyboardInterrupt:
        # The verdicts stand, with the runs that were found first.
        interrupted, properties = True, _compared(model, check, found, options)
    report = CheckReport(
        name=check.name,
        engine=found.engine or options.engine,
        ok=all(p.ok for p in properties),
        complete=found.stopped is None and not found.sampled,
        interrupted=interrupted,
        seed=options.seed,
        states=StateCounts(found.distinct, found.explored, found.transitions, found.depth),
        seconds=Seconds(timing.compile_cpu, timing.search, timing.search_cpu),
        memory_bytes=max(peak_bytes(), found.memory_bytes),
        reductions=found.reductions,
        bounds_hit=found.bounds_hit,
        properties=properties,
        coverage=coverage(model, found.fired),
        proof=proof_report(found),
        tried=found.tried,
        audited=found.audited,
        uncertified=None if options.proved is None else uncertified(found, properties),
    )
    return found, with_instance(report, model, options.overrides, options.properties)


def _request(spec: Spec, check: Check, model: Model, options: Options, folder: Path | None) -> Request:
    """What an engine is asked of a check."""
    asked = not options.properties or DEADLOCK in options.properties
    return Request(
        options.limits,
        deadlock=asked and (not check.allow_deadlock or any(e.subject == DEADLOCK for e in check.expectations)),
        seed=options.seed,
        progress=_progress_of(spec, check, options),
        workers=options.workers or 1,
        audit=options.audit,
        effort=options.effort,
        runs=options.runs,
        saving=None if folder is None else Saving(folder, options.checkpoint_seconds, options.resume),
        ways=options.order is not None or options.counterexamples > 1,
        whole=_whole(check, options),
        wants_proof=options.proved is not None,
        hints=_hints(spec, check, options) if options.lemmas else None,
        until=refuting(model, check, options.properties) if options.until_refuted else frozenset(),
    )


def _require_start(check: Check, model: Model, found: Exploration) -> None:
    """Raises `InputError` where it is certain that no run begins."""
    beyond = not found.bounds_hit or (model.bound is not None and len(found.bounds_hit) == 1)
    begun = found.explored or found.begun
    if not begun and beyond and found.stopped is None and isinstance(found.verdicts[ERRORS], Holds):
        raise InputError([without_beginning(check, model, is_bounded=bool(found.bounds_hit))])


def _hints(spec: Spec, check: Check, options: Options) -> Hints:
    from modelcheck.pipeline.hints import hints  # noqa: PLC0415 - for proofs only

    return hints(spec, check, options)


def _deadline(options: Options, started: float) -> float | None:
    return None if options.limits.seconds is None else started + options.limits.seconds


def _compared(model: Model, check: Check, found: Exploration, options: Options) -> tuple[PropertyReport, ...]:
    reports = compare(model, check, found, judged=_judges_counts(options), only=options.properties)
    return with_pairs(model, found, with_provers(found, reports))


def _shown(
    model: Model, check: Check, found: Exploration, options: Options, started: float
) -> tuple[Exploration, tuple[PropertyReport, ...]]:
    """The verdicts with the runs, the others and the explanations that are asked for."""
    deadline = _deadline(options, started)

    def is_over() -> bool:
        # Whoever interrupted the search wants no more than what was found.
        return found.stopped == "interrupted" or (deadline is not None and time.monotonic() >= deadline)

    shown, chosen = _choose(model, found, options, is_over)
    properties = _compared(model, check, shown, options)
    if options.counterexamples > 1:
        from modelcheck.analysis.counterexamples.different import Limit  # noqa: PLC0415 - seldom asked for
        from modelcheck.pipeline.choosing import with_others  # noqa: PLC0415 - as above

        limit = Limit(options.counterexamples - 1, options.limits.depth, is_over, options.symmetry)
        properties = with_others(model, shown, properties, limit)
    told = explained(model, shown, options.explain_fairness, options.limits, deadline)
    properties = tuple(replace(p, fairness=told.get(p.name, ()), chosen=chosen.get(p.name, "")) for p in properties)
    return shown, properties if found.sampled else with_inductive(model.spec, check, properties, options, deadline)


def _choose(
    model: Model, found: Exploration, options: Options, is_over: Callable[[], bool]
) -> tuple[Exploration, dict[str, str]]:
    """Another run than the one that was found first, where that is asked."""
    if options.order is None and not (found.sampled and options.shrink):
        return found, {}
    from modelcheck.pipeline.choosing import in_order, made_shorter, with_order  # noqa: PLC0415 - seldom asked for

    if found.sampled and options.shrink:
        return made_shorter(model, found, options.order, is_over)
    assert options.order is not None
    return in_order(model, found, options.order) if found.sampled else with_order(model, found, options.order, is_over)


def _whole(check: Check, options: Options) -> str:
    """Why states must not stand for one another in a check."""
    if not options.symmetry:
        return "switched off"
    # Where properties are named, counts are not asked for.
    counted = _judges_counts(options) and not options.properties
    if counted and any(e.subject == "states" for e in check.expectations):
        return "the check expects a number of states"
    return ""


def _judges_counts(options: Options) -> bool:
    return options.counts and not options.overrides


def _progress_of(spec: Spec, check: Check, options: Options) -> Callable[[Progress], None] | None:
    tell = options.progress
    return None if tell is None else lambda progress: tell(spec.source.name, check.name, progress)
