"""`set`: like a bag, but a second equal message is absorbed while the first is in flight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.environment.networks.contents import Unqueued

if TYPE_CHECKING:
    from modelcheck.ir.expression import Env
    from modelcheck.ir.values import Packet


class SetNetwork(Unqueued):
    """A set of packets."""

    absorbs: bool = True

    @property
    def kind(self) -> str:
        return "set"

    def insert(self, env: Env, packet: Packet) -> None:
        if packet not in env.cells[self.cell]:
            self._add(env, packet)
