"""The same specifications with time: delays, timers and deadlines put into the text of a random one."""

from __future__ import annotations

import re
from itertools import count

from tests.differential.generators.dice import Dice

DELAYS = ("0", "1", "0..1", "1..2", "2..3", "0..2 after gst", "1..2 after gst")
_MESSAGE = re.compile(r"^message .*$", re.MULTILINE)
_AGENT = re.compile(r"^agent \w+ \{$(.*?)^\}$", re.MULTILINE | re.DOTALL)
_PROPERTY = re.compile(r"^(invariant|reachable) p\d+: (.*)$", re.MULTILINE)

DURATIONS = ("1", "0..1", "1..2", "2", "{1, 3}", "PA", "PA..2")


def timed(text: str, dice: Dice) -> str:
    """A specification of `generators.specifications` with a model of time."""
    text = text.replace("protocol Generated\n", "protocol Generated\ntime discrete\n", 1)
    text = _MESSAGE.sub(lambda found: _delayed(found[0], dice), text)
    text = _AGENT.sub(lambda found: _with_timer(found[0], dice), text)
    numbers = count()

    def with_deadline(found: re.Match[str]) -> str:
        deadline = f"temporal d{next(numbers)}: ({found[2]}) leads to not ({found[2]}) within {dice.draw(3)}"
        return f"{found[0]}\n{deadline}"

    text = _PROPERTY.sub(with_deadline, text)
    asked = [f"d{number}" for number in range(next(numbers)) if dice.chance(50)]
    return text.replace("\n  expect ", f"\n  expect {''.join(f'{name}, ' for name in asked)}")


def _delayed(message: str, dice: Dice) -> str:
    return message if "soup" in message or dice.chance(30) else f"{message} delay {dice.pick(DELAYS)}"


def _with_timer(agent: str, dice: Dice) -> str:
    """An agent with a timer that it starts at the start or in a step, and again when it expires."""
    start = f"start alarm for {dice.pick(DURATIONS)}"
    again = dice.pick([start, f"start alarm for {dice.pick(DURATIONS)}", "skip"])
    header, rest = agent.split("\n", 1)
    lines = [header, "  timer alarm"]
    if "  at start {" not in agent and dice.chance(60):
        lines.append(f"  at start {{ {start} }}")
    body = rest.removesuffix("}")
    guard = " when PB" * dice.chance(15)
    group = f"  any state {{\n    on alarm expires{guard} {{ {again} }}\n    step wake {{ {start} }}\n"
    group += "    step hush { stop alarm }\n" * dice.chance(50) + "  }\n"
    return "\n".join([*lines, f"{body}{group}}}"])
