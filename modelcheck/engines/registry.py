"""Which engines there are: name to thunk, so that an engine not used is not imported."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from modelcheck.diagnostics import Diagnostic, InputError

if TYPE_CHECKING:
    from modelcheck.engines.base import Exploration, NotKept, Request
    from modelcheck.ir.model import Model
    from modelcheck.verdict import Holds, Unknown, Violated

    Engine = Callable[[Model, Request], Exploration]


def _auto() -> Engine:
    from modelcheck.engines.auto import explore  # noqa: PLC0415 - a thunk

    return explore


def _interpreter() -> Engine:
    from modelcheck.engines.interpreter import explore  # noqa: PLC0415 - a thunk

    return explore


def _native() -> Engine:
    try:
        from modelcheck.engines.compiled import explore  # noqa: PLC0415 - a thunk
    except ModuleNotFoundError as error:
        if error.name != "llvmlite":
            raise
        problem = "the native engine needs llvmlite, which is not installed"
        raise InputError([Diagnostic("MC412", None, problem, "pip install llvmlite")]) from None
    return explore


def _bounded() -> Engine:
    with _solver("the bounded engine"):
        from modelcheck.engines.bounded import explore  # noqa: PLC0415 - a thunk
    return _apart(explore)


def _induction() -> Engine:
    with _solver("the induction engine"):
        from modelcheck.engines.induction import explore  # noqa: PLC0415 - a thunk
    return _apart(explore)


def _proof() -> Engine:
    with _solver("`prove`"):
        from modelcheck.engines.proving import explore  # noqa: PLC0415 - a thunk
    return _apart(explore)


def _apart(explore: Engine) -> Engine:
    from modelcheck.engines.apart import apart  # noqa: PLC0415 - a thunk

    return apart(explore)


def inductive_engine() -> Callable[[Model, str, Request], Holds | Violated | NotKept | Unknown]:
    """What answers whether an invariant is inductive by itself."""
    with _solver("`expect inductive`"):
        from modelcheck.engines.inductive import inductive  # noqa: PLC0415 - a thunk
    from modelcheck.engines.apart import inductive_apart  # noqa: PLC0415 - a thunk

    return partial(inductive_apart, inductive)


@contextmanager
def _solver(what: str) -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name != "z3":
            raise
        problem = f"{what} needs z3, which is not installed"
        raise InputError([Diagnostic("MC412", None, problem, "pip install 'modelcheck[smt]'")]) from None


def _simulate() -> Engine:
    from modelcheck.engines.simulate import sample  # noqa: PLC0415 - a thunk

    return sample


ENGINES: dict[str, Callable[[], Engine]] = {
    "auto": _auto,
    "native": _native,
    "interpreter": _interpreter,
    "bounded": _bounded,
    "induction": _induction,
    "proof": _proof,
    "simulate": _simulate,
}

SOLVING = frozenset({"bounded", "induction", "proof"})
"""The engines that visit no state: a choice may have more values than can be tried."""

SAVING = frozenset({"auto", "native"})
"""The engines that keep checkpoints."""

DEFAULT_ENGINE = "auto"
