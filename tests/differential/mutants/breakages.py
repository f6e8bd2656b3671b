"""Deliberate mistakes in the lowering and in the kernel's evaluator: what the comparison with the judge must notice.

Each comes with a specification that shows it, as small as it can be. A mistake that no specification shows is one that
nobody would notice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from modelcheck.environment.faults.budget import Spend
from modelcheck.environment.networks.bags import Bag
from modelcheck.environment.networks.contents import Unqueued
from modelcheck.environment.networks.queues import Queues
from modelcheck.frozen import replace
from modelcheck.ir import lowered as k
from modelcheck.ir import statuses
from modelcheck.ir.constructs import detectors
from modelcheck.ir.domains import IdDomain, OptionDomain
from modelcheck.ir.lowered import build, context, operations
from modelcheck.ir.statements.control import For
from modelcheck.ir.statements.initial import EnterInitialState
from modelcheck.ir.statements.messages import Send
from modelcheck.ir.statuses import is_crashed
from modelcheck.kernel import evaluate, values
from modelcheck.kernel import program as ir
from modelcheck.kernel.possible_members import Members
from tests.differential.broadcast_specs import FILTERED

Apply = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class Breakage:
    """A mistake: how to make it, and a specification that shows it."""

    name: str
    apply: Apply
    spec: str


def _spec(body: str, *, declarations: str = "", check: str = "expect 1 states") -> str:
    return f"""
protocol Broken
{declarations}
agent Node {{
{body}
}}
check "small" {{ Node = 2 {check} }}
"""


# --------------------------------------------------------------------------------------------------------- arithmetic


def _truncated(left: int, right: int) -> tuple[int, int]:
    quotient = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
    return quotient, left - quotient * right


def _signed_division(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(values, "divmod", _truncated, raising=False)


def _sign_of_divisor_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(build, "_by_negative", build.floor_division)


DIVISION = _spec("""
  var x: -3..3 = any
  var y: -6..6 = 0
  final initial state Idle { step divide(d in {-2, 2}) { y := x / d } step rest(d in {-2, 2}) { y := x % d } }
""")

# -------------------------------------------------------------------------------------------------------- definedness


def _path_conditions_dropped(patch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def under(_self: context.Lowering, _condition: ir.Expr) -> Iterator[None]:
        yield

    patch.setattr(context.Lowering, "under", under)


def _quantifiers_never_fail(patch: pytest.MonkeyPatch) -> None:
    original = context.Lowering.loop

    def loop(self: context.Lowering, op: Any, count: int, body: Any, nothing: Any = None) -> ir.Expr:  # noqa: ANN401
        with self.silent():
            return original(self, op, count, body, nothing)

    patch.setattr(context.Lowering, "loop", loop)


def _partial(guard: str) -> str:
    return _spec(f"""
  var o: option 0..1 = any
  var y: 0..1 = 0
  final initial state Idle {{ step look {{ {guard} }} }}
""")


QUANTIFIED = _spec("""
  var m: map 0..2 -> 0..1 = any
  var y: bool = false
  final initial state Idle { step look { y := exists i in 0..2: 1 / m[i] == 1 } }
""")


def _range_off_by_one(patch: pytest.MonkeyPatch) -> None:
    original = build.within
    patch.setattr(build, "within", lambda operand, lo, hi: original(operand, lo, hi + 1))


COUNTER = _spec("""
  var x: 0..2 = 0
  final initial state Idle { step more { x += 1 } }
""")


def _payload_left_behind(patch: pytest.MonkeyPatch) -> None:
    original = operations.fit

    def fit(low: k.Lowering, value: k.Lowered, domain: Any) -> tuple[ir.Expr, k.Lowered]:  # noqa: ANN401
        if isinstance(domain, OptionDomain) and isinstance(value, k.LowOption) and value.payload is not None:
            fits, payload = original(low, value.payload, domain.element)
            return build.implies(value.present, fits), k.LowOption(value.present, payload)
        return original(low, value, domain)

    for module in (operations, k):
        patch.setattr(module, "fit", fit)


OPTIONS = _spec("""
  var x: 0..1 = any
  var o: option 0..1 = none
  final initial state Idle {
    step put { o := if x == 0 then none else some(x) }
    step flip { o := if x == 1 then none else o  x := 1 - x }
  }
""")

# -------------------------------------------------------------------------------------------------------------- choices


def _active_forgotten(patch: pytest.MonkeyPatch) -> None:
    original = context.Lowering.choose

    def choose(self: context.Lowering, *arguments: Any) -> None:  # noqa: ANN401
        around, self.active = self.active, build.TRUE
        original(self, *arguments)
        self.active = around

    patch.setattr(context.Lowering, "choose", choose)


HOISTED = _spec("""
  var x: 0..2 = 0
  var odd: bool = any
  final initial state Idle { step move { if odd { choose y in 0..2 { x := y } } else { x := 1 } } }
