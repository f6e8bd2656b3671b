"""LLVM IR text to callable machine code: quickly first, optimised in the background, or from the cache of objects."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from functools import cache

import llvmlite
import llvmlite.binding as llvm

from modelcheck.frozen import Frozen
from modelcheck.jit.aside import Compiling, Kept, go_on
from modelcheck.jit.objects import load_object, store_object

QUICK, FAIR, OPTIMISED = 0, 1, 2
"""Optimisation levels. Level 3 gave nothing over 2 in the search.

Fair code has registers for stack slots, and nothing else is done before code is generated: it takes four times as long
as quick code and a quarter of what optimising takes, and is nearly as fast as optimised code.
"""


OPTIMISING_SECONDS = 25e-6
"""About how long optimising takes for a byte of object code that was quickly made: 0.4 s for 17 kB, 9 s for 240 kB."""


class Compiled(Frozen):
    """Addresses of the exported functions. `kept` keeps the machine code alive."""

    addresses: dict[str, int]
    kept: Kept


class Tiers:
    """The object code of one module: optimised if the cache has it, else quickly made, to be exchanged for better.

    `key` stands for the text, which is made only where it must be compiled; `first` is the level of quick code.
    Raises `RuntimeError` where LLVM does not support the machine.
    """

    def __init__(self, key: str, text: Callable[[], str], exported: Sequence[str], first: int = QUICK) -> None:
        self._exported = tuple(exported)
        self._key, self._text = key, cache(text)
        self._thread: Compiling[None] | None = None
        self._better: bytes | None = None
        self._clock: int | None = None
        self._spent = 0.0
        machine = _Machine(OPTIMISED)
        image = load_object(machine.key(key))
        self.is_best = image is not None
        if image is None:
            machine = _Machine(first)
            image = load_object(machine.key(key))
        if image is None:
            image = machine.compile(self._text(), self._exported)
            store_object(machine.key(key), image)
        self.image = image
        """Object code, to be linked."""

    @property
    def optimising_seconds(self) -> float:
        """About how long a processor needs to make better code."""
        return 0.0 if self.is_best else OPTIMISING_SECONDS * len(self.image)

    def improve(self) -> None:
        """Begin to compile optimised code in a thread, unless the code is that or it has begun."""
        if not self.is_best and self._thread is None:
            self._thread = Compiling(self._compile)
            self._thread.start()

    def give_up(self) -> None:
        """Want no better code any more."""
        if self._thread is not None:
            self._thread.give_up()

    def _compile(self) -> None:
        self._clock = (
            time.pthread_getcpuclockid(threading.get_ident()) if hasattr(time, "pthread_getcpuclockid") else None
        )
        machine = _Machine(OPTIMISED)
        try:
            image = machine.compile(self._text(), self._exported)
        except RuntimeError:
            return  # Quick code goes on.
        store_object(machine.key(self._key), image)
        self._spent, self._clock = time.thread_time(), None
        self._better = image

    def background_seconds(self) -> float:
        """CPU seconds that the thread has used so far; where the system cannot tell, 0 until it is done."""
        clock = self._clock
        try:
            return self._spent if clock is None else time.clock_gettime(clock)
        except OSError:
            return self._spent

    @property
    def is_ready(self) -> bool:
        """Whether `upgrade` would give better code."""
        return self._better is not None

    def upgrade(self) -> None:
        """Exchange the object code for the optimised one, if that is ready. What was linked stays as it is."""
        if self._better is not None:
            self.image, self._better, self.is_best = self._better, None, True


def link(images: Sequence[bytes], exported: Sequence[str]) -> Compiled:
    """Object code of modules that call one another, made callable."""
    return _Machine(OPTIMISED).link(images, exported)


def compile_module(text: str, exported: Sequence[str], level: int = OPTIMISED) -> Compiled:
    """Compile a module at once, past the cache. Raises `RuntimeError` where LLVM does not support the machine."""
    machine = _Machine(level)
    return machine.link([machine.compile(text, exported)], exported)


def compile_cached(key: str, text: Callable[[], str], exported: Sequence[str]) -> Compiled:
    """Optimised code of a module, from the cache if it is there: for what is the same for all models.

    `key` stands for the text. Raises `RuntimeError` where LLVM does not support the machine.
    """
    machine = _Machine(OPTIMISED)
    image = load_object(machine.key(key))
    if image is None:
        image = machine.compile(text(), exported)
        store_object(machine.key(key), image)
    return machine.link([image], exported)


class _Machine:
    """LLVM set up for this processor at one level."""

    def __init__(self, level: int) -> None:
        self._level = level
        target, self._cpu, self._features = _host()
        self._target = target.create_target_machine(cpu=self._cpu, features=self._features, opt=level, jit=True)

    def key(self, program: str) -> str:
        """What an object must be compiled for to be used here."""
        return "\n".join([program, self._cpu, self._features, llvmlite.__version__, str(self._level)])

    def compile(self, text: str, exported: Sequence[str]) -> bytes:
        """Object code of a module, in a context of its own, since another thread may compile as well."""
        # Closed here, whatever happens: Python collects cycles in any order, and to drop it behind its context crashes.
        with llvm.parse_assembly(text, llvm.create_context()) as module:
            go_on()
            module.verify()
            for function in module.functions:
                if not function.is_declaration and function.name not in exported:
                    function.linkage = "internal"
            if self._level:
                builder = llvm.create_pass_builder(self._target, llvm.create_pipeline_tuning_options(self._level))
                passes = builder.getModulePassManager() if self._level > FAIR else _registers()
                passes.run(module, builder)
                go_on()
            return bytes(self._target.emit_object(module))

    def link(self, images: Sequence[bytes], exported: Sequence[str]) -> Compiled:
        """Object code made callable."""
        jit = llvm.create_lljit_compiler(self._target)
        builder = llvm.JITLibraryBuilder()
        for image in images:
            builder = builder.add_object_img(image)
        for symbol in exported:
            builder = builder.export_symbol(symbol)
        tracker = builder.link(jit, "model")
        return Compiled({symbol: tracker[symbol] for symbol in exported}, Kept((jit, tracker, self._target)))


def _registers() -> llvm.ModulePassManager:
    passes = llvm.create_new_module_pass_manager()
    passes.add_sroa_pass()
    return passes


@cache
def _host() -> tuple[llvm.Target, str, str]:
    """LLVM's code generator for this processor, its name and what it can do."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm.Target.from_default_triple(), llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()
