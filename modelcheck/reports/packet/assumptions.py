"""What a check takes for granted, in words for who does not know the language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from modelcheck.counts import counted
from modelcheck.ir.written import written
from modelcheck.semantics.show import show_unknown, show_value

if TYPE_CHECKING:
    from modelcheck.ir.model import Model
    from modelcheck.ir.network import Network
    from modelcheck.ir.spec import Check, FaultDecl, Variable

NETWORKS = {
    "unordered": "messages take any time and may overtake one another; without a fault none is lost or doubled",
    "set": "messages take any time and may overtake one another; one that equals a message in flight is absorbed",
    "soup": "every message stays in the network for ever: it may be received many times, in any order, or never",
    "fifo": "messages from one agent to another take any time, but arrive in the order in which they were sent",
    "rounds": "lock-step: all agents act together, on what was sent to them in the round before",
}
"""What each network does."""

DETECTORS = {
    "perfect": "nobody is suspected before it crashes, and whoever crashed is suspected for ever in the end",
    "eventually_perfect": "at first anybody may be suspected; from some time on exactly those who crashed are",
    "strong": "one agent that never crashes is never suspected; whoever crashed is suspected for ever in the end",
    "eventually_strong": "from some time on one that never crashes is not suspected any more, and whoever crashed is",
    "omega": "names a leader; from some time on all are told the same one, which never crashes",
}
"""What each failure detector promises."""

FAULTS = {
    "crash": "{subject} crashes",
    "lose": "a message is lost",
    "duplicate": "a message is doubled",
    "corrupt": "the fields of a message change on the way",
    "partition": "the network between the {subject}s parts into two sides",
    "byzantine": "{subject} sends what it likes",
    "fault": "{subject} (declared by the protocol)",
}
"""What each fault does."""

UNUSUAL = " (otherwise "
"""What stands behind the value of a parameter that is not its default."""

_OPTIONS = {
    "recovery": "may come back",
    "while sending": "also in the middle of sending",
    "silently": "no failure detector is told",
    "heal": "ends at some time",
}

Faults = Sequence[tuple["FaultDecl", int | None]]


def assumption_rows(model: Model, check: Check, faults: Faults, *, about_runs: bool) -> tuple[tuple[str, str], ...]:
    """What the model of a check assumes; `about_runs`: it is asked about runs without an end."""
    spec = model.spec
    rows = [("agents", ", ".join(_sized(model)))]
    rows += [(f"parameter {name}", _parameter(model, name)) for name in spec.params]
    rows += [(f"unknown {name}", _unknown(model, unknown)) for name, unknown in spec.unknowns.items()]
    rows += _networks(model)
    rows.append(("time", _time(model)))
    if model.detector is not None:
        rows.append(("failure detector", f"{model.detector}: {DETECTORS.get(model.detector, 'see the reference')}"))
    rows.append(("faults", "; ".join(_fault(fault, budget) for fault, budget in faults) or "none"))
    rows += [("fairness", _fairness(model))] if about_runs else []
    if check.bound is not None:
        rows.append(("bound", f"only states are looked at in which {written(check.bound.span)}"))
    if check.allow_deadlock:
        rows.append(("deadlock", "is not looked for"))
    return tuple(rows)


def _sized(model: Model) -> Iterator[str]:
    for sort, size in model.sizes.items():
        yield f"{sort}: {size}" if sort in model.spec.agents else f"{sort}: {size} (names)"


def _parameter(model: Model, name: str) -> str:
    default = model.spec.params[name].default
    value, usual = show_value(model.params[name], model), show_value(model.constant(default), model)
    return value if value == usual else f"{value}{UNUSUAL}{written(default.span)})"


def _unknown(model: Model, unknown: Variable) -> str:
    value = show_unknown(unknown, model)
    if model.settled_number(unknown) is not None:
        return f"{value}{UNUSUAL}any of {model.domain(unknown.type_expr)})"
    return f"{value}, the same for a whole run: what holds does for every value, a run shows something for one"


def _networks(model: Model) -> Iterator[tuple[str, str]]:
    by_kind: dict[str, list[str]] = {}
    for message, network in model.network_of.items():
        by_kind.setdefault(_network(network), []).append(message)
    for words, messages in by_kind.items():
        yield ("network" if len(by_kind) == 1 else f"network of {', '.join(messages)}"), words


def _network(network: Network) -> str:
    words = f"{network.kind}: {NETWORKS.get(network.kind, 'see the reference')}"
    if network.capacity is None:
        return words
    full = {"cut": "what needs more room is not looked at", "blocks": "sending waits", "drops": "what is sent is lost"}
    return f"{words}; room for {counted(network.capacity, 'message')}, else {full[network.on_full]}"


def _time(model: Model) -> str:
    spec = model.spec
    if spec.timed is None:
        return "none: nothing is assumed of how long anything takes, and a time-out may come at any time"
    delays = [
        f"{message.name} {model.constant(message.delay.lo)} to {model.constant(message.delay.hi)}"
        + (" once the network is stable" if message.delay.promised else "")
        for message in spec.messages.values()
        if message.delay is not None
    ]
    told = f"; ticks that a message takes: {', '.join(delays)}; others any time" if delays else ""
    return f"discrete: one clock, which ticks for all{told}"


def _fault(fault: FaultDecl, budget: int | None) -> str:
    subject = fault.subject or ""
    times = "any number of times" if budget is None else f"at most {counted(budget, 'time')}"
    words = FAULTS.get(fault.kind, fault.name).format(subject=subject)
    options = [_OPTIONS[option] for option in _OPTIONS if option in fault.options]
    if "fair" in fault.options:
        options = [option.replace("may come", "does come") for option in options]
    if fault.kind == "crash" and "recovery" not in fault.options:
        options.insert(0, "for good")
    if fault.kind == "partition" and "heal" not in fault.options:
        options.insert(0, "for ever")
    if fault.kind == "byzantine":
        if budget == 1:
            return f"at most 1 {subject} sends what it likes (Byzantine)"
        number = "any number of" if budget is None else f"at most {budget:,}"
        return f"{number} {subject} send what they like (Byzantine)"
    return f"{words}, {times}{''.join(f', {option}' for option in options)}"


def _fairness(model: Model) -> str:
    """What runs owe, with the transitions that differ."""
    by_word: dict[str, dict[str, None]] = {"unfair": {}, "strong": {}}
    for agent in model.spec.agents.values():
        for transition in agent.transitions:
            if transition.fairness is not None:
                by_word[transition.fairness][f"{transition.name} of {agent.name}"] = None
    told = "whatever stays possible from some time on is done in the end"
    told += "" if any(n.remembers for n in model.networks) else ", and every message that can be received is received"
    if by_word["unfair"]:
        told += f"; but nobody ever has to do: {', '.join(by_word['unfair'])}"
    if by_word["strong"]:
        told += f"; what is possible again and again is done: {', '.join(by_word['strong'])}"
    return told
