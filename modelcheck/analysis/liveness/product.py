"""The product of an explored graph and an automaton, in the memory that the search works on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from modelcheck.analysis.liveness import slots
from modelcheck.analysis.liveness.code import Call, NativeMemory, PlainMemory, compiled_calls, plain_calls
from modelcheck.frozen import Frozen
from modelcheck.graph.layout import STEP_SHIFT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from modelcheck.graph.explored import ExploredGraph
    from modelcheck.ltl.automaton import Automaton, Transition

LOOK_SECONDS = 0.02
"""How long nobody looks at the limits while compiled code runs."""

IsOver = Callable[[int], bool]
"""Whether a search has to stop that is about to take so many bytes more."""


class StoppedError(Exception):
    """A limit came before the answer."""


class Step(Frozen):
    """A step of a way through the product: from a node by an edge of its state, by number, to a node."""

    node: int
    edge: int
    target: int


class Product:
    """One automaton beside one graph. `bits` gives the bit of each atom in the masks of the graph.

    `supposed` says, by class, how strongly it is to be owed, 1 not at all to 3 strongly; 0 as its labels say.
    """

    def __init__(
        self,
        graph: ExploredGraph,
        automaton: Automaton,
        bits: Sequence[int],
        is_over: IsOver,
        supposed: Sequence[int] | None = None,
    ) -> None:
        self.graph, self.automaton, self.bits = graph, automaton, bits
        self.states = automaton.states
        self._shift = (slots.RECORD_NODES + self.states - 1).bit_length()
        self._is_over = is_over
        self._supposed = [0] * len(graph.keys) if supposed is None else supposed
        self._memory: Any
        if graph.is_compiled:
            self._memory = NativeMemory()
            self._call, self._code = self._compiled_calls()
        else:
            self._memory, self._code = PlainMemory(), None
            self._call = plain_calls()
        self.ctx = self._memory.table([0] * slots.CTX_WORDS)
        self._fill()

    def _compiled_calls(self) -> tuple[Call, object]:
        from modelcheck.jit.aside import GivenUpError, wait_for  # noqa: PLC0415 - needed with large graphs only

        try:
            return wait_for(compiled_calls, partial(self._is_over, 0))
        except GivenUpError:
            raise StoppedError from None

    # -------------------------------------------------------------------------------------------------------- memory

    def get(self, slot: int) -> int:
        """A word of `ctx`."""
        return self.graph.word(self.ctx, slot)

    def set(self, slot: int, value: Any) -> None:  # noqa: ANN401 - a number or an address
        """Store a word of `ctx`."""
        self._memory.store(self.ctx, slot, value)

    def at(self, slot: int, index: int) -> int:
        """A word of the memory whose address stands in `ctx`."""
        return self.graph.word(self.get(slot), index)

    def _fill(self) -> None:
        graph, memory = self.graph, self._memory
        nodes, classes = graph.count * self.states, max(1, len(graph.keys))
        for slot, value in ((slots.BEGINS, graph.begins), (slots.MASKS, graph.masks), (slots.COUNT, graph.count)):
            self.set(slot, value)
        for log, address in enumerate(graph.logs):
            self.set(slots.LOG_TABLE + log, address)
        self.set(slots.SHIFT, self._shift)
        self.set(slots.OFFSET, (1 << self._shift) - 1)
        self.set(slots.COUNTER, slots.VISITED)
        self.set(slots.REGIONS, slots.BARRED)
        self._fill_automaton()
        # All of these are written to at once; of the rest what the search needs, while somebody looks.
        if self._is_over(memory.bytes_touched(graph.count << self._shift, 14 * nodes)):
            raise StoppedError
        self.set(slots.RECORDS, memory.scattered_words(graph.count << self._shift))
        self.set(slots.NODES, memory.words(nodes))
        self.set(slots.FRAMES, memory.words(slots.FRAME * (nodes + 1)))
        self.set(slots.PASSED, memory.words(nodes))
        self.set(slots.PENDING, memory.words(6 * nodes + 8))
        self.set(slots.TOUCHED, memory.words(classes))
        table = memory.words(classes * slots.CLASS)
        self.set(slots.CLASSES, table)
        for key, supposed in enumerate(self._supposed):
            memory.store(table, key * slots.CLASS + slots.CLASS_SUPPOSED, supposed)

    def _fill_automaton(self) -> None:
        memory, groups = self._memory, hopeful_groups(self.automaton)
        # A state of the automaton has the number of its words in a record.
        before = [0] * slots.RECORD_NODES
        firsts, moves = self._moves(groups)
        roots = [slots.RECORD_NODES + state for state in self.automaton.initial]
        for slot, values in (
            (slots.FIRSTS, [*before, *firsts]),
            (slots.MOVES, moves),
            (slots.GROUPS, [*before, *groups]),
            (slots.ROOTS, roots),
            (slots.EVERYWHERE, [*before, *self._everywhere()]),
        ):
            self.set(slot, memory.table(values))
        self.set(slots.STATES, self.states)
        self.set(slots.ALL_MARKS, self.automaton.all_marks)
        self.set(slots.GROUP_COUNT, max(groups, default=0))
        self.set(slots.ROOT_COUNT, len(roots))

    def _everywhere(self) -> list[int]:
        found = reached_everywhere(
            self.automaton, sum(1 << atom for atom, bit in enumerate(self.bits) if bit >= STEP_SHIFT)
        )
        return [int(state in found) for state in range(self.states)]

    def _moves(self, groups: list[int]) -> tuple[list[int], list[int]]:
        firsts, moves = [0], list[int]()
        for state, row in enumerate(self.automaton.transitions):
            for move in row:
                stays = int(groups[move.target] == groups[state])
                must, must_not = self._mask(move.must), self._mask(move.must_not)
                moves += [slots.RECORD_NODES + move.target, must, must_not, move.marks, stays]
            firsts.append(len(moves) // slots.MOVE)
        return firsts, moves

    def _mask(self, atoms: int) -> int:
        return sum(1 << bit for atom, bit in enumerate(self.bits) if atoms >> atom & 1)

    # -------------------------------------------------------------------------------------------------------- search

    def find_components(self) -> bool:
        """Find the fair components; whether there is one. Raises `StoppedError`."""
        if self._run("search_all", self.graph.initial):
            raise StoppedError
        return self.get(slots.FAIR_COUNT) != 0

    def seek(
        self, sources: Sequence[int], region: int, kind: int, argument: int, longest: int = slots.NONE
    ) -> list[Step] | None:
        """A shortest way from one of some nodes within a region (0: anywhere) to what is sought; None if there is none.

        Where a node is sought that a source is, the way is empty. Nodes, or the beginnings of edges, more than
        `longest` steps away are not looked at. Raises `StoppedError`.
        """
        self.set(slots.EPOCH, self.get(slots.EPOCH) + 1)
        assert self.get(slots.EPOCH) <= slots.MOST_EPOCHS
        self.set(slots.TOP, 0)
        for source in sources:
            self._call["enter"](self.ctx, source, self.get(slots.TOP))
        if not self._run("seek", region, kind, argument, longest):
            return None
        node, edge, target = self.found_node(), self.get(slots.FOUND_EDGE), self.get(slots.FOUND_TARGET)
        last = [] if edge == slots.NONE else [Step(node, edge, target)]
        return [*self._way_to(self.get(slots.FOUND_PLACE)), *last]

    def found_node(self) -> int:
        """Where the last way that was sought to a node ends."""
        return self._queued(self.get(slots.FOUND_PLACE))[0]

    def region(self, node: int) -> int:
        """The region of a node."""
        return self.at(slots.RECORDS, node) & (slots.FAIR | slots.REGION)

    def node(self, number: int, state: int) -> int:
        """The node of a state of the graph and one of the automaton."""
        return (number << self._shift) + slots.RECORD_NODES + state

    def parts(self, node: int) -> tuple[int, int]:
        """The states of the graph and of the automaton that a node is of."""
        return node >> self._shift, (node & ((1 << self._shift) - 1)) - slots.RECORD_NODES

    def _queued(self, place: int) -> tuple[int, int]:
        at = place * slots.QUEUED
        return self.at(slots.FRAMES, at + slots.QUEUED_NODE), self.at(slots.FRAMES, at + slots.QUEUED_PARENT)

    def _way_to(self, place: int) -> list[Step]:
        steps: list[Step] = []
        while True:
            node, parent = self._queued(place)
            if parent == place:
                return steps[::-1]
            before, _ = self._queued(parent)
            steps.append(Step(before, self._edge_between(before, node), node))
            place = parent

    def _edge_between(self, node: int, target: int) -> int:
        edges = [edge for edge, moves in self.moves_between(node, target) if moves]
        # The last may be the step that changes nothing, which is easier to understand, or to leave out.
        number, _ = self.parts(node)
        idle = self.graph.edge_count(number)
        return idle if idle in edges else edges[0]

    def moves_between(self, node: int, target: int) -> Iterator[tuple[int, list[Transition]]]:
        """The edges from a node's state to another's, by number, each with the moves of the automaton by it."""
        (number, q), (wanted, r) = self.parts(node), self.parts(target)
        for edge, reached, letter in self.graph.letters(number):
            if reached == wanted:
                yield edge, [m for m in self.automaton.transitions[q] if m.target == r and self._admits(m, letter)]

    def _admits(self, move: Transition, letter: int) -> bool:
        must, must_not = self._mask(move.must), self._mask(move.must_not)
        return letter & must == must and not letter & must_not

    def _run(self, name: str, *arguments: int) -> int:
        """Call a function, so that a limit or Ctrl-C ends it. Raises `StoppedError`."""
        if self._is_over(0):
            raise StoppedError
        if not self.graph.is_compiled:
            return int(self._call[name](self.ctx, *arguments))
        results: list[int] = []
        thread = threading.Thread(target=lambda: results.append(self._call[name](self.ctx, *arguments)), daemon=True)
        thread.start()
        is_told = False
        try:
            while thread.is_alive():
                thread.join(LOOK_SECONDS)
                if self._is_over(0):
                    is_told = True
                    self.set(slots.STOP, 1)
        finally:
            # What it writes to must outlive it.
            if thread.is_alive():
                self.set(slots.STOP, 1)
            thread.join()
        # Once it was told to stop, what it returns means nothing, even if the limit is not reached any more.
        if is_told or self._is_over(0):
            raise StoppedError
        return results[0]


def hopeful_groups(automaton: Automaton) -> list[int]:
    """For each state the number of its strongly connected component, from 1, if a cycle through it can see all marks.

    0 elsewhere: no component of the product need be looked at there.
    """
    rows = automaton.transitions
    reach = [{move.target for move in row} for row in rows]
    for via in range(len(rows)):
        for found in reach:
            if via in found:
                found.update(reach[via])
    groups, last = [0] * len(rows), 0
    for state in range(len(rows)):
        component = {other for other in reach[state] if state in reach[other]}
        marks = 0
        for other in component:
            for move in rows[other]:
                marks |= move.marks if move.target in component else 0
        if state in component and marks == automaton.all_marks and not groups[state]:
            last += 1
            for other in component:
                groups[other] = last
    return groups


def reached_everywhere(automaton: Automaton, of_steps: int) -> set[int]:
    """The states of an automaton that are reached with every state of a graph beside which they can go on.

    `of_steps` are the atoms that look behind a step. One in which the automaton begins and can always wait is reached
    everywhere, and so is one that is reached from there with the step that changes nothing, wherever it can go on.
    """
    rows = automaton.transitions
    waits = {q for q in automaton.initial if any(m.target == q and not m.must | m.must_not for m in rows[q])}
    found, queue = set(waits), list(waits)
    while queue:
        for move in rows[queue.pop()]:
            if move.target not in found and not (move.must | move.must_not) & of_steps:
                onward = rows[move.target]
                if all(m.must & move.must == move.must and m.must_not & move.must_not == move.must_not for m in onward):
                    found.add(move.target)
                    queue.append(move.target)
    return found
