"""What a specification declares: its properties, and its checks with all that they leave to defaults filled in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from modelcheck.environment.instantiate import instantiate
from modelcheck.frozen import Frozen
from modelcheck.ir.written import written
from modelcheck.pipeline.expectations import wanted_properties
from modelcheck.semantics.show import show_unknown, show_value

if TYPE_CHECKING:
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Check, Expectation, FaultDecl, Spec


class ListedProperty(Frozen):
    """A property as it is written."""

    name: str
    kind: str
    text: str


class ListedCheck(Frozen):
    """A check. `unknowns` by name of the constant; `networks` by name of the message; `detector` if it is asked.

    `faults` and `expectations` are in the words of the language.
    """

    name: str
    sizes: dict[str, int]
    params: dict[str, str]
    unknowns: dict[str, str]
    networks: dict[str, str]
    detector: str | None
    faults: tuple[str, ...]
    bound: str | None
    allow_deadlock: bool
    expectations: tuple[str, ...]


class Listing(Frozen):
    """One specification."""

    file: str
    protocol: str
    properties: tuple[ListedProperty, ...]
    checks: tuple[ListedCheck, ...]


def listing(spec: Spec) -> Listing:
    """What `spec` declares. Raises `InputError` where a check's sizes or parameters are at fault."""
    properties = tuple(ListedProperty(p.name, p.kind, p.text) for p in spec.properties.values())
    return Listing(spec.source.name, spec.name, properties, tuple(_check(spec, check) for check in spec.checks))


def _check(spec: Spec, check: Check) -> ListedCheck:
    model = instantiate(spec, check, wanted_properties(spec, check, ()), enumerates=False)
    return ListedCheck(
        name=check.name,
        sizes=dict(model.sizes),
        params={name: show_value(value, model) for name, value in model.params.items()},
        unknowns={name: show_unknown(unknown, model) for name, unknown in spec.unknowns.items()},
        networks={name: _network(model, name) for name in model.network_of},
        detector=model.detector,
        faults=tuple(_fault(model, fault) for fault in check.faults),
        bound=None if check.bound is None else written(check.bound.span),
        allow_deadlock=check.allow_deadlock,
        expectations=tuple(_expectation(one) for one in check.expectations),
    )


def _network(model: Model, message: str) -> str:
    network = model.network_of[message]
    if network.capacity is None:
        return network.kind
    full = "" if network.on_full == "cut" else f" {network.on_full}"
    return f"{network.kind} capacity {network.capacity}{full}"


def _fault(model: Model, fault: FaultDecl) -> str:
    subject = f" {fault.subject}" if fault.subject else ""  # as it is written: `fault stale`, `crash Node`
    budget = "any" if fault.budget is None else f"up to {model.constant(fault.budget)}"
    return f"{fault.kind}{subject} {budget}{''.join(f' {words}' for words in _options(fault))}"


def _options(fault: FaultDecl) -> Iterator[str]:
    """What stands behind a fault's budget."""
    if "recovery" in fault.options:
        yield "with fair recovery" if "fair" in fault.options else "with recovery"
    yield from (option for option in ("while sending", "silently", "heal") if option in fault.options)


def _expectation(one: Expectation) -> str:
    if one.subject == "states":
        return f"{one.states} states"
    steps = "" if one.steps is None else f" in {one.steps} steps"
    return f"{'not ' if one.negated else ''}{one.subject}{steps}"
