"""modelcheck: a specification language for distributed protocols and a model checker for it.

    import modelcheck

    report = modelcheck.verify("specs/consensus/two_phase_commit.mc")
    for check in report.specs[0].checks:
        print(check.name, check.ok, check.states.distinct)

`verify` raises `InputError`, which carries diagnostics, if a specification has mistakes. `solve` looks for values:

    import modelcheck

    found = modelcheck.solve("specs/failures/heartbeat.mc", {"Timeout": range(3, 6)}, checks=["long enough"])
    print(found.solution.values, [row.outcome for row in found.rows])
"""

from __future__ import annotations

from modelcheck.version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from modelcheck.diagnostics import Diagnostic, InputError
    from modelcheck.ir.spec import Spec
    from modelcheck.pipeline import Options
    from modelcheck.reports.report import CheckReport, PropertyReport, Report, SpecReport
    from modelcheck.reports.solution.report import SolutionReport

__all__ = [
    "CheckReport",
    "Diagnostic",
    "InputError",
    "Options",
    "PropertyReport",
    "Report",
    "SolutionReport",
    "SpecReport",
    "__version__",
    "load",
    "solve",
    "verify",
]

# The command imports this first: whatever stands here delays the moment from which it minds Ctrl-C.
_LAZY = {
    "Diagnostic": "modelcheck.diagnostics",
    "InputError": "modelcheck.diagnostics",
    "Options": "modelcheck.pipeline",
    "Report": "modelcheck.reports.report",
    "SpecReport": "modelcheck.reports.report",
    "CheckReport": "modelcheck.reports.report",
    "PropertyReport": "modelcheck.reports.report",
    "SolutionReport": "modelcheck.reports.solution.report",
}


def load(path: str | Path) -> Spec:
    """Parse and type-check a file. Raises `InputError` with every mistake in it."""
    from modelcheck.pipeline import load_file  # noqa: PLC0415 - `import modelcheck` stays cheap

    return load_file(path)


def verify(*paths: str | Path, options: Options | None = None) -> Report:
    """Verify files: every check of each, or what `options` selects. Raises `InputError` with every mistake in them."""
    from modelcheck.pipeline import verify as verify_paths  # noqa: PLC0415 - `import modelcheck` stays cheap

    return verify_paths(paths, options)


def solve(
    path: str | Path,
    values: Mapping[str, Iterable[object] | None] | None = None,
    *,
    checks: Sequence[str] = (),
    options: Options | None = None,
) -> SolutionReport:
    """Look for values with which all expectations of the checks, or of those named, are met.

    `values` are those of parameters, sizes and unknown constants: numbers, truth values, or text as the language writes
    it; None for all of its type. Without them all unknown constants are looked for.
    Raises `InputError` with what is wrong in the file, or cannot be looked for.
    """
    from modelcheck.frozen import replace  # noqa: PLC0415 - `import modelcheck` stays cheap
    from modelcheck.pipeline import Options as AllOptions  # noqa: PLC0415
    from modelcheck.pipeline.solve import Asked, Range  # noqa: PLC0415
    from modelcheck.pipeline.solve import solve as solve_path  # noqa: PLC0415

    def texts(some: Iterable[object]) -> tuple[str, ...]:
        each = (some,) if isinstance(some, str) else some
        return tuple(str(value).lower() if isinstance(value, bool) else str(value) for value in each)

    wanted = (values or {}).items()
    ranges = tuple(Range(name, None if some is None else texts(some)) for name, some in wanted)
    options = options or AllOptions()
    return solve_path(path, Asked(ranges), replace(options, checks=tuple(checks)) if checks else options)


def __getattr__(name: str) -> object:
    if name in _LAZY:
        from importlib import import_module  # noqa: PLC0415 - used here only

        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'modelcheck' has no attribute {name!r}")
