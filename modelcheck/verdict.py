"""Verdicts, and the choices that prove them. An engine answers with choices, never with states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Scope = Literal["exhaustive", "within the bound"]
"""How far `Holds` reaches: all reachable states, or those within the check's declared bound."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One step: which action of the model, and the digits of the choices taken in it, in the order they were taken."""

    action: int
    digits: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """A finite run: the digits chosen at the start, then the steps."""

    initial: tuple[int, ...]
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Holds:
    """The property holds. For `reachable`: no run gets there."""

    scope: Scope


@dataclass(frozen=True, slots=True)
class Violated:
    """The property is violated at the end of this run."""

    run: Run


@dataclass(frozen=True, slots=True)
class Reached:
    """A `reachable` property: this run gets there."""

    run: Run


@dataclass(frozen=True, slots=True)
class Unreached:
    """A `reachable` property: no run gets there."""

    scope: Scope


@dataclass(frozen=True, slots=True)
class Unknown:
    """Neither was shown; `reason` says what stopped the search and `evidence` how far it went."""

    reason: str
    evidence: str


Verdict = Holds | Violated | Reached | Unreached | Unknown
