"""The default: tiny models are decided by the interpreter, before a compiler is even loaded, others by compiled code.

Both give the same report, so it does not matter where the line is drawn.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from modelcheck.diagnostics import InputError
from modelcheck.engines.base import STOPPED, Exploration, Request
from modelcheck.engines.interpreter import explore as interpret
from modelcheck.verdict import Unknown

if TYPE_CHECKING:
    from modelcheck.ir.model import Model

TINY_STATES, TINY_SECONDS = 500, 0.1
"""What the interpreter may visit and spend before compiled code takes over: about what loading a compiler takes."""


def explore(model: Model, request: Request) -> Exploration:
    """Explore with whichever engine has the verdict sooner.

    Where code cannot be compiled, the interpreter does it all, and the result says why.
    """
    began, limits = time.monotonic(), request.limits
    states = TINY_STATES if limits.states is None else min(limits.states, TINY_STATES)
    seconds = TINY_SECONDS if limits.seconds is None else min(limits.seconds, TINY_SECONDS)
    tiny = replace(request, limits=replace(limits, states=states, seconds=seconds), progress=None)
    found: Exploration | None = None
    # Whoever wants checkpoints, which the interpreter has not, does not expect a tiny model.
    if request.saving is None:
        found = interpret(model, tiny)
        own = (found.stopped == "states" and states != limits.states) or (
            found.stopped == "time" and seconds != limits.seconds
        )
        if not own:
            return replace(found, engine="interpreter")
    if limits.seconds is not None:
        left = max(0.0, limits.seconds - (time.monotonic() - began))
        request = replace(request, limits=replace(limits, seconds=left))
    try:
        from modelcheck.engines.compiled import explore as run_native  # noqa: PLC0415 - llvmlite is slow to load

        return replace(run_native(model, request), engine="native")
    except KeyboardInterrupt:
        if found is None:
            raise
        # Before its search began: what the interpreter saw is all there is.
        return _interrupted(replace(found, engine="interpreter"))
    except ModuleNotFoundError as error:
        if error.name != "llvmlite":
            raise
        reason = "llvmlite is not installed"
    except InputError as error:
        if {diagnostic.code for diagnostic in error.diagnostics} != {"MC412"}:
            raise
        reason = error.diagnostics[0].problem
    return replace(interpret(model, request), engine="interpreter", notice=f"checked by the slow interpreter: {reason}")


def _interrupted(found: Exploration) -> Exploration:
    """The same, stopped by the user and not by a limit that nobody asked for."""
    verdicts = {
        name: replace(verdict, reason=STOPPED["interrupted"]) if isinstance(verdict, Unknown) else verdict
        for name, verdict in found.verdicts.items()
    }
    return replace(found, verdicts=verdicts, stopped="interrupted")
