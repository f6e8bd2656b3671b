"""A search for fair runs that a limit ends says so, and says nothing of the property."""

from __future__ import annotations

import threading
import time
from importlib import import_module
from pathlib import Path

import pytest

from modelcheck.analysis.liveness import slots
from modelcheck.engines.base import Exploration
from modelcheck.engines.native.explorer import Explorer
from modelcheck.ir.model import Model, TemporalProperty
from modelcheck.jit.memory import WORD, words_at
from modelcheck.kernel.task import Limits
from modelcheck.pipeline.liveness import _Watch
from modelcheck.pipeline.verify import Options, verify
from modelcheck.reports.report import CheckReport

SPEC = """protocol Clock
agent Hand {
  var hour: 0..3 = 0
  final initial state Go { step tick { hour := if hour == 3 then 0 else hour + 1 } }
}
invariant on_the_face: forall h in Hand: h.hour <= 3
eventually three: exists h in Hand: h.hour == 3
eventually four: exists h in Hand: h.hour > 3
check "one" { Hand = 1 expect on_the_face, three, not four }
"""


def checked(tmp_path: Path, engine: str, limits: Limits) -> CheckReport:
    spec = tmp_path / "clock.mc"
    spec.write_text(SPEC, "utf-8")
    return verify([spec], Options(engine=engine, limits=limits)).specs[0].checks[0]


ENGINES = ["interpreter", "native"]


@pytest.mark.parametrize("engine", ENGINES)
def test_enough_memory_answers(tmp_path: Path, engine: str) -> None:
    report = checked(tmp_path, engine, Limits(memory_bytes=1 << 36))
    assert report.complete
    assert [found.verdict for found in report.properties if found.name in {"three", "four"}] == ["holds", "violated"]


@pytest.mark.parametrize("engine", ENGINES)
def test_without_memory_there_is_no_answer(tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # The search for states has room, that for fair runs has none.
    monkeypatch.setattr(import_module("modelcheck.pipeline.liveness"), "memory_bytes", lambda: 1 << 36)
    report = checked(tmp_path, engine, Limits(memory_bytes=1 << 36))
    found = {each.name: each for each in report.properties}
    assert not report.complete
    assert found["on_the_face"].verdict == "holds"
    for name in ("three", "four"):
        assert found[name].verdict == "unknown"
        assert found[name].reason == "the memory budget was used up"


def test_where_nothing_was_explored_the_reason_is_why(tmp_path: Path) -> None:
    report = checked(tmp_path, "native", Limits(memory_bytes=1))
    assert (report.states.explored, report.complete) == (0, False)
    assert {found.reason for found in report.properties} == {"the memory budget was used up"}


@pytest.mark.parametrize("returned", [0, 1])
def test_a_search_that_was_told_to_stop_says_nothing_though_there_is_memory_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, returned: int
) -> None:
    product, liveness = import_module("modelcheck.analysis.liveness.product"), import_module(_Watch.__module__)
    compiled_calls = product.compiled_calls
    began, ended = threading.Event(), threading.Event()

    def until_it_is_stopped(ctx: int, _initial: int) -> int:
        ended.clear()
        began.set()
        while not words_at(ctx + WORD * slots.STOP, 1)[0]:
            time.sleep(0.001)
        began.clear()
        ended.set()
        return returned

    def waiting() -> tuple[dict[str, object], object]:
        calls, code = compiled_calls()
        return calls | {"search_all": until_it_is_stopped}, code

    monkeypatch.setattr(product, "compiled_calls", waiting)
    # Over while the search is at work, and not behind it.
    monkeypatch.setattr(liveness._Watch, "is_over", lambda *_: began.is_set() and not ended.wait(0.01))
    report = checked(tmp_path, "native", Limits(memory_bytes=1 << 36))
    assert {found.verdict for found in report.properties if found.name in {"three", "four"}} == {"unknown"}


def test_the_time_may_be_up_before_the_graph_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def too_late(explorer: Explorer) -> None:
        explorer.watch.over = "time"

    monkeypatch.setattr(import_module("modelcheck.engines.native.graph"), "graph_of", too_late)
    report = checked(tmp_path, "native", Limits(seconds=3600))
    found = {each.name: each for each in report.properties}
    assert not report.complete
    assert found["on_the_face"].verdict == "holds"
    assert (found["three"].verdict, found["three"].reason) == ("unknown", "the time limit was reached")


def test_ctrl_c_leaves_what_was_found_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    liveness = import_module("modelcheck.pipeline.liveness")
    verdict_on = liveness._verdict

    def interrupted(model: Model, found: Exploration, question: TemporalProperty, *more: object) -> object:
        if question.property.name == "four":
            raise KeyboardInterrupt
        return verdict_on(model, found, question, *more)

    monkeypatch.setattr(liveness, "_verdict", interrupted)
    report = checked(tmp_path, "interpreter", Limits())
    told = {found.name: (found.verdict, found.reason) for found in report.properties[:3]}
    assert told == {
        "on_the_face": ("holds", ""),
        "three": ("holds", ""),
        "four": ("unknown", "the search was interrupted"),
    }
    assert report.interrupted


def test_a_limit_that_was_reached_has_a_name() -> None:
    late = _Watch(0.0, None)
    assert (late.is_over(0), late.reached) == (True, "time")
    large = _Watch(None, 1 << 40)
    assert not large.is_over(0)
    assert (large.is_over(1 << 40), large.reached) == (True, "memory")
    assert not _Watch(None, None).is_over(1 << 60)
