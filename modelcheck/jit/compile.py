"""LLVM IR text to callable machine code, with a cache of the object code on disk.

A cached object is used only for the same text, processor, features, LLVM and optimisation level, and only if its digest
agrees; it is written to a temporary file and renamed, so that two processes may write it at once.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import llvmlite
import llvmlite.binding as llvm

from modelcheck.cache_directory import cache_directory

MOST_OBJECTS = 64
"""How many objects the cache keeps; the least recently used go first."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """Addresses of the exported functions. `resources` keeps the machine code alive."""

    addresses: dict[str, int]
    resources: tuple[Any, ...]


def compile_module(text: str, exported: Sequence[str], level: int = 2) -> Compiled:
    """Compile a module, or load it from the cache. Raises `RuntimeError` where LLVM does not support the machine."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    features = llvm.get_host_cpu_features().flatten()
    cpu = llvm.get_host_cpu_name()
    target = llvm.Target.from_default_triple()
    machine = target.create_target_machine(cpu=cpu, features=features, opt=level, jit=True)
    key = "\n".join([text, cpu, features, llvmlite.__version__, str(level), *exported])
    name = hashlib.sha256(key.encode()).hexdigest()
    image = _load(name)
    if image is None:
        image = _object(text, exported, machine, level)
        _store(name, image)
    jit = llvm.create_lljit_compiler(machine)
    builder = llvm.JITLibraryBuilder().add_object_img(image)
    for symbol in exported:
        builder = builder.export_symbol(symbol)
    tracker = builder.link(jit, "model")
    return Compiled({symbol: tracker[symbol] for symbol in exported}, (jit, tracker, machine))


def _object(text: str, exported: Sequence[str], machine: Any, level: int) -> bytes:  # noqa: ANN401 - llvmlite has no types
    module = llvm.parse_assembly(text)
    module.verify()
    for function in module.functions:
        if not function.is_declaration and function.name not in exported:
            function.linkage = "internal"
    builder = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(level))
    builder.getModulePassManager().run(module, builder)
    return bytes(machine.emit_object(module))


def _load(name: str) -> bytes | None:
    path = cache_directory() / f"{name}.object"
    try:
        digest, _, image = path.read_bytes().partition(b"\n")
        path.touch()
    except OSError:
        return None
    return image if hashlib.sha256(image).hexdigest().encode() == digest else None


def _store(name: str, image: bytes) -> None:
    directory = cache_directory()
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(dir=directory)
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(image).hexdigest().encode() + b"\n" + image)
        Path(temporary).replace(directory / f"{name}.object")
        objects = sorted(directory.glob("*.object"), key=lambda path: path.stat().st_mtime, reverse=True)
        for old in objects[MOST_OBJECTS:]:
            old.unlink(missing_ok=True)
    except OSError:
        return  # No cache is no harm.
