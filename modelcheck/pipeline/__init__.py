"""What the commands do, apart from reading flags and printing."""

from __future__ import annotations

from modelcheck.pipeline.verify import Options, load, load_file, load_files, select_checks, verify, verify_specs

__all__ = ["Options", "load", "load_file", "load_files", "select_checks", "verify", "verify_specs"]
