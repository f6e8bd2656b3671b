"""Values, packets and transitions in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.ir.partitions import sides_of
from modelcheck.ir.statement import walk_body
from modelcheck.ir.statements.control import Choose, chosen
from modelcheck.ir.statements.transitions import PACKET
from modelcheck.ir.values import Id, MapValue, Packet, RecordValue, Some, Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelcheck.ir.model import Cell, Model
    from modelcheck.ir.spec import Transition, Variable
    from modelcheck.ir.statement import Body

RECEIPTS = ("receives", "ignores")
"""What an agent does with a message, in words."""


def show_id(id_: Id, model: Model) -> str:
    """`Participant[1]`; the only agent of a kind goes by the kind's name alone."""
    return id_.sort if model.sizes[id_.sort] == 1 else f"{id_.sort}[{id_.index}]"


def show_value(value: Value, model: Model) -> str:
    """A value as the language writes it."""
    match value:
        case None:
            return "none"
        case bool():
            return "true" if value else "false"
        case Id():
            return show_id(value, model)
        case Some(inner):
            return f"some({show_value(inner, model)})"
        case RecordValue(name, fields):
            names = [field.name for field in model.spec.records[name].fields]
            inside = ", ".join(f"{n}: {show_value(v, model)}" for n, v in zip(names, fields, strict=True))
            return f"{name}({inside})"
        case MapValue():
            inside = ", ".join(f"{show_value(k, model)}: {show_value(v, model)}" for k, v in value.items())
            return f"[{inside}]"
        case Packet():
            return show_packet(value, model)
        case frozenset():
            inside = ", ".join(show_value(element, model) for element in sorted(value, key=_order))
            return f"{{{inside}}}"
        case tuple():
            return f"[{', '.join(show_value(element, model) for element in value)}]"
        case _:
            return str(value)


def _order(value: Value) -> tuple[int, Value]:
    """Numbers by size and ids by index; everything else, which has no such order, by its text."""
    if isinstance(value, Id):
        return 1, (value.sort, value.index)
    return (0, value) if isinstance(value, int) else (2, repr(value))


def show_unknown(unknown: Variable, model: Model) -> str:
    """The value that an unknown constant has been given, or `any of 1..4`."""
    number, domain = model.settled_number(unknown), model.domain(unknown.type_expr)
    return f"any of {domain}" if number is None else show_value(domain.value_at(number), model)


def show_message(packet: Packet, model: Model) -> str:
    """`Vote(yes: true)`, without the fields that this check leaves out."""
    declared = model.spec.messages[packet.message].fields
    shown = [
        f"{field.name}: {show_value(value, model)}"
        for field, value in zip(declared, packet.fields, strict=True)
        if not field.ghost or field in model.kept
    ]
    return f"{packet.message}({', '.join(shown)})" if shown else packet.message


def show_packet(packet: Packet, model: Model) -> str:
    """`Vote(yes: true) Participant[0] -> Coordinator`; of a message with a delay also in how many ticks it comes."""
    way = f"{show_message(packet, model)} {show_id(packet.source, model)} -> {show_id(packet.target, model)}"
    return f"{way} {time}" if (time := show_delay(packet, model)) else way


def show_delay(packet: Packet, model: Model) -> str:
    """`in 1..2`, the ticks in which a message with a delay comes; empty for others."""
    clock = model.packets[packet.message].clock
    if clock is None:
        return ""
    wait, left = clock.stages[packet.stage]
    return f"in {wait}..{left}"


def show_transition(transition: Transition, names: Mapping[str, Value], model: Model) -> str:
    """`receives Vote(yes: true) from Participant[1]`, `decide(b = 1)`, by the names bound on the way.

    What is received to no effect is ignored: with `ignore M` in any state, another transition might have taken it.
    """
    suffix = show_choices(transition.body, names, model)
    packet = names.get(PACKET)
    if packet is not None:
        verb = RECEIPTS[transition.is_ignored]
        return f"{verb} {show_message(packet, model)} from {show_id(packet.source, model)}{suffix}"
    bound = [p.name for p in transition.parameters if chosen(p.name) in names]
    parameters = [f"{name} = {show_value(names[chosen(name)], model)}" for name in bound]
    return f"{transition.name}({', '.join(parameters)}){suffix}" if parameters else f"{transition.name}{suffix}"


def show_choices(body: Body, names: Mapping[str, Value], model: Model) -> str:
    """`, chooses x = 1`: what was chosen in a body."""
    chosen_names = dict.fromkeys(s.name for s in walk_body(body) if isinstance(s, Choose))
    choices = [f"{n} = {show_value(names[chosen(n)], model)}" for n in chosen_names if chosen(n) in names]
    return f", chooses {', '.join(choices)}" if choices else ""


def cell_name(cell: Cell, model: Model) -> str:
    """`Participant[0].vote`, `Coordinator` for its control state, `turn` for a shared variable."""
    if cell.owner is None:
        return cell.show
    owner = show_id(cell.owner, model)
    return owner if cell.role == "control" else f"{owner}.{cell.show}"


def show_cell(cell: Cell, value: Value, model: Model) -> str:
    """The value of a cell."""
    if cell.network is not None:
        return "{" + ", ".join(show_packet(packet, model) for packet in cell.network.show(value)) + "}"
    return show_sides(value, model) if cell.role == "environment" else show_value(value, model)


def show_sides(value: MapValue, model: Model) -> str:
    """`{Node[0]} | {Node[1], Node[2]}`, the sides of a partition, or `none`."""
    sides = sides_of(value)
    if sides is None:
        return "none"
    return " | ".join(f"{{{', '.join(show_id(id_, model) for id_ in side)}}}" for side in sides)
