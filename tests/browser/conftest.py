"""A headless Chromium, and the programs from npm that look at what the package ships for it.

Where one of them is missing, its tests are skipped with the reason, unless `MODELCHECK_BROWSER` is `required`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page, Route

HERE = Path(__file__).resolve().parent
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
NPM_SECONDS = 180
LOCAL = ("about:", "blob:", "data:", "file:")


def missing(what: str) -> NoReturn:
    """Skip a test for want of something, or fail it where the browser's tests have to run."""
    if os.environ.get("MODELCHECK_BROWSER") == "required":
        pytest.fail(f"MODELCHECK_BROWSER is 'required': {what}")
    pytest.skip(what)


def program() -> str:
    """The path of the system's Chromium, or of the one that the variable `CHROMIUM` names."""
    named = os.environ.get("CHROMIUM", "")
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        missing(f"CHROMIUM names no program: {named}" if named else "needs Chromium on the PATH")
    return found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A Chromium, started once."""
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - may be missing
    except ImportError:
        missing("needs playwright: pip install '.[browser]'")
    found = program()
    with sync_playwright() as playwright:
        # The sandbox does not work for root, and the pages are ours.
        browser = playwright.chromium.launch(executable_path=found, chromium_sandbox=os.geteuid() != 0)
        yield browser
        browser.close()


@pytest.fixture
def allowed_urls() -> tuple[str, ...]:
    """How the addresses begin that a page may load; a module whose pages are served replaces this."""
    return LOCAL


@pytest.fixture
def color_scheme() -> str:
    """What the user prefers, `light` or `dark`; parametrise it to see both."""
    return "light"


@pytest.fixture
def page(chromium: Browser, allowed_urls: tuple[str, ...], color_scheme: str) -> Iterator[Page]:
    """An empty page. The test fails if it reports an error, to the console too, or asks for anything not allowed."""
    with watched(chromium, allowed_urls, color_scheme) as page:
        yield page


@contextmanager
def watched(chromium: Browser, allowed_urls: tuple[str, ...], color_scheme: str) -> Iterator[Page]:
    """An empty page; at the end nothing may have been amiss with what was opened in it."""
    assert color_scheme in {"light", "dark"}
    context = chromium.new_context(color_scheme="dark" if color_scheme == "dark" else "light")
    context.set_default_timeout(30_000)
    complaints: list[str] = []

    def refuse(route: Route) -> None:
        if route.request.url.startswith(allowed_urls):
            route.continue_()
        else:
            complaints.append(f"asks for {route.request.url}")
            route.abort()

    def listen(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(f"{message.type} on the console: {message.text}")

    context.route("**/*", refuse)
    page = context.new_page()
    page.on("console", listen)
    page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
    yield page
    context.close()
    assert complaints == []


@pytest.fixture(scope="session")
def node_modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages of `package.json`: where the variable `NODE_MODULES` says, or installed to a temporary folder."""
    if not shutil.which("node"):
        missing("needs node on the PATH")
    if named := os.environ.get("NODE_MODULES"):
        return Path(named)
    npm = shutil.which("npm")
    if npm is None:
        missing("needs npm on the PATH")
    folder = tmp_path_factory.mktemp("npm")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, folder)
    try:
        done = subprocess.run(
            [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=NPM_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        missing(f"npm ci took more than {NPM_SECONDS} seconds")
    if done.returncode:
        missing(f"npm ci failed: {done.stderr.strip()}")
    return folder / "node_modules"
