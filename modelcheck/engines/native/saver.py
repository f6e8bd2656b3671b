"""Between a store and the files of a checkpoint: saving at the end of a level, and going on from there."""

from __future__ import annotations

import ctypes
import time
from array import array
from collections.abc import Mapping
from contextlib import closing
from typing import TYPE_CHECKING

from modelcheck.engines.base import Saving
from modelcheck.engines.native import slots
from modelcheck.engines.native.checkpoint import CheckpointError, Files, Identity, Manifest, Progress, require_same
from modelcheck.jit.memory import WORD, bytes_at

if TYPE_CHECKING:
    from modelcheck.engines.native.explorer import Explorer
    from modelcheck.engines.native.findings import Explored
    from modelcheck.engines.native.store import Store

SHARE = 1 << (slots.PLACE_BITS - 1)
"""How many states an arena takes when a checkpoint is loaded: half of what it can hold."""


class Saver:
    """Saves a search now and then, while that is possible. `manifest` is what it goes on from, if it does."""

    def __init__(self, files: Files, every_seconds: float, manifest: Manifest | None) -> None:
        self.files, self.every_seconds, self.manifest = files, every_seconds, manifest
        self._saved = time.monotonic()
        self.problem = ""
        """Why there are no more checkpoints, if there are none: the search goes on, and the last is whole."""

    def is_due(self) -> bool:
        """Whether enough time has passed since the last checkpoint."""
        return not self.problem and time.monotonic() - self._saved >= self.every_seconds

    # ------------------------------------------------------------------------------------------------------- saving

    def save(self, store: Store, level: int, cuts: int, targets: Mapping[str, tuple[str, int]]) -> None:
        """Save all states before the end of a level that was not begun, and what was counted and found before it."""
        if self.problem:
            return
        try:
            self._append(store, level)
            self.files.commit(_progress(store, level, cuts, targets))
        except CheckpointError as error:
            self.problem = str(error)
        self._saved = time.monotonic()

    def _append(self, store: Store, level: int) -> None:
        rows = array("Q")
        for row in range(self.files.levels, level + 2):
            begins, ends = store.row(row - 1) if row else (0,) * store.workers, store.row(row)
            rows.append(sum(ends))
            for worker, (begin, end) in enumerate(zip(begins, ends, strict=True)):
                if begin < end:
                    self.files.append_states(_words(store, worker, begin, end))
        self.files.append_levels(memoryview(rows).cast("B"), len(rows))

    # ------------------------------------------------------------------------------------------------------ loading

    def load(self, store: Store) -> None:
        """Fill the arenas, the levels and the counters from the files; the table is left to the caller."""
        manifest = self.manifest
        assert manifest is not None
        progress = manifest.progress
        if progress.states > SHARE * store.workers:
            raise CheckpointError(f"so many states need at least {-(-progress.states // SHARE)} workers")
        levels = array("Q", bytes(self.files.read_levels(manifest)))
        shares = [min(SHARE, max(0, progress.states - worker * SHARE)) for worker in range(store.workers)]
        self.files.read_states(manifest, [_words(store, worker, 0, share) for worker, share in enumerate(shares)])
        log = (ctypes.c_uint64 * (len(levels) * store.workers)).from_address(store.ctx[slots.LOG])
        for worker, share in enumerate(shares):
            store.ctx[slots.COUNTS + slots.LINE * worker] = share
            for row, count in enumerate(levels):
                log[row * store.workers + worker] = min(share, max(0, count - worker * SHARE))
        store.ctx[slots.LEVEL], store.ctx[slots.STORED] = progress.level, progress.states
        own = store.own[0]
        own[slots.TRANSITIONS], own[slots.CUT] = progress.transitions, progress.cuts
        for action, count in enumerate(progress.fired):
            own[slots.FIRED + action] = count


def run_saving(explorer: Explorer, saving: Saving, manifest: Manifest | None, room: int, whole: str = "") -> Explored:
    """Run a search with checkpoints, from a manifest if there is one.

    `room` and `whole` are the caller's own and stand in the manifests. Raises `CheckpointError`.
    """
    identity = Identity.of(explorer.program, explorer.layout, explorer.symmetry, deadlock=explorer.setting.deadlock)
    if manifest is not None:
        require_same(manifest, identity)
    with closing(Files(saving.folder, identity, room, whole, fresh=manifest is None)) as files:
        saver = Saver(files, saving.every_seconds, manifest)
        found = explorer.run(saver)
        found.unsaved = saver.problem
        return found


def _progress(store: Store, level: int, cuts: int, targets: Mapping[str, tuple[str, int]]) -> Progress:
    for own in store.own:
        cuts |= own[slots.CUT + store.counters]
    return Progress(
        level,
        sum(store.row(level + 1)),
        store.total(slots.TRANSITIONS + store.counters),
        store.fired(kept=True),
        cuts,
        targets,
    )


def _words(store: Store, worker: int, begin: int, end: int) -> memoryview:
    """The words of some states of a worker."""
    size = store.words * WORD
    return bytes_at(store.ctx[slots.ARENAS + worker] + begin * size, (end - begin) * size)
