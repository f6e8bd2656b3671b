"""`soup`: every message ever sent. Receiving takes nothing out, so loss, duplication and reordering are included."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.environment.networks.contents import Unqueued
from modelcheck.ir import lowered as k

if TYPE_CHECKING:
    from modelcheck.ir.expression import Env
    from modelcheck.ir.network import Place
    from modelcheck.ir.values import Id, Packet


class Soup(Unqueued):
    """A growing set of packets."""

    absorbs: bool = True
    remembers: bool = True

    @property
    def kind(self) -> str:
        return "soup"

    def insert(self, env: Env, packet: Packet) -> None:
        if packet not in env.cells[self.cell]:
            self._add(env, packet)

    def receive(self, env: Env, packet: Packet) -> None:
        pass

    def take(self, env: Env, digit: int) -> None:
        pass

    def discard(self, env: Env, target: Id) -> None:
        pass

    def lower_receive(self, low: k.Lowering, packet: k.LowPacket) -> None:
        pass

    def lower_take(self, low: k.Lowering, place: Place) -> None:
        pass
