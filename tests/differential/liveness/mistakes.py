"""Small specifications, each for one mistake that a checker of infinite runs has made or could make.

The numbers are those of issues of TLC (github.com/tlaplus/tlaplus) and tla-rs.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mistake:
    """What is done wrong, a specification that shows it, and what is right."""

    name: str
    text: str
    right: dict[str, str]


def _walker(steps: str, properties: str, check: str = "allow deadlock", initial: int = 0) -> str:
    """One agent with a number, and what is asked of it in one check."""
    names = ", ".join(line.split()[1].rstrip(":") for line in properties.strip().splitlines())
    return f"""
protocol Walker
agent Node {{
  var x: 0..3 = {initial}
  initial state Run {{ {steps} }}
}}
{properties}
check "one" {{ {check} expect {names} }}
"""


GONE = "eventually gone: size(messages Ping) == 0 and forall c in Client: c is Asked\n"
SERVICE = """
protocol Service
message Ping
agent Client {
  initial state Start { step ask -> Asked { send Ping to Server } }
  final state Asked
}
agent Server {
  initial state Waiting { on Ping -> Told }
  final state Told
}
eventually told: forall s in Server: s is Told
eventually told_by_correct: forall s in Server, c in Client: s is Told or not (c is correct)
GONEcheck "one" { allow deadlock faults { FAULTS } expect told, told_by_correct, gone }
""".replace("GONE", GONE)

MISTAKES = (
    Mistake(
        "the step that changes nothing counted as taken",
        _walker("step go when x == 0 { x := 1 }", "temporal ends: forall p in Node: eventually p.x == 1"),
        {"ends": "holds"},
    ),
    Mistake(
        "a step that changes nothing not counted as taken",
        _walker("step act { either { skip } or { x := 1 } }", "temporal ends: forall p in Node: eventually p.x == 1"),
        {"ends": "violated"},
    ),
    Mistake(
        "fairness looked at in the component around (tla-rs 59)",
        _walker(
            "step hop { x := if x == 2 then 0 else 2 } unfair step spin when x < 2 { x := 1 - x }",
            "temporal returns: forall p in Node: always eventually p.x == 2",
        ),
        {"returns": "holds"},
    ),
    Mistake(
        "stuttering only where nothing is enabled (tla-rs 62)",
        _walker(
            "unfair step go when x == 0 { x := 1 } unfair step spin when x > 0 { x := 3 - x }",
            "temporal goes: forall p in Node: eventually p.x == 1\n"
            "temporal turns: forall p in Node: p.x == 1 leads to p.x == 2",
        ),
        {"goes": "violated", "turns": "violated"},
    ),
    Mistake(
        "`eventually always` dropped (tla-rs 62)",
        _walker(
            "step flip when x < 2 { x := 1 - x }",
            "temporal rests: forall p in Node: eventually always p.x == 0\n"
            "temporal comes: forall p in Node: always eventually p.x == 0\n"
            "temporal never: forall p in Node: not eventually always p.x == 1",
        ),
        {"rests": "violated", "comes": "holds", "never": "holds"},
    ),
    Mistake(
        "an accepting sink reported without a look at fairness (TLC 1037, 1348)",
        _walker(
            "step go when x < 3 { x += 1 }",
            "temporal far: forall p in Node: not always p.x < 3\n"
            "temporal stays: forall p in Node: always (p.x == 3 implies always p.x == 3)",
        ),
        {"far": "holds", "stays": "holds"},
    ),
    Mistake(
        "a property that says what is owed taken for granted",
        _walker(
            "unfair step flip { x := 1 - x }", "temporal owed: forall p in Node: always eventually next(p.x) != p.x"
        ),
        {"owed": "violated"},
    ),
    Mistake(
        "a property that says what is owed found violated",
        _walker("step flip { x := 1 - x }", "temporal owed: forall p in Node: always eventually next(p.x) != p.x"),
        {"owed": "holds"},
    ),
    Mistake(
        "what a bound leaves out makes everything hold (TLC 839)",
        _walker(
            "step go when x < 3 { x += 1 }",
            "temporal low: forall p in Node: eventually always p.x < 3",
            "bound forall p in Node: p.x <= 1",
        ),
        {"low": "unknown", "deadlock": "holds"},
    ),
    Mistake(
        "a step that a bound cuts off not counted as enabled",
        _walker(
            "step go when x < 3 { x += 1 }",
            "temporal ends: forall p in Node: eventually p.x == 3",
            "bound forall p in Node: p.x <= 1",
        ),
        {"ends": "unknown", "deadlock": "holds"},
    ),
    Mistake(
        "a counterexample within a bound withdrawn",
        _walker(
            "unfair step go when x < 3 { x += 1 }",
            "temporal ends: forall p in Node: eventually p.x == 3",
            "bound forall p in Node: p.x <= 1",
        ),
        {"ends": "violated"},
    ),
    Mistake(
        "quantified fairness lost: one parameter value taken for another (tla-rs 59)",
        _walker(
            "step set_to(v in 1..2) { x := v }",
            "temporal one: forall p in Node: always eventually p.x == 1\n"
            "temporal two: forall p in Node: always eventually p.x == 2",
        ),
        {"one": "holds", "two": "holds"},
    ),
    Mistake(
        "each value of a `some` parameter owed",
        _walker(
            "step set_to(some v in 1..2) { x := v }",
            "temporal one: forall p in Node: always eventually p.x == 1",
        ),
        {"one": "violated"},
    ),
    Mistake(
        "a fault owed",
        SERVICE.replace("FAULTS", "lose up to 1").replace("on Ping", "unfair on Ping"),
        {"told": "violated", "gone": "violated"},
    ),
    Mistake(
        "a message in flight not owed",
        SERVICE.replace("FAULTS", "duplicate up to 1"),
        {"told": "holds", "gone": "violated"},
    ),
    Mistake(
        "a Byzantine agent owed something (Examples 39)",
        SERVICE.replace("FAULTS", "byzantine Client up to 1").replace(GONE, "").replace(", gone", ""),
        {"told": "violated", "told_by_correct": "holds"},
    ),
    Mistake(
        "a crashed agent owed something",
        SERVICE.replace("FAULTS", "crash Client up to 1"),
        {"told": "violated", "told_by_correct": "holds"},
    ),
)
