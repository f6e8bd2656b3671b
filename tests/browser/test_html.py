"""The page of runs as a user drives it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from modelcheck.pipeline.verify import Options, load, verify_specs
from modelcheck.reports.html.page import render
from modelcheck.source import Source

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NAME = 'it </script><script>throw 1</script><!-- \u202e "blinks"'.replace('"', "'")
BLINK = f"""protocol Blink
message Tell(lit: bool)
network unordered capacity 2 blocks
agent Lamp {{
  initial state Off {{ step light -> On {{ send Tell(true) to Desk }} }}
  state On {{ step dim -> Off {{ send Tell(false) to Desk }} }}
}}
agent Desk {{
  var told: 0..1 = 0
  initial final state Run {{ on Tell(_) {{ told := 1 }} }}
}}
agent Clerk {{ initial final state Idle {{ step look when seen == 0 -> Away {{ seen := 1 }} }} final state Away }}
shared var seen: 0..1 = 0
temporal settles: eventually always Lamp[0] is Off
invariant deaf: Desk[0].told == 0
reachable away: Clerk[0] is Away
check "{NAME}" {{ expect not settles, not deaf, away }}
"""
SPECS = Path(__file__).resolve().parents[2] / "specs"
STEM = "blink-it_script_script_throw_1_script_blinks"
SETTLES, DEAF, AWAY = f"{STEM}-settles", f"{STEM}-deaf", f"{STEM}-away"
LAST, LOOP = 7, 3


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a page with three runs: a lasso, a violation, a witness."""
    page = render(verify_specs([load(Source("blink.mc", BLINK))], Options(engine="interpreter")))
    path = tmp_path_factory.mktemp("html") / "report.html"
    path.write_text(page, "utf-8")
    return path.as_uri()


@pytest.fixture
def lasso(page: Page, report: str) -> Page:
    page.goto(f"{report}#run={SETTLES}")
    return page


def text(page: Page, part: str) -> str:
    """The text of a part of the run that is shown."""
    return " ".join((page.locator(f"section.run:not([hidden]) [data-part={part}]").inner_text()).split())


def press(page: Page, keys: str) -> None:
    for key in keys.split():
        page.keyboard.press(key)


def current(page: Page) -> list[str | None]:
    """The steps that are marked in the picture and in the table of all steps."""
    marked = page.locator("section.run:not([hidden]) :is(.mc-step.current, tr.current)")
    return [one.get_attribute("data-step") for one in marked.all()]


def test_a_verdict_leads_to_its_run_and_back(page: Page, report: str) -> None:
    page.goto(report)
    assert page.locator("section.run:visible").count() == 0
    page.get_by_role("row", name="settles").get_by_role("link").click()
    page.get_by_role("heading", name="Counterexample: settles").wait_for()
    assert page.locator("section.run:visible").count() == 1
    assert not page.locator("#overview").is_visible()
    page.go_back()
    page.locator("#overview").wait_for()
    assert page.locator("section.run:visible").count() == 0


def test_keys_walk_forwards_and_backwards(lasso: Page) -> None:
    press(lasso, "ArrowRight j ArrowDown")
    assert text(lasso, "count") == f"Step 3 of {LAST}"
    assert current(lasso) == ["3", "3"]
    press(lasso, "k ArrowLeft")
    assert text(lasso, "count") == f"Step 1 of {LAST}"
    press(lasso, "ArrowUp ArrowUp")
    assert text(lasso, "count") == f"Step 0 of {LAST}"
    assert text(lasso, "note") == "This is the beginning of the run."
    press(lasso, "End")
    assert text(lasso, "count") == f"Step {LAST} of {LAST}"
    press(lasso, "Home")
    assert current(lasso) == ["0", "0"]


def test_behind_the_end_of_a_loop_its_first_step_follows(lasso: Page) -> None:
    press(lasso, "End")
    assert text(lasso, "note") == f"The loop ends here; step {LOOP + 1} follows again."
    press(lasso, "j")
    assert text(lasso, "count") == f"Step {LOOP + 1} of {LAST}"
    assert text(lasso, "note") == f"The loop begins again: step {LOOP + 1} follows step {LAST}, and so on for ever."
    assert "The loop begins again" in lasso.get_by_role("status").inner_text()


