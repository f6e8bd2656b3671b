"""The scripts that the package ships, as the TypeScript compiler reads them."""

from __future__ import annotations

import subprocess
from importlib.resources import as_file, files
from pathlib import Path

from modelcheck.reports.html.page import SCRIPTS


def checked(node_modules: Path, scripts: list[Path]) -> str:
    """What the compiler says of scripts that are loaded one after the other; nothing, if all is well."""
    options = ["--allowJs", "--checkJs", "--strict", "--noEmit", "--noUnusedLocals", "--noImplicitReturns"]
    # The browser's own types are right.
    options += ["--skipDefaultLibCheck"]
    kind = ["--target", "es2022", "--lib", "es2022,dom,dom.iterable"]
    command = ["node", str(node_modules / "typescript" / "bin" / "tsc"), *options, *kind, *map(str, scripts)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120).stdout


def test_the_scripts_of_the_page_have_the_types_that_they_say(node_modules: Path, tmp_path: Path) -> None:
    """A mistake beside them is all that is found."""
    wrong = tmp_path / "wrong.js"
    wrong.write_text("/** @param {number} n */\nfunction wrong(n) { return n; }\nwrong('text');\n", "utf-8")
    with as_file(files("modelcheck.reports.html") / "assets") as assets:
        assert {path.name for path in assets.glob("*.js")} == set(SCRIPTS)
        (found,) = checked(node_modules, [*(assets / name for name in SCRIPTS), wrong]).splitlines()
    assert "wrong.js(3,7): error TS2345" in found
