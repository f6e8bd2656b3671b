"""The LALR(1) machine on persistent stacks: a stack is a linked list of frames, so keeping or forking one is free."""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct

from modelcheck.frontend.tables import END, Rule, Tables
from modelcheck.frozen import Frozen, field
from modelcheck.syntax import MAX_DEPTH, Node

BALANCE_FROM = 17

UNNAMED = "_"
"""The name of a protocol that has none."""

_CHAINS = frozenset({"or_", "and_"})
_STATEMENTS = frozenset({"block", "if_", "else_", "for_", "choose", "either", "tail", "agent", "start"})
_CONTAINERS = {"start": 1, "agent": 1, "check": 1, "transitions": 0, "block": 0, "faults": 0}
"""Nodes that can do without one of their items, with how many children come before the items."""


class Hole(NamedTuple):
    """Stands where a part of the tree is missing or wrong; the smallest item around it is left out of the tree."""

    start: int
    end: int


class Excess(NamedTuple):
    """A construct that is nested too deeply: bodies within bodies, or an expression."""

    start: int
    end: int
    statement: bool


class Chain(Frozen):
    """Operands of an associative operator, not yet made into nodes, as a list from the last to the first.

    `deepest` is the depth of the deepest operand.
    """

    rule: str
    left: Chain | Node
    right: Node
    start: int
    end: int
    count: int
    deepest: int

    @property
    def depth(self) -> int:
        """The depth of the tree that it will be."""
        return self.deepest + (self.count - 1 if self.count < BALANCE_FROM else (self.count - 1).bit_length())


Value = Node | Hole | Chain | list["Node | Hole | Chain | None"] | None


class Frame(NamedTuple):
    """The top of a stack. `depth` is that of the tree in `value`."""

    below: Frame | None
    state: int
    value: Value = None
    start: int = 0
    end: int = 0
    depth: int = 0


