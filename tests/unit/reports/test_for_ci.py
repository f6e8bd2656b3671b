"""Formats for continuous integration are what their readers accept, whatever specifications call things."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema  # type: ignore[import-untyped]  # it has no types
from lxml import etree  # type: ignore[import-untyped]  # it has no types

from modelcheck.frozen import replace
from modelcheck.pipeline.verify import Options, load, verify_specs
from modelcheck.reports import github, junit, sarif
from modelcheck.reports.diagnostics import visible
from modelcheck.reports.findings import findings_of
from modelcheck.reports.report import PropertyReport
from modelcheck.reports.runs import runs_of
from modelcheck.source import Source
from tests.unit.reports.hostile import NAMES, TEXT, hostile_report

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"


def assert_is_junit(text: str) -> etree._Element:
    parsed = etree.fromstring(text.encode())
    schema = etree.XMLSchema(etree.parse(SCHEMAS / "junit-10.xsd"))
    schema.assertValid(parsed)
    return parsed


def assert_is_sarif(text: str) -> Any:  # noqa: ANN401 - JSON
    document = json.loads(text)
    schema = json.loads((SCHEMAS / "sarif-2.1.0.json").read_text("utf-8"))
    jsonschema.Draft4Validator(schema).validate(document)
    (run,) = document["runs"]
    return run


def junit_document() -> etree._Element:
    return assert_is_junit(junit.render(hostile_report()))


def test_junit_follows_the_schema_and_counts() -> None:
    root = junit_document()
    for suite in root:
        cases = suite.findall("testcase")
        kinds = {"failures": "failure", "errors": "error", "skipped": "skipped"}
        assert {"tests": len(cases)} | {name: len(suite.findall(f"testcase/{of}")) for name, of in kinds.items()} == {
            name: int(suite.get(name)) for name in ("tests", *kinds)
        }
    assert {name: int(root.get(name)) for name in ("tests", "failures", "errors")} == {
        name: sum(int(suite.get(name)) for suite in root) for name in ("tests", "failures", "errors")
    }
    assert int(root.get("failures")) == sum(not p.ok and p.verdict != "unknown" for p in properties())


def properties() -> list[PropertyReport]:
    return [found for spec in hostile_report().specs for check in spec.checks for found in check.properties]


def test_junit_tells_failures_with_their_runs_and_what_is_unknown() -> None:
    root = junit_document()
    wrong = root.find(".//testcase[@name='never']/failure")
    assert wrong is not None
    assert "is violated" in wrong.get("message")
    assert "1. alt[0]: go" in wrong.text
    assert "=> never is false here" in wrong.text
    assert root.find(".//testcase[@name='sampled']/skipped") is not None
    assert "limit on states" in root.find(".//error").get("message")
    assert [suite.get("name") for suite in root][-1] == "second.mc: interrupted"
    assert "never taken: <b>" in root.find(".//system-err").text
    names = [suite.get("name").partition(".mc: ")[2] for suite in root]
    assert names[: len(NAMES)] == [visible(name) for name in NAMES]


def test_a_test_case_is_the_only_one_of_its_name_and_class() -> None:
    cases = [(case.get("classname"), case.get("name")) for case in junit_document().iter("testcase")]
    assert len(set(cases)) == len(cases)


def sarif_run() -> Any:  # noqa: ANN401 - JSON
    return assert_is_sarif(sarif.render(hostile_report()))


def test_sarif_follows_the_schema_and_has_a_result_for_each_finding() -> None:
    run = sarif_run()
    findings = list(findings_of(hostile_report()))
    assert [result["message"]["text"] for result in run["results"]] == [visible(found.message) for found in findings]
    assert {result["level"] for result in run["results"]} == {"error", "warning"}
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        (location,) = result["locations"]
        assert location["physicalLocation"]["region"]["startLine"] >= 1
    prints = [result["partialFingerprints"]["checkAndRule/v1"] for result in run["results"]]
    assert len(set(prints)) == len(prints)
    uri = run["artifacts"][0]["location"]["uri"]
    assert re.fullmatch(r"[A-Za-z0-9/._~%-]+", uri)
    assert unquote(uri) == hostile_report().specs[0].file
    assert run["invocations"] == [{"executionSuccessful": False, "exitCode": 130}]


def test_sarif_points_at_the_property_and_at_each_step_of_the_run() -> None:
    run = sarif_run()
    lines = TEXT.splitlines()
    result = next(one for one in run["results"] if one["ruleId"].endswith("/never"))
    place = result["locations"][0]["physicalLocation"]["region"]
    assert lines[place["startLine"] - 1][place["startColumn"] - 1 :].startswith("invariant never")
    (flow,) = result["codeFlows"]
    start, step = flow["threadFlows"][0]["locations"]
    assert start["location"]["message"]["text"] == "0. start"
    assert step["location"]["message"]["text"] == "1. alt[0]: go, chooses k = 0"
    assert "step go" in lines[step["location"]["physicalLocation"]["region"]["startLine"] - 1]
    assert step["state"]["alt[0]"] == {"text": "Asked"}
    assert step["state"]["messages (unordered)"]["text"].startswith("with Hello(n: 0) alt[0] -> Server, ")


def test_sarif_has_the_whole_name_of_a_component_at_the_start() -> None:
    text = """protocol Late
        time discrete
        agent Node {
          timer t
          initial state Idle { step begin -> Busy { start t for 2..3 } }
          state Busy { on t expires -> Done }
          final state Done
        }
        temporal soon: forall p in Node: p is Busy leads to p is Done within 2
        check "c" { Node = 2  expect soon }
    """
    report = verify_specs([load(Source("late.mc", text))], Options(engine="interpreter"))
    (run,) = json.loads(sarif.render(report))["runs"]
    start = run["results"][0]["codeFlows"][0]["threadFlows"][0]["locations"][0]["state"]
    assert start["soon(p = Node[0])"] == {"text": "met"}


def test_a_fingerprint_stays_when_lines_move() -> None:
    (before,) = json.loads(sarif.render(hostile_report()))["runs"]
    text = "# a new line\n" + TEXT + f'check "{NAMES[0]}" {{ alt = 2 expect never }}'
    file = hostile_report().specs[0].file
    (after,) = json.loads(sarif.render(verify_specs([load(Source(file, text))], Options(engine="interpreter"))))["runs"]
    old, new = (next(r for r in run["results"] if r["ruleId"].endswith("/never")) for run in (before, after))
    assert old["partialFingerprints"] == new["partialFingerprints"]
    assert old["locations"] != new["locations"]


def unescaped(text: str) -> str:
    """What the runner of GitHub makes of a value."""
    for code, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, char)
    return text


def test_github_annotates_each_finding_at_its_place() -> None:
    commands = [line for line in github.render(hostile_report()).splitlines() if line.lstrip().startswith("::")]
    told = [line for line in commands if not line.startswith(("::group::", "::endgroup::"))]
    findings = list(findings_of(hostile_report()))
    assert len(told) == len(findings) + 1
    for line, finding in zip(told, findings, strict=False):
        match = re.fullmatch(r"::(error|warning) ([^:]*)::(.*)", line)
        assert match is not None, line
        parts = dict(part.split("=", 1) for part in match[2].split(","))
        assert match[1] == finding.level
        assert unescaped(parts["file"]) == visible(finding.spec.file)
        assert unescaped(parts["title"]) == visible(finding.title)
        assert parts.get("line") == (None if finding.line is None else str(finding.line))
        assert unescaped(match[3]).startswith(visible(finding.message))
    assert told[-1].startswith("::error title=interrupted::")


def test_github_folds_the_verdicts_of_each_check() -> None:
    lines = github.render(hostile_report()).splitlines()
    groups = [line for line in lines if line.startswith("::group::")]
    assert len(groups) == sum(len(spec.checks) for spec in hostile_report().specs) == lines.count("::endgroup::")
    inside = [line for line in lines if not line.startswith("::")]
    assert len(inside) == len(properties())
    assert all(line.startswith(("ok: ", "NOT OK: ")) for line in inside)


LONG = """protocol Long
agent A { var n: 0..150 = 0  initial final state S { step up_ when n < 150 { n += 1 } } }
invariant low: not exists a in A: a.n == 140
check "50% of ##[add-path]" { expect low }
"""


def test_no_name_is_a_command_in_the_log_and_none_is_escaped_there() -> None:
    lines = github.render(verify_specs([load(Source("long.mc", LONG))], Options(engine="interpreter"))).splitlines()
    inside = [line for line in lines if not line.startswith("::")]
    assert inside[0].startswith('NOT OK: low is violated in check "50% of ## [add-path]"')
    # What begins with `::` is read as that, whatever else is in it.
    assert not any("##[" in line for line in inside)


def test_an_annotation_that_is_cut_off_says_what_its_run_comes_to() -> None:
    text = github.render(verify_specs([load(Source("long.mc", LONG))], Options(engine="interpreter")))
    (error,) = [line for line in text.splitlines() if line.startswith("::error")]
    message = unescaped(error.split("::", 2)[2])
    assert len(message) > 4096
    assert "=> low is false here" in message[:4096]
    assert "140. A: up_" in message


def test_nothing_to_complain_about_is_no_annotation() -> None:
    fine = replace(
        hostile_report(), specs=tuple(replace(s, interrupted=False, warnings=()) for s in hostile_report().specs)
    )
    fine = replace(
        fine,
        specs=tuple(
            replace(
                spec,
                checks=tuple(
                    replace(check, properties=tuple(replace(p, ok=True) for p in check.properties))
                    for check in spec.checks
                ),
            )
            for spec in fine.specs
        ),
    )
    assert runs_of(fine)
    assert "::error" not in re.sub(r'"[^"]*"', "", github.render(fine))
    (run,) = json.loads(sarif.render(fine))["runs"]
    assert run["results"] == []
    assert "<failure" not in junit.render(fine)
