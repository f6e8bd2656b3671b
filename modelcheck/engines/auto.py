"""The default: tiny models are decided by the interpreter, before a compiler is even loaded, others by compiled code.

Both give the same verdicts and counterexamples, so it does not matter where the line is drawn.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from modelcheck.diagnostics import Diagnostic, InputError
from modelcheck.engines.base import STOPPED, Exploration, Request, Stop
from modelcheck.engines.interpreter import explore as interpret
from modelcheck.engines.verdicts import reworded
from modelcheck.frozen import replace
from modelcheck.verdict import Unknown

if TYPE_CHECKING:
    from modelcheck.ir.model import Model

TINY_EFFORT = 6000
"""How many paths the interpreter tries before compiled code takes over: about as long as a compiler takes to load.

Paths and not seconds, so that a slow machine takes the same engine: what symmetry leaves out is left out by one only.
"""

BEYOND_COMPILED_CODE = {"MC405", "MC412"}
"""What the interpreter can do all the same: more values than compiled code has places for, and what has no code."""


def explore(model: Model, request: Request) -> Exploration:
    """Explore with whichever engine has the verdict sooner.

    Where code cannot be compiled, or has no place for the values, the interpreter does it all, and the result says why.
    """
    began, limits = time.monotonic(), request.limits
    found: Exploration | None = None
    # Whoever wants checkpoints, which the interpreter has not, does not expect a tiny model.
    if request.saving is None:
        effort = TINY_EFFORT if request.effort is None else request.effort
        found = interpret(model, replace(request, effort=effort))
        if found.stopped != "effort":
            return replace(found, engine="interpreter")
    if limits.seconds is not None:
        left = max(0.0, limits.seconds - (time.monotonic() - began))
        request = replace(request, limits=replace(limits, seconds=left))
    try:
        from modelcheck.engines.compiled import explore as run_native  # noqa: PLC0415 - llvmlite is slow to load

        return _with_more(replace(run_native(model, request), engine="native"), found)
    except KeyboardInterrupt:
        if found is None:
            raise
        # For the second time: what the interpreter saw is all that is left.
        return _stopped(found, "interrupted")
    except ModuleNotFoundError as error:
        if error.name != "llvmlite":
            raise
        reason = "llvmlite is not installed"
    except InputError as error:
        if not {diagnostic.code for diagnostic in error.diagnostics} <= BEYOND_COMPILED_CODE:
            raise
        reason = error.diagnostics[0].problem
    if request.saving is not None:
        raise InputError([Diagnostic("MC413", None, f"there are no checkpoints: {reason}", "leave `--checkpoint` out")])
    found = interpret(model, replace(request, effort=None))
    return replace(found, engine="interpreter", notice=f"checked by the slow interpreter: {reason}")


def _with_more(result: Exploration, found: Exploration | None) -> Exploration:
    """A search that a limit stopped, with what the interpreter had found before and it had not; where it did not come
    so far at all, the other way round.
    """  # noqa: D205 - one sentence
    if result.stopped is None or found is None:
        return result
    one, other = result, found
    # Limits on depth and states leave whole levels, and never fewer than the interpreter had for its effort.
    if result.stopped not in {"depth", "states", "answered"} and _extent(found) > _extent(result):
        reasons = (verdict.reason for verdict in result.verdicts.values() if isinstance(verdict, Unknown))
        one, other = _stopped(found, result.stopped, next(reasons, "")), result
        one = replace(one, least_memory_bytes=result.least_memory_bytes)
    verdicts = {
        name: other.verdicts[name] if isinstance(verdict, Unknown) and _is_known(other, name) else verdict
        for name, verdict in one.verdicts.items()
    }
    return replace(one, verdicts=verdicts)


def _extent(found: Exploration) -> tuple[int, int]:
    """How far a search came. States that stand for others say little of it."""
    return found.depth, found.explored if found.distinct is None else found.distinct


def _is_known(found: Exploration, name: str) -> bool:
    return name in found.verdicts and not isinstance(found.verdicts[name], Unknown)


def _stopped(found: Exploration, why: Stop, reason: str = "") -> Exploration:
    """What the interpreter found, stopped by this and not by a limit that nobody asked for."""
    verdicts = reworded(found.verdicts, lambda _: reason or STOPPED[why])
    return replace(found, verdicts=verdicts, stopped=why, engine="interpreter")
