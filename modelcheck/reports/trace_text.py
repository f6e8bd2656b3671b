"""Runs as text for people, step by step."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from modelcheck.counts import counted
from modelcheck.reports.diagnostics import visible
from modelcheck.reports.shown import differences, initial_values, is_budget, packets, short_map
from modelcheck.semantics.show import RECEIPTS

if TYPE_CHECKING:
    from modelcheck.reports.style import Style
    from modelcheck.semantics.trace import Change, Step, Trace

WIDTH = 100
"""Longer lines are broken. It is fixed: what is pasted into a review must not depend on somebody's window."""

_INDENT = " " * 9


def quoted(name: str) -> str:
    """A check's name in quotes."""
    return f'"{visible(name)}"'


def length(trace: Trace) -> str:
    """`5 steps, 1 of them a fault`."""
    faults = sum(step.fault for step in trace.steps)
    if not faults:
        return counted(trace.length, "step")
    return f"{counted(trace.length, 'step')}, {faults:,} of them {'a fault' if faults == 1 else 'faults'}"


def trace_lines(trace: Trace, style: Style, *, sliced: bool = False) -> list[str]:
    """A run, its steps numbered, and what it shows; `sliced`: without the steps that this does not depend on."""
    kept = trace.causal_slice if sliced else frozenset(range(len(trace.steps)))
    lines: list[str] = []
    for step in trace.steps:
        if step.number not in kept:
            continue
        lines += _start(trace, style) if step.number == 0 else _step(step, style)
        if step.number == trace.loop_start:
            lines.append(f"     {style.paint(_loop(trace), 'cyan', 'bold')}")
    if trace.conclusion:
        lines.append(f"    => {style.paint(visible(trace.conclusion), 'bold')}")
    lines += [f"       {visible(fact)}" for fact in trace.facts if not is_said(fact, trace)]
    if left := len(trace.steps) - len(kept):
        told = f"{counted(left, 'step')} that it does not depend on left out: {', '.join(_gaps(trace, kept))}"
        lines.append(f"       {style.paint(told, 'dim')}")
    return lines


def _gaps(trace: Trace, kept: frozenset[int]) -> list[str]:
    """The numbers of the steps that are left out, neighbours as a range."""
    gaps: list[list[int]] = []
    for step in trace.steps:
        if step.number in kept:
            continue
        if gaps and gaps[-1][-1] == step.number - 1:
            gaps[-1].append(step.number)
        else:
            gaps.append([step.number])
    return [str(gap[0]) if len(gap) == 1 else f"{gap[0]}-{gap[-1]}" for gap in gaps]


def _loop(trace: Trace) -> str:
    if trace.loop_start == trace.length:
        return "from here on nothing happens, for ever: nobody owes a step"
    return "from here on, the steps below repeat for ever"


def is_said(fact: str, trace: Trace) -> bool:
    """Whether the property or another fact says it: `p = Node[1]` beside `p = Node[1] is Leader`."""
    case = fact.partition("case: ")[2]
    repeats = bool(case) and trace.conclusion.endswith(case)
    return repeats or any(other.startswith(f"{fact} is ") for other in trace.facts)


def same_steps(one: Trace, other: Trace) -> bool:
    """Whether two runs read the same, though the checks differ."""
    if one.length != other.length or one.loop_start != other.loop_start:
        return False
    steps = zip(one.steps, other.steps, strict=True)
    return all(_content(step) == _content(same) for step, same in steps) and told_start(one) == told_start(other)


def _content(step: Step) -> tuple[object, ...]:
    return step.actor, step.action, step.fault, step.changes, step.outcome


def told_start(trace: Trace) -> list[str]:
    """The values at the beginning, without what goes without saying."""
    return initial_values(trace.steps[0].state, trace.names("status"))


def _start(trace: Trace, style: Style) -> list[str]:
    step = trace.steps[0]
    values = ", ".join(visible(value).replace(" ", "\0") for value in told_start(trace))
    lines = _wrapped(values, _INDENT)
    # NUL stood for the blanks inside a value, where no line is broken.
    return [
        f"     0. {style.paint(visible(step.action), 'bold')}",
        *(line.replace("\0", " ") for line in lines),
        *_outcome(step, style),
    ]


def _step(step: Step, style: Style) -> list[str]:
    fault = style.paint("FAULT", "yellow", "bold") + " " if step.fault else ""
    lines = [f"  {step.number:>4}. {fault}{style.paint(visible(f'{step.actor}: {step.action}'), 'bold')}"]
    lines += [line for change in step.changes for line in _change(change, step, style)]
    lines += _outcome(step, style)
    if not step.changes and not step.outcome:
        lines.append(f"{_INDENT}{style.paint('nothing changes', 'dim')}")
    return lines


def _outcome(step: Step, style: Style) -> list[str]:
    return [f"{_INDENT}{style.paint('error', 'red', 'bold')}: {visible(step.outcome)}"] if step.outcome else []


def _change(change: Change, step: Step, style: Style) -> list[str]:
    if is_budget(change.name):
        return []
    if not change.network:
        return [line for part in differences(change.name, change.before, change.after) for line in _difference(*part)]
    gone = packets(change.before)
    # "receives M from p" or "ignores M from p" has said already that M left the network.
    ways = [packet.rpartition(" -> ") for packet in gone]
    # Behind the target may stand in how many ticks the message comes.
    said = [what for what, _, target in ways if target.partition(" ")[0] == step.actor]
    if len(gone) == 1 and said and step.action.startswith(tuple(f"{verb} {_received(said[0])}" for verb in RECEIPTS)):
        gone = []
    lines = [(f"- {packet}", "dim") for packet in gone] + [(f"+ {packet}", "cyan") for packet in packets(change.after)]
    return [
        style.paint(wrapped, colour)
        for line, colour in lines
        for wrapped in _wrapped(visible(line), _INDENT, hanging=2)
    ]


def _received(packet: str) -> str:
    message, _, source = packet.rpartition(" ")
    return f"{message} from {source}"


def _difference(name: str, before: str, after: str) -> list[str]:
    name, before, after = visible(name), visible(short_map(before)), visible(short_map(after))
    line = f"{_INDENT}{name}: {before} -> {after}"
    if len(line) <= WIDTH:
        return [line]
    # Old above new: what differs is seen at once.
    gutter = " " * max(len(name) - 2, 0)
    return [f"{_INDENT}{name}: {before}", f"{_INDENT}{gutter} -> {after}"]


def _wrapped(text: str, indent: str, hanging: int = 0) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + " " * hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
