"""A specification whose names are made to break formats, and reports of every outcome."""

from __future__ import annotations

from functools import cache

from modelcheck.diagnostics import Diagnostic
from modelcheck.frozen import replace
from modelcheck.kernel.task import Limits
from modelcheck.pipeline.verify import Options, load, verify_specs
from modelcheck.reports.report import PropertyReport, Report
from modelcheck.source import Source

NAMES = (
    "<script>alert(1)</script>",
    "]]> --> <!-- & &amp; 'quotes' and `ticks`",
    "::error title=x::y %0A %25",
    "end",
    "a;b#35;#quot; %% comment",
    "right\u202eto left \u200f\u061c",
    "日本語 Ünïcode 🎉",
    "| pipe | table |\ttab \x1b[31m",
    "x" * 200,
)

TEXT = """protocol Hostile
message Hello(n: 0..1)
message end
agent alt {
  var n: 0..1 = 0
  initial state loop { step go -> Asked { choose k in 0..1 { send Hello(k) to Server  send end to Server } } }
  final state Asked
}
agent Server { initial final state Run { on Hello(n) { skip } on end { skip } } }
invariant never: not exists a in alt: a is Asked
reachable served: alt[0] is Asked and messages Hello == {} and messages end == {}
reachable end_: alt[0] is Asked
"""


@cache
def hostile_report(file: str = "dir/<b>%,:\u202e spec.mc") -> Report:
    """Verdicts that are as expected, that are not, that are unknown, a warning without a place."""
    checks = [
        f'check "{name}" {{ alt = 2 faults {{ lose up to 1 crash alt up to 1 }} expect {wanted} }}'
        for name, wanted in zip(NAMES, ["never, served", "not never in 3 steps, end_", "77 states"] * 3, strict=True)
    ]
    report = verify_specs([load(Source(file, TEXT + "\n".join(checks)))], Options(engine="interpreter"))
    unknown = Options(engine="interpreter", limits=Limits(states=1), checks=(NAMES[0],))
    more = verify_specs([load(Source("second.mc", TEXT + checks[0]))], unknown)
    sampled = PropertyReport("sampled", "invariant", "unknown", "holds", ok=True, reason="a sample", evidence="10 runs")
    (second,) = more.specs
    (check,) = second.checks
    second = replace(
        second,
        checks=(replace(check, properties=(*check.properties, sampled)),),
        warnings=(Diagnostic("MC505", None, "never taken: <b>,:%\n", severity="warning"),),
        interrupted=True,
    )
    return Report("1.2.3", ok=False, specs=(*report.specs, second))
