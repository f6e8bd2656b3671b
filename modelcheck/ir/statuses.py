"""What a fault leaves of an agent: whether it may come back, whether that is owed, whether anybody can be told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from modelcheck.ir import lowered as k
from modelcheck.ir.domains import EnumDomain

if TYPE_CHECKING:
    from modelcheck.ir.model import Model
    from modelcheck.ir.values import Id, Value

UP = "up"
"""The status of a correct agent; those of crashed ones are made by `status_behind`."""

BYZANTINE = "byzantine"
"""The status of an agent that runs no code and sends what it likes; it is chosen at the start, for ever."""

_SILENTLY = "silently "


def status_behind(options: frozenset[str]) -> str:
    """The status of an agent that crashed in a way with these options."""
    status = "gone"
    if "recovery" in options:
        status = "down, recovery owed" if "fair" in options else "down"
    return f"{_SILENTLY}{status}" if "silently" in options else status


def is_gone(status: str) -> bool:
    """Whether the agent crashed and never comes back."""
    return status.endswith("gone")


def is_up(status: str) -> bool:
    """Whether the agent is correct: it has not crashed, or has come back, and is not Byzantine."""
    return status == UP


def is_byzantine(status: str) -> bool:
    """Whether the agent is Byzantine."""
    return status == BYZANTINE


def is_deaf(status: str) -> bool:
    """Whether what is addressed to the agent vanishes, as it receives nothing any more."""
    return is_gone(status) or is_byzantine(status)


def is_crashed(status: str) -> bool:
    """Whether the agent crashed and has not come back."""
    return status not in {UP, BYZANTINE}


def is_down(status: str) -> bool:
    """Whether it may come back."""
    return is_crashed(status) and not is_gone(status)


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


def has_status(model: Model, cells: Sequence[Value], agent: Id, test: Callable[[str], bool]) -> bool:
    """Whether an agent's status passes a test."""
    cell = model.status(agent)
    return test(UP if cell is None else cells[cell])


def lower_status(low: k.Lowering, kind: str, agent: k.Expr, test: Callable[[str], bool]) -> k.Expr:
    """Whether the status of an agent of a kind, given by its index, passes a test."""
    statuses = statuses_of(low.model, kind)
    if not statuses:
        return k.build.truth(test(UP))
    wanted = k.build.words_of(sum(1 << at for at, status in enumerate(statuses) if test(status)), len(statuses))
    return k.sets.in_words(wanted, low.share(low.read(low.status[kind], agent), "status"))
