"""Which folder holds the checkpoint of which check."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from modelcheck.diagnostics import Diagnostic, Diagnostics, InputError
from modelcheck.engines.registry import SAVING

if TYPE_CHECKING:
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Check, Spec

MANIFEST = "manifest.json"
"""The file that makes a folder a checkpoint."""


def checkpoint_folders(
    chosen: Sequence[tuple[Spec, Sequence[Check]]], root: Path | None, *, resume: bool
) -> Mapping[int, Path]:
    """The folder of each check, by its `id`; none where no checkpoints are wanted.

    Raises `InputError` where there is nothing to go on from, or something that would be overwritten.
    """
    if root is None:
        return {}
    folders: dict[int, Path] = {}
    seen: Counter[tuple[str, str]] = Counter()
    for spec, checks in chosen:
        for check in checks:
            name = (spec.name, check.name)
            folders[id(check)] = root / _folder(*name, seen[name])
            seen[name] += 1
    there = [folder for folder in folders.values() if (folder / MANIFEST).exists()]
    if resume and not there:
        problem = f"{root} holds no checkpoint of any of these checks"
        raise InputError([Diagnostic("MC414", None, problem, "give the same files and options as before")])
    if there and not resume:
        problem = f"{root} holds checkpoints of these checks already"
        help_ = f"go on from them with `--resume {root}`, or delete the folder to start afresh"
        raise InputError([Diagnostic("MC414", None, problem, help_)])
    return folders


def require_checkpoints(models: Iterable[tuple[Check, Model]], engine: str) -> None:
    """Raises `InputError` unless the engine keeps checkpoints of all the checks: nobody should learn it after hours."""
    diagnostics = Diagnostics()
    if engine not in SAVING:
        problem = f"--engine {engine} has no checkpoints"
        diagnostics.error("MC413", None, problem, "use `--engine native`, or leave `--checkpoint` out")
    else:
        for check, model in models:
            if model.is_fair:
                problem = f'the check "{check.name}" has temporal properties, and so no checkpoints'
                help_ = "choose other checks with `--check`, or leave `--checkpoint` out"
                diagnostics.error("MC413", check.span, problem, help_)
    diagnostics.raise_errors()


def _folder(protocol: str, check: str, before: int) -> str:
    """A name for people that any file system takes, and some digits that tell apart what it makes alike."""
    digits = hashlib.sha256(f"{protocol}\n{check}\n{before}".encode()).hexdigest()[:8]
    readable = re.sub(r"[^A-Za-z0-9]+", "-", check).strip("-").lower()[:40]
    return f"{readable}-{digits}" if readable else digits