""")


def _loop_in_reverse(patch: pytest.MonkeyPatch) -> None:
    def lower(self: For, low: k.Lowering) -> None:
        members = list(k.members_of(low, k.element_universe(low, low.set(self.domain))))
        for member, element in reversed(members):
            with low.branch(member, chooses=self.chooses()), low.bound(self.name, element):
                low.run(self.body)

    patch.setattr(For, "lower", lower)


LOOP = _spec("""
  var m: map Node -> 0..1 = all 0
  final initial state Idle { step spin { for p in Node { either { m[p] := 1 } or { m[p] := 0 } } } }
""")

# ------------------------------------------------------------------------------------------------------------- networks

NETWORK = """
network {network}
message Ping(n: 0..2)
"""


def _traffic(network: str, faults: str = "") -> str:
    body = """
  final initial state Idle {
    step say(n in 0..2) { send Ping(2 - n) to Node }
    on Ping(n) when n > 0 { send Ping(n - 1) to others }
    on Ping(n) when n == 0
  }
"""
    return _spec(body, declarations=NETWORK.format(network=network), check=f"{faults} expect 1 states")


def _bag_smaller_by_one(patch: pytest.MonkeyPatch) -> None:
    def full(self: Bag, low: k.Lowering, limit: int) -> ir.Expr:
        assert self.array is not None
        return build.differ(low.read(self.array, build.number(max(0, limit - 2))), build.number(0))

    patch.setattr(Bag, "full", full)


def _queue_smaller_by_one(patch: pytest.MonkeyPatch) -> None:
    def full(self: Queues, low: k.Lowering, start: ir.Expr) -> ir.Expr:
        return build.differ(self.slot(low, start, self.room - 2), build.number(0))

    patch.setattr(Queues, "full", full)


def _inserted_at_the_end(patch: pytest.MonkeyPatch) -> None:
    def store(frame: Any, array: int, values: list[int]) -> None:  # noqa: ANN401
        free = frame.program.arrays[array].length - len(values)
        for index, value in enumerate([*values, *[0] * free]):
            evaluate._store(frame, array, index, value)

    patch.setattr(evaluate, "_store_bag", store)


def _equal_messages_twice(patch: pytest.MonkeyPatch) -> None:
    original = evaluate._domain

    def domain(found: Any, frame: Any) -> Any:  # noqa: ANN401
        return (
            [value - 1 for value in frame.bag(found.array)] if isinstance(found, ir.Slots) else original(found, frame)
        )

    patch.setattr(evaluate, "_domain", domain)


def _hole_in_queue(patch: pytest.MonkeyPatch) -> None:
    def remove(self: Queues, low: k.Lowering, start: ir.Expr, position: ir.Expr) -> None:
        assert self.array is not None
        low.assign(self.array, build.add(start, position), build.number(0))

    patch.setattr(Queues, "remove", remove)


def _mail_of_the_dead_kept(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Unqueued, "lower_discard", lambda _self, _low, _target: None)


def _mail_to_the_dead_sent(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Send, "_lower_not_gone", lambda _self, _low, _number: build.TRUE)


def _equal_messages_not_absorbed(patch: pytest.MonkeyPatch) -> None:
    def put(self: Any, low: k.Lowering, number: ir.Expr) -> None:  # noqa: ANN401
        self.take(low, number)

    patch.setattr("modelcheck.environment.networks.bitmaps.Bitmap.put", put)


# --------------------------------------------------------------------------------------------------------------- faults


def _budget_larger_by_one(patch: pytest.MonkeyPatch) -> None:
    original = Spend.lower
    patch.setattr(Spend, "lower", lambda self, low: original(replace(self, budget=self.budget + 1), low))


def _durable_state_lost(patch: pytest.MonkeyPatch) -> None:
    original = EnterInitialState.lower
    patch.setattr(EnterInitialState, "lower", lambda self, low: original(replace(self, keep_durable=False), low))


def _crash(options: str) -> str:
    body = """
  initial state Idle { step go -> Busy }
  durable state Busy { step back -> Idle }
"""
    return _spec(body, check=f"faults {{ crash Node up to 2{options} }} expect 9 states")


def _dead_must_rest(patch: pytest.MonkeyPatch) -> None:
    original = context.Lowering.predicate

    def predicate(self: context.Lowering, lower: Any) -> Any:  # noqa: ANN401
        around, self.status = self.status, {}
        found = original(self, lower)
        self.status = around
        return found

    patch.setattr(context.Lowering, "predicate", predicate)


def _after_forgotten(patch: pytest.MonkeyPatch) -> None:
    original = context.Lowering.read

    def read(self: context.Lowering, array: int, index: ir.Expr) -> ir.Expr:
        found = original(self, array, index)
        assert isinstance(found, ir.Read)
        return replace(found, after=False)

    patch.setattr(context.Lowering, "read", read)


STEPS = _spec(
    """
  var x: 0..2 = 0
  final initial state Idle { step more when x < 2 { x += 1 } }
