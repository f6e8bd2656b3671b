"""Which constructs of the grammar a text uses."""

from __future__ import annotations

from modelcheck.frontend.parse import parse
from modelcheck.frontend.tables import load_tables
from modelcheck.source import Source

_OPEN = frozenset({"NAME", "INT", "STRING"})
"""Tokens with a text of their own."""

NOT_GENERATED = {
    **dict.fromkeys(("import_", "refines", "binding"), "its meaning is not built yet"),
    **dict.fromkeys(("consistency", "cmodel", "invoke", "return_"), "its meaning is not built yet"),
    "inductive": "is asked of a solver, and of no search",
    "expect_time": "is a question about what the search found, which `liveness` asks of its own graphs",
}
"""Rules that no generator writes, with the reason. Whoever builds one takes it out and makes a generator write it."""

WORDS = frozenset(
    {
        *("==", "!=", "<", "<=", ">", ">=", "+=", "-=", "*", "/", "%", "union", "intersect", "minus"),
        *("min", "max", "count", "sum", "the", "blocks", "drops", "not", "some"),
        *("ghost", "durable", "initial", "final"),
        *("invariant", "transition", "reachable", "eventually", "temporal", "strong", "unfair"),
    }
)
"""Alternatives inside one rule, which the names of rules do not tell apart."""

TEMPORAL = frozenset({"fairness", "fair_when", "always", "eventually", "until", "leads_to", "leads_to_o"})
"""Rules that only specifications with properties of infinite runs have."""

TEMPORAL_WORDS = frozenset({"eventually", "temporal", "strong", "unfair"})
"""The same for the words of rules that others have as well."""


def constructs(text: str) -> set[str]:
    """The rules in a text's tree, and the words among which they choose."""
    found: set[str] = set()
    for node in parse(Source("generated", text)).root.walk():
        if not node.text:
            found.add(str(node.rule))
        elif node.rule not in _OPEN:
            found.add(f"'{node.text}'")
    return found


def rules() -> set[str]:
    """Every rule that makes a node of its own, but those that are not generated; a rule that collapses has none."""
    return {
        str(rule.name) for rule in load_tables().rules if not rule.is_helper and not rule.collapsing
    } - NOT_GENERATED.keys()
