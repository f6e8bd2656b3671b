"""The explored graph as the interpreter records it, for what is asked about infinite runs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from modelcheck.graph import layout
from modelcheck.graph.explored import ExploredGraph
from modelcheck.ir.expression import EvaluationError
from modelcheck.ir.statements.fairness import OWED, STRENGTHS, Class
from modelcheck.jit.plain import Pointer
from modelcheck.semantics.execute import holds

if TYPE_CHECKING:
    from modelcheck.ir.model import Model
    from modelcheck.semantics.execute import Path, State


class Recorder:
    """Takes states and edges down in the order in which a search finds them."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._bits = layout.atom_bits(atom.is_of_steps for atom in model.atoms)
        self._steps = [number for number, atom in enumerate(model.atoms) if atom.is_of_steps]
        self._begins: list[int] = []
        self._masks: list[int] = []
        self._log: list[int] = []
        self._keys: dict[tuple[object, ...], int] = {}

    def add_state(self, state: State) -> None:
        """Take down the next state, also where an atom has no value: then it raises `EvaluationError`."""
        mask, error = self._values(range(len(self._model.atoms)), state, state)
        self._begins.append(0)
        self._masks.append(mask)
        if error is not None:
            raise error

    def _values(self, atoms: Iterable[int], state: State, after: State) -> tuple[int, EvaluationError | None]:
        """The atoms that are true, as compiled code has them: not one that has no value."""
        found, first = 0, None
        for atom in atoms:
            try:
                value = holds(self._model, self._model.atoms[atom], state, after)
            except EvaluationError as error:
                first = first or error
            else:
                found |= value << self._bits[atom]
        return found, first

    def step_values(self, state: State, after: State) -> tuple[int, EvaluationError | None]:
        """What a step says of the atoms that look behind it, and why one has no value."""
        return self._values(self._steps, state, after)

    def add_edges(self, number: int, edges: Iterable[tuple[Path, int | None, int]]) -> None:
        """Take down the edges of a state: the path, the target's number and `step_values`."""
        # What leads nowhere stands last, as in compiled code.
        found = sorted(edges, key=lambda edge: edge[1] is None)
        self._begins[number] = (len(found) + 1) << layout.START_COUNT | len(self._log)
        for path, target, steps in found:
            word = steps | self._label(path.names.get(OWED)) << layout.TARGET_BITS
            self._log.append(word | (0 if target is None else target + 1))

    def _label(self, owed: Class | None) -> int:
        if owed is None:
            return 0
        number = self._keys.setdefault(owed[:-1], len(self._keys))
        return 1 + 3 * number + STRENGTHS.index(owed.strength)

    def graph(self, initial: int) -> ExploredGraph:
        """The graph so far."""
        return ExploredGraph(
            count=len(self._begins),
            initial=initial,
            begins=Pointer(self._begins),
            logs=[Pointer(self._log)],
            masks=Pointer(self._masks),
            keys=list(self._keys),
            is_compiled=False,
            word=Pointer.__getitem__,
            owner=self,
        )
