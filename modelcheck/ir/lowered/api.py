"""What constructs, statements, networks and faults use to lower themselves."""

from __future__ import annotations

from modelcheck.ir.lowered import build, packets, sets
from modelcheck.ir.lowered.coding import arbitrary, constant, decode, digit, encode, encode_all, from_value, zero
from modelcheck.ir.lowered.context import BEYOND_THE_BOUND, Lowering
from modelcheck.ir.lowered.iteration import (
    any_member,
    any_of,
    choose_from,
    combine,
    element_universe,
    filtered,
    image,
    members_of,
    over,
)
from modelcheck.ir.lowered.operations import domain_of, element_at, equal, fit, ite, narrowed, position_of, select
from modelcheck.ir.lowered.roles import code_of, code_of_agents, content_codes, roles_of
from modelcheck.ir.lowered.storage import (
    Cells,
    Location,
    NoRoomError,
    Stored,
    declare,
    put_value,
    read,
    store,
    value_in,
)
from modelcheck.ir.lowered.universe import MAX_UNIVERSE, NOTHING, hull
from modelcheck.ir.lowered.values import (
    EMPTY_SET,
    LowBool,
    Lowered,
    LowIndex,
    LowInt,
    LowMap,
    LowOption,
    LowPacket,
    LowRecord,
    LowSeq,
    LowSet,
    LowUnit,
)
from modelcheck.kernel import codes
from modelcheck.kernel import program as ir
from modelcheck.kernel.symmetry import Role
from modelcheck.kernel.types import MAX_BITS, BitsType, IntType

Expr = ir.Expr

__all__ = [
    "BEYOND_THE_BOUND",
    "EMPTY_SET",
    "MAX_BITS",
    "MAX_UNIVERSE",
    "NOTHING",
    "BitsType",
    "Cells",
    "Expr",
    "IntType",
    "Location",
    "LowBool",
    "LowIndex",
    "LowInt",
    "LowMap",
    "LowOption",
    "LowPacket",
    "LowRecord",
    "LowSeq",
    "LowSet",
    "LowUnit",
    "Lowered",
    "Lowering",
    "NoRoomError",
    "Role",
    "Stored",
    "any_member",
    "any_of",
    "arbitrary",
    "build",
    "choose_from",
    "code_of",
    "code_of_agents",
    "codes",
    "combine",
    "constant",
    "content_codes",
    "declare",
    "decode",
    "digit",
    "domain_of",
    "element_at",
    "element_universe",
    "encode",
    "encode_all",
    "equal",
    "filtered",
    "fit",
    "from_value",
    "hull",
    "image",
    "ir",
    "ite",
    "members_of",
    "narrowed",
    "over",
    "packets",
    "position_of",
    "put_value",
    "read",
    "roles_of",
    "select",
    "sets",
    "store",
    "value_in",
    "zero",
]
