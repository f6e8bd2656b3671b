"""The syntax tree: plain data, so that it can be cached without running code when it is read back."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.frozen import Frozen

MAX_DEPTH = 200
"""How deep a syntax tree may be, counted in nodes from the root. Deeper constructs are an error (MC114).

A chain of one associative, short-circuiting operator (`a or b or c …`, `… and …`) of more than 16 terms is balanced, so
that it may have thousands of terms; every other chain (`a + b + …`, `a implies b implies …`) nests a level for each of
them.
"""


class Node(Frozen):
    """A rule of `frontend/grammar.lark` applied, or a token.

    `rule` is the rule's or alias's name, or the terminal's name for a token (then `text` holds its characters and
    `children` is empty). An optional part that is absent is a `None` child, so the position of a child has a meaning;
    keywords and punctuation are dropped unless the rule keeps its tokens (`!`). `start` and `end` are character
    offsets.
    """

    rule: str
    start: int
    end: int
    children: tuple[Node | None, ...] = ()
    text: str = ""

    def child(self, index: int) -> Node:
        """The child at `index`, which the grammar guarantees to be there."""
        found = self.children[index]
        if found is None:
            raise LookupError(f"{self.rule} has no child {index}")
        return found

    def present(self) -> tuple[Node, ...]:
        """The children that are there, in order."""
        return tuple(node for node in self.children if node is not None)

    def find(self, rule: str) -> Node | None:
        """The first child made by `rule`, if any."""
        return next((node for node in self.present() if node.rule == rule), None)

    def walk(self) -> Iterator[Node]:
        """The node and all below it, parents first, in source order."""
        pending = [self]
        while pending:
            node = pending.pop()
            yield node
            pending.extend(reversed(node.present()))
