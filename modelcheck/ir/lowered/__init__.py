"""Lowered values and the lowering of expressions and statements into the kernel.

The constructs import this package, but nothing in it is loaded before something is lowered: the interpreter needs none
of it, and it would cost every start of the program.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from modelcheck.ir.lowered.api import *  # noqa: F403 - `api` lists its names
else:

    def __getattr__(name: str) -> object:
        """Load everything on first use (PEP 562)."""
        if name in {"api", "build", "packets", "sets"}:
            # An import asks for a module here before it loads it.
            raise AttributeError(name)
        api = import_module("modelcheck.ir.lowered.api")
        if name not in api.__all__:
            raise AttributeError(name)
        globals().update({exported: getattr(api, exported) for exported in api.__all__})
        return globals()[name]
