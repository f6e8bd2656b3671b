"""The page of a report: one harmless file that is the same for the same report."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from modelcheck.diagnostics import Diagnostic
from modelcheck.frozen import replace
from modelcheck.pipeline.verify import Options, load, verify_specs
from modelcheck.reports import markdown
from modelcheck.reports.html.elements import Markup, element, text
from modelcheck.reports.html.page import render, script
from modelcheck.reports.report import ProofReport, PropertyReport, ProverReport, Report
from modelcheck.reports.verdicts import strength, wanted
from modelcheck.source import Source

ECHO = """protocol Echo
message Ping(n: 0..1)
agent Client { initial state Ask { step ask -> Done { send Ping(0) to Server } } final state Done }
agent Server { var served: 0..3 = 0  initial final state Run { on Ping(n) { served := n + 1 } } }
reachable served: Server[0].served == 1
check "NAME" { expect served in 2 steps }
"""
HOSTILE = [
    "</script><script>alert(1)</script>",
    "<!-- <script> ]]> & &amp;",
    "quotes ' and ` and ${1} $title",
    "\u202eright to left\u2066\u200f \u2028 \ufeff",
    "\U0001f600 \u65e5\u672c",
    "x" * 200,
]
VOID = {"meta", "link", "br", "hr", "input", "path", "rect", "circle", "line", "polyline", "polygon"}


def report_of(name: str = "plain", file: str = "echo.mc") -> Report:
    return verify_specs([load(Source(file, ECHO.replace("NAME", name)))], Options(engine="interpreter"))


class Reader(HTMLParser):
    """Tags as a browser sees them, and the text of scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.data: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] == ["script"]:
            self.data.append(data)


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    assert reader.open == []
    return reader


def data_in(page: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads(read(page).data[0])


def test_the_policy_allows_the_script_of_the_page_and_nothing_else() -> None:
    page = render(report_of())
    data, script = read(page).data
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    rules = policy.replace("&#x27;", "'").split("; ")
    assert {"default-src 'none'", f"script-src 'sha256-{digest}'", "style-src 'unsafe-inline'"} < set(rules)
    assert "served" in data


def test_the_page_names_no_address_but_that_of_svg() -> None:
    assert set(re.findall(r"\w+://[^\"'\s)]*", render(report_of()))) == {"http://www.w3.org/2000/svg"}


def test_no_script_makes_elements_out_of_texts() -> None:
    forbidden = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "DOMParser")
    assert [word for word in forbidden if word in script()] == []


def test_what_is_not_as_expected_is_told_first_with_its_run() -> None:
    text = ECHO.replace("NAME", "plain").replace("expect served in 2 steps", "expect served in 3 steps")
    page = render(verify_specs([load(Source("echo.mc", text))], Options(engine="interpreter")))
    before, _, _ = page.partition("How far it reaches")
    assert "Not as expected" in before
    assert 'href="#run=echo-plain-served"><bdi>served</bdi></a> in check' in before
    assert "</bdi>: reached, but expected: reached in 3 steps</li>" in before
    assert "Not as expected" not in render(report_of())


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_changes_nothing_but_texts(name: str) -> None:
    plain, hostile = read(render(report_of())), read(render(report_of(name, f"{name}.mc")))
    assert hostile.tags == plain.tags
    assert [key for key, _ in hostile.attributes] == [key for key, _ in plain.attributes]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_arrives_whole_but_for_what_nobody_could_see(name: str) -> None:
    shown = re.sub("[\u202e\u2066\u200f\ufeff]", "\ufffd", name)
    page = render(report_of(name))
    assert text(f'"{shown}"') in page


