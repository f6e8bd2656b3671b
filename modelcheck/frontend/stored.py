"""A syntax tree as flat JSON data, for the cache, and back. Reading checks everything: the data may be anything."""

from __future__ import annotations

from typing import Any

from modelcheck.syntax import MAX_DEPTH, Node

# Entries of the list, children before their parents: null for an absent part, [rule, start, end, text] for a token,
# [rule, start, end, number of children] for a node.


def encode(root: Node) -> list[Any]:
    """The tree as a flat list, so that no nesting limit of JSON applies."""
    entries: list[Any] = []
    pending: list[Node | None] = [root]
    while pending:
        node = pending.pop()
        if node is None:
            entries.append(None)
        elif node.text or not node.children:
            entries.append([node.rule, node.start, node.end, node.text])
        else:
            entries.append([node.rule, node.start, node.end, len(node.children)])
            pending.extend(node.children)
    entries.reverse()
    return entries


def decode(data: object, length: int) -> Node | None:
    """The tree, or None if the data is not that of a tree over a text of `length` characters."""
    if not isinstance(data, list):
        return None
    stack: list[tuple[Node | None, int]] = []
    for entry in data:
        if entry is None:
            stack.append((None, 0))
            continue
        if not (isinstance(entry, list) and len(entry) == 4):  # noqa: PLR2004 - see above
            return None
        rule, start, end, last = entry
        if not (isinstance(rule, str) and type(start) is int and type(end) is int and 0 <= start <= end <= length):
            return None
        if isinstance(last, str):
            stack.append((Node(rule, start, end, (), last), 1))
        elif type(last) is int and 0 < last <= len(stack):
            parts = stack[-last:]
            del stack[-last:]
            depth = 1 + max(depth for _, depth in parts)
            if depth > MAX_DEPTH + 1:
                return None
            stack.append((Node(rule, start, end, tuple(node for node, _ in parts)), depth))
        else:
            return None
    if len(stack) != 1 or stack[0][0] is None or stack[0][0].rule != "start":
        return None
    return stack[0][0]