""",
    declarations="transition grows: forall p in Node: next(p.x) == p.x",
    check="expect not grows",
)


def _another_observer(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(detectors, "_lower_observer", lambda *_: k.LowIndex(build.number(0), IdDomain("Node", 2)))


def _silent_crashes_told(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        detectors, "lower_status", lambda low, kind, agent, _: statuses.lower_status(low, kind, agent, is_crashed)
    )


def _watching(how: str) -> str:
    body = "initial final state Run { step see when exists p in others: suspects(p) -> Seen }  final state Seen"
    return _spec(
        body,
        declarations="detector eventually_perfect",
        check=f"faults {{ crash Node up to 1{how} }} expect 1 states",
    )


def _sets_thought_smaller(patch: pytest.MonkeyPatch) -> None:
    """What reductions run over is thought to have no member of the upper half."""
    of = Members.of

    def wrong(self: Members, node: ir.Expr, sets: Mapping[int, int]) -> int:
        members = of(self, node, sets)
        return members & (1 << members.bit_length() // 2) - 1

    patch.setattr(Members, "of", wrong)


BREAKAGES = (
    Breakage("signed division", _signed_division, DIVISION),
    Breakage("sign of the divisor forgotten", _sign_of_divisor_forgotten, DIVISION),
    Breakage(
        "path condition of `and` dropped",
        _path_conditions_dropped,
        _partial("if o != none and o.value == 1 { y := 1 }"),
    ),
    Breakage(
        "path condition of `or` dropped", _path_conditions_dropped, _partial("if o == none or o.value == 1 { y := 1 }")
    ),
    Breakage(
        "path condition of `implies` dropped",
        _path_conditions_dropped,
        _partial("if o != none implies o.value == 1 { y := 1 }"),
    ),
    Breakage(
        "path condition of `if` dropped", _path_conditions_dropped, _partial("y := if o == none then 0 else o.value")
    ),
    Breakage(
        "path condition of `??` dropped",
        _path_conditions_dropped,
        _partial("y := (if o == none then some(0) else none) ?? o.value"),
    ),
    Breakage("sets thought smaller", _sets_thought_smaller, FILTERED),
    Breakage("quantifiers never fail", _quantifiers_never_fail, QUANTIFIED),
    Breakage("range larger by one", _range_off_by_one, COUNTER),
    Breakage("payload of `none` left behind", _payload_left_behind, OPTIONS),
    Breakage("hoisted choice always active", _active_forgotten, HOISTED),
    Breakage("loop in reverse", _loop_in_reverse, LOOP),
    Breakage("bag smaller by one", _bag_smaller_by_one, _traffic("unordered capacity 3")),
    Breakage("bag that blocks smaller by one", _bag_smaller_by_one, _traffic("unordered capacity 3 blocks")),
    Breakage("bag that drops smaller by one", _bag_smaller_by_one, _traffic("unordered capacity 3 drops")),
    Breakage("queue smaller by one", _queue_smaller_by_one, _traffic("fifo capacity 2")),
    Breakage("insertion at the end of a bag", _inserted_at_the_end, _traffic("unordered capacity 3")),
    Breakage("equal messages delivered apart", _equal_messages_twice, _traffic("unordered capacity 4")),
    Breakage("hole in a queue", _hole_in_queue, _traffic("fifo capacity 3")),
    Breakage(
        "mail of the dead kept",
        _mail_of_the_dead_kept,
        _traffic("unordered capacity 2", "faults { crash Node up to 1 }"),
    ),
    Breakage(
        "mail to the dead sent",
        _mail_to_the_dead_sent,
        _traffic("unordered capacity 2", "faults { crash Node up to 1 }"),
    ),
    Breakage("message on a set not stored", _equal_messages_not_absorbed, _traffic("set capacity 4")),
    Breakage("budget larger by one", _budget_larger_by_one, _crash("")),
    Breakage("durable state lost on recovery", _durable_state_lost, _crash(" with recovery")),
    Breakage("the dead must rest", _dead_must_rest, _crash("")),
    Breakage("the detector of another agent asked", _another_observer, _watching("")),
    Breakage("silent crashes told", _silent_crashes_told, _watching(" silently")),
    Breakage("`next` reads the state before", _after_forgotten, STEPS),
)
