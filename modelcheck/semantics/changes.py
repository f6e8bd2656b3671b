"""What differs between the states before and behind a step, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.semantics.show import cell_name, show_cell, show_delay, show_packet
from modelcheck.semantics.trace import Change

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from modelcheck.ir.model import Cell, Model
    from modelcheck.ir.values import Packet
    from modelcheck.semantics.execute import State
    from modelcheck.semantics.trace import StepKind


def changes_of(model: Model, before: State, after: State, kind: StepKind) -> tuple[Change, ...]:
    """The components that differ. In a tick, no message is gone: those that are on their way have aged."""
    changes = list[Change]()
    for cell, old, new in zip(model.cells, before, after, strict=True):
        if old == new:
            continue
        if cell.network is None:
            changes.append(Change(cell_name(cell, model), show_cell(cell, old, model), show_cell(cell, new, model)))
        elif kind == "tick":
            changes += _aged(model, cell.network.show(old), cell.network.show(new))
        else:
            changes.append(_moved(model, cell, cell.network.show(old), cell.network.show(new)))
    return tuple(changes)


def _moved(model: Model, cell: Cell, before: Iterable[Packet], after: Iterable[Packet]) -> Change:
    """What left a network, and what came."""
    gone, come = list(before), list(after)
    for packet in list(gone):
        if packet in come:
            gone.remove(packet)
            come.remove(packet)
    left, joined = (", ".join(show_packet(p, model) for p in packets) for packets in (gone, come))
    return Change(cell_name(cell, model), left, joined, network=True)


def _aged(model: Model, before: Iterable[Packet], after: Iterable[Packet]) -> Iterator[Change]:
    """`Ask A -> B: in 2..3 -> in 1..2` for each message whose delay goes on.

    A tick keeps the order of ages. On a set, equal messages of different ages become one once they are equally old.
    """
    later: dict[Packet, list[Packet]] = {}
    for packet in sorted(after, key=_stage):
        later.setdefault(packet._replace(stage=0), []).append(packet)
    told = dict[tuple[str, str, str], None]()
    for packet in sorted(before, key=_stage):
        there = later[packet._replace(stage=0)]
        becomes = there.pop(0) if len(there) > 1 else there[0]
        if packet != becomes:
            now = show_delay(packet, model)
            told[show_packet(packet, model).removesuffix(f" {now}"), now, show_delay(becomes, model)] = None
    yield from (Change(*one) for one in told)


def _stage(packet: Packet) -> int:
    return packet.stage
