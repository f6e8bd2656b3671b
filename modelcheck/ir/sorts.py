"""Which sorts of ids the values of a type can contain."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from modelcheck.ir.types import IdT, MapT, MessageT, OptionT, RecordT, SeqT, SetT, Type

if TYPE_CHECKING:
    from modelcheck.ir.spec import Spec


def sorts_of(type_: Type, spec: Spec) -> Iterator[str]:
    """The sorts in a type, those inside records and messages included; some perhaps more than once."""
    match type_:
        case IdT(sort):
            yield sort
        case SetT(element) | OptionT(element) | SeqT(element):
            yield from sorts_of(element, spec)
        case MapT(key, value):
            yield from sorts_of(key, spec)
            yield from sorts_of(value, spec)
        case RecordT(name):
            for field in spec.records[name].fields:
                yield from sorts_of(field.type_expr.type, spec)
        case MessageT(name):
            message = spec.messages[name]
            yield from (*message.sources, *message.targets)
            for field in message.fields:
                yield from sorts_of(field.type_expr.type, spec)
        case _:
            return
