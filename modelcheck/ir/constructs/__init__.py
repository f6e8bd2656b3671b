"""The expressions of the language: one class a construct, each of which infers, evaluates and lowers itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from modelcheck.ir.constructs import (
    access,
    agents,
    atoms,
    logic,
    maps,
    messages,
    numbers,
    options,
    quantifiers,
    sequences,
    sets,
    temporal,
)

if TYPE_CHECKING:
    from modelcheck.ir.expression import Expr
    from modelcheck.ir.scope import Scope
    from modelcheck.syntax import Node

RULES: dict[str, Callable[[Node, Scope], Expr]] = {
    "true": atoms.check_literal,
    "false": atoms.check_literal,
    "none": atoms.check_literal,
    "int_": atoms.check_number,
    "self": atoms.check_self,
    "name": atoms.check_name,
    "and_": logic.check_binary,
    "or_": logic.check_binary,
    "implies": logic.check_binary,
    "iff": logic.check_binary,
    "not_": logic.check_not,
    "if_expr": logic.check_if,
    "let_expr": logic.check_let,
    "plus": numbers.check_arithmetic,
    "minus": numbers.check_arithmetic,
    "times": numbers.check_arithmetic,
    "negate": numbers.check_negate,
    "compare": numbers.check_compare,
    "extremum": numbers.check_extremum,
    "in_": sets.check_in,
    "subset": sets.check_subset,
    "set_op": sets.check_operation,
    "range_": sets.check_interval,
    "set_literal": sets.check_literal,
    "set_filter": sets.check_filter,
    "set_map": sets.check_image,
    "forall": quantifiers.check_quantified,
    "exists": quantifiers.check_quantified,
    "aggregate": quantifiers.check_aggregate,
    "map_comprehension": maps.check_comprehension,
    "coalesce": options.check_coalesce,
    "seq_literal": sequences.check_literal,
    "is_": agents.check_is,
    "inbox": messages.check_in_flight,
    "messages": messages.check_in_flight,
    "member": access.check_member,
    "index": access.check_index,
    "updated": access.check_updated,
    "call": access.check_call,
    "always": temporal.check_temporal,
    "eventually": temporal.check_temporal,
    "until": temporal.check_temporal,
    "leads_to": temporal.check_temporal,
    "leads_to_o": temporal.check_temporal,
}
"""Which function types the node of a grammar rule."""
