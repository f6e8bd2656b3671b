"""The audit notices what a search did wrong, though it says "holds"."""

from __future__ import annotations

import re
from typing import Any

import pytest

from modelcheck.frozen import replace

pytest.importorskip("llvmlite")

from modelcheck.engines import compiled
from modelcheck.engines.audit import Audit, sample_size
from modelcheck.engines.native import explorer, module
from modelcheck.engines.native.blocks import Block
from modelcheck.engines.native.loop_code import Loops
from modelcheck.kernel import program as ir
from modelcheck.kernel.task import Limits
from modelcheck.pipeline import Options, load, verify_specs
from modelcheck.reports.text import render
from modelcheck.semantics.rerun import EngineDisagreement
from modelcheck.source import Source

COUNTER = """
protocol Counter
shared var n: 0..9 = 0
agent A {
  var done: bool = false
  final initial state S {
    step add when n < 9 { n += 1 }
    step reset when n == 9 { n := 0 done := true }
  }
}
invariant small: forall a in A: a.done implies n <= 9
check "c" { A = 1 expect small }
"""


@pytest.mark.parametrize(
    ("options", "audited"),
    [
        (Options(engine="native"), 20),
        (Options(engine="native", audit=0), 0),
        (Options(engine="native", audit=7), 7),
        (Options(engine="native", audit=10**6), 20),
        (Options(engine="native", limits=Limits(depth=3)), None),
        (Options(engine="interpreter"), None),
    ],
)
def test_the_report_says_how_many_states_were_audited(options: Options, audited: int | None) -> None:
    report = verify_specs([load(Source("counter.mc", COUNTER))], options)
    (check,) = report.specs[0].checks
    assert (check.audited, check.states.explored) == (audited, 20 if check.complete else 4)
    told = re.search(r"depth \d+(?:, (\d+) audited)?, \d", render(report))
    assert told is not None
    assert told[1] == (None if audited is None else str(audited))


def test_an_audit_that_its_effort_ends_says_how_far_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "USUAL_EFFORT", 12)
    (check,) = verify_specs([load(Source("counter.mc", COUNTER))], Options(engine="native")).specs[0].checks
    assert 0 < (check.audited or 0) < 12


FANS = """
protocol Fans
shared var n: 0..400 = 0
shared var m: 0..3 = 0
agent A { final initial state S {
  step many when n % 2 == 0 and n < 400 { choose k in 0..99 when k < 4 { m := k  n += 1 } }
  step single when n % 2 == 1 { n += 1 }
} }
invariant small: m < 4
check "c" { A = 1 expect small }
"""


def test_every_state_has_a_share_of_the_effort(monkeypatch: pytest.MonkeyPatch) -> None:
    looked, look_at = list[tuple[int, int]](), Audit._look_at

    def noted(audit: Audit, state: Any, first: int) -> None:  # noqa: ANN401 - a state of the model
        before = audit._tried
        try:
            look_at(audit, state, first)
        finally:
            looked.append((state[0], audit._tried - before))

    monkeypatch.setattr(Audit, "_look_at", noted)
    monkeypatch.setattr(compiled, "USUAL_EFFORT", 60)
    (check,) = verify_specs([load(Source("fans.mc", FANS))], Options(engine="native")).specs[0].checks
    assert check.audited == len(looked) == 20
    assert 50 < sum(spent for _, spent in looked) < 60
    assert max(spent for _, spent in looked) < 6
    assert looked[-1][0] > 300


STARTS = """
protocol Starts
agent A { var x: 0..3 = any  final initial state S { step stay { skip } } }
invariant small: forall a in A: a.x <= 3
check "c" { A = 1 expect small }
"""


def verify(audit: int | None) -> None:
    verify_specs([load(Source("counter.mc", COUNTER))], Options(engine="native", audit=audit))


def test_a_right_search_passes() -> None:
    verify(1000)


def _loses_an_action(patch: pytest.MonkeyPatch) -> None:
    expand = module._expand
    patch.setattr(module, "_expand", lambda program, delivered: expand(_without_last(program), delivered))


def _without_last(program: ir.Program) -> ir.Program:
    return ir.Program(
        program.name,
        program.arrays,
        program.initial,
        program.actions[:-1],
        program.properties,
        program.resting,
        program.within,
        program.fails,
        program.bounds,
    )


def _never_checks(patch: pytest.MonkeyPatch) -> None:
    """Every halt is taken for a blocked guard, so failures vanish."""
    patch.setattr(Block, "_halt", lambda self, _halt, done: self.f.branch(done))


def test_a_lost_state_is_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv("MODELCHECK_CACHE_DIR", str(tmp_path))
    _loses_an_action(monkeypatch)
    verify(0)
    with pytest.raises(EngineDisagreement, match="not stored"):
        verify(None)


FAILING = COUNTER.replace("when n < 9", "when n < 11")


def test_a_lost_evaluation_error_is_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv("MODELCHECK_CACHE_DIR", str(tmp_path))
    _never_checks(monkeypatch)
    with pytest.raises(EngineDisagreement, match="evaluation fails"):
        verify_specs([load(Source("failing.mc", FAILING))], Options(engine="native"))


def test_the_sample_grows_with_the_states_and_is_bounded() -> None:
    assert [sample_size(n, None) for n in (5, 100, 500_000, 10**9)] == [5, 20, 100, 500]
    assert [sample_size(100, asked) for asked in (0, 7, 1000)] == [0, 7, 100]


def test_a_lost_initial_state_is_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv("MODELCHECK_CACHE_DIR", str(tmp_path))
    domain = Loops.over

    def first_only(self: Loops, choose: ir.Choose, *rest: Any, **more: Any) -> Any:  # noqa: ANN401 - as the real one
        if isinstance(choose.domain, ir.Between):
            choose = replace(choose, domain=ir.Between(choose.domain.lo, choose.domain.lo))
        return domain(self, choose, *rest, **more)

    monkeypatch.setattr(Loops, "over", first_only)
    with pytest.raises(EngineDisagreement, match="initial, but not stored"):
        verify_specs([load(Source("starts.mc", STARTS))], Options(engine="native"))


TWINS = """
protocol Twins
shared var one: bool = false
shared var other: bool = false
agent A {
  final initial state S {
    step first when not one { one := true }
    step second when one and not other { other := true }
  }
}
invariant steady: other implies one
check "c" { A = 1 expect steady }
"""


def _merged(program: ir.Program) -> tuple[ir.Program, dict[int, int]]:
    """Two cells that are not always equal have one place."""
    at = {array.name: offset for array, offset in zip(program.arrays, program.offsets, strict=True)}
    return program, {at["other"]: at["one"]}


def test_cells_of_one_place_that_differ_are_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv("MODELCHECK_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(explorer, "merge_equal_cells", _merged)
    with pytest.raises(EngineDisagreement, match="not stored"):
        verify_specs([load(Source("twins.mc", TWINS))], Options(engine="native"))
