"""Which constructs of the grammar a text uses."""

from __future__ import annotations

from modelcheck.frontend.parse import parse
from modelcheck.frontend.tables import load_tables
from modelcheck.source import Source

_OPEN = frozenset({"NAME", "INT", "STRING"})
"""Tokens with a text of their own."""

UNSUPPORTED = frozenset(
    {
        *("import_", "timeopt", "consistency", "cmodel", "refines", "binding"),
        *("timer", "expires", "expect_time", "round", "start_timer", "stop_timer"),
        *(
            "invoke",
            "return_",
            "within",
            "delay",
            "after_gst",
        ),
        *("inductive",),
    }
)
"""Rules whose meaning is not built yet; whoever builds one takes it out and makes the generator write it."""

LOCK_STEP = frozenset({"round"})
"""Rules that only specifications in lock-step have."""

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


def expected_constructs() -> set[str]:
    """Every rule that is built and makes a node of its own; a rule that collapses has none."""
    rules = {str(rule.name) for rule in load_tables().rules if not rule.is_helper and not rule.collapsing}
    return rules - UNSUPPORTED - LOCK_STEP - TEMPORAL
