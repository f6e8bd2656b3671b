"""Which engines there are: name to thunk, so that an engine not used is not imported."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from modelcheck.engines.base import Exploration, Request
    from modelcheck.ir.model import Model

    Engine = Callable[[Model, Request], Exploration]


def _interpreter() -> Engine:
    from modelcheck.engines.interpreter import explore  # noqa: PLC0415 - a thunk

    return explore


def _native() -> Engine:
    from modelcheck.engines.compiled import explore  # noqa: PLC0415 - a thunk

    return explore


def _simulate() -> Engine:
    from modelcheck.engines.simulate import sample  # noqa: PLC0415 - a thunk

    return sample


ENGINES: dict[str, Callable[[], Engine]] = {"interpreter": _interpreter, "native": _native, "simulate": _simulate}

DEFAULT_ENGINE = "interpreter"
