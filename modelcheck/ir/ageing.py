"""What the judge asks of the clocks of messages in flight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.ir.partitions import separated
from modelcheck.ir.statuses import UP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelcheck.ir.expression import Env
    from modelcheck.ir.model import Model
    from modelcheck.ir.values import Packet, Value

GST = "global stabilisation time"
"""The key of the cell that says whether the promise of delays `after gst` holds."""


def is_ready(model: Model, packet: Packet) -> bool:
    """Whether a message has waited long enough."""
    clock = model.packets[packet.message].clock
    return clock is None or clock.ready[packet.stage]


def is_due(env: Env, packet: Packet) -> bool:
    """Whether a message has to be received now. One to an agent that is down, or cut off from the sender, waits."""
    clock = env.model.packets[packet.message].clock
    if clock is None or not clock.due[packet.stage] or separated(env, packet.source, packet.target):
        return False
    status = env.model.status(packet.target)
    return status is None or env.cells[status] == UP


def aged(model: Model, cells: Sequence[Value], packet: Packet) -> Packet:
    """The message one tick later."""
    clock = model.packets[packet.message].clock
    if clock is None:
        return packet
    gst = model.bases.get(GST)
    return packet._replace(stage=clock.next(promised=gst is None or bool(cells[gst]))[packet.stage])