def test_the_data_can_end_no_script_and_open_no_comment() -> None:
    (block,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', render(report_of(HOSTILE[0])))
    assert not set("<>&") & set(block)
    assert block.isascii()


def test_the_same_report_gives_the_same_page_without_times_and_places() -> None:
    report = report_of()
    page = render(report)
    assert page == render(report_of())
    assert str(report.specs[0].checks[0].seconds.search) not in page


def test_steps_tell_state_changes_and_messages() -> None:
    (run,) = data_in(render(report_of()))["runs"].values()
    names = [component["name"] for component in run["components"]]
    start, ask, serve = run["steps"]
    assert {names[int(place)] for place in start["values"]} == {"Client", "Server", "Server.served"}
    assert ask["values"] == {str(names.index("Client")): "Done"}
    assert ask["happenings"] == [{"word": "sent", "text": "Ping(n: 0) Client → Server", "agents": ["Client", "Server"]}]
    assert [(flying["text"], tuple(flying["sent"])) for flying in ask["flying"]] == [("Ping(n: 0)", (1,))]
    assert serve["changes"] == [
        {"component": names.index("Server.served"), "name": "Server.served", "before": "0", "after": "1"}
    ]
    assert serve["flying"] == []


def test_other_counterexamples_are_runs_of_their_own() -> None:
    report = report_of()
    (spec,), (check,) = report.specs, report.specs[0].checks
    first, *others = check.properties
    assert first.trace is not None
    more = replace(first, more=(replace(first.trace, conclusion="it is the other"),), others="all of them: 2")
    check = replace(check, properties=(more, *others))
    page = render(replace(report, specs=(replace(spec, checks=(check,)),)))
    assert [run["title"] for run in data_in(page)["runs"].values()] == ["Witness: served", "Witness 2: served"]
    for stem in data_in(page)["runs"]:
        assert f'<a href="#run={stem}">2 steps</a>' in page
    assert page.count("all of them: 2") == 1


@pytest.mark.parametrize(("top", "steps"), [(3, 1), (0, 3)])
def test_a_run_that_fails_shows_how_even_at_the_start(top: int, steps: int) -> None:
    text = f"""protocol Bad
    param top: 0..9 = {top}
    agent A {{ var x: 0..1 = top  initial state S {{ step go -> S {{ x := x + 1 }} }} }}
    check "c" {{ allow deadlock }}"""
    page = render(verify_specs([load(Source("bad.mc", text))], Options(engine="interpreter")))
    (run,) = data_in(page)["runs"].values()
    assert len(run["steps"]) == steps
    assert "is outside 0..1" in run["steps"][-1]["outcome"]
    assert "<strong>error: </strong>" in page


def test_without_a_script_the_steps_are_a_table_that_links_reach() -> None:
    page = render(report_of())
    (stem,) = data_in(page)["runs"]
    assert f'href="#run={stem}"' in page
    assert f'id="run={stem}"' in page
    assert f'<a href="#run={stem}&amp;step=2">2</a>' in page
    assert "receives Ping(n: 0) from Client" in page


def found(verdict: str, **more: object) -> PropertyReport:
    fields = {"name": "p", "kind": "invariant", "verdict": verdict, "expected": "holds", "ok": verdict == "holds"}
    return PropertyReport(**(fields | more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (found("holds", scope="exhaustive"), "exhaustive: in every reachable state"),
        (found("holds", scope="exhaustive", kind="temporal"), "exhaustive: on every fair run"),
        (found("holds", scope="within the bound"), "within the bound that the check declares"),
        (found("unknown", reason="time", evidence="to depth 7"), "unknown: time; to depth 7"),
        (found("holds", scope="inductive"), "proved by induction: of every reachable state, visited or not"),
        (
            found("holds", scope="inductive within the bound", prover=ProverReport("induction", ("a", "c", "d", "e"))),
            "proved by induction with lemmas 1, 3 to 5 within the bound that the check declares",
        ),
        (
            found("holds", scope="exhaustive", prover=ProverReport("visiting all states")),
            "exhaustive: in every reachable state, by visiting all states",
        ),
    ],
)
def test_the_strength_of_a_verdict_stands_beside_it(report: PropertyReport, said: str) -> None:
    check = replace(report_of().specs[0].checks[0], proof=ProofReport(1, ("b", "c", "d", "e"), ("a",)))
    assert strength(check, report) == said


def test_what_was_expected_is_told_where_it_differs() -> None:
    assert wanted(found("holds")) == wanted(found("violated")) == "holds"
    longer = found("violated", expected="violated", steps=4, expected_steps=3)
    assert wanted(longer) == "violated in 3 steps"


def test_another_number_of_states_is_told_with_both() -> None:
    text = ECHO.replace("NAME", "plain").replace("expect served in 2 steps", "expect 99 states")
    page = render(verify_specs([load(Source("echo.mc", text))], Options(engine="interpreter")))
    assert re.search(r"<bdi>99 states</bdi> in check .{30,90}: found: [0-9]+ states</li>", page)
    assert "<td>99 states</td>" in page


def test_a_warning_without_a_place_has_none_and_tells_what_to_do() -> None:
    (spec,) = report_of().specs
    warning = Diagnostic("MC505", None, "never taken", "remove it", severity="warning")
    report = replace(report_of(), specs=(replace(spec, warnings=(warning,)),))
    assert "<li>MC505: never taken. remove it</li>" in render(report)
    assert "> MC505: never taken. remove it\n" in markdown.render(report)


def test_a_receipt_is_a_change_also_where_nothing_else_is() -> None:
    text = ECHO.replace("NAME", "plain").replace("{ served := n + 1 }", "{ skip }  step rest { skip }")
    text = text.replace("Server[0].served == 1", "Client[0] is Done and messages Ping == {} and Server[0] is Run")
    page = render(verify_specs([load(Source("echo.mc", text))], Options(engine="interpreter")))
    (run,) = data_in(page)["runs"].values()
    receipt = run["steps"][-1]
    assert (receipt["changes"], receipt["happenings"], receipt["still"]) == ([], [], False)
    assert "nothing else changes" in page
    assert "nothing changes" not in page.partition("<template")[0]


def test_elements_escape_all_that_is_no_markup() -> None:
    made = element("a", "<b>", Markup("<i></i>"), None, ["x", 1], class_='"', data_step=3, hidden=True, id=None)
    assert made == '<a class="&quot;" data-step="3" hidden>&lt;b&gt;<i></i>x1</a>'