def test_a_run_that_ends_says_so(page: Page, report: str) -> None:
    page.goto(f"{report}#run={AWAY}")
    press(page, "j j")
    assert text(page, "count") == "Step 1 of 1"
    assert text(page, "note") == "This is the end of the run."


def test_the_state_is_whole_or_what_the_step_changes(lasso: Page) -> None:
    press(lasso, "j")
    whole = text(lasso, "values")
    assert whole.startswith("State behind this step")
    assert "Desk.told 0" in whole
    assert "Lamp On was Off" in whole
    assert text(lasso, "flying") == "Messages in flight 1 Tell(lit: true) Lamp → Desk sent in step 1"
    press(lasso, "d")
    assert text(lasso, "values") == "What this step changes Lamp Off → On sent Tell(lit: true) Lamp → Desk"
    press(lasso, "d")
    assert text(lasso, "values") == whole


def test_only_agents_that_are_chosen_are_shown(lasso: Page) -> None:
    press(lasso, "j")
    lasso.get_by_text("Agents: all 3").click()
    lasso.get_by_role("button", name="None").click()
    lasso.get_by_label("Clerk", exact=True).check()
    assert text(lasso, "chosen") == "Agents: 1 of 3"
    values = text(lasso, "values")
    assert "Clerk Idle" in values
    assert "seen 0" in values
    assert "Lamp" not in values
    assert text(lasso, "flying").endswith("None that is shown.")
    pale = lasso.locator("section.run:not([hidden]) .mc-step.pale")
    assert {step.get_attribute("data-step") for step in pale.all()} == {"1", "2", "4", "5", "6", "7"}
    lasso.get_by_label("Desk", exact=True).check()
    assert "Tell(lit: true)" in text(lasso, "flying")
    lasso.get_by_role("button", name="All").click()
    assert pale.count() == 0


def test_the_search_finds_components_and_messages_and_takes_the_keys(lasso: Page) -> None:
    press(lasso, "j /")
    lasso.keyboard.type("TOLD")
    assert text(lasso, "values") == "State behind this step Desk.told 0"
    assert text(lasso, "flying").endswith("None that is shown.")
    lasso.keyboard.press("Control+a")
    lasso.keyboard.type("djk")
    assert text(lasso, "values") == "Nothing that is shown."
    assert text(lasso, "count") == f"Step 1 of {LAST}"
    press(lasso, "Escape j")
    assert text(lasso, "count") == f"Step 2 of {LAST}"


def test_only_causes_are_stopped_at(page: Page, report: str) -> None:
    page.goto(f"{report}#run={DEAF}")
    steps = page.locator("section.run:not([hidden]) table.steps tr[data-step]").count()
    press(page, "c")
    stops = []
    while (count := text(page, "count")) not in stops:
        stops.append(count)
        press(page, "j")
    pale = page.locator("section.run:not([hidden]) table.steps tr.pale").count()
    assert len(stops) == steps - pale


def test_what_is_chosen_in_one_run_holds_in_the_next(page: Page, report: str) -> None:
    page.goto(f"{report}#run={DEAF}")
    pale = page.locator("section.run:not([hidden]) tr.pale").count()
    press(page, "c")
    expected = page.locator("section.run:not([hidden]) tr.pale").count()
    press(page, "[ c d ]")
    assert page.locator("section.run:not([hidden]) tr.pale").count() == pale == 0
    press(page, "[ c ]")
    assert page.locator("section.run:not([hidden]) tr.pale").count() == expected
    assert text(page, "values").startswith("State")
    press(page, "j")
    assert text(page, "values").startswith("What this step changes")


def test_the_address_tells_the_step_and_a_link_opens_it(page: Page, report: str) -> None:
    page.goto(f"{report}#run={SETTLES}&step=5")
    assert text(page, "count") == f"Step 5 of {LAST}"
    assert current(page) == ["5", "5"]
    press(page, "j")
    page.wait_for_url(f"{report}#run={SETTLES}&step=6")
    assert "Step 6" in page.title()
    assert "Counterexample: settles" in page.title()
    page.reload()
    assert text(page, "count") == f"Step 6 of {LAST}"


