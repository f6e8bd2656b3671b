"""The fixtures themselves: a page that complains fails its test."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

HERE = Path(__file__).resolve().parent
COMPLAINTS = {
    "it is wrong": "<script>console.error('it is wrong')</script>",
    "no function": "<script>(() => { throw new Error('no function') })()</script>",
    "asks for https://example.invalid/x.png": "<img src='https://example.invalid/x.png'>",
}


def run_tests(folder: Path, tests: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run tests with the fixtures in a process of their own, as only failures show what is asked."""
    (folder / "conftest.py").write_text((HERE / "conftest.py").read_text("utf-8"), "utf-8")
    (folder / "test_it.py").write_text(tests, "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", str(folder)]
    plain = {key: value for key, value in os.environ.items() if key != "MODELCHECK_BROWSER"}
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, env=plain | environment)


def test_the_page_runs_scripts(page: Page) -> None:
    page.set_content("<p id=p></p><script>document.getElementById('p').textContent = 'runs'</script>")
    assert page.locator("p").text_content() == "runs"


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_the_page_prefers_what_the_test_says(page: Page, color_scheme: str) -> None:
    assert page.evaluate("scheme => matchMedia(`(prefers-color-scheme: ${scheme})`).matches", color_scheme)


def test_a_page_that_complains_fails_its_test(page: Page, tmp_path: Path) -> None:
    del page  # skips where there is no browser
    tests = [
        f"def test_{number}(page):\n    page.set_content({content!r}, wait_until='load')\n"
        for number, content in enumerate(COMPLAINTS.values())
    ]
    done = run_tests(tmp_path, "\n".join(tests))
    assert f"{len(COMPLAINTS)} errors" in done.stdout, done.stdout
    for complaint in COMPLAINTS:
        assert complaint in done.stdout


def test_a_missing_browser_is_a_failure_only_where_it_is_required(tmp_path: Path) -> None:
    pytest.importorskip("playwright")
    tests = "def test_it(page):\n    pass\n"
    skipped = run_tests(tmp_path, tests, CHROMIUM="no-such-program")
    assert (skipped.returncode, "SKIPPED" in skipped.stdout) == (0, True), skipped.stdout
    failed = run_tests(tmp_path, tests, CHROMIUM="no-such-program", MODELCHECK_BROWSER="required")
    assert failed.returncode == 1
    assert "CHROMIUM names no program: no-such-program" in failed.stdout
