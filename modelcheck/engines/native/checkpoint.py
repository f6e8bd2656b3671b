"""Checkpoints of a search: what is stored at the end of a level, in a folder that survives the process.

Three files. `states` holds the states' words in the order of their levels, `levels` one word a level: how many states
come before it. Both are only ever appended to. `manifest.json` says how much of them counts, with digests, and what was
counted and found; it is replaced at once, last, so that the folder is consistent whenever the process dies. The table
is never stored: it is rebuilt from the states, by any number of workers.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO, Any

from msgspec import to_builtins

from modelcheck.frozen import Frozen
from modelcheck.kernel.layout import Layout
from modelcheck.kernel.program import Program
from modelcheck.kernel.symmetry import Symmetry
from modelcheck.version import __version__

try:
    import fcntl
except ImportError:  # Not on every system.
    fcntl = None  # type: ignore[assignment]


FORMAT = 3
MANIFEST, STATES, LEVELS, LOCK = "manifest.json", "states", "levels", "lock"


class CheckpointError(Exception):
    """A checkpoint cannot be used, or not be written; `str()` says why."""


class Identity(Frozen):
    """What a checkpoint belongs to: with anything else it means nothing."""

    format: int
    version: str
    program: str
    layout: str

    @staticmethod
    def of(program: Program, layout: Layout, symmetry: Symmetry | None, *, deadlock: bool) -> Identity:
        """The identity of a search. States that stand for their orbits are not those of a search of all states."""
        places = (layout, sys.byteorder, symmetry)
        return Identity(FORMAT, __version__, _digest(repr((program, deadlock))), _digest(repr(places)))


class Progress(Frozen):
    """How far the search was: `level` was to be expanded next. `targets` are kinds and levels by name."""

    level: int
    states: int
    transitions: int
    fired: tuple[int, ...]
    cuts: int
    targets: Mapping[str, tuple[str, int]]


class Manifest(Frozen):
    """What a folder holds. `room` and `whole` are the caller's: what it began a search again with.

    The digests are those of the parts of the files that count.
    """

    identity: Identity
    progress: Progress
    room: int
    states_digest: str
    levels_digest: str
    whole: str = ""


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a folder, None if there is none. Raises `CheckpointError` for one that is damaged."""
    try:
        data = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        sealed = data.pop("seal") == _digest(_sorted_json(data))
        progress = data["progress"]
        progress["targets"] = {name: (kind, level) for name, (kind, level) in progress["targets"].items()}
        progress["fired"] = tuple(progress["fired"])
        identity = Identity(**data.pop("identity"))
        manifest = Manifest(identity, Progress(**data.pop("progress")), **data)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CheckpointError(f"{folder / MANIFEST} cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise CheckpointError(f"{folder / MANIFEST} is damaged") from None
    if not sealed:
        raise CheckpointError(f"{folder / MANIFEST} is damaged")
    return manifest


def require_same(manifest: Manifest, identity: Identity) -> None:
    """Raises `CheckpointError` unless the checkpoint is one of this very search."""
    found = manifest.identity
    if (found.format, found.version) != (identity.format, identity.version):
        problem = f"modelcheck {found.version} (format {found.format}) made the checkpoint"
        raise CheckpointError(f"{problem}; this is {identity.version} (format {identity.format})")
    if (found.program, found.layout) != (identity.program, identity.layout):
        raise CheckpointError("the checkpoint is one of another specification, check, setting or property")


def _locked(folder: Path) -> IO[bytes]:
    """A file that one process at a time can have; the system gives it back when the process ends, however it does."""
    file = (folder / LOCK).open("ab")
    if fcntl is not None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise CheckpointError(f"{folder} is in use by another process") from None
    return file


class Files:
    """The files of one checkpoint, open for appending."""

    def __init__(self, folder: Path, identity: Identity, room: int, whole: str = "", *, fresh: bool) -> None:
        self.folder, self.identity, self.room, self.whole = folder, identity, room, whole
        self.levels = 0
        """How many words `levels` holds."""
        self._states_digest, self._levels_digest = hashlib.sha256(), hashlib.sha256()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with ExitStack() as stack:
                stack.enter_context(_locked(folder))
                if fresh:
                    # First, so that no manifest ever speaks of files that are gone.
                    (folder / MANIFEST).unlink(missing_ok=True)
                self._states, self._levels = (
                    stack.enter_context(self._open(name, fresh=fresh)) for name in (STATES, LEVELS)
                )
                self._open_files = stack.pop_all()
        except OSError as error:
            raise CheckpointError(f"{folder} cannot be written: {error.strerror}") from None

    def _open(self, name: str, *, fresh: bool) -> IO[bytes]:
        path = self.folder / name
        if not fresh and not path.is_file():
            raise CheckpointError(f"{path} is missing")
        return path.open("w+b" if fresh else "r+b")

    def close(self) -> None:
        """Close the files. What could not be written does not count."""
        with suppress(OSError):
            self._open_files.close()

    # ----------------------------------------------------------------------------------------------------- reading

    def read_levels(self, manifest: Manifest) -> bytearray:
        """The words of `levels`; what was appended behind the manifest is cut off."""
        words = bytearray(8 * (manifest.progress.level + 2))
        self._read(self._levels, memoryview(words), self._levels_digest, manifest.levels_digest)
        self.levels = manifest.progress.level + 2
        return words

    def read_states(self, manifest: Manifest, parts: list[memoryview]) -> None:
        """Read the states' words into memory, one part after the other, and cut off what follows."""
        for part in parts[:-1]:
            self._fill(self._states, part, self._states_digest)
        self._read(self._states, parts[-1], self._states_digest, manifest.states_digest)

    def _read(self, file: IO[bytes], memory: memoryview, digest: Any, expected: str) -> None:  # noqa: ANN401 - hashlib has no type for it
        self._fill(file, memory, digest)
        if digest.hexdigest() != expected:
            raise CheckpointError(f"{file.name} is damaged")
        file.truncate()

    def _fill(self, file: IO[bytes], memory: memoryview, digest: Any) -> None:  # noqa: ANN401 - as above
        done = 0
        while done < len(memory):
            part = memory[done : done + (1 << 24)]
            count = file.readinto(part)  # type: ignore[attr-defined]  # a buffered file has it
            if not count:
                raise CheckpointError(f"{file.name} is shorter than the manifest says")
            digest.update(part[:count])
            done += count

    # ----------------------------------------------------------------------------------------------------- writing

    def append_states(self, words: memoryview) -> None:
        """Append states."""
        self._append(self._states, words, self._states_digest)

    def append_levels(self, words: memoryview, count: int) -> None:
        """Append words of `levels`."""
        self._append(self._levels, words, self._levels_digest)
        self.levels += count

    def _append(self, file: IO[bytes], words: memoryview, digest: Any) -> None:  # noqa: ANN401 - as above
        try:
            file.write(words)
        except OSError as error:
            raise CheckpointError(f"{file.name} cannot be written: {error.strerror}") from None
        digest.update(words)

    def commit(self, progress: Progress) -> None:
        """Make what was appended count."""
        manifest = Manifest(
            self.identity,
            progress,
            self.room,
            self._states_digest.hexdigest(),
            self._levels_digest.hexdigest(),
            self.whole,
        )
        data = to_builtins(manifest)
        text = _sorted_json({**data, "seal": _digest(_sorted_json(data))})
        try:
            for file in (self._states, self._levels):
                file.flush()
                os.fsync(file.fileno())
            temporary = self.folder / f"{MANIFEST}.new"
            with temporary.open("w", encoding="utf-8") as file_:
                file_.write(text)
                file_.flush()
                os.fsync(file_.fileno())
            temporary.replace(self.folder / MANIFEST)
            _sync_folder(self.folder)
        except OSError as error:
            raise CheckpointError(f"{self.folder} cannot be written: {error.strerror}") from None


def _sync_folder(folder: Path) -> None:
    """Make a rename last, where a folder can be opened."""
    if hasattr(os, "O_DIRECTORY"):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _sorted_json(data: object) -> str:
    return json.dumps(data, sort_keys=True)