def test_the_step_of_one_run_never_overwrites_the_address_of_another(page: Page, report: str) -> None:
    page.goto(f"{report}#run={SETTLES}")
    # The step is told a moment later, here between the new address and the page's notice of it.
    page.evaluate(
        """run => {
            document.dispatchEvent(new KeyboardEvent("keydown", { key: "j" }));
            setTimeout(() => { location.hash = `run=${run}`; }, 100);
            const end = performance.now() + 400;
            while (performance.now() < end);
        }""",
        AWAY,
    )
    page.get_by_role("heading", name="Witness: away").wait_for()
    page.wait_for_url(f"{report}#run={AWAY}&step=0")


@pytest.mark.parametrize(("fragment", "count"), [("step=99", LAST), ("step=-4", 0), ("step=x", 0), ("step=", 0)])
def test_a_step_that_there_is_not_is_the_nearest(page: Page, report: str, fragment: str, count: int) -> None:
    page.goto(f"{report}#run={SETTLES}&{fragment}")
    assert text(page, "count") == f"Step {count} of {LAST}"


@pytest.mark.parametrize("fragment", ["run=none&step=3", "run=__proto__", "run=%3Cscript%3E", "=&&%"])
def test_an_address_that_there_is_not_shows_the_verdicts(page: Page, report: str, fragment: str) -> None:
    page.goto(f"{report}#{fragment}")
    assert page.locator("#overview").is_visible()
    said = page.locator("#overview .note").inner_text()
    assert said.startswith("There is no run") == fragment.startswith("run=")


def test_a_link_to_the_step_is_copied(lasso: Page, report: str) -> None:
    lasso.context.grant_permissions(["clipboard-read", "clipboard-write"])
    press(lasso, "j j l")
    lasso.get_by_text("The link to this step is copied.").first.wait_for()
    assert lasso.evaluate("navigator.clipboard.readText()") == f"{report}#run={SETTLES}&step=2"


def test_a_click_in_the_picture_or_the_table_goes_there(lasso: Page) -> None:
    lasso.locator("section.run:not([hidden]) .mc-step[data-step='4'] .mc-mark").click()
    assert text(lasso, "count") == f"Step 4 of {LAST}"
    lasso.get_by_role("row", name="2 Desk receives").click()
    assert text(lasso, "count") == f"Step 2 of {LAST}"
    lasso.get_by_role("slider", name="Step").fill("6")
    assert current(lasso) == ["6", "6"]


def test_the_help_opens_by_key_and_letters_can_be_switched_off(lasso: Page) -> None:
    press(lasso, "?")
    lasso.get_by_role("dialog", name="Keyboard").wait_for()
    press(lasso, "j")
    lasso.get_by_label("Keys that are letters").uncheck()
    lasso.get_by_role("button", name="Close").click()
    press(lasso, "j ArrowRight")
    assert text(lasso, "count") == f"Step 1 of {LAST}"


def test_brackets_go_to_the_neighbouring_runs(lasso: Page) -> None:
    press(lasso, "]")
    lasso.get_by_role("heading", name="Counterexample: deaf").wait_for()
    press(lasso, "[")
    lasso.get_by_role("heading", name="Counterexample: settles").wait_for()
    lasso.get_by_label("Run", exact=True).select_option(AWAY)
    lasso.get_by_role("heading", name="Witness: away").wait_for()
    press(lasso, "o")
    lasso.get_by_role("heading", name="Verdicts").wait_for()


def test_a_delayed_message_tells_when_it_comes(page: Page, tmp_path: Path) -> None:
    spec = Source("heartbeat.mc", (SPECS / "failures" / "heartbeat.mc").read_text("utf-8"))
    report = verify_specs([load(spec)], Options(engine="interpreter", checks=("a beat is lost",)))
    (tmp_path / "report.html").write_text(render(report), "utf-8")
    page.goto(f"{(tmp_path / 'report.html').as_uri()}#run=heartbeat-a_beat_is_lost-accurate&step=3")
    assert "Beat Worker → Monitor arrives in 0 to 1 ticks, sent in step 3" in text(page, "flying")
    press(page, "j d")
    assert "Beat Worker → Monitor arrives before the next tick, sent in step 3" in text(page, "flying")
    assert "older Beat Worker → Monitor (was in 0..1, is in 0..0)" in text(page, "values")