class Machine(Struct):
    """Runs the tables. `dropped` collects the holes that were left out of the tree, `too_deep` what was too deep.

    `effort` counts the reductions that were only tried out. `has_holes` says that some token's meaning is unclear.
    """

    tables: Tables
    dropped: list[Hole] = field(default_factory=list)
    too_deep: list[Excess] = field(default_factory=list)
    effort: int = 0
    has_holes: bool = False
    _ways: dict[tuple[int, int, str], int] = field(default_factory=dict)

    def initial(self) -> Frame:
        """The empty stack."""
        return Frame(None, self.tables.start_state)

    def shift(self, stack: Frame, terminal: str, value: Value, start: int, end: int) -> Frame | None:
        """The stack after a terminal, or None if it is not acceptable. At the end of the text, the accepting stack."""
        tables = self.tables
        actions, rules = tables.actions, tables.rules
        while True:
            action = actions[stack.state].get(terminal)
            if action is None:
                return None
            if action >= 0:
                return Frame(stack, action, value, start, end, 1)
            rule = rules[~action]
            if rule.is_transparent:
                stack = stack._replace(state=self._passed_through(stack, terminal))
                continue
            stack = self._reduce(stack, rule, start)
            if terminal == END and stack.state == tables.end_state:
                return stack

    def accepts(self, stack: Frame, terminal: str) -> Frame | None:
        """As `shift`, without values: for trying things out."""
        tables = self.tables
        actions, gotos, rules = tables.actions, tables.gotos, tables.rules
        while True:
            action = actions[stack.state].get(terminal)
            if action is None:
                return None
            if action >= 0:
                return Frame(stack, action)
            rule = rules[~action]
            if rule.is_transparent:
                stack = Frame(stack.below, self._passed_through(stack, terminal))
                continue
            self.effort += 1
            below = stack
            for _ in range(rule.size):
                assert below.below is not None, "a reduction never empties the stack"
                below = below.below
            stack = Frame(below, gotos[below.state][rule.origin])
            if terminal == END and stack.state == tables.end_state:
                return stack

    def _passed_through(self, stack: Frame, terminal: str) -> int:
        """The top state after all transparent reductions that `terminal` asks for.

        An operand climbs some twenty levels of precedence this way, always the same ones, so the way is remembered.
        """
        assert stack.below is not None, "a reduction never empties the stack"
        below, state = stack.below.state, stack.state
        key = (below, state, terminal)
        found = self._ways.get(key)
        if found is None:
            tables = self.tables
            action = tables.actions[state].get(terminal, 0)
            while action < 0 and tables.rules[~action].is_transparent:
                state = tables.gotos[below][tables.rules[~action].origin]
                action = tables.actions[state].get(terminal, 0)
            found = self._ways[key] = state
        return found

    def _reduce(self, stack: Frame, rule: Rule, position: int) -> Frame:
        parts: list[Frame] = []
        below = stack
        for _ in range(rule.size):
            parts.append(below)
            assert below.below is not None, "a reduction never empties the stack"
            below = below.below
        parts.reverse()
        state = self.tables.gotos[below.state][rule.origin]
        solid = [part for part in parts if part.end > part.start]
        start, end = (solid[0].start, solid[-1].end) if solid else (below.end or position, below.end or position)
        depth = max((part.depth for part in parts), default=0)
        if rule.is_helper:
            return Frame(below, state, self._children(rule, parts), start, end, depth)
        if rule.name in _CHAINS and rule.size == 3:  # noqa: PLR2004 - left operand, operator, right operand
            return self._chain(rule.name, parts, Frame(below, state, None, start, end))
        children = self._children(rule, parts)
        frame = Frame(below, state, None, start, end, depth)
        if rule.collapsing and len(children) == 1:
            # Parentheses leave no node, but somebody has to read them.
            depth += rule.size > 1
            if depth > MAX_DEPTH:
                return frame._replace(value=self._excess(start, end), depth=0)
            return frame._replace(value=children[0], depth=depth)
        return self._node(rule.name, children, frame)

    def _children(self, rule: Rule, parts: list[Frame]) -> list[Node | Hole | Chain | None]:
        children: list[Node | Hole | Chain | None] = []
        for pick in rule.picks:
            if pick is None:
                children.append(None)
                continue
            value = parts[pick if pick >= 0 else ~pick].value
            if isinstance(value, list):
                children.extend(value)
            else:
                children.append(value)
        if self.has_holes:
            # A sign is no child, but where one stands for what could not be understood, the item is in doubt.
            picked = {pick if pick >= 0 else ~pick for pick in rule.picks if pick is not None}
            signs = [part.value for index, part in enumerate(parts) if index not in picked]
            children.extend(sign for sign in signs if isinstance(sign, Hole))
        return children

    def _chain(self, rule: str, parts: list[Frame], frame: Frame) -> Frame:
        left, right = parts[0].value, settle(parts[2].value)
        if not isinstance(left, Node | Chain) or not isinstance(right, Node):
            return frame._replace(value=Hole(frame.start, frame.end))
        if isinstance(left, Chain) and left.rule == rule:
            count, deepest = left.count + 1, max(left.deepest, parts[2].depth)
        else:
            left = settle(left)
            assert isinstance(left, Node), "settling makes nodes"
            count, deepest = 2, max(parts[0].depth, parts[2].depth)
        chain = Chain(rule, left, right, frame.start, frame.end, count, deepest)
        if chain.depth > MAX_DEPTH:
            return frame._replace(value=self._excess(frame.start, frame.end))
        return frame._replace(value=chain, depth=chain.depth)

    def _excess(self, start: int, end: int, *, statement: bool = False) -> Hole:
        self.too_deep.append(Excess(start, end, statement))
        return Hole(start, end)

    def _node(self, name: str, children: list[Node | Hole | Chain | None], frame: Frame) -> Frame:
        start, end = frame.start, frame.end
        settled = [settle(child) for child in children]
        first_item = _CONTAINERS.get(name)
        if name == "start" and isinstance(settled[0], Hole):
            settled[0] = Node("NAME", settled[0].start, settled[0].start, (), UNNAMED)
        kept: list[Node | None] = []
        for index, child in enumerate(settled):
            if not isinstance(child, Hole):
                kept.append(child)
            elif first_item is not None and index >= first_item:
                self.dropped.append(child)
            else:
                return frame._replace(value=Hole(start, end), depth=0)
        if frame.depth >= MAX_DEPTH:
            return frame._replace(value=self._excess(start, end, statement=name in _STATEMENTS), depth=0)
        return frame._replace(value=Node(name, start, end, tuple(kept)), depth=frame.depth + 1)


def settle(value: Value) -> Node | Hole | None:
    """Make the nodes of a chain; anything else is returned as it is."""
    assert not isinstance(value, list), "helpers are spliced into their parents"
    if not isinstance(value, Chain):
        return value
    cells: list[Chain] = []
    rest: Chain | Node = value
    while isinstance(rest, Chain) and rest.rule == value.rule:
        cells.append(rest)
        rest = rest.left
    assert isinstance(rest, Node), "a chain starts with a node"
    cells.reverse()
    if value.count >= BALANCE_FROM:
        return _balanced(value.rule, [rest, *(cell.right for cell in cells)])
    for cell in cells:
        rest = Node(value.rule, cell.start, cell.end, (rest, cell.right))
    return rest


def _balanced(rule: str, terms: list[Node]) -> Node:
    if len(terms) == 1:
        return terms[0]
    middle = (len(terms) + 1) // 2
    left, right = _balanced(rule, terms[:middle]), _balanced(rule, terms[middle:])
    return Node(rule, left.start, right.end, (left, right))
