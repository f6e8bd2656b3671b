"""The scripts that the package ships, as the TypeScript compiler reads them."""

from __future__ import annotations

import subprocess
from importlib.resources import as_file, files
from pathlib import Path

from modelcheck.reports.html.page import SCRIPTS

STRICT = (
    "--allowJs --checkJs --strict --noEmit --noImplicitReturns --noUnusedLocals --noUnusedParameters "
    "--exactOptionalPropertyTypes --skipDefaultLibCheck --target es2022 --lib es2022,dom,dom.iterable"
)


def checked(node_modules: Path, scripts: list[Path], *more: str) -> str:
    """What the compiler says of scripts that are loaded one after the other; nothing, if all is well."""
    command = ["node", str(node_modules / "typescript" / "bin" / "tsc"), *STRICT.split(), *more, *map(str, scripts)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120).stdout


def test_the_scripts_of_the_page_of_runs_have_the_types_that_they_say(node_modules: Path) -> None:
    with as_file(files("modelcheck.reports.html") / "assets") as assets:
        assert {path.name for path in assets.glob("*.js")} == set(SCRIPTS)
        assert checked(node_modules, [assets / name for name in SCRIPTS]) == ""


def test_the_scripts_of_the_explorer_have_the_types_that_they_say(node_modules: Path) -> None:
    with as_file(files("modelcheck.explorer") / "page") as page:
        scripts = sorted(path for path in page.iterdir() if path.suffix in {".js", ".ts"})
        assert checked(node_modules, scripts, "--noUncheckedIndexedAccess") == ""


def test_the_compiler_would_find_a_mistake(node_modules: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.js"
    wrong.write_text("/** @param {number} n */\nfunction f(n) { return n; }\nf('text');\n", "utf-8")
    assert "TS2345" in checked(node_modules, [wrong])
