"""Values as plain data, in the notation of ITF (Apalache ADR-015, revision of 2025-11-11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelcheck.ir.values import Id, MapValue, Packet, RecordValue, Some, Value
from modelcheck.semantics.show import show_id, show_sides, show_value

if TYPE_CHECKING:
    from modelcheck.ir.model import Cell, Model


def plain_cell(cell: Cell, value: Value, model: Model) -> Any:  # noqa: ANN401 - JSON
    """The value of a cell; a network is the list of what is in flight, as equal messages count."""
    if cell.network is not None:
        return [plain(packet, model) for packet in cell.network.show(value)]
    return show_sides(value, model) if cell.role == "environment" else plain(value, model)


def plain(value: Value, model: Model) -> Any:  # noqa: ANN401 - JSON
    """A value as strings, lists and objects: ids and members of enumerations are strings, options are variants."""
    match value:
        case None:
            return {"tag": "none", "value": {"#tup": []}}
        case bool() | str():
            return value
        case int():
            return {"#bigint": str(value)}
        case Id():
            return show_id(value, model)
        case Some(inner):
            return {"tag": "some", "value": plain(inner, model)}
        case RecordValue(name, values):
            names = [field.name for field in model.spec.records[name].fields]
            return {n: plain(v, model) for n, v in zip(names, values, strict=True)}
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
