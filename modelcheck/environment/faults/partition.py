"""`partition Kind up to n [heal]`: the agents of a kind fall into two sides, and messages across wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.diagnostics import Diagnostic, InputError
from modelcheck.environment.faults.budget import spending
from modelcheck.ir import lowered as k
from modelcheck.ir.domains import MapDomain
from modelcheck.ir.expression import BlockedError, Env
from modelcheck.ir.model import MAX_VALUES, Action, Cell
from modelcheck.ir.partitions import array_of, sides_domain, sides_of, travels_within
from modelcheck.ir.statement import Statement
from modelcheck.ir.statements.fairness import Owe
from modelcheck.ir.values import MapValue
from modelcheck.semantics.show import show_sides

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import FaultDecl
    from modelcheck.ir.values import Value

SIDES = "sides of the partition"
"""The local that holds the partition that begins."""


class Part(Statement):
    """A partition begins, unless it lasts already. Its sides are chosen: by the side that the first id is not on."""

    impartial = True

    kind: str
    cell: int

    def execute(self, env: Env) -> None:
        assert env.chooser is not None
        domain, ids = env.model.cells[self.cell].domain, env.model.ids(self.kind)
        assert isinstance(domain, MapDomain)
        if sides_of(env.cells[self.cell]) is not None:
            raise BlockedError
        chosen = env.chooser.choose([(number, number) for number in range(1, ways(len(ids)) + 1)])
        side = frozenset(id_ for id_ in ids[1:] if chosen >> id_.index - 1 & 1)
        rest = frozenset(ids) - side
        value = MapValue(domain.positions, tuple(rest if id_ in side else side for id_ in ids))
        env.cells[self.cell] = env.locals[SIDES] = value

    def lower(self, low: k.Lowering) -> None:
        b, array, size = k.build, array_of(low, self.cell), low.model.sizes[self.kind]
        low.block_unless(b.negation(_lasts(low, self.cell)))
        local = low.fresh(k.IntType(1, ways(size)), "side")
        low.choose(local, k.ir.Between(1, ways(size)))
        side = low.share(b.shifted(b.number_as_bits(local, size - 1), 1, size), "side")
        rest = low.share(b.bit_operation("andnot", b.bits((1 << size) - 1, size), side), "rest")
        for index in range(size):
            low.assign(array, b.number(index), b.ite(b.bit_test(side, b.number(index)), rest, side))

    def chooses(self) -> bool:
        return True


class Parted(Statement):
    """Only while a partition lasts."""

    impartial = True

    cell: int

    def execute(self, env: Env) -> None:
        if sides_of(env.cells[self.cell]) is None:
            raise BlockedError

    def lower(self, low: k.Lowering) -> None:
        low.block_unless(_lasts(low, self.cell))


class Heal(Statement):
    """The partition is over."""

    impartial = True

    cell: int

    def execute(self, env: Env) -> None:
        domain = env.model.cells[self.cell].domain
        assert domain is not None
        env.cells[self.cell] = domain.least

    def lower(self, low: k.Lowering) -> None:
        array = array_of(low, self.cell)
        for index in range(low.arrays[array].length):
            low.assign(array, k.build.number(index), k.build.least_of(low.arrays[array].type))


def _lasts(low: k.Lowering, cell: int) -> k.Expr:
    """Whether a partition lasts: somebody is on the other side of the first id."""
    array = array_of(low, cell)
    return k.build.differ(low.read(array, k.build.number(0)), k.build.least_of(low.arrays[array].type))


def ways(size: int) -> int:
    """How many ways there are to part some agents into two sides, whatever the order of the sides."""
    return (1 << size - 1) - 1 if size else 0


def prepare(model: Model, faults: Sequence[tuple[FaultDecl, int | None]]) -> None:
    """Add a cell with the sides of each partition that can separate anybody."""
    for fault, _ in faults:
        kind = fault.subject
        if fault.kind != "partition" or kind is None:
            continue
        size, within = model.sizes[kind], travels_within(model, kind, tuple(model.packets))
        if ways(size) > MAX_VALUES:
            problem = f"there are {ways(size):,} ways to part {size} {kind}, and at most {MAX_VALUES:,} are tried"
            raise InputError([Diagnostic("MC405", fault.span, problem, f"make {kind} smaller")])
        if not ways(size) or not within:
            continue
        cells = model.partitions.setdefault(kind, [])
        number = f" {len(cells) + 1}" if cells else ""
        name, domain = f"partition of {kind}{number}", sides_domain(kind, size)
        cells.append(model.add_cells(("partition", fault), [Cell(name, "environment", None, domain, show=name)]))


def elaborate(model: Model, fault: FaultDecl, budget: int | None) -> None:
    """Add the beginnings of one partition and, where it heals, its end, which is owed."""
    cell = model.bases.get(("partition", fault))
    if cell is None:
        model.idle_faults.append(fault)
        return
    assert fault.subject is not None
    body = (*spending(model, fault, budget), Part(fault.span, fault.subject, cell))
    model.actions.append(Action("partition", None, "fault", body, label=_label))
    if "heal" in fault.options:
        owed = (Owe(fault.span, "weak"),) if model.is_fair else ()
        healing = (Parted(fault.span, cell), *owed, Heal(fault.span, cell))
        text = f"the partition of {fault.subject} heals"
        # What is owed is no fault: nobody who waits for it is in a deadlock.
        model.actions.append(Action("heal", None, "network", healing, label=lambda *_: text))


def _label(model: Model, names: Mapping[str, Value]) -> str:
    return f"partition {show_sides(names[SIDES], model)}"
