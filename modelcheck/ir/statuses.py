"""What a crash leaves of an agent: whether it may come back, whether that is owed, and whether anybody can be told."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from modelcheck.ir import lowered as k
from modelcheck.ir.domains import EnumDomain

if TYPE_CHECKING:
    from modelcheck.ir.model import Model

UP = "up"
"""The status of an agent that has not crashed; the others are made by `status_behind`."""

_SILENTLY = "silently "


def status_behind(options: frozenset[str]) -> str:
    """The status of an agent that crashed in a way with these options."""
    status = "gone"
    if "recovery" in options:
        status = "down, recovery owed" if "fair" in options else "down"
    return f"{_SILENTLY}{status}" if "silently" in options else status


def is_gone(status: str) -> bool:
    """Whether the agent never comes back, so that what is addressed to it vanishes."""
    return status.endswith("gone")


def is_down(status: str) -> bool:
    """Whether it may come back."""
    return status != UP and not is_gone(status)


def is_owed(status: str) -> bool:
    """Whether it comes back at some time (weak fairness)."""
    return status.endswith("owed")


def is_silent(status: str) -> bool:
    """Whether no failure detector may count on being told."""
    return status.startswith(_SILENTLY)


def statuses_of(model: Model, kind: str) -> tuple[str, ...]:
    """All statuses that agents of a kind can have in a model, the least first; none where they cannot crash."""
    base = model.bases.get(("status", kind))
    if base is None or not model.sizes[kind]:
        return ()
    domain = model.cells[base].domain
    assert isinstance(domain, EnumDomain)
    return domain.members


def lower_status(low: k.Lowering, kind: str, agent: k.Expr, test: Callable[[str], bool]) -> k.Expr:
    """Whether the status of an agent of a kind, given by its index, passes a test."""
    statuses = statuses_of(low.model, kind)
    if not statuses:
        return k.build.truth(test(UP))
    wanted = k.build.words_of(sum(1 << at for at, status in enumerate(statuses) if test(status)), len(statuses))
    return k.sets.in_words(wanted, low.share(low.read(low.status[kind], agent), "status"))
