"""Labelled graphs as tests write and draw them, and how they lie in the memory that the search reads.

They are plain data: what judges the search looks at these, never at words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any, Literal

from modelcheck.analysis.liveness.code import NativeMemory
from modelcheck.graph import layout
from modelcheck.graph.explored import ExploredGraph
from modelcheck.jit.memory import WORD, words_at
from modelcheck.jit.plain import Pointer

Strength = Literal["unfair", "weak", "strong"]
STRENGTHS: tuple[Strength, ...] = ("unfair", "weak", "strong")


@dataclass(frozen=True)
class Edge:
    """A step. `target` is None where it was cut off. `key` is its class, None where it has none.

    `steps` has a bit for each atom that looks behind the step and is true of it.
    """

    target: int | None
    key: int | None = None
    strength: Strength = "unfair"
    steps: int = 0


@dataclass(frozen=True)
class State:
    """`atoms` has a bit for each true atom; those that look behind a step are of the one that changes nothing.

    `edges` is None where nobody looked for them. Edges without a target stand last.
    """

    atoms: int
    edges: tuple[Edge, ...] | None


@dataclass(frozen=True)
class Labelled:
    """A graph whose first `initial` states are the initial ones."""

    states: tuple[State, ...]
    initial: int = 1
    of_steps: tuple[bool, ...] = (False, False, True)
    keys: int = 4

    def edge(self, state: int, number: int) -> Edge:
        """The edge of a state with a number; behind the last one is the step that changes nothing."""
        found = self.states[state]
        assert found.edges is not None
        return found.edges[number] if number < len(found.edges) else Edge(state, steps=found.atoms & self.step_atoms)

    def numbers(self, state: int) -> range:
        """The numbers of the edges of a state, the step that changes nothing among them."""
        edges = self.states[state].edges
        return range(0 if edges is None else len(edges) + 1)

    def letter(self, state: int, number: int) -> int:
        """The true atoms where a run goes along an edge."""
        return self.states[state].atoms & ~self.step_atoms | self.edge(state, number).steps

    def enabled(self, state: int, strength: Strength) -> set[int]:
        """The classes that a state enables and whose choices there are owed that strongly."""
        edges = self.states[state].edges or ()
        return {edge.key for edge in edges if edge.key is not None and edge.strength == strength}

    def supposing(self, supposed: Sequence[int]) -> Labelled:
        """The graph in which classes are owed as supposed: 1 not, 2 weakly, 3 strongly, 0 as they are."""

        def changed(edge: Edge) -> Edge:
            strength = 0 if edge.key is None else supposed[edge.key]
            return edge if strength == 0 else replace(edge, strength=STRENGTHS[strength - 1])

        def state(old: State) -> State:
            return old if old.edges is None else replace(old, edges=tuple(map(changed, old.edges)))

        return replace(self, states=tuple(map(state, self.states)))

    @property
    def step_atoms(self) -> int:
        """The atoms that look behind a step, as a mask."""
        return sum(1 << atom for atom, is_of_steps in enumerate(self.of_steps) if is_of_steps)


# -------------------------------------------------------------------------------------------------------------- memory


@dataclass
class _Words:
    begins: list[int] = field(default_factory=list)
    masks: list[int] = field(default_factory=list)
    logs: list[list[int]] = field(default_factory=lambda: [[], [], []])


def in_memory(graph: Labelled, *, is_compiled: bool) -> tuple[ExploredGraph, list[int]]:
    """The graph in lists or in native memory, and the bits of its atoms. Its edges lie in three logs."""
    bits = layout.atom_bits(graph.of_steps)
    words = _words(graph, bits)
    memory = NativeMemory() if is_compiled else None
    table: Callable[[list[int]], Any] = Pointer if memory is None else memory.table
    word: Callable[[Any, int], int] = Pointer.__getitem__ if memory is None else _word_at
    logs = [table(log) for log in words.logs]
    begins, masks = table(words.begins), table(words.masks)
    keys = list[object](range(graph.keys))
    return (
        ExploredGraph(len(graph.states), graph.initial, begins, logs, masks, keys, is_compiled, word, memory),
        bits,
    )


def _word_at(address: int, index: int) -> int:
    return words_at(address + index * WORD, 1)[0]


def _words(graph: Labelled, bits: Sequence[int]) -> _Words:
    words = _Words()
    for number, state in enumerate(graph.states):
        log = number * 7 % len(words.logs)
        place = log << layout.START_LOG | len(words.logs[log])
        count = 0 if state.edges is None else len(state.edges) + 1
        words.begins.append(count << layout.START_COUNT | place if count else 0)
        words.masks.append(_moved(state.atoms, bits))
        words.logs[log] += [_word(edge, bits) for edge in state.edges or ()]
    return words


def _word(edge: Edge, bits: Sequence[int]) -> int:
    label = 0 if edge.key is None else 1 + 3 * edge.key + STRENGTHS.index(edge.strength)
    return _moved(edge.steps, bits) | label << layout.TARGET_BITS | (0 if edge.target is None else edge.target + 1)


def _moved(atoms: int, bits: Sequence[int]) -> int:
    return sum(1 << bit for atom, bit in enumerate(bits) if atoms >> atom & 1)


# ------------------------------------------------------------------------------------------------------------- chances


@dataclass(frozen=True)
class Taste:
    """What sort of graph is drawn: the most states, and how often, in percent, an edge has a class, is owed strongly,
    is owed as all of its class are, is cut off, and how often the edges of a state are unknown.
    """

    states: int = 10
    owed: int = 60
    strong: int = 50
    usual: int = 85
    cut: int = 10
    unknown: int = 5


TASTES = (
    Taste(),
    Taste(states=6, owed=90, strong=80, cut=20),
    Taste(states=14, owed=80, strong=90, cut=5, unknown=0),
    Taste(states=8, owed=70, strong=5),
    Taste(states=30, owed=40),
    Taste(states=5, owed=95, usual=20, cut=40, unknown=0),
    Taste(states=20, owed=50, strong=100, usual=100, unknown=0),
)


def drawn(dice: Random, taste: Taste) -> Labelled:
    """A random graph. States mostly lead to near ones, so that there are components of all sizes."""
    count = dice.randint(1, taste.states)
    keys = dice.randint(1, 4)
    usual = [_strength(dice, taste) for _ in range(keys)]
    spread = dice.choice([1, 2, count])
    density = dice.choice([1, 2, 3])
    letters = [dice.randrange(8) for _ in range(dice.randint(1, 4))]

    def edge(source: int) -> Edge:
        target = None if _chance(dice, taste.cut) else (source + dice.randint(-spread, spread)) % count
        key = dice.randrange(keys) if _chance(dice, taste.owed) else None
        strength = "unfair" if key is None else usual[key] if _chance(dice, taste.usual) else _strength(dice, taste)
        return Edge(target, key, strength, dice.choice(letters) & 4)

    def edges(source: int) -> Iterator[Edge]:
        yield from sorted((edge(source) for _ in range(dice.randint(0, 2 * density))), key=lambda e: e.target is None)

    states = tuple(
        State(dice.choice(letters), None if _chance(dice, taste.unknown) else tuple(edges(number)))
        for number in range(count)
    )
    return _reached(Labelled(states, dice.randint(1, min(3, count)), keys=keys))


def _reached(graph: Labelled) -> Labelled:
    """What can be reached of a graph, numbered in the order of a breadth-first search, as an engine does."""
    numbers = {number: number for number in range(graph.initial)}
    order = list(numbers)
    for state in order:
        for edge in graph.states[state].edges or ():
            if edge.target is not None and edge.target not in numbers:
                numbers[edge.target] = len(order)
                order.append(edge.target)

    def renamed(edge: Edge) -> Edge:
        return edge if edge.target is None else replace(edge, target=numbers[edge.target])

    states = (graph.states[state] for state in order)
    return replace(
        graph,
        states=tuple(s if s.edges is None else replace(s, edges=tuple(map(renamed, s.edges))) for s in states),
    )


def _strength(dice: Random, taste: Taste) -> Strength:
    return "strong" if _chance(dice, taste.strong) else dice.choice(["weak", "weak", "weak", "unfair"])


def _chance(dice: Random, percent: int) -> bool:
    return dice.randrange(100) < percent
