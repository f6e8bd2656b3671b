"""The native engine gives the interpreter's report: verdicts, counts and counterexamples, to the letter."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest

pytest.importorskip("llvmlite")

from modelcheck.engines.native.explorer import Explorer
from modelcheck.engines.native.findings import Explored
from modelcheck.engines.native.saver import Saver
from modelcheck.engines.native.trace import Tracer
from modelcheck.jit.aside import GivenUpError
from modelcheck.kernel.task import Limits
from modelcheck.pipeline import Options, load, verify_specs
from modelcheck.reports.json_report import report_data
from modelcheck.source import Source
from modelcheck.verdict import Run

SPECS = Path(__file__).parents[2] / "specs"
QUICK = [
    "consensus/two_phase_commit.mc",
    "consensus/two_phase_commit_lamport.mc",
    "consensus/transaction_commit.mc",
    "coordination/peterson.mc",
    "coordination/chang_roberts.mc",
    "failures/failure_detectors.mc",
]

SMALL = {
    "an evaluation error in a body": """
agent A { var n: 0..3 = 0  final initial state S { step inc when n < 9 { n += 1 } } }
invariant low: forall a in A: a.n < 3
check "c" { A = 2 expect low }""",
    "an evaluation error in a property": """
agent A { var o: option 0..2 = some(0)  final initial state S { step drop { o := none } } }
invariant bad: forall a in A: a.o.value == 0
check "c" { A = 2 expect bad }""",
    "a property of steps": """
shared var n: 0..5 = 0
agent A { final initial state S { step inc when n < 5 { n += 1 }  step reset when n == 4 { n := 0 } } }
transition grows: next(n) >= n
check "c" { expect not grows in 5 steps }""",
    "a declared bound": """
shared var n: 0..50 = 0
agent A { final initial state S { step inc when n < 50 { n += 1 } } }
invariant small: n <= 7
check "c" { bound n <= 6 expect small, 7 states }""",
    "a capacity without a declaration": """
message M
agent A { final initial state S { step go { send M to B } } }
agent B { final initial state T { on M } }
invariant true_: true
check "c" { expect true_ }""",
    "room that must grow": """
message M(n: 0..11)
agent A { var n: 0..12 = 0  initial state S { step go when n < 12 { send M(n) to B  n += 1 } } final state Z }
agent B { final initial state T { on M(n) when n == 11 } }
invariant true_: true
check "c" { allow deadlock expect true_ }""",
    "choices, queues and faults": """
network fifo capacity 2 blocks
message M(n: 0..1)
agent A { initial state S {
  step go { either { send M(0) to B } or { choose x in {0, 1} when x > 0 { send M(x) to B } } }
  step end -> Z
} final state Z }
agent B { var got: set of 0..1 = {} final initial state T { on M(n) { got += n } } }
reachable both: forall b in B: size(b.got) == 2
check "c" { B = 2 faults { lose up to 1 crash B up to 1 with recovery } allow deadlock expect both }""",
    "corrupted messages on every network": """
message Bag(bit: bool, ghost true_: bool) over unordered
message Queue(n: 0..2) over fifo
message Once(n: 0..2) over set
message Kept(bit: bool) over soup
agent A { initial state S {
  step go -> Z { send Bag(true, true) to B  send Queue(1) to B  send Once(1) to B  send Kept(true) to B }
} final state Z }
agent B { var got: 0..3 = 0 ghost var told: bool = true final initial state T {
  on Bag(bit, t) when bit { told := t }
  on Queue(n) when got < n { got := n }
  on Once(n) when got + n < 4 { got += n }
} }
invariant honest: forall b in B: b.told
reachable three: forall b in B: b.got == 3
check "c" { B = 1 faults { corrupt up to 2 } allow deadlock expect honest, three }""",
    "an error behind a violation": """
agent P { var x: 0..3 = 0  final initial state S { step go when x < 3 { x += 1 } } }
invariant i: forall p in P: p.x != 1 and 10 / (2 - p.x) != 77
check "c" { expect not i }""",
    "more successors than a table starts with": """
agent P { var x: 0..299 = 0  var y: 0..149 = 0
  final initial state S { step go -> T { x := any  y := any } }
  final state T }
invariant i: forall p in P: p.x <= 299
check "c" { expect i, 45001 states }""",
    "no start but one that fails": """
agent A { var n: 1..3 = 1  final initial state S { step id { skip } }  at start { n := n / (n - 1) } }
invariant true_: true
check "c" { expect true_ }""",
}


def _report(text: str, name: str, engine: str, workers: int = 1) -> dict[str, Any]:
    spec = load(Source(name, text))
    # The interpreter visits every state. `test_symmetry` compares the native engine with and without symmetry.
    data = report_data(verify_specs([spec], Options(engine=engine, workers=workers, symmetry=False)))
    for found in (check for spec_data in data["specs"] for check in spec_data["checks"]):
        for volatile in ("engine", "seconds", "memory_bytes", "reductions"):
            del found[volatile]
    return data


@pytest.mark.parametrize("path", QUICK)
def test_reports_on_shipped_specifications_are_the_same(path: str) -> None:
    text = (SPECS / path).read_text(encoding="utf-8")
    assert _report(text, path, "native") == _report(text, path, "interpreter")


@pytest.mark.parametrize("name", SMALL)
def test_reports_on_small_models_are_the_same(name: str) -> None:
    text = f"protocol P\n{SMALL[name]}"
    assert _report(text, name, "native") == _report(text, name, "interpreter")


def test_the_report_does_not_depend_on_the_number_of_workers() -> None:
    path = "consensus/two_phase_commit_lamport.mc"
    text = (SPECS / path).read_text(encoding="utf-8").replace("RM = 5", "RM = 6").replace("8832 states", "50816 states")
    reports = [_report(text, path, "native", workers) for workers in (1, 2, 8)]
    assert reports[0] == reports[1] == reports[2]


def test_a_depth_limit_does_not_hide_what_a_small_room_cut_off() -> None:
    text = """
