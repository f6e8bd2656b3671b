"""Build hook: computes the parser's tables when the wheel is built, so that no user waits for it."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class TablesHook(BuildHookInterface):  # type: ignore[type-arg]  # generic in the builder's configuration, which is not used
    """Adds `modelcheck/frontend/tables.json` to the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compute the tables from the grammar that is being packed."""
        root = Path(self.root)
        sys.path.insert(0, str(root))
        try:
            tables = importlib.import_module("modelcheck.frontend.tables")
        finally:
            sys.path.remove(str(root))
        target = Path(self.directory) / "tables.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        data = {"grammar": tables.grammar_hash(), "tables": tables.build()}
        target.write_text(json.dumps(data, separators=(",", ":")), encoding="utf-8")
        build_data["force_include"][str(target)] = f"modelcheck/frontend/{tables.PACKED}"
