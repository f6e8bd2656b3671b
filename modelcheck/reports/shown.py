"""Shortening values and packets as `semantics.show` writes them, for lines that a person reads.

Working on the text keeps traces plain data that any report can print; brackets and `: ` are unambiguous in it, as names
hold neither.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence

from modelcheck.ir.statuses import UP

_OPEN, _CLOSE = "([{", ")]}"
_INDEXED = re.compile(r"(\w+)\[(\d+)\](.*)", re.DOTALL)
_SHORTEST_RANGE = 2
"""From this many on, `P[0..1]` is easier to read than a list."""


def split(text: str, separator: str = ", ") -> list[str]:
    """The parts of a text between separators outside all brackets."""
    parts, depth, start, position = [], 0, 0, 0
    while position < len(text):
        char = text[position]
        depth += (char in _OPEN) - (char in _CLOSE)
        if depth == 0 and text.startswith(separator, position):
            parts.append(text[start:position])
            position += len(separator)
            start = position
            continue
        position += 1
    return [*parts, text[start:]]


def ranges(names: Sequence[str]) -> list[str]:
    """Names with neighbours joined: `P[0], P[1], P[2]` becomes `P[0..2]`. What follows the index must be equal."""
    joined: list[str] = []
    run: list[re.Match[str]] = []

    def flush() -> None:
        if len(run) >= _SHORTEST_RANGE:
            joined.append(f"{run[0][1]}[{run[0][2]}..{run[-1][2]}]{run[0][3]}")
        else:
            joined.extend(match[0] for match in run)
        run.clear()

    for name in names:
        match = _INDEXED.fullmatch(name)
        if match and run and (run[-1][1], int(run[-1][2]) + 1, run[-1][3]) == (match[1], int(match[2]), match[3]):
            run.append(match)
            continue
        flush()
        if match:
            run.append(match)
        else:
            joined.append(name)
    flush()
    return joined


def packets(text: str) -> list[str]:
    """Packets, one line for each message: a multicast, or what many sent to one, on a single line."""
    if not text:
        return []
    counts: dict[str, int] = {}
    for packet in split(text):
        counts[packet] = counts.get(packet, 0) + 1
    multicasts: dict[tuple[str, str, int], list[str]] = {}
    for packet, count in counts.items():
        content, _, target = packet.rpartition(" -> ")
        message, _, source = content.rpartition(" ")
        multicasts.setdefault((message, source, count), []).append(target)
    gathered: dict[tuple[str, tuple[str, ...], int], list[str]] = {}
    for (message, source, count), targets in multicasts.items():
        gathered.setdefault((message, tuple(targets), count), []).append(source)
    lines = []
    for (message, receivers, count), sources in gathered.items():
        times = f" ({count} times)" if count > 1 else ""
        lines.append(f"{message} {', '.join(ranges(sources))} -> {', '.join(ranges(receivers))}{times}")
    return lines


def differences(name: str, before: str, after: str) -> Iterator[tuple[str, str, str]]:
    """What changed inside a value: the entries of a map, the fields of a record; the whole where it has no parts."""
    old, new = _entries(before), _entries(after)
    if old is None or new is None or old.keys() != new.keys():
        yield name, before, after
        return
    record = before[0] != "["
    for key, value in old.items():
        if value != new[key]:
            yield from differences(f"{name}.{key}" if record else f"{name}[{key}]", value, new[key])


def _entries(text: str) -> dict[str, str] | None:
    """The parts of `[k: v, …]` or `R(f: v, …)` by key, or None for anything else."""
    head, bracket, rest = text.partition("[" if text.startswith("[") else "(")
    if not bracket or (head and not head.isidentifier()) or not rest.endswith("]" if bracket == "[" else ")"):
        return None
    pairs = [split(part, ": ") for part in split(rest[:-1])]
    if any(len(pair) < 2 for pair in pairs):  # noqa: PLR2004 - a key and a value
        return None
    return {pair[0]: ": ".join(pair[1:]) for pair in pairs}


def initial_values(state: Iterable[tuple[str, str]], statuses: Container[str]) -> list[str]:
    """`Node[0..1].votes = 0`, as `initial_pairs` has it."""
    return [f"{name} = {value}" for name, value in initial_pairs(state, statuses)]


def initial_pairs(state: Iterable[tuple[str, str]], statuses: Container[str]) -> list[tuple[str, str]]:
    """Names and values at the start, those of equal agents together; what is empty, up or unspent goes without saying.

    `statuses` are the components that tell what a fault left of an agent. A variable can have a name like theirs.
    """
    groups: dict[tuple[str, str], list[str]] = {}
    for name, value in state:
        if not _goes_without_saying(name, value) and not (value == UP and name in statuses):
            match = _INDEXED.fullmatch(name)
            kind = f"{match[1]}[]{match[3]}" if match else name
            groups.setdefault((kind, short_map(value)), []).append(name)
    return [(name, value) for (_, value), names in groups.items() for name in ranges(names)]


def _goes_without_saying(name: str, value: str) -> bool:
    unspent = is_budget(name) and value == "0"
    return value in {"", "{}", "[]", "none"} or unspent or (name == "detector stable" and value == "false")


def is_budget(name: str) -> bool:
    """Whether a component counts faults: a trace shows the faults themselves."""
    return name.startswith("faults used: ")


def short_map(value: str) -> str:
    """`[a: 0, b: 0]` as `all 0`, which is how the language writes it."""
    entries = _entries(value) if value.startswith("[") else None
    if entries is None or len(entries) < 2 or len(set(entries.values())) != 1:  # noqa: PLR2004 - one entry is short
        return value
    return f"all {next(iter(entries.values()))}"
