"""What a search for values found, as typed data. The fields mirror the JSON of `docs/solution.schema.json`."""

from __future__ import annotations

from typing import Literal

from modelcheck.frozen import Frozen
from modelcheck.reports.report import VerdictWord

Outcome = Literal["solution", "refuted", "unknown", "invalid"]

Left = Literal["time", "memory", "interrupted", "died"]
"""What left rows out; the process of the search may have died, too."""


class Judged(Frozen):
    """What became of one expectation of a check; `verdict` None where it was not looked at.

    `steps` is the length of the run that shows it, the shortest one if `shortest`; an infinite run has none.
    """

    check: str
    name: str
    expected: VerdictWord
    verdict: VerdictWord | None = None
    ok: bool = False
    scope: str = ""
    reason: str = ""
    steps: int | None = None
    shortest: bool = False
    infinite: bool = False


class Row(Frozen):
    """One combination of values, by name and as text.

    It is a `solution` if every expectation is met, `refuted` if one is known not to be, `unknown` if a limit came
    first, and `invalid` if there is no model with these values, for which `reason` says why.
    """

    values: tuple[tuple[str, str], ...]
    outcome: Outcome
    judged: tuple[Judged, ...] = ()
    reason: str = ""

    @property
    def scopes(self) -> tuple[str, ...]:
        """How far the verdicts of a solution reach."""
        return tuple(dict.fromkeys(found.scope for found in self.judged if found.scope))


class SolutionReport(Frozen):
    """All rows in the order of the values, up to the first solution if `first`.

    `names` are what was looked for, `checks` whose expectations had to be met. `stopped` tells what left rows out.
    """

    version: str
    file: str
    sha256: str
    names: tuple[str, ...]
    checks: tuple[str, ...]
    rows: tuple[Row, ...]
    first: bool = False
    stopped: Left | None = None

    def count(self, outcome: Outcome) -> int:
        """How many rows there are of an outcome."""
        return sum(row.outcome == outcome for row in self.rows)

    @property
    def solution(self) -> Row | None:
        """The first solution."""
        return next((row for row in self.rows if row.outcome == "solution"), None)

    @property
    def exit_code(self) -> int:
        """0 values were found, 1 there are none, 3 none were found but not all are known, 130 interrupted."""
        if self.stopped == "interrupted":
            return 130
        if self.solution is not None:
            return 0
        return 3 if self.stopped or self.count("unknown") else 1
