"""The page of `modelcheck explore`, driven in a browser."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import command, environment
from tests.cli.started import started
from tests.unit.explorer.conftest import serving

if TYPE_CHECKING:
    from playwright.sync_api import Page

    Open = Callable[..., Page]


HOSTILE = "<script>fail()</script> & 'it' \u202e x"
SPEC = f"""protocol Pair
param most = 3
message Ping(n: 0..9)
agent Left {{
  var sent: 0..3 = 0
  initial state Start {{
    step hail when sent < most {{ sent += 1  send Ping(sent) to Right }}
    step leave -> Done
  }}
  final state Done
}}
agent Right {{
  var heard: 0..9 = 0
  initial state Idle {{ on Ping(n) {{ heard := n  assert n < 3, "<img src=x onerror=fail()>" }} }}
}}
invariant quiet: Right[0].heard < 2
reachable done: Left[0] is Done
eventually end: Left[0] is Done
check "pair" {{ faults {{ lose up to 1 }} expect not quiet, done, deadlock, end }}
check "{HOSTILE}" {{ Right = 2 expect not quiet }}
"""
ANSWERED = """() => Promise.race([
    (async () => { await queue; await drawing; })(),
    new Promise((_, fail) => setTimeout(() => fail(new Error("no answer within 30 seconds")), 30_000)),
])"""


@pytest.fixture
def allowed_urls() -> tuple[str, ...]:
    return ("http://127.0.0.1:", "about:")


@pytest.fixture
def explore(page: Page) -> Iterator[Open]:
    """Serves a specification and opens the page."""
    with ExitStack() as stack:

        def start(text: str = SPEC) -> Page:
            return opened(page, stack.enter_context(serving(text)).admission.url)

        yield start


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    page.wait_for_selector(".option")
    answered(page)
    return page


def answered(page: Page) -> None:
    """Wait until all that was asked for is shown."""
    page.evaluate(ANSWERED)


def press(page: Page, *keys: str) -> None:
    """Press keys, each after the answer to the one before."""
    for key in keys:
        page.keyboard.press(key)
        answered(page)


def labels(page: Page) -> list[str]:
    return page.locator(".option .label").all_text_contents()


def position(page: Page) -> str:
    return page.locator("#position").text_content() or ""


def test_keys_take_steps_undo_them_and_walk_along_them(explore: Open) -> None:
    page = explore()
    assert labels(page) == ["hail", "leave"]
    press(page, "1")
    assert labels(page) == ["hail", "leave", "receives Ping(n: 1) from Left", "loses Ping(n: 1) Left -> Right"]
    press(page, "3", "2")
    assert position(page) == "step 3 of 3"
    press(page, "ArrowLeft", "ArrowUp")
    assert position(page) == "step 1 of 3"
    assert page.locator(".option.again .label").text_content() == "receives Ping(n: 1) from Left"
    press(page, "Home")
    assert position(page) == "step 0 of 3"
    press(page, "ArrowRight", "ArrowDown", "End", "ArrowRight")
    assert position(page) == "step 3 of 3"
    press(page, "u")
    assert position(page) == "step 2 of 2"
    press(page, "r")
    assert position(page) == "step 3 of 3"


def test_the_diagram_marks_where_one_stands_and_a_click_goes_there(explore: Open) -> None:
    page = explore()
    press(page, "1", "3")
    assert page.locator("#picture svg .mc-step.here").get_attribute("data-step") == "2"
    press(page, "ArrowLeft")
    assert page.locator("#picture svg .mc-step.here").get_attribute("data-step") == "1"
    assert page.locator("#picture svg .mc-step.beyond").get_attribute("data-step") == "2"
    page.locator('#picture svg .mc-step[data-step="0"] text').first.click()
    answered(page)
    assert position(page) == "step 0 of 2"


def test_the_state_shows_all_or_what_changed(explore: Open) -> None:
    page = explore()
    press(page, "1")
    state = page.locator("#state")
    assert "heard" in state.inner_text()
    assert "In flight (unordered)" in state.inner_text()
    press(page, "d")
    text = state.inner_text()
    assert "heard" not in text
    assert "0 → 1" in text
    assert "Ping(n: 1) Left -> Right" in text


def test_agents_can_be_left_out(explore: Open) -> None:
    page = explore()
    press(page, "1")
    page.get_by_role("checkbox", name="Left").uncheck()
    assert labels(page) == ["receives Ping(n: 1) from Left", "loses Ping(n: 1) Left -> Right"]
    assert "sent" not in page.locator("#state").inner_text()
    assert page.locator("#picture .mc-step.dim").first.get_attribute("data-step") == "1"
    press(page, "1")
    assert position(page) == "step 2 of 2"
    page.get_by_role("checkbox", name="Left").check()
    assert "sent" in page.locator("#state").inner_text()


def test_expressions_have_values_in_every_step_and_mistakes_a_caret(explore: Open) -> None:
    page = explore()
    press(page, "1", "1", "/")
    page.keyboard.type("Left[0].sent + 40")
    press(page, "Enter")
    assert page.locator("#asked").text_content() == "42"
    page.get_by_role("button", name="Keep").click()
    page.wait_for_selector("#watches li")
    cells = page.locator("#steps tbody tr td:nth-child(3)").all_text_contents()
    assert cells == ["40", "41", "42"]
    page.locator("#expression").fill("Left[0].snt")
    press(page, "Enter")
    assert "^" in (page.locator("#asked").text_content() or "")
    page.keyboard.press("Escape")
    press(page, "ArrowLeft")
    assert "= 41" in page.locator("#watches li").inner_text()
    page.get_by_role("button", name="Drop").click()
    page.wait_for_selector("#watches li", state="detached")


def test_a_search_finds_runs_that_can_be_walked(explore: Open) -> None:
    page = explore()
    press(page, "2")
    page.get_by_role("button", name="Search").click()
    page.locator("#progress", has_text="done").wait_for(timeout=60_000)
    found = page.locator("#findings").inner_text()
    assert "quiet violated in 3 steps" in found
    page.get_by_role("button", name="Walk the run for quiet").click()
    answered(page)
    assert position(page) == "step 3 of 3"
    assert "quiet is false here" in page.locator("#conclusion").inner_text()
    assert "is false" in page.locator("#properties li").first.inner_text()
    press(page, "u")
    assert position(page) == "step 1 of 1"


def test_a_walk_can_be_saved_and_loaded(explore: Open, tmp_path: Path) -> None:
    page = explore()
    press(page, "1", "1", "3")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the walk").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.name.endswith(".trace.json")
    press(page, "u", "2")
    page.locator("#file").set_input_files(file)
    page.wait_for_selector("#choices :text('Ping(n: 2)')")
    answered(page)
    assert position(page) == "step 3 of 3"
    file.write_text("{", "utf-8")
    page.locator("#file").set_input_files(file)
    page.locator("#problem", has_text="no JSON").wait_for()
    assert position(page) == "step 3 of 3"


def test_a_deadlock_says_who_waits(explore: Open) -> None:
    page = explore()
    press(page, "2")
    assert "Deadlock" in page.locator("#rest").inner_text()
    assert "Right waits in Idle" in page.locator("#rest").inner_text()
    assert "Deadlock" in (page.locator("#said").text_content() or "")


def test_names_of_a_specification_are_text(explore: Open) -> None:
    page = explore()
    shown = HOSTILE.replace("\u202e", "\ufffd")
    assert page.locator("#check option").all_text_contents() == ["pair", shown]
    page.locator("#check").select_option(HOSTILE)
    answered(page)
    assert page.title() == f"Pair: {shown}"
    page.locator("#check").select_option("pair")
    answered(page)
    page.evaluate("document.activeElement.blur()")
    press(page, "1", "1", "1")
    failing = page.locator(".option.fail")
    assert "<img src=x onerror=fail()>" in failing.inner_text()
    failing.click()
    answered(page)
    assert "<img src=x onerror=fail()>" in page.locator("#rest").inner_text()
    assert page.locator("img, #offers script, #steps script").count() == 0


def test_many_steps_come_in_pages(explore: Open) -> None:
    wide = "agent A { var n: 0..199 = 0 initial state S { step pick(x in 0..199) { n := x } } }"
    page = explore(f'protocol Wide {wide} invariant ok: true check "c" {{ expect ok }}')
    assert len(labels(page)) == 25
    page.get_by_role("button", name="Further ones").click()
    answered(page)
    assert labels(page)[0] == "pick(x = 25)"
    press(page, "2")
    assert "26" in page.locator("#state").inner_text()
    assert labels(page)[0] == "pick(x = 0)"


def test_steps_that_change_nothing_come_last_and_keys_follow_what_is_seen(explore: Open) -> None:
    agents = "agent environment { var n: 0..1 = 0 initial state S { step idle { skip } step move { n := 1 - n } } }"
    page = explore(f'protocol Idle time discrete {agents} invariant ok: true check "c" {{ environment = 2 expect ok }}')
    assert page.locator("#offers h3").all_text_contents() == ["environment[0]", "environment[1]"]
    assert labels(page) == ["move", "idle", "move", "idle"]
    assert page.locator(".option kbd").all_text_contents() == ["1", "2", "3", "4"]
    press(page, "3")
    assert "environment[1]: move" in (page.locator("#said").text_content() or "")


def test_two_windows_do_not_walk_one_another_astray(explore: Open) -> None:
    page = explore()
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_selector(".option")
    answered(other)
    press(page, "2")
    press(other, "1")
    assert "another window" in other.locator("#problem").inner_text()
    assert position(other) == "step 1 of 1"
    assert labels(other) == []


def test_what_was_changed_on_the_command_line_is_said(page: Page, tmp_path: Path) -> None:
    (tmp_path / "pair.mc").write_text(SPEC, "utf-8")
    changed = ["--set", "most=0", "--fault", "lose=0", "--check", "pair"]
    arguments = command("explore", "pair.mc", "--no-browser", *changed)
    with started(arguments, tmp_path, environment()) as process:
        assert process.stdout is not None
        address = re.search(r"http://\S+", process.stdout.readline())
        assert address is not None
        opened(page, address[0])
        assert page.locator("#settings").text_content() == "--set most=0 --fault lose=0"
        assert labels(page) == ["leave"]
        # The page is still open.
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_the_page_is_accessible(explore: Open, node_modules: Path, color_scheme: str) -> None:
    page = explore()
    press(page, "1", "1", "1")
    page.locator("#expression").fill("Left[0].sent")
    page.get_by_role("button", name="Keep").click()
    page.wait_for_selector("#watches li")
    script = (node_modules / "axe-core" / "axe.min.js").read_text("utf-8")
    # All else is the same in the dark.
    everything, contrast = {"rules": {"scrollable-region-focusable": {"enabled": True}}}, {"runOnly": "color-contrast"}
    for _ in range(2):
        page.evaluate(script)
        found = page.evaluate("how => axe.run(document, how)", contrast if color_scheme == "dark" else everything)
        problems = [(v["id"], v["nodes"][0]["html"][:120], color_scheme) for v in found["violations"]]
        assert problems == []
        press(page, "t")


@pytest.mark.parametrize("width", [360, 700, 1000, 1400])
def test_nothing_is_wider_than_the_window(explore: Open, width: int) -> None:
    page = explore()
    page.set_viewport_size({"width": width, "height": 800})
    press(page, "1", "1", "3")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
