"""The rules of the repository itself."""

from __future__ import annotations

import ast
import json
import re
import subprocess
from importlib.metadata import PackageNotFoundError, distribution
from importlib.resources import files
from pathlib import Path

import pytest

import modelcheck
from modelcheck.version import __version__

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "modelcheck"
CODES = PACKAGE / "codes"
MAX_LINES = 400

# Written so that no pattern matches itself.
PRIVATE = {
    "the host of a package registry": re.compile(
        r"pypi[.]org|pythonhosted[.]org|npmjs[.](?:org|com)|(?:deb|security)[.]debian[.]org|crates[.]io"
    ),
    "a path of one machine": re.compile(r"(?<![\w.~/-])/(?:work|tmp|root|home)/"),
    "a folder outside the repository": re.compile(r"\bshared[/]design\b"),
}


@pytest.fixture(scope="module")
def committed_texts() -> dict[Path, str]:
    """The text files that are in the repository or would be added, by path from the root."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True, timeout=60).stdout
    except (FileNotFoundError, subprocess.CalledProcessError):
        pytest.skip("not in a git checkout")
    texts = {}
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        content = path.read_bytes() if path.is_file() else b"\0"
        if b"\0" not in content:
            texts[Path(name)] = content.decode()
    return texts


@pytest.mark.parametrize("what", PRIVATE)
def test_no_committed_text_names(committed_texts: dict[Path, str], what: str) -> None:
    # Line by line only where there is something to show.
    found = [
        f"{path}:{number}: {line.strip()[:80]}"
        for path, text in committed_texts.items()
        if PRIVATE[what].search(text)
        for number, line in enumerate(text.splitlines(), 1)
        if PRIVATE[what].search(line)
    ]
    assert not found, f"these lines name {what}"


def test_changelog_has_an_entry_for_the_version() -> None:
    headings = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert headings[0] == __version__


def test_every_changelog_fragment_has_a_type() -> None:
    fragments = {path.name for path in (ROOT / "changelog.d").iterdir()} - {"README.md"}
    pattern = re.compile(r"(\+[a-z0-9-]+|\d+)\.(added|changed|deprecated|removed|fixed|security)\.md")
    assert [name for name in sorted(fragments) if not pattern.fullmatch(name)] == []


def test_every_explanation_of_a_code_is_named_and_titled_by_it() -> None:
    explanations = sorted(path for path in CODES.iterdir() if path.suffix not in {".py", ".pyc"} and path.is_file())
    assert explanations
    for path in explanations:
        assert re.fullmatch(r"MC\d{3}\.md", path.name)
        title = path.read_text("utf-8").partition("\n")[0]
        assert re.fullmatch(rf"# {path.stem}: \S.*", title), path.name


def test_every_code_in_the_sources_has_an_explanation() -> None:
    sources = [path for suffix in ("py", "lark") for path in PACKAGE.rglob(f"*.{suffix}")]
    used = {code for path in sources for code in re.findall(r"\bMC\d{3}\b", path.read_text("utf-8"))}
    assert sorted(used - {path.stem for path in CODES.glob("*.md")}) == []


def test_no_file_of_the_package_is_too_long_to_read() -> None:
    sources = [path for path in PACKAGE.rglob("*") if path.suffix in {".py", ".lark", ".md", ".js", ".css", ".html"}]
    lines = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in sources}
    assert {name: count for name, count in lines.items() if count > MAX_LINES} == {}


def test_no_plural_is_formed_by_hand() -> None:
    """`counted` writes numbers of things, in the singular or the plural and with separators."""
    by_hand = re.compile(r"\}[a-z ]+\{(?:''|'s') (?:if [^}]* == 1|\*)")
    wrong = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in PACKAGE.rglob("*.py")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if by_hand.search(line)
    ]
    assert wrong == []


def test_package_ships_its_data() -> None:
    installed = files("modelcheck")
    for name in ("py.typed", "frontend/grammar.lark", "codes", "reports/html/assets/page.html"):
        shipped = installed.joinpath(name)
        assert shipped.is_file() or shipped.is_dir(), name


def test_whatever_tests_start_has_a_limit() -> None:
    """Else one that waits for ever ends a run of all tests without a word of what was waited for."""
    unlimited = []
    for path in sorted((ROOT / "tests").rglob("*.py")):
        text = path.read_text("utf-8")
        calls = (
            [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)] if "subprocess" in text else []
        )
        for call in calls:
            name, limited = ast.unparse(call.func), any(keyword.arg == "timeout" for keyword in call.keywords)
            waits = name.startswith("subprocess.") or name.endswith(".communicate")
            if waits and not limited and name not in {"subprocess.Popen", "subprocess.CompletedProcess"}:
                unlimited.append(f"{path.relative_to(ROOT)}:{call.lineno}: {name}")
            if name == "subprocess.Popen" and path.name != "started.py":
                unlimited.append(f"{path.relative_to(ROOT)}:{call.lineno}: start it by `started`")
    assert unlimited == []


def test_tests_meet_the_installed_package() -> None:
    try:
        installed = distribution("modelcheck")
    except PackageNotFoundError:
        pytest.skip("modelcheck is not installed in this environment")
    origin = json.loads(installed.read_text("direct_url.json") or "{}")
    if not origin.get("dir_info", {}).get("editable", False):
        expected = Path(str(installed.locate_file("modelcheck/__init__.py"))).resolve()
        assert Path(modelcheck.__file__).resolve() == expected, "run `pytest`, not `python -m pytest`"