protocol F
message M2
agent Q { final initial state S }
agent R { var n: 0..12 = 0  final initial state S { step s when n < 12 { n += 1  send M2 to Q } } }
invariant bag: forall p in R: p.n < 12
check "c" { expect not bag }
"""
    spec = load(Source("room.mc", text))
    for engine in ("interpreter", "native"):
        check = verify_specs([spec], Options(engine=engine, limits=Limits(depth=15))).specs[0].checks[0]
        assert (check.properties[0].verdict, check.properties[0].steps) == ("violated", 12)


# With more than eight messages in flight the shortest way is `fast`; with eight there is a longer one.
SHORT_CUT = """
protocol Short
message M
agent A {
  var n: 0..9 = 0
  var bad: bool = false
  initial final state S {
    step burst when n < 9 { n += 1  send M to B }
    step fast when n == 9 and forall b in B: b.got == 0 { bad := true }
    step slow when n == 9 and exists b in B: b.got == 3 { bad := true }
  }
}
agent B { var got: 0..3 = 0  initial final state R { on M when got < 3 { got += 1 } } }
invariant good: not A[0].bad
check "c" { expect not good in 10 steps }
"""


def test_a_search_that_was_stopped_never_went_on_without_the_room_for_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    depths: list[int] = []
    run = Explorer.run

    def interrupted(self: Explorer, saver: Saver | None = None) -> Explored:
        found = run(self, saver)
        depths.append(found.depth)
        if found.short:
            # As if the time had been up at the last moment.
            found.stopped = "time"
        return found

    monkeypatch.setattr(Explorer, "run", interrupted)
    spec = load(Source("short.mc", SHORT_CUT))
    check = verify_specs([spec], Options(engine="native", limits=Limits(seconds=100.0))).specs[0].checks[0]
    assert depths == [8]
    (good,) = (one for one in check.properties if one.name == "good")
    assert (good.verdict, check.states.depth, check.bounds_hit) == ("unknown", 8, ())
    monkeypatch.undo()
    check = verify_specs([spec], Options(engine="native")).specs[0].checks[0]
    assert (check.ok, check.properties[0].steps) == (True, 10)


def test_what_was_found_before_there_was_more_room_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    run, calls = Explorer.run, []

    def late(self: Explorer, saver: Saver | None = None) -> Explored:
        calls.append(saver)
        if len(calls) == 1:
            return run(self, saver)
        self.watch.over = "time"
        return Explored(stopped="time", fired=(0,) * len(self.program.actions))

    monkeypatch.setattr(Explorer, "run", late)
    text = SHORT_CUT.replace("not A[0].bad", "A[0].n < 3").replace("in 10 steps", "in 3 steps")
    (check,) = verify_specs([load(Source("short.mc", text))], Options(engine="native")).specs[0].checks
    assert len(calls) == 2
    (good,) = (one for one in check.properties if one.name == "good")
    assert (good.verdict, good.steps, check.complete) == ("violated", 3, False)


@pytest.mark.parametrize("over", ["time", "interrupted"])
def test_what_was_found_is_kept_where_no_code_for_more_room_was_compiled(
    monkeypatch: pytest.MonkeyPatch, over: Literal["time", "interrupted"]
) -> None:
    machines: list[object] = []

    def late(make: Callable[[], object], is_over: Callable[[], bool]) -> object:
        if machines:
            # As Ctrl-C and the clock would: one is an exception wherever nothing is lost by it.
            watch = is_over.__self__  # type: ignore[attr-defined]  # of a method
            watch.is_interrupted, watch.over = over == "interrupted", over
            raise KeyboardInterrupt if over == "interrupted" else GivenUpError
        machines.append(make())
        return machines[0]

    monkeypatch.setattr("modelcheck.engines.native.explorer.wait_for", late)
    text = SHORT_CUT.replace("not A[0].bad", "A[0].n < 3").replace("in 10 steps", "in 3 steps")
    (check,) = verify_specs([load(Source("short.mc", text))], Options(engine="native")).specs[0].checks
    good, *others = check.properties
    assert (good.verdict, good.steps, check.complete, check.interrupted) == ("violated", 3, False, over != "time")
    assert (check.states.depth, check.states.explored > 8) == (8, True)
    assert {one.verdict for one in others} == {"unknown"}


@pytest.mark.parametrize("limits", [Limits(depth=5), Limits()])
def test_ctrl_c_while_runs_are_made_out_ends_the_command(limits: Limits, monkeypatch: pytest.MonkeyPatch) -> None:
    run_to = Tracer.run_to

    def interrupted(self: Tracer, name: str) -> Run:
        found = run_to(self, name)
        self.explorer.watch.is_interrupted = True
        return found

    monkeypatch.setattr(Tracer, "run_to", interrupted)
    text = SHORT_CUT.replace("not A[0].bad", "A[0].n < 3").replace("in 10 steps", "in 3 steps")
    report = verify_specs([load(Source("short.mc", text))] * 2, Options(engine="native", limits=limits))
    assert (report.interrupted, len(report.specs)) == (True, 1)
    assert report.specs[0].checks[0].properties[0].verdict == "violated"
