"""The fixtures themselves: a page that complains fails its test."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from .conftest import LOCAL, program, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

COMPLAINTS = {
    "it is wrong": "<script>console.error('it is wrong')</script>",
    "no function": "<script>(() => { throw new Error('no function') })()</script>",
    "asks for https://example.invalid/x.png": "<img src='https://example.invalid/x.png'>",
}


def test_the_page_runs_scripts(page: Page) -> None:
    page.set_content("<p id=p></p><script>document.getElementById('p').textContent = 'runs'</script>")
    assert page.locator("p").text_content() == "runs"


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_the_page_prefers_what_the_test_says(page: Page, color_scheme: str) -> None:
    assert page.evaluate("scheme => matchMedia(`(prefers-color-scheme: ${scheme})`).matches", color_scheme)


@pytest.mark.parametrize("complaint", COMPLAINTS)
def test_a_page_that_complains_fails_its_test(chromium: Browser, complaint: str) -> None:
    with pytest.raises(AssertionError, match=re.escape(complaint)), watched(chromium, LOCAL, "light") as page:
        page.set_content(COMPLAINTS[complaint], wait_until="load")


def test_a_missing_browser_is_a_failure_only_where_it_is_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "no-such-program")
    monkeypatch.delenv("MODELCHECK_BROWSER", raising=False)
    with pytest.raises(pytest.skip.Exception, match="CHROMIUM names no program: no-such-program"):
        program()
    monkeypatch.setenv("MODELCHECK_BROWSER", "required")
    with pytest.raises(pytest.fail.Exception, match="CHROMIUM names no program: no-such-program"):
        program()
