"""The cells of a model as arrays of the kernel, and states there and back."""

from __future__ import annotations

from functools import cached_property

from modelcheck.ir import lowered as k
from modelcheck.ir.domains import EnumDomain, IntDomain
from modelcheck.ir.model import Model
from modelcheck.ir.values import Value
from modelcheck.kernel.program import Array, Program
from modelcheck.kernel.types import IntType, least


def declare_cells(low: k.Lowering) -> None:
    """Declare the arrays of a model, in the order of its cells."""
    model, spec = low.model, low.model.spec
    for variable in spec.shared.values():
        if variable in model.bases:
            low.variables[variable] = k.declare(low, variable.name, model.domain(variable.type_expr), None)
    for agent in spec.agents.values():
        count = model.sizes[agent.name]
        if count:
            states = IntType(0, len(agent.states) - 1)
            array = Array(f"{agent.name} state", states, count, "control", agent.name)
            low.control[agent.name] = low.declare(array)
        for variable in (*agent.variables, *agent.timers):
            if variable in model.bases:
                domain, name = model.domain(variable.type_expr), f"{agent.name}.{variable.name}"
                low.variables[variable] = k.declare(low, name, domain, (agent.name, count))
    for kind in spec.agents:
        base = model.bases.get(("status", kind))
        if base is not None and model.sizes[kind]:
            status = model.cells[base].domain
            assert status is not None
            array = Array(f"{kind} status", IntType(0, status.size - 1), model.sizes[kind], "status", kind)
            low.status[kind] = low.declare(array)
    for network in model.networks:
        network.declare(low)
    for variable in model.oracle.values():
        low.variables[variable] = k.declare(low, variable.name, model.domain(variable.type_expr), None)
    for number, cell in enumerate(model.cells):
        if cell.role == "budget":
            budget = cell.domain
            assert isinstance(budget, IntDomain)
            array = Array(cell.name, IntType(budget.lo, budget.hi), 1, "budget")
            low.cells[number] = low.declare(array)
        elif cell.role == "environment":
            assert cell.domain is not None
            low.environment[number] = k.declare(low, cell.name, cell.domain, None)
    for observer in model.observers:
        if observer.causes:
            counts = IntType(0, observer.ticks + 2)
            array = Array(f"deadlines of {observer.name}", counts, len(observer.causes), "budget")
            low.observers[observer] = low.declare(array)


class Codec:
    """Translates states between a model, one value for each cell, and its program, one number for each kernel cell."""

    def __init__(self, low: k.Lowering, program: Program) -> None:
        self._low = low
        self._program = program

    @property
    def _model(self) -> Model:
        return self._low.model

    def decode(self, state: tuple[int, ...]) -> tuple[Value, ...]:
        """The model's state for a kernel state."""
        cells = k.Cells(self._program.offsets, list(state))
        return tuple(self._value(cells, number) for number in range(len(self._model.cells)))

    def _value(self, cells: k.Cells, number: int) -> Value:
        network = self._model.cells[number].network
        if network is not None:
            return network.decode(self._low, cells)
        return k.value_in(cells, *self._places[number])

    def encode(self, state: tuple[Value, ...]) -> tuple[int, ...]:
        """The kernel state for a model's state. Raises `NoRoomError` if the program has no room for all messages."""
        cells = k.Cells(self._program.offsets, list(self._blank))
        for number, at, ordinals in self._enumerated:
            cells.values[at] = ordinals[state[number]]
        for number in self._others:
            network = self._model.cells[number].network
            if network is not None:
                network.encode(self._low, cells, state[number])
            else:
                k.put_value(cells, *self._places[number], state[number])
        return tuple(cells.values)

    @cached_property
    def _enumerated(self) -> list[tuple[int, int, dict[Value, int]]]:
        """The cells with members of enumerations, as control states are: where each is stored, and by which number."""
        found = []
        for number, (stored, index) in self._places.items():
            if isinstance(stored.domain, EnumDomain) and (array := stored.arrays[0]) is not None:
                ordinals = {member: ordinal for ordinal, member in enumerate(stored.domain.members)}
                found.append((number, self._program.offsets[array] + index, ordinals))
        return found

    @cached_property
    def _others(self) -> list[int]:
        enumerated = {number for number, _, _ in self._enumerated}
        return [number for number in range(len(self._model.cells)) if number not in enumerated]

    @cached_property
    def _blank(self) -> tuple[int, ...]:
        return tuple(least(array.type) for array in self._program.arrays for _ in range(array.length))

    @cached_property
    def _places(self) -> dict[int, tuple[k.Stored, int]]:
        """Where each cell that is no network's is stored."""
        return {number: self._place(number) for number, cell in enumerate(self._model.cells) if cell.network is None}

    def _place(self, number: int) -> tuple[k.Stored, int]:
        low, cell = self._low, self._model.cells[number]
        index = 0 if cell.owner is None else cell.owner.index
        domain = cell.domain
        assert domain is not None
        match cell.role:
            case "control" | "status":
                assert cell.owner is not None
                arrays = low.control if cell.role == "control" else low.status
                return k.Stored(domain, (arrays[cell.owner.sort],)), index
            case "budget":
                return k.Stored(domain, (low.cells[number],)), 0
            case "observer":
                observer = next(o for o in low.observers if 0 <= number - o.base < len(o.causes))
                return k.Stored(domain, (low.observers[observer],)), number - observer.base
            case "environment":
                return low.environment[number], 0
            case _:
                return self._variables[number - index], index

    @cached_property
    def _variables(self) -> dict[int, k.Stored]:
        return {self._model.bases[variable]: stored for variable, stored in self._low.variables.items()}
