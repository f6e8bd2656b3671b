"""Words of expressions, kept for as long as nothing that they read has changed.

Loops over ids are written out, and much of their bodies does not depend on the id: it is the same term each time. Z3
keeps equal terms once, but to find out that they are takes as long as to make them.
"""

from __future__ import annotations

from msgspec import Struct

from modelcheck.engines.symbolic.words import Word
from modelcheck.frozen import field
from modelcheck.kernel import program as ir
from modelcheck.kernel.walk import children

Key = tuple[int, ...]


class _Uses(Struct, frozen=True, eq=False):
    """What an expression depends on: locals, by index, and perhaps the state."""

    node: ir.Expr
    """Kept, so that no other object gets its id."""
    locals: tuple[int, ...]
    state: bool


class Shared(Struct):
    """What was written out in one place. `version` tells the state that is read from those before it."""

    version: int = 0
    _last: int = 0
    _uses: dict[int, _Uses] = field(default_factory=dict)
    _found: dict[Key, tuple[Word, tuple[Word, ...]]] = field(default_factory=dict)
    """With the words of the locals, so that no other objects get their ids."""

    def change(self) -> None:
        """The state is another one than any before."""
        self._last += 1
        self.version = self._last

    def key(self, node: ir.Expr, bindings: dict[int, Word]) -> Key:
        """What the word of an expression depends on."""
        uses = self._uses_of(node)
        return (id(node), self.version if uses.state else 0, *[id(bindings[index]) for index in uses.locals])

    def found(self, key: Key) -> Word | None:
        """The word, if it was written out before."""
        found = self._found.get(key)
        return None if found is None else found[0]

    def keep(self, key: Key, word: Word, node: ir.Expr, bindings: dict[int, Word]) -> Word:
        """Take a note of it."""
        self._found[key] = word, tuple(bindings[index] for index in self._uses[id(node)].locals)
        return word

    def _uses_of(self, node: ir.Expr) -> _Uses:
        known = self._uses.get(id(node))
        if known is not None:
            return known
        parts = [self._uses_of(child) for child in children(node)]
        used = {index for part in parts for index in part.locals}
        match node:
            case ir.Local(index):
                used = {index}
            case ir.Reduce(_, local):
                used.discard(local.index)
            case ir.Let(local, value):
                used = set(self._uses_of(node.body).locals) - {local.index} | set(self._uses_of(value).locals)
            case _:
                pass
        state = isinstance(node, ir.Read) or any(part.state for part in parts)
        uses = self._uses[id(node)] = _Uses(node, tuple(sorted(used)), state)
        return uses
