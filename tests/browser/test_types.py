"""The scripts that the package ships, as the TypeScript compiler reads them."""

from __future__ import annotations

import subprocess
from importlib.resources import as_file, files
from pathlib import Path

from modelcheck.reports.html.page import SCRIPTS


def checked(node_modules: Path, scripts: list[Path]) -> str:
    """What the compiler says of scripts that are loaded one after the other; nothing, if all is well."""
    options = ["--allowJs", "--checkJs", "--strict", "--noEmit", "--noUnusedLocals", "--noImplicitReturns"]
    kind = ["--target", "es2022", "--lib", "es2022,dom,dom.iterable"]
    command = ["node", str(node_modules / "typescript" / "bin" / "tsc"), *options, *kind, *map(str, scripts)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def test_the_scripts_of_the_page_have_the_types_that_they_say(node_modules: Path) -> None:
    with as_file(files("modelcheck.reports.html") / "assets") as assets:
        assert {path.name for path in assets.glob("*.js")} == set(SCRIPTS)
        assert checked(node_modules, [assets / name for name in SCRIPTS]) == ""


def test_the_compiler_would_find_a_mistake(node_modules: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.js"
    wrong.write_text("/** @param {number} n */\nfunction f(n) { return n; }\nf('text');\n", "utf-8")
    assert "TS2345" in checked(node_modules, [wrong])
