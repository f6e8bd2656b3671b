"""Saved runs taken again on the specification that they are of, and on others."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from modelcheck.diagnostics import InputError
from modelcheck.environment.instantiate import Overrides
from modelcheck.pipeline.replay import Which, replay_file
from modelcheck.pipeline.retrace import Way
from modelcheck.pipeline.simulate import random_runs
from modelcheck.pipeline.verify import Options, load_file, verify
from modelcheck.reports.json_report import report_data, trace_data
from modelcheck.reports.registry import RUN_FORMATS
from modelcheck.reports.replayed import ReplayReport, render_replay
from modelcheck.reports.runs import runs_of
from modelcheck.verdict import Choice

TEXT = """protocol Ballot
message Vote(yes: bool)
agent Voter {
  ghost var told: bool = false
  initial state Open { step vote -> Done { choose v in {false, true} { told := v  send Vote(v) to Clerk } } }
  final state Done
}
agent Clerk {
  var ayes: 0..2 = 0
  var heard: set of Voter = {}
  initial final state Count { on Vote(yes) from v { heard := heard union {v}  if yes { ayes += 1 } } }
}
reachable carried: exists c in Clerk: c.ayes == 2
invariant silent: forall v in Voter: not v.told
eventually settled: exists c in Clerk: c.ayes == 1
check "two voters" {
  Voter = 2
  faults { lose up to 1 }
  expect carried, not silent, not settled
}
"""

Saved = Callable[..., str]


@pytest.fixture
def saved(tmp_path: Path) -> Saved:
    """The path of the run for a property, in a format, beside its specification `ballot.mc`."""
    (tmp_path / "ballot.mc").write_text(TEXT, "utf-8")

    def save(name: str, format_: str = "trace", overrides: Overrides | None = None, only: tuple[str, ...] = ()) -> str:
        options = Options(engine="interpreter", overrides=overrides or Overrides(), properties=only)
        report = verify([tmp_path / "ballot.mc"], options)
        (run,) = [run for run in runs_of(report) if run.found.name == name]
        content = RUN_FORMATS[format_].renderer()(run).replace(str(tmp_path / "ballot.mc").encode(), b"ballot.mc")
        (tmp_path / "saved.json").write_bytes(content)
        return str(tmp_path / "saved.json")

    return save


def changed(path: str, change: Callable[[Any], object]) -> str:
    """The same file with its document changed."""
    document = json.loads(Path(path).read_text("utf-8"))
    change(document)
    Path(path).write_text(json.dumps(document), "utf-8")
    return path


def on(path: str, *pairs: tuple[str, str]) -> ReplayReport:
    """The run on a specification that says other things."""
    text = TEXT
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    other = Path(path).with_name("other.mc")
    other.write_text(text, "utf-8")
    return replay_file(path, str(other))


@pytest.mark.parametrize("format_", ["trace", "itf"])
@pytest.mark.parametrize("name", ["carried", "silent", "settled"])
def test_a_run_shows_again_what_it_showed(saved: Saved, name: str, format_: str) -> None:
    found = replay_file(saved(name, format_))
    assert found.ok
    assert found.same_text
    assert found.notes == ()
    assert found.trace is not None
    assert name in found.trace.conclusion


@pytest.mark.parametrize("format_", ["trace", "itf"])
def test_a_step_that_became_impossible_is_set_against_what_is_possible(saved: Saved, format_: str) -> None:
    found = on(saved("carried", format_), ("{false, true}", "{false}"))
    assert not found.ok
    assert not found.same_text
    assert found.stop is not None
    assert (found.stop.step, found.stop.action) == (1, "vote, chooses v = true")
    nearest = found.stop.possible[0]
    assert (nearest.actor, nearest.action) == ("Voter[0]", "vote, chooses v = false")
    # The property does not read the ghost, but another one of the check does.
    assert {part.component for part in nearest.differences} == {"Voter[0].told", "messages (unordered)"}
    text = render_replay(found)
    assert "NOT POSSIBLE Voter[0]: vote, chooses v = true" in text
    assert "step 1 of 4 is not possible" in text


def test_a_start_that_became_impossible_is_told(saved: Saved) -> None:
    found = on(saved("carried"), ("var ayes: 0..2 = 0", "var ayes: 0..2 = 1"))
    assert found.stop is not None
    assert found.trace is None
    (difference,) = found.stop.possible[0].differences
    assert (difference.component, difference.recorded, difference.found) == ("Clerk.ayes", "0", "1")
    assert "its start is not possible" in render_replay(found)


@pytest.mark.parametrize("number", ["1", "3"])
def test_another_number_of_agents_is_another_start(saved: Saved, number: str) -> None:
    found = on(saved("carried"), ("Voter = 2", f"Voter = {number}"))
    assert found.stop is not None
    assert found.stop.step == 0


@pytest.mark.parametrize("format_", ["trace", "itf"])
def test_a_run_that_shows_nothing_any_more_says_so(saved: Saved, format_: str) -> None:
    found = on(saved("carried", format_), ("c.ayes == 2", "c.ayes == 2 and not c is Count"))
    assert found.stop is None
    assert not found.ok
    assert found.reason == "'carried' is false at its end"
    assert "FAILED: it is a run, but" in render_replay(found)
    again = on(saved("settled", format_), ("c.ayes == 1", "c.ayes < 3"))
    assert (again.ok, again.stop) == (False, None)


def test_no_run_shows_what_its_property_cannot(saved: Saved) -> None:
    path = changed(saved("carried"), lambda d: d["property"].update(verdict="violated"))
    found = replay_file(path)
    assert not found.ok
    assert found.reason == "'carried' can be reached, and what was recorded is 'violated'"


def test_a_byte_order_mark_is_no_part_of_a_trace(saved: Saved) -> None:
    path = Path(saved("carried"))
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert replay_file(str(path)).ok


def test_a_trace_that_is_not_utf_8_has_a_place(saved: Saved) -> None:
    path = Path(saved("carried"))
    path.write_bytes(path.read_bytes().replace(b"carried", b"carri\xe9", 1))
    with pytest.raises(InputError) as refused:
        replay_file(str(path))
    (found,) = refused.value.diagnostics
    assert found.problem == "this is no JSON: not UTF-8: byte 0xe9"
    assert found.span is not None
    assert found.span.source.line_text(found.span.line)[found.span.column - 1 :].startswith("\ufffd")


def test_a_long_way_is_its_choices_in_order_and_forks_share_what_is_before() -> None:
    """So long that to write all choices down at each step, or to go back by recursion, would be noticed."""
    way = Way(None, Choice(-1, (7,)), None)
    for number in range(100_000):
        way = Way(None, Choice(number, ()), way)
    fork = Way(None, Choice(-2, ()), way.before)
    run, other = way.run, fork.run
    assert (run.initial, other.initial) == ((7,), (7,))
    assert [choice.action for choice in run.choices] == list(range(100_000))
    assert other.choices == (*run.choices[:-1], Choice(-2, ()))
    del way, fork


def test_renamed_steps_and_variables_are_noted_and_followed(saved: Saved) -> None:
    found = on(saved("carried"), ("ayes", "yeas"), ("step vote", "step cast"))
    assert found.ok
    assert "the trace does not tell Clerk.yeas" in found.notes
    assert "the specification has no Clerk.ayes" in found.notes
    assert any("cast" in note and "vote" in note for note in found.notes)


def test_what_the_command_line_changed_is_changed_again(saved: Saved) -> None:
    path = saved("carried", overrides=Overrides({"Voter": "3"}, {("lose", None): None}), only=("carried",))
    document = json.loads(Path(path).read_text("utf-8"))
    assert (document["settings"], document["faults"], document["only"]) == (
        {"Voter": "3"},
        {"lose": "any"},
        ["carried"],
    )
    found = replay_file(path)
    assert found.ok
    assert found.trace is not None
    assert "Voter[2]" in found.trace.agents
    # A ghost that no property asked for reads is no part of the states.
    assert not any(name.endswith("told") for name, _ in found.trace.steps[0].state)


def test_a_property_that_no_check_expects_any_more_is_looked_at_all_the_same(saved: Saved) -> None:
    assert on(saved("carried"), ("expect carried, not silent", "expect not silent")).ok


def test_a_ghost_that_the_trace_was_made_without_stays_open(saved: Saved) -> None:
    path = changed(saved("carried", only=("carried",)), lambda document: document.update(only=[]))
    found = replay_file(path)
    assert found.ok
    assert "the trace does not tell Voter[0].told" in found.notes


def _as_others_write(value: Any) -> Any:  # noqa: ANN401 - JSON
    """The same with sets and maps the other way round, and small integers."""
    if isinstance(value, list):
        return [_as_others_write(element) for element in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"#bigint"}:
        return int(value["#bigint"])
    plain = {key: _as_others_write(held) for key, held in value.items()}
    return {key: held[::-1] if key in {"#set", "#map"} else held for key, held in plain.items()}


def _rewrite_states(document: dict[str, Any]) -> None:
    document["states"] = [
        {name: held if name == "#meta" else _as_others_write(held) for name, held in state.items()}
        for state in document["states"]
    ]


def test_sets_of_itf_in_another_order_and_small_integers_mean_the_same(saved: Saved) -> None:
    assert replay_file(changed(saved("carried", "itf"), _rewrite_states)).ok


def test_a_report_with_several_runs_needs_one_to_be_named(saved: Saved, tmp_path: Path) -> None:
    saved("carried")
    report = verify([tmp_path / "ballot.mc"], Options(engine="interpreter"))
    (tmp_path / "report.json").write_text(json.dumps(report_data(report)), "utf-8")
    path = str(tmp_path / "report.json")
    assert replay_file(path, None, Which(subject="silent")).subject == "silent"
    for name, problem in ((None, "has 3 runs"), ("loud", "has no such run")):
        with pytest.raises(InputError, match=f"MC611.*{problem}"):
            replay_file(path, None, Which(subject=name))


def test_random_runs_are_runs(saved: Saved, tmp_path: Path) -> None:
    saved("carried")
    file = str(tmp_path / "ballot.mc")
    document = report_data(verify([file], Options(engine="simulate", runs=1, seed=1)))
    document["specs"][0]["checks"][0]["properties"] = []
    for seed in range(8):
        runs = list(random_runs(load_file(file), Options(seed=seed)))
        document["runs"] = [{"file": r.file, "check": r.check, "trace": trace_data(r.trace)} for r in runs]
        (tmp_path / "runs.json").write_text(json.dumps(document), "utf-8")
        found = replay_file(str(tmp_path / "runs.json"))
        assert found.ok
        assert found.trace == runs[0].trace


def _nest(document: dict[str, Any]) -> None:
    document["states"][0]["Clerk::ayes"] = json.loads("[" * 400 + "]" * 400)


@pytest.mark.parametrize(
    ("format_", "change", "said"),
    [
        ("trace", lambda d: d.pop("check"), "MC610.*`check`"),
        ("trace", lambda d: d["property"].update(trace=[]), "MC610.*without any step"),
        ("trace", lambda d: d["property"].update(loop_start=99), "MC610.*from number 99 on"),
        ("trace", lambda d: d["property"].update(verdict="holds"), "MC610.*shows 'holds', which no run can"),
        ("trace", lambda d: d["property"]["trace"][1].update(state=[]), r"MC610.*trace\[1\].state"),
        ("trace", lambda d: d.update(check="three voters"), "MC409.*three voters"),
        ("trace", lambda d: d["property"].update(name="carrie"), "MC409.*carrie"),
        ("trace", lambda d: d.update(file="gone.mc"), "MC101.*gone.mc"),
        ("trace", lambda d: d.update(faults={"lose": "-1"}), "MC610.*budget"),
        ("trace", lambda d: d.update(faults={"melt": "1"}), "MC407.*melt"),
        ("trace", lambda d: d.update(settings={"Voters": "1"}), "MC402.*Voters"),
        ("itf", lambda d: d["#meta"].pop("modelcheck"), "MC610.*modelcheck"),
        ("itf", lambda d: d["states"][1].pop("Clerk::ayes"), "MC610.*state 1 lacks"),
        ("itf", lambda d: d.update(states=[]), "MC610.*without any step"),
        ("itf", _nest, "MC610.*nested too deeply"),
    ],
)
def test_what_is_no_trace_is_told(saved: Saved, format_: str, change: Callable[[Any], object], said: str) -> None:
    path = changed(saved("carried", format_), change)
    with pytest.raises(InputError, match=said):
        replay_file(path)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b'{"specs": 3}', b"9" * 5000, b"{}"]
)
def test_content_that_is_no_trace_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "saved.json").write_bytes(content)
    with pytest.raises(InputError, match="MC610"):
        replay_file(str(tmp_path / "saved.json"))


def test_a_specification_in_the_place_of_the_trace_is_told(tmp_path: Path) -> None:
    (tmp_path / "p.mc").write_text("protocol P", "utf-8")
    with pytest.raises(InputError) as refused:
        replay_file(str(tmp_path / "p.mc"))
    (found,) = refused.value.diagnostics
    assert found.problem == "this is no JSON: invalid character"
    assert found.help == "the trace comes first: modelcheck replay TRACE SPEC"


ODD: list[Any] = [None, -1, 10**30, "", [], {}, [[]], {"#map": [[1, 2], 3]}, {"#set": 4}, "<b>\u202e", True, {"tag": 1}]


def _places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401 - JSON
    if way:
        yield way
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield from _places(value[key], (*way, key))


@pytest.mark.parametrize("format_", ["trace", "itf"])
def test_whatever_a_file_says_there_is_an_answer(saved: Saved, format_: str) -> None:
    path = saved("settled", format_)
    original = Path(path).read_text("utf-8")
    places, dice = list(_places(json.loads(original))), Random(1)  # noqa: S311 - for variety, not for secrets
    answers: set[bool | str] = set()
    for _ in range(80):
        document = json.loads(original)
        *way, last = dice.choice(places)
        inner = document
        for key in way:
            inner = inner[key]
        inner[last] = dice.choice(ODD)
        Path(path).write_text(json.dumps(document), "utf-8")
        try:
            answers.add(replay_file(path).ok)
        except InputError as error:
            answers.add(error.diagnostics[0].code)
    assert {True, False, "MC610"} <= answers
