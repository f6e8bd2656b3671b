"""Verify a specification from Python and print what each check found.

python examples/verdicts.py specs/coordination/peterson.mc
"""

from __future__ import annotations

import sys

import modelcheck

try:
    report = modelcheck.verify(*sys.argv[1:])
except modelcheck.InputError as error:
    sys.exit("\n".join(f"{found.code} at {found.span}: {found.problem}" for found in error.diagnostics))
for spec in report.specs:
    for check in spec.checks:
        print(f"{spec.file}, {check.name}: {check.states.distinct} states")
        for found in check.properties:
            steps = "" if found.steps is None else f" in {found.steps} steps"
            print(f"  {found.name}: {found.verdict}{steps}")
sys.exit(report.exit_code)
