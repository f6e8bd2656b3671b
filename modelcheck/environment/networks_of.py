"""The networks of a model: messages with the same declared kind, capacity and behaviour when full share one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.diagnostics import Diagnostic, InputError
from modelcheck.environment.registry import LOCK_STEP, NETWORKS
from modelcheck.ir.clock import Clock
from modelcheck.ir.domains import Domain, PacketDomain, UnitDomain
from modelcheck.ir.durations import known
from modelcheck.kernel.types import INT_LIMIT

if TYPE_CHECKING:
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Check, Message, NetworkDecl
    from modelcheck.ir.values import Id

_Key = tuple[str, int | None, str]

ABSORBING = frozenset({"set", "soup", "rounds"})
"""Networks on which a second equal message changes nothing."""

AGEING = frozenset({"unordered", "set", "fifo"})
"""Networks on which messages can have delays: what a soup holds stays for ever."""

DEFAULT: _Key = ("unordered", None, "cut")


def add_networks(model: Model, check: Check) -> None:
    """Add the packets' domains and the networks, in the order in which their first messages are declared."""
    spec = model.spec
    declared = check.network or spec.network
    members: dict[_Key, list[str]] = {}
    for written in (spec.network, check.network, *(message.network for message in spec.messages.values())):
        _capacity(model, written)
    for message in spec.messages.values():
        if not message.sources or not message.targets:
            continue
        own = message.network or declared
        key = DEFAULT if own is None else (own.kind, _capacity(model, own), own.on_full)
        clock = _clock(model, message, key[0])
        ghost = next((field for field in message.fields if field.ghost), None)
        if ghost is not None and key[0] in ABSORBING:
            problem = f"{message.name} has a ghost field, but the network '{key[0]}' absorbs equal messages"
            help_ = "which are equal would depend on the ghost: use unordered or fifo"
            raise InputError([Diagnostic("MC305", ghost.span, problem, help_)])
        members.setdefault(key, []).append(message.name)
        model.packets[message.name] = _packets(model, message, clock)
    total = sum(domain.size for domain in model.packets.values())
    if total >= INT_LIMIT:
        problem = f"there are more than 2^{total.bit_length() - 1} possible messages, too many to number"
        largest = max(model.packets, key=lambda name: model.packets[name].size)
        place = spec.messages[largest].span
        raise InputError([Diagnostic("MC405", place, problem, "make the types of the messages' fields smaller")])
    for key, names in members.items():
        kind, capacity, on_full = key
        network = {**NETWORKS, **LOCK_STEP}[kind]()(tuple(names), capacity, on_full)  # type: ignore[arg-type]  # one of three words
        model.networks.append(network)
        model.network_of.update(dict.fromkeys(names, network))


def _capacity(model: Model, network: NetworkDecl | None) -> int | None:
    if network is None or network.capacity is None:
        return None
    capacity: int = model.constant(network.capacity)
    if capacity < 0:
        raise InputError([Diagnostic("MC406", network.span, f"a capacity cannot be {capacity}", "0 is the least")])
    return capacity


def _clock(model: Model, message: Message, kind: str) -> Clock | None:
    """The clock of a message that has a delay. Raises `InputError` for a delay that none can have."""
    delay = message.delay
    if delay is None:
        return None
    lo, hi = known(model, delay.lo), known(model, delay.hi)
    if not 0 <= lo <= hi:
        problem = f"a message cannot take {lo}..{hi} ticks"
        raise InputError([Diagnostic("MC404", delay.span, problem, "a delay needs 0 <= lo <= hi")])
    if kind not in AGEING:
        problem = f"the network '{kind}' has no use for the delay of {message.name}"
        help_ = f"write it for messages on {', '.join(sorted(AGEING))}"
        raise InputError([Diagnostic("MC323", delay.span, problem, help_)])
    return Clock(lo, hi, delay.promised)


def _packets(model: Model, message: Message, clock: Clock | None) -> PacketDomain:
    def ids(kinds: set[str]) -> tuple[Id, ...]:
        return tuple(id_ for kind in model.spec.agents if kind in kinds for id_ in model.ids(kind))

    fields: list[Domain] = []
    for field in message.fields:
        keep = not field.ghost or field in model.kept
        fields.append(model.domain(field.type_expr) if keep else UnitDomain())
    return PacketDomain(message.name, ids(message.targets), ids(message.sources), tuple(fields), clock)
