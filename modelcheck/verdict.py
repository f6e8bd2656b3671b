"""Verdicts, and the choices that prove them. An engine answers with choices, never with states."""

from __future__ import annotations

from typing import Literal

from modelcheck.frozen import Frozen

Scope = Literal[
    "exhaustive",
    "within the bound",
    "inductive",
    "inductive within the bound",
    "inductive within the room for messages",
    "inductive within the bound and the room for messages",
]
"""How far `Holds` reaches: all reachable states, or those within the check's declared bound; `inductive` was proved
without visiting them. The room for messages is what the language gives a network without a declared capacity: steps
that need more were left out."""


class Choice(Frozen):
    """One step: which action of the model, and the digits of the choices taken in it, in the order they were taken."""

    action: int
    digits: tuple[int, ...]


NOTHING = Choice(-1, ())
"""The step of an infinite run in which nothing happens."""


class Run(Frozen):
    """A run: the digits chosen at the start, then the steps.

    An infinite one repeats for ever the steps behind the first `loop` of them, or stays where it is, if there are none.
    """

    initial: tuple[int, ...]
    choices: tuple[Choice, ...]
    loop: int | None = None


class Holds(Frozen):
    """The property holds. For `reachable`: no run gets there."""

    scope: Scope


class Violated(Frozen):
    """The property is violated at the end of this run."""

    run: Run


class Reached(Frozen):
    """A `reachable` property: this run gets there."""

    run: Run


class Unreached(Frozen):
    """A `reachable` property: no run gets there."""

    scope: Scope


class Unknown(Frozen):
    """Neither was shown; `reason` says what stopped the search and `evidence` how far it went."""

    reason: str
    evidence: str


Verdict = Holds | Violated | Reached | Unreached | Unknown
