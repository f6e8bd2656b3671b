"""Compiled `canonicalise`: it runs on the tables of a plan, so one serves all programs."""

from __future__ import annotations

from modelcheck.engines.native import slots
from modelcheck.engines.native.loops import canonical
from modelcheck.engines.native.plan import Plan
from modelcheck.engines.native.store import Store
from modelcheck.jit.memory import Words
from modelcheck.jit.translate import DECLARATIONS, Signature, signature_of, translate

EXPORTED = ("canonicalise",)

SIGNATURE = Signature(("ptr", "ptr", "ptr"), "i64")
"""Of `reduce_state`, by which the search calls it: ctx, own and the state; what it returns is what `settle` does."""

_CALLED = f"""declare i64 @canonicalise(ptr, ptr, ptr)
define i64 @reduce_state(ptr %ctx, ptr %own, ptr %p) {{
  %at.plan = getelementptr i64, ptr %ctx, i64 {slots.PLAN}
  %plan = load ptr, ptr %at.plan, align 8
  %at.scratch = getelementptr i64, ptr %own, i64 {slots.SCRATCH}
  %scratch = load ptr, ptr %at.scratch, align 8
  %order = call i64 @canonicalise(ptr %plan, ptr %scratch, ptr %p)
  ret i64 %order
}}
"""

_ABSENT = """define i64 @reduce_state(ptr %ctx, ptr %own, ptr %p) {
  ret i64 0
}
"""


def call_text(*, reduced: bool) -> str:
    """How the search calls `canonicalise`, or what stands there where nothing is reduced."""
    return _CALLED if reduced else _ABSENT


def module_text() -> str:
    """The module with `canonicalise`."""
    constants = {name: value for name, value in vars(canonical).items() if name.isupper() and isinstance(value, int)}
    callees = {function.__name__: signature_of(function) for function in canonical.FUNCTIONS}
    return "\n".join([DECLARATIONS, *(translate(function, constants, callees) for function in canonical.FUNCTIONS)])


class Reduction:
    """A plan at the disposal of a search."""

    def __init__(self, plan: Plan, store: Store) -> None:
        self._plan, self._store = plan, store
        self._scratch = [Words(plan.scratch_words) for _ in store.own]
        store.ctx[slots.PLAN] = plan.tables.address
        for own, scratch in zip(store.own, self._scratch, strict=True):
            own[slots.SCRATCH] = scratch.address
        self._counted, self._stands_for = 0, 0
        self._is_counted = plan.order > 0

    @property
    def is_exact(self) -> bool:
        """Whether one stored state alone stands for each orbit."""
        return not any(scratch[slots.INEXACT] for scratch in self._scratch)

    def count(self) -> None:
        """Take over for how many states those stand that were stored since the last time.

        To be called while nobody searches, and often enough that the words in which they are summed do not overflow.
        """
        stored = self._store.stored()
        self._is_counted = self._is_counted and (stored - self._counted) * self._plan.order < 1 << 64
        self._counted = stored
        for scratch in self._scratch:
            self._stands_for += scratch[slots.ORBITS]
            scratch[slots.ORBITS] = 0

    def distinct(self) -> int | None:
        """For how many states those stand that are stored; None where that is not known."""
        self.count()
        return self._stands_for if self.is_exact and self._is_counted else None
