"""Proving the invariants of checks, of states and of steps, by whichever prover can."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from modelcheck.diagnostics import Diagnostic, InputError
from modelcheck.frozen import replace
from modelcheck.pipeline.verify import Options, load_files, select_checks, verify_specs

if TYPE_CHECKING:
    from modelcheck.ir.spec import Spec
    from modelcheck.reports.report import Report

PROVABLE = frozenset({"invariant", "transition"})
"""The kinds of properties that there are proofs of."""


def prove(paths: Sequence[str | Path], options: Options) -> Report:
    """Prove, or refute, what the checks expect of invariants. Raises `InputError` where there is nothing to prove."""
    specs = load_files(paths)
    names = _provable(specs, options)
    return verify_specs(specs, replace(options, engine="proof", lemmas=True, properties=names))


def _provable(specs: Sequence[Spec], options: Options) -> tuple[str, ...]:
    """The invariants asked for, or all of which a check expects something."""
    kinds = {name: prop.kind for spec in specs for name, prop in spec.properties.items()}
    for name in options.properties:
        if name in kinds and kinds[name] not in PROVABLE:
            problem = f"'{name}' is no invariant: there are proofs of `invariant` and `transition` only"
            raise InputError([Diagnostic("MC409", None, problem, f"modelcheck verify --property {name}")])
    if options.properties:
        return options.properties
    checks = [check for _, found in select_checks(specs, options.checks) for check in found]
    expected = dict.fromkeys(expectation.subject for check in checks for expectation in check.expectations)
    names = tuple(name for name in expected if kinds.get(name) in PROVABLE)
    if not names:
        problem = "there is nothing to prove: no check expects anything of an `invariant` or `transition`"
        raise InputError([Diagnostic("MC409", None, problem, "modelcheck verify asks for the rest")])
    return names
