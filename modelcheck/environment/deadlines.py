"""`a leads to b within k`: a counter for each deadline, and an invariant over the counters."""

from __future__ import annotations

from itertools import product
from math import prod
from typing import TYPE_CHECKING

from modelcheck.counts import counted
from modelcheck.diagnostics import Diagnostic, InputError
from modelcheck.environment.temporal import Writer
from modelcheck.environment.time import Tick
from modelcheck.frozen import replace
from modelcheck.ir.constructs.atoms import DefinitionCall
from modelcheck.ir.constructs.logic import And
from modelcheck.ir.constructs.quantifiers import Quantified
from modelcheck.ir.constructs.temporal import Binding, Instance, Temporal, reads_names
from modelcheck.ir.domains import EnumDomain
from modelcheck.ir.durations import known
from modelcheck.ir.model import Cell
from modelcheck.ir.observers import MET, InTime, Observe, Observer
from modelcheck.ir.types import BOOL, BoolT, EnumT, IdT, IntT
from modelcheck.semantics.show import show_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from modelcheck.ir.expression import Expr
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Property

Names = dict[str, Binding]

MAX_OBSERVERS = 256
"""The most counters of one deadline: each is looked at behind every step."""


def has_deadline(prop: Property) -> bool:
    """Whether a property is about deadlines, and so about finite runs."""
    return any(isinstance(part, Temporal) and part.within is not None for part in prop.expression.walk())


def elaborate(model: Model, properties: Sequence[Property]) -> None:
    """Enter properties about deadlines. Raises `InputError` for what cannot be written out, or is too long."""
    for prop in properties:
        found: dict[int, tuple[Temporal, list[Names]]] = {}
        for leaf, names in _leaves(Writer(model, prop), prop.expression, {}):
            found.setdefault(id(leaf), (leaf, []))[1].append(names)
        parts = found.values()
        observers = tuple(
            _observer(model, prop, leaf, around, f" {number}" if len(parts) > 1 else "")
            for number, (leaf, around) in enumerate(parts, start=1)
        )
        model.observers.extend(observers)
        expression = InTime(prop.expression.span, BOOL, observers)
        model.properties.append(replace(prop, kind="invariant", expression=expression))


def watch(model: Model) -> None:
    """Let the observers look at every state: behind the start and behind every action, which are all there by now."""
    if not model.observers:
        return
    model.initial.extend(_looks(model, ticks=False))
    model.actions[:] = [
        replace(action, body=(*action.body, *_looks(model, ticks=any(isinstance(s, Tick) for s in action.body))))
        for action in model.actions
    ]


def _looks(model: Model, *, ticks: bool) -> Iterator[Observe]:
    return (Observe(observer.causes[0].span, observer, ticks) for observer in model.observers if observer.causes)


def _leaves(writer: Writer, expression: Expr, names: Names) -> Iterator[tuple[Temporal, Names]]:
    """The deadlines in a formula, each with the values of the names around it."""
    match expression:
        case Temporal():
            yield expression, names
        case And():
            yield from _leaves(writer, expression.left, names)
            yield from _leaves(writer, expression.right, names)
        case Quantified():
            for inner in writer.bound(expression, names):
                yield from _leaves(writer, expression.body, inner)
        case DefinitionCall():
            yield from _leaves(writer, expression.body, writer.called(expression, names))
        case _:
            raise AssertionError(f"{type(expression).__name__} has no deadline: the type checker told")


def _observer(model: Model, prop: Property, leaf: Temporal, around: Sequence[Names], number: str) -> Observer:
    within = leaf.within
    assert within is not None
    ticks = known(model, within)
    if ticks < 0:
        problem = f"a deadline cannot be {counted(ticks, 'tick')} away"
        raise InputError([Diagnostic("MC404", within.span, problem, "0 is the least: in the same moment")])
    used = [name for name in around[0] if name in reads_names(leaf)]
    rows, places = _arranged(model, [tuple(names[name] for name in used) for names in around])
    if len(rows) > MAX_OBSERVERS:
        problem = f"this deadline has {len(rows):,} cases, each with a counter of its own"
        raise InputError([Diagnostic("MC405", leaf.span, problem, f"at most {MAX_OBSERVERS} are possible")])
    domain = EnumDomain("observer", (MET, *map(str, range(ticks + 2))))
    names = [_name(model, prop.name + number, row) for row in rows]
    base = model.add_cells((prop, leaf), [Cell(name, "observer", None, domain, show=name) for name in names])
    cause, effect = leaf.operands
    causes = tuple(Instance(cause.span, BOOL, row, cause) for row in rows)
    effects = tuple(Instance(effect.span, BOOL, row, effect) for row in rows)
    return Observer(prop.name, base, ticks, causes, effects, places)


def _arranged(
    model: Model, rows: Sequence[tuple[Binding, ...]]
) -> tuple[list[tuple[Binding, ...]], tuple[tuple[str | None, int], ...] | None]:
    """The rows, each once, and how ids are in their numbers if they are all combinations over whole sorts."""
    rows = list(dict.fromkeys(rows))
    columns = [list(dict.fromkeys(column)) for column in zip(*rows, strict=True)]
    if len(rows) != prod(map(len, columns)):
        return list(rows), None
    places: list[tuple[str | None, int]] = []
    for column in columns:
        match column[0].type:
            case IdT(sort) if {binding.value for binding in column} == model.id_set(sort):
                column.sort(key=lambda binding: binding.value)
                places.append((sort, len(column)))
            case BoolT() | IntT() | EnumT():
                places.append((None, len(column)))
            case _:
                return list(rows), None
    return list(product(*columns)), tuple(places)


def _name(model: Model, name: str, row: tuple[Binding, ...]) -> str:
    """`soon(p = Node[0])`; a shared variable may have the name of the property."""
    inside = ", ".join(f"{binding.name} = {show_value(binding.value, model)}" for binding in row)
    if not inside:
        return f"{name} (deadline)" if any(cell.show == name and cell.owner is None for cell in model.cells) else name
    return f"{name}({inside})"
