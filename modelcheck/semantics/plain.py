"""Values as plain data, in the notation of ITF (Apalache ADR-015, revision of 2025-11-11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelcheck.ir.partitions import sides_of
from modelcheck.ir.values import Id, MapValue, Packet, RecordValue, Some, Value
from modelcheck.semantics.show import show_id, show_value

if TYPE_CHECKING:
    from modelcheck.ir.model import Cell, Model


def plain_cell(cell: Cell, value: Value, model: Model) -> Any:  # noqa: ANN401 - JSON
    """The value of a cell: of a network what is in flight, a list where equal messages count; of a partition its sides.

    Each side is a set, and while there is no partition there is none.
    """
    if cell.network is not None:
        packets = [plain(packet, model) for packet in cell.network.show(value)]
        return {"#set": packets} if cell.network.absorbs else packets
    if cell.role == "environment":
        return {"#set": [{"#set": [plain(id_, model) for id_ in side]} for side in sides_of(value) or ()]}
    return plain(value, model)


def plain(value: Value, model: Model) -> Any:  # noqa: ANN401 - JSON
    """A value as strings, lists and objects: ids and members of enumerations are strings, options are variants.

    The content of a variant is always a record: itf-py cannot read a variant that holds a number or a set.
    """
    match value:
        case None:
            return {"tag": "none", "value": {}}
        case bool() | str():
            return value
        case int():
            return {"#bigint": str(value)}
        case Id():
            return show_id(value, model)
        case Some(inner):
            return {"tag": "some", "value": {"value": plain(inner, model)}}
        case RecordValue(name, values):
            names = [field.name for field in model.spec.records[name].fields]
            record = {n: plain(v, model) for n, v in zip(names, values, strict=True)}
            # A record with these fields would be read as a variant; as the content of one it is none.
            return {"tag": name, "value": record} if record.keys() == {"tag", "value"} else record
        case MapValue():
            return {"#map": [[plain(key, model), plain(held, model)] for key, held in value.items()]}
        case Packet():
            return _packet(value, model)
        case frozenset():
            return {"#set": [plain(element, model) for element in sorted(value, key=lambda v: show_value(v, model))]}
        case tuple():
            return [plain(element, model) for element in value]
        case _:
            return {"#unserializable": show_value(value, model)}


def _packet(packet: Packet, model: Model) -> Any:  # noqa: ANN401 - JSON
    declared = model.spec.messages[packet.message].fields
    fields = {
        field.name: plain(value, model)
        for field, value in zip(declared, packet.fields, strict=True)
        if not field.ghost or field in model.kept
    }
    content = {"source": show_id(packet.source, model), "target": show_id(packet.target, model), "fields": fields}
    clock = model.packets[packet.message].clock
    if clock is not None:
        wait, left = clock.stages[packet.stage]
        content["ticks"] = {"least": {"#bigint": str(wait)}, "most": {"#bigint": str(left)}}
    return {"tag": packet.message, "value": content}
