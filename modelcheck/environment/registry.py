"""Which networks, faults and failure detectors there are: name to thunk, so that a kind not used is not imported."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from modelcheck.environment.detectors.classes import DetectorClass
    from modelcheck.ir.model import Model
    from modelcheck.ir.network import Network
    from modelcheck.ir.spec import FaultDecl

    Elaborate = Callable[[Model, FaultDecl, int | None], None]


def _unordered() -> type[Network]:
    from modelcheck.environment.networks.unordered import Unordered  # noqa: PLC0415 - a thunk

    return Unordered


def _set() -> type[Network]:
    from modelcheck.environment.networks.set import SetNetwork  # noqa: PLC0415 - a thunk

    return SetNetwork


def _soup() -> type[Network]:
    from modelcheck.environment.networks.soup import Soup  # noqa: PLC0415 - a thunk

    return Soup


def _fifo() -> type[Network]:
    from modelcheck.environment.networks.fifo import Fifo  # noqa: PLC0415 - a thunk

    return Fifo


def _rounds() -> type[Network]:
    from modelcheck.environment.networks.rounds import Rounds  # noqa: PLC0415 - a thunk

    return Rounds


def _crash() -> Elaborate:
    from modelcheck.environment.faults.crash import elaborate  # noqa: PLC0415 - a thunk

    return elaborate


def _lose() -> Elaborate:
    from modelcheck.environment.faults.lose import elaborate  # noqa: PLC0415 - a thunk

    return elaborate


def _duplicate() -> Elaborate:
    from modelcheck.environment.faults.duplicate import elaborate  # noqa: PLC0415 - a thunk

    return elaborate


def _corrupt() -> Elaborate:
    from modelcheck.environment.faults.corrupt import elaborate  # noqa: PLC0415 - a thunk

    return elaborate


def _byzantine() -> Elaborate:
    from modelcheck.environment.faults.byzantine import elaborate  # noqa: PLC0415 - a thunk

    return elaborate


def _partition() -> Elaborate:
    from modelcheck.environment.faults.partition import elaborate  # noqa: PLC0415 - a thunk

    return elaborate


def _declared() -> Elaborate:
    from modelcheck.environment.faults.declared import elaborate  # noqa: PLC0415 - a thunk

    return elaborate


def _perfect() -> DetectorClass:
    from modelcheck.environment.detectors.classes import PERFECT  # noqa: PLC0415 - a thunk

    return PERFECT


def _eventually_perfect() -> DetectorClass:
    from modelcheck.environment.detectors.classes import EVENTUALLY_PERFECT  # noqa: PLC0415 - a thunk

    return EVENTUALLY_PERFECT


def _strong() -> DetectorClass:
    from modelcheck.environment.detectors.classes import STRONG  # noqa: PLC0415 - a thunk

    return STRONG


def _eventually_strong() -> DetectorClass:
    from modelcheck.environment.detectors.classes import EVENTUALLY_STRONG  # noqa: PLC0415 - a thunk

    return EVENTUALLY_STRONG


def _omega() -> DetectorClass:
    from modelcheck.environment.detectors.classes import OMEGA  # noqa: PLC0415 - a thunk

    return OMEGA


NETWORKS: dict[str, Callable[[], type[Network]]] = {
    "unordered": _unordered,
    "set": _set,
    "soup": _soup,
    "fifo": _fifo,
}
"""Networks whose messages are received one by one."""

LOCK_STEP: dict[str, Callable[[], type[Network]]] = {"rounds": _rounds}
"""Networks whose messages all agents read together."""

FAULTS: dict[str, Callable[[], Elaborate]] = {
    "crash": _crash,
    "lose": _lose,
    "duplicate": _duplicate,
    "corrupt": _corrupt,
    "partition": _partition,
    "byzantine": _byzantine,
    "fault": _declared,
}

OF_A_KIND = frozenset({"crash", "partition", "byzantine"})
"""The faults that strike the agents of one kind, which has to be named."""

DETECTORS: dict[str, Callable[[], DetectorClass]] = {
    "perfect": _perfect,
    "eventually_perfect": _eventually_perfect,
    "strong": _strong,
    "eventually_strong": _eventually_strong,
    "omega": _omega,
}
