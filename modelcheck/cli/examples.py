"""Examples for the help of each command, on the specification that `modelcheck new lock` writes."""

from __future__ import annotations

EXAMPLES: dict[str, tuple[str, ...]] = {
    "verify": (
        "verify lock.mc",
        'verify lock.mc --check "no faults" --set Client=3',
        "verify lock.mc --fault lose=1 --max-seconds 60",
        "verify lock.mc --format html --out pages",
    ),
    "prove": ("prove lock.mc", "prove lock.mc --property exclusion --certificate proofs"),
    "report": ("report lock.mc --out packet",),
    "simulate": ("simulate lock.mc --runs 1000 --seed 1", "simulate lock.mc --show --depth 20"),
    "solve": ('solve lock.mc --check "no faults" --for Client=1..3',),
    "replay": ("verify lock.mc --format trace --out runs", "replay runs/lock-a_client_may_crash-deadlock.trace.json"),
    "certify": ("prove lock.mc --certificate proofs", "certify proofs"),
    "explore": ("explore lock.mc", 'explore lock.mc --check "a client may crash"'),
    "draw": ("draw lock.mc --out pictures", 'draw lock.mc --states --check "no faults"'),
    "list": ("list lock.mc",),
    "lint": ("lint lock.mc", "lint lock.mc --no-solver --format json"),
    "fmt": ("fmt lock.mc", "fmt lock.mc --diff"),
    "show": ("show lock.mc", 'show lock.mc --ir kernel --check "no faults"'),
    "explain": ("explain MC104",),
    "new": ("new lock", "verify lock.mc"),
}
"""What to write behind `modelcheck`, for each command that a new specification is enough for."""


_AS_IT_IS = "\b"
"""A line of its own before a paragraph that click does not wrap."""


def examples(name: str) -> str | None:
    """The examples of a command as the end of its help, of which click keeps the lines."""
    lines = [f"  modelcheck {line}" for line in EXAMPLES.get(name, ())]
    return "\n".join([_AS_IT_IS, "Examples:", *lines]) if lines else None
