"""A walk by hand: steps, undo and redo, what is to be seen."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from modelcheck.environment.instantiate import Overrides
from modelcheck.pipeline import load
from modelcheck.pipeline.explore import RefusedError, Session
from modelcheck.pipeline.explore.options import Option
from modelcheck.pipeline.explore.walk import Walk
from modelcheck.semantics.rerun import EngineDisagreement
from modelcheck.source import Source
from modelcheck.verdict import Choice, Run

PAIR = """protocol Pair
message Ping(n: 0..1)
agent Left {
  var got: bool = false
  initial state Start { step hail -> Waiting { send Ping(1) to Right } }
  state Waiting { step give_up -> Done }
  final state Done
}
agent Right {
  var heard: 0..1 = 0
  initial state Idle { on Ping(n) -> Done { heard := n  assert n == 0, "one is too much" } }
  final state Done
}
invariant quiet: Right[0].heard == 0
reachable done: Left[0] is Done
transition once: next(Right[0].heard) >= Right[0].heard
eventually end: Left[0] is Done
check "c" { faults { crash Left up to 1 lose up to 1 } expect not quiet, done, once, not end }
check "other" { expect quiet }
"""

Start = Callable[..., Session]


@pytest.fixture
def session() -> Session:
    spec = load(Source("pair.mc", PAIR))
    return Session(spec, spec.checks[0])


def options(session: Session) -> dict[str, Option]:
    return {f"{offer.group}: {o.label}": o for offer in session.view().offers for o in offer.options}


def take(session: Session, label: str) -> None:
    option = options(session)[label]
    session.take(option.action, option.digits)


def values(session: Session) -> dict[str, str]:
    return {part.name: part.value for part in session.view().state}


def test_a_walk_begins_where_there_is_one_way_to_begin(session: Session) -> None:
    view = session.view()
    assert (view.position, [step.label for step in view.steps], view.rest) == (0, ["start"], "goes on")
    assert (view.protocol, view.check, view.checks, view.agents) == ("Pair", "c", ("c", "other"), ("Left", "Right"))


def test_steps_and_faults_are_offered_by_who_acts(session: Session) -> None:
    assert list(options(session)) == ["Left: hail", "faults: Left: crashes"]
    take(session, "Left: hail")
    assert list(options(session)) == [
        "Left: give_up",
        "Right: receives Ping(n: 1) from Left",
        "faults: Left: crashes",
        "faults: loses Ping(n: 1) Left -> Right",
    ]


def test_an_offer_shows_the_transition_as_it_is_written(session: Session) -> None:
    hail, crash = session.view().offers
    assert (hail.line, hail.written) == (5, "step hail -> Waiting { send Ping(1) to Right }")
    assert (crash.line, crash.written) == (None, "")


def test_an_option_tells_what_it_would_change(session: Session) -> None:
    changes = options(session)["Left: hail"].changes
    assert [(c.name, c.before, c.after, c.sign) for c in changes] == [
        ("Left", "Start", "Waiting", ""),
        ("messages (unordered)", "", "Ping(n: 1) Left -> Right", "+"),
    ]
    take(session, "Left: hail")
    assert session.view().steps[1].changes == changes


def test_a_step_that_fails_is_marked_and_leads_nowhere(session: Session) -> None:
    take(session, "Left: hail")
    option = options(session)["Right: receives Ping(n: 1) from Left"]
    assert (option.outcome, "one is too much" in option.problem) == ("fail", True)
    take(session, "Right: receives Ping(n: 1) from Left")
    view = session.view()
    assert (view.rest, view.offers, view.properties) == ("failed", (), ())
    assert "one is too much" in view.steps[-1].problem
    assert "one is too much" in view.conclusion
    with pytest.raises(RefusedError):
        session.take(0, ())


@pytest.mark.parametrize(
    ("change", "bound"),
    [
        (("{ faults {", "{ bound Left[0] is Start faults {"), "the declared bound"),
        (("protocol Pair", "protocol Pair network unordered capacity 0"), "0 messages"),
    ],
)
def test_a_step_that_a_bound_cuts_off_is_named_and_cannot_be_taken(change: tuple[str, str], bound: str) -> None:
    spec = load(Source("pair.mc", PAIR.replace(*change)))
    session = Session(spec, spec.checks[0])
    hail = options(session)["Left: hail"]
    assert (hail.outcome, bound in hail.problem) == ("cut", True)
    # It counts as enabled: nothing is known of what lies behind.
    assert session.view().rest == "goes on"
    with pytest.raises(RefusedError):
        session.take(hail.action, hail.digits)


def test_a_beginning_that_fails_is_shown_as_well() -> None:
    text = PAIR.replace("agent Right {", 'agent Right { at start { assert false, "never" }')
    spec = load(Source("pair.mc", text))
    session = Session(spec, spec.checks[0])
    view = session.view()
    assert (view.rest, view.state, view.offers, [step.problem for step in view.steps]) == ("failed", (), (), ["never"])
    assert session.picture() is not None
    assert session.ask("1").problem
    assert session.keep("1") is None
    assert session.view().watches[0].values == ()


def test_undo_and_redo_walk_through_what_was_chosen(session: Session) -> None:
    take(session, "Left: hail")
    take(session, "faults: loses Ping(n: 1) Left -> Right")
    session.undo()
    session.undo()
    assert (session.view().position, session.view().can_undo, session.view().can_redo) == (0, False, True)
    session.redo()
    session.redo()
    assert [step.label for step in session.view().steps] == ["start", "hail", "loses Ping(n: 1) Left -> Right"]
    assert not session.view().can_redo
    with pytest.raises(RefusedError):
        session.redo()


def test_another_choice_after_an_undo_leaves_nothing_to_redo(session: Session) -> None:
    take(session, "Left: hail")
    session.undo()
    take(session, "faults: Left: crashes")
    assert (session.view().can_undo, session.view().can_redo) == (True, False)


def test_beginnings_that_lead_to_the_same_state_are_one() -> None:
    text = PAIR.replace("agent Right {", "agent Right { at start { either { skip } or { skip } }")
    spec = load(Source("pair.mc", text))
    assert Session(spec, spec.checks[0]).view().position == 0
    assert Session(spec, spec.checks[0]).view().rest == "goes on"


def test_undo_brings_back_the_steps_that_another_way_replaced(session: Session) -> None:
    take(session, "Left: hail")
    take(session, "Left: give_up")
    session.go(0)
    take(session, "faults: Left: crashes")
    assert [step.label for step in session.view().steps] == ["start", "crashes"]
    session.undo()
    view = session.view()
    assert ([step.label for step in view.steps], view.position) == (["start", "hail", "give_up"], 0)


def test_going_back_keeps_the_steps_and_the_same_choice_goes_on_along_them(session: Session) -> None:
    take(session, "Left: hail")
    take(session, "Left: give_up")
    picture = session.view().walk
    session.go(0)
    assert values(session)["Left"] == "Start"
    take(session, "Left: hail")
    view = session.view()
    assert (view.position, len(view.steps), view.walk) == (1, 3, picture)


@pytest.mark.parametrize("position", [-1, 2, 10**30])
def test_nobody_can_stand_outside_of_the_walk(session: Session, position: int) -> None:
    take(session, "Left: hail")
    with pytest.raises(RefusedError):
        session.go(position)


@pytest.mark.parametrize(("action", "digits"), [(-1, ()), (10**9, ()), (0, (7,)), (1, ()), (0, (-1,)), (-2, (0,))])
def test_a_step_that_is_not_enabled_is_refused(session: Session, action: int, digits: tuple[int, ...]) -> None:
    before = session.view()
    with pytest.raises(RefusedError):
        session.take(action, digits)
    assert session.view() == before


def test_the_state_shows_what_the_last_step_changed(session: Session) -> None:
    take(session, "Left: hail")
    changed = {part.name: (part.before, part.value) for part in session.view().state if part.changed}
    assert changed["Left"] == ("Start", "Waiting")
    network = next(part for part in session.view().state if part.role == "network")
    assert network.packets == ("Ping(n: 1) Left -> Right",)
    assert {part.owner for part in session.view().state} == {"Left", "Right", ""}


def test_properties_are_judged_where_one_stands(session: Session) -> None:
    standing = {prop.name: prop.standing for prop in session.view().properties}
    assert standing == {"quiet": "holds", "done": "not here", "once": "unknown", "end": "unknown"}
    take(session, "Left: hail")
    take(session, "Left: give_up")
    standing = {prop.name: prop.standing for prop in session.view().properties}
    assert standing == {"quiet": "holds", "done": "reached", "once": "holds", "end": "unknown"}


def test_a_false_invariant_says_why() -> None:
    text = PAIR.replace('  assert n == 0, "one is too much"', "")
    spec = load(Source("pair.mc", text))
    session = Session(spec, spec.checks[0])
    take(session, "Left: hail")
    take(session, "Right: receives Ping(n: 1) from Left")
    quiet = next(prop for prop in session.view().properties if prop.name == "quiet")
    assert (quiet.standing, quiet.facts) == ("false", ("Right[0].heard = 1",))
    once = next(prop for prop in session.view().properties if prop.name == "once")
    assert once.standing == "holds"


def test_a_deadlock_says_who_waits_and_a_final_state_rests(session: Session) -> None:
    take(session, "Left: hail")
    take(session, "faults: loses Ping(n: 1) Left -> Right")
    take(session, "Left: give_up")
    view = session.view()
    assert (view.rest, view.waiting) == ("deadlock", ("Right waits in Idle, for Ping",))
    spec = load(Source("pair.mc", PAIR.replace("initial state Idle", "initial final state Idle")))
    session = Session(spec, spec.checks[0])
    for label in ("Left: hail", "faults: loses Ping(n: 1) Left -> Right", "Left: give_up"):
        take(session, label)
    assert session.view().rest == "rests"


def test_several_beginnings_are_told_apart_by_what_differs() -> None:
    text = PAIR.replace("var got: bool = false", "var got: bool = any")
    spec = load(Source("pair.mc", text))
    session = Session(spec, spec.checks[0])
    view = session.view()
    assert (view.steps, view.rest) == ((), "before")
    starts = view.offers[0].options
    assert [[(c.name, c.after) for c in start.changes] for start in starts] == [
        [("Left.got", "false")],
        [("Left.got", "true")],
    ]
    session.begin(starts[1].digits)
    assert values(session)["Left.got"] == "true"
    session.restart()
    assert session.view().steps == ()
    with pytest.raises(RefusedError):
        session.begin((5,))


def test_overrides_change_the_check() -> None:
    spec = load(Source("pair.mc", PAIR))
    session = Session(spec, spec.checks[0], Overrides({}, {("crash", "Left"): 0, ("lose", None): None}))
    assert list(options(session)) == ["Left: hail"]
    assert session.view().settings == ("--fault crash:Left=0", "--fault lose=any")


def test_a_run_is_shown_only_if_it_is_one(session: Session) -> None:
    before = session.view()
    with pytest.raises(EngineDisagreement):
        session.show(Walk(Run((), (Choice(1, ()),))))
    assert session.view() == before


def test_the_step_past_the_end_of_a_loop_is_its_first() -> None:
    text = """protocol Ring
    agent Node { var n: 0..2 = 0  initial state S { step rise when n < 2 { n += 1 } step fall when n > 0 { n -= 1 } } }
    invariant ok: true
    check "c" { expect ok }"""
    spec = load(Source("ring.mc", text))
    session = Session(spec, spec.checks[0])
    rise, fall = Choice(0, ()), Choice(1, ())
    session.show(Walk(Run((), (rise, rise, fall), loop=1), 3))
    repeats = session.view().repeats
    assert repeats is not None
    assert (repeats.start, repeats.still) == (1, False)
    session.go(4)
    assert (session.view().position, values(session)["Node.n"]) == (2, "2")
