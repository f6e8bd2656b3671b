"""What most classes of modelcheck are: frozen values that are compared by their fields, or not at all (`eq=False`)."""

from __future__ import annotations

from typing import dataclass_transform

from msgspec import Struct, field
from msgspec.structs import replace

__all__ = ["Frozen", "field", "replace"]


# The decorator tells type checkers what msgspec does: subclasses are frozen too.
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Frozen(Struct, frozen=True):
    """A value with the annotated fields.

    A frozen dataclass costs 0.8 ms at every start of the command, such a class 0.03 ms. A cached property needs
    `dict=True`. That a class is abstract (`@abstractmethod`) only the type checker minds.
    """
