"""modelcheck: a specification language for distributed protocols and a model checker for it.

    import modelcheck

    report = modelcheck.verify("specs/consensus/two_phase_commit.mc")
    for check in report.specs[0].checks:
        print(check.name, check.ok, check.states.distinct)

`verify` raises `InputError`, which carries diagnostics, if a specification has mistakes.
"""

from __future__ import annotations

from modelcheck.version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from modelcheck.diagnostics import Diagnostic, InputError
    from modelcheck.ir.spec import Spec
    from modelcheck.pipeline import Options
    from modelcheck.reports.report import CheckReport, PropertyReport, Report, SpecReport

__all__ = [
    "CheckReport",
    "Diagnostic",
    "InputError",
    "Options",
    "PropertyReport",
    "Report",
    "SpecReport",
    "__version__",
    "load",
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
}


def load(path: str | Path) -> Spec:
    """Parse and type-check a file. Raises `InputError` with every mistake in it."""
    from modelcheck.pipeline import load_file  # noqa: PLC0415 - `import modelcheck` stays cheap

    return load_file(path)


def verify(*paths: str | Path, options: Options | None = None) -> Report:
    """Verify files: every check of each, or what `options` selects. Raises `InputError` with every mistake in them."""
    from modelcheck.pipeline import verify as verify_paths  # noqa: PLC0415 - `import modelcheck` stays cheap

    return verify_paths(paths, options)


def __getattr__(name: str) -> object:
    if name in _LAZY:
        from importlib import import_module  # noqa: PLC0415 - used here only

        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'modelcheck' has no attribute {name!r}")
