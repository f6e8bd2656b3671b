"""`corrupt up to n`: the fields of a message in flight get other values."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from math import prod
from typing import TYPE_CHECKING

from modelcheck.diagnostics import Diagnostic, InputError
from modelcheck.environment.faults.messages import strike
from modelcheck.ir import lowered as k
from modelcheck.ir.domains import RecordDomain
from modelcheck.ir.expression import BlockedError, Env, Option
from modelcheck.ir.model import MAX_VALUES
from modelcheck.ir.statement import Statement
from modelcheck.ir.statements.transitions import PACKET
from modelcheck.ir.values import Packet, RecordValue
from modelcheck.semantics.show import show_message, show_packet

if TYPE_CHECKING:
    from modelcheck.ir.model import Model
    from modelcheck.ir.network import Network
    from modelcheck.ir.spec import FaultDecl
    from modelcheck.ir.values import Value

BECOMES = "what it becomes"
"""The local that holds the packet as it is after the fault."""


class Corrupt(Statement):
    """Give one message other fields; sender, receiver and ghost fields stay. `messages` are those that can change."""

    impartial = True

    network: Network
    messages: tuple[str, ...]

    def execute(self, env: Env) -> None:
        chooser = env.chooser
        assert chooser is not None
        found = [(digit, packet) for digit, packet in self.network.in_flight(env) if packet.message in self.messages]
        packet = env.locals[PACKET] = chooser.choose(found)
        place = chooser.taken[-1]
        changed = env.locals[BECOMES] = chooser.choose(chooser.options(lambda: _others(env.model, packet)))
        before = env.cells[self.network.cell]
        env.happens("changed", packet, changed, position=self.network.position(place))
        self.network.replace(env, place, changed)
        if env.cells[self.network.cell] == before:
            # A soup holds the changed message already, and the one struck stays.
            raise BlockedError

    def lower(self, low: k.Lowering) -> None:
        place = self.network.lower_point(low)
        found = [(name, *self.network.lower_content(low, place, name)) for name in self.messages]
        low.block_unless(k.build.disjunction(own for _, own, _ in found))
        for name, own, content in found:
            with low.branch(own, chooses=True):
                self.network.lower_replace(low, place, name, _lower_other(low, name, low.share(content, "fields")))

    def chooses(self) -> bool:
        return True


def _seen(model: Model, message: str) -> RecordDomain:
    """What the protocol sees of a message, as a record: all but the ghosts, on which no behaviour may depend."""
    declared = model.spec.messages[message].fields
    seen = [(f.name, d) for f, d in zip(declared, model.packets[message].fields, strict=True) if not f.ghost]
    return RecordDomain(message, tuple(name for name, _ in seen), tuple(domain for _, domain in seen))


def _others(model: Model, packet: Packet) -> list[Option]:
    """What a packet can become, by the number of what is seen of it."""
    seen, declared = _seen(model, packet.message), model.spec.messages[packet.message].fields
    fields = list(zip(declared, packet.fields, strict=True))
    own = seen.ordinal(RecordValue(packet.message, tuple(value for field, value in fields if not field.ghost)))

    def with_seen(ordinal: int) -> Packet:
        new = iter(seen.value_at(ordinal).fields)
        return packet._replace(fields=tuple(value if field.ghost else next(new) for field, value in fields))

    return [(ordinal, with_seen(ordinal)) for ordinal in range(seen.size) if ordinal != own]


def _lower_other(low: k.Lowering, message: str, content: k.Expr) -> k.Expr:
    """Choose what a message becomes: the number of its fields' values, where those that are seen differ."""
    b, declared = k.build, low.model.spec.messages[message].fields
    fields = zip(declared, low.model.packets[message].fields, strict=True)
    groups = [
        (ghost, prod(domain.size for _, domain in group))
        for ghost, group in groupby(fields, key=lambda field: field[0].ghost)
    ]
    stages = low.model.packets[message].stages
    # How old it is nobody sees either, and it stays.
    groups += [(True, stages)] * (stages > 1)
    size = _seen(low.model, message).size
    local = low.fresh(k.IntType(0, size - 1), message)
    seen: k.Expr = b.number(0)
    result: k.Expr = b.number(0)
    # The last field is the least significant digit, of what is seen and of the whole.
    seen_stride = stride = 1
    for ghost, values in reversed(groups):
        digit = k.digit(content, stride, values)
        if not ghost:
            seen = b.add(seen, b.multiply(digit, b.number(seen_stride)))
            digit = k.digit(local, seen_stride, values)
            seen_stride *= values
        result = b.add(result, b.multiply(digit, b.number(stride)))
        stride *= values
    own = low.share(seen, "own")
    low.choose(local, k.ir.Between(0, size - 1), lambda: b.differ(local, own))
    return low.share(result, "fields")


def _label(model: Model, names: Mapping[str, Value]) -> str:
    return f"corrupts {show_packet(names[PACKET], model)} into {show_message(names[BECOMES], model)}"


def elaborate(model: Model, fault: FaultDecl, budget: int | None) -> None:
    """Add the corruptions of one declaration."""
    effects = []
    for network in model.networks:
        sizes = {name: _seen(model, name).size for name in network.messages if model.packets[name].size}
        for name, size in sizes.items():
            if size > MAX_VALUES:
                problem = f"'corrupt' has more than {MAX_VALUES:,} values of {name} to choose from"
                raise InputError([Diagnostic("MC405", fault.span, problem, "make the types of its fields smaller")])
        if changeable := tuple(name for name, size in sizes.items() if size > 1):
            effects.append(Corrupt(fault.span, network, changeable))
    strike(model, fault, budget, effects, _label)