def test_a_hostile_name_is_text(lasso: Page) -> None:
    shown = NAME.replace("\u202e", "\ufffd")
    assert f'in check "{shown}" of blink.mc' in lasso.locator("section.run:not([hidden]) .where").inner_text()


def test_every_step_can_be_announced_and_every_control_reached(lasso: Page) -> None:
    press(lasso, "j")
    announced = lasso.get_by_role("status").inner_text()
    assert announced == f"Step 1 of {LAST}: Lamp: light. 2 changes."
    names = set()
    for _ in range(14):
        press(lasso, "Tab")
        names.add(lasso.evaluate("document.activeElement.ariaLabel ?? document.activeElement.textContent.trim()"))
    assert {"First step", "Step back", "Step forward", "Last step", "Copy link", "Keys", "Diagram"} <= names


def test_without_scripts_everything_is_there_to_read(chromium: Browser, report: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report)
    assert page.locator("#overview").is_visible()
    assert page.locator("section.run:visible figure svg").count() == 3
    assert page.locator("section.run:visible table.steps").count() == 3
    assert page.get_by_role("button").count() == 0
    context.close()


def test_what_is_shown_is_printed_without_controls(lasso: Page, tmp_path: Path) -> None:
    lasso.emulate_media(media="print")
    assert lasso.locator("table.steps:visible").count() == 1
    assert lasso.locator("section.run:visible figure svg").count() == 1
    assert lasso.locator(".bar:visible, .state:visible, nav:visible").count() == 0
    content = lasso.pdf(path=tmp_path / "run.pdf")
    assert content.startswith(b"%PDF")
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", content)) <= 4


@pytest.mark.parametrize("color_scheme", ["dark"])
def test_paper_is_white(lasso: Page) -> None:
    ground = "getComputedStyle(document.querySelector('section.run:not([hidden]) .mc-ground')).fill"
    body = "getComputedStyle(document.body).backgroundColor"
    assert {lasso.evaluate(ground), lasso.evaluate(body)} == {"rgb(15, 20, 25)"}
    lasso.emulate_media(media="print")
    assert {lasso.evaluate(ground), lasso.evaluate(body)} == {"rgb(255, 255, 255)"}


def test_names_and_the_current_step_stay_in_sight(lasso: Page) -> None:
    lasso.set_viewport_size({"width": 500, "height": 500})
    press(lasso, "End")
    pane = lasso.locator("section.run:not([hidden]) .picture").bounding_box()
    mark = lasso.locator("section.run:not([hidden]) .mc-step.current .mc-mark").bounding_box()
    names = lasso.locator("section.run:not([hidden]) div.names.needed")
    assert pane is not None
    assert mark is not None
    assert pane["y"] < mark["y"] < pane["y"] + pane["height"]
    assert names.locator("svg").is_visible()
    assert "Lamp" in (names.text_content() or "")
    press(lasso, "Home")
    names.wait_for(state="detached")


@pytest.mark.parametrize("width", [360, 1440])
def test_the_page_never_scrolls_sideways(lasso: Page, width: int) -> None:
    lasso.set_viewport_size({"width": width, "height": 800})
    assert lasso.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
@pytest.mark.parametrize("fragment", ["", f"#run={SETTLES}&step=5"])
def test_axe_finds_nothing(page: Page, report: str, node_modules: Path, fragment: str, color_scheme: str) -> None:
    page.goto(report + fragment)
    if fragment:
        page.get_by_text("Agents: all").click()
    # Not by a script element, which the page's policy forbids.
    page.evaluate((node_modules / "axe-core" / "axe.min.js").read_text("utf-8"))
    # All else is the same in the dark.
    rules = (
        ["color-contrast"] if color_scheme == "dark" else ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
    )
    found = page.evaluate("rules => axe.run({runOnly: rules})", rules)
    problems = {problem["id"]: [node["html"] for node in problem["nodes"]][:3] for problem in found["violations"]}
    assert problems == {}
