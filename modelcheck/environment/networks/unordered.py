"""`unordered`: a bag. Equal messages count, delivery is in any order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.environment.networks.contents import Unqueued

if TYPE_CHECKING:
    from modelcheck.ir.expression import Env
    from modelcheck.ir.values import Packet


class Unordered(Unqueued):
    """A bag of packets."""

    @property
    def kind(self) -> str:
        return "unordered"

    def insert(self, env: Env, packet: Packet) -> None:
        self._add(env, packet)
