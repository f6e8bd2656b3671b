"""Steps as sentences, for each kind of step."""

from __future__ import annotations

import pytest

from modelcheck.pipeline import Options, load, verify_specs
from modelcheck.reports.packet.telling import changes, ending, faults, sentence, traitors
from modelcheck.semantics.trace import Trace
from modelcheck.source import Source

TALK = """protocol Talk
message Word(n: 0..2)
agent Speaker { initial state Silent { step speak -> Spoken { send Word(1) to Hearer } }  final state Spoken }
agent Hearer {
  var heard: 0..2 = 0
  initial final state Listening { on Word(n) -> Told { heard := n } }
  final state Told { on Word(n) { heard := n } }
}
reachable both: forall h in Hearer: h is Told
reachable other: exists h in Hearer: h.heard == 2
invariant once: not exists h in Hearer: h is Told and (exists m in messages Word: m.to == h)
"""
ROUNDS = """protocol Rounds
network rounds
message Word
agent Node {
  initial state One { round -> Two { send Word to others } }
  state Two { round when inbox Word != {} -> Three }
  final state Three
}
reachable end: forall p in Node: p is Three
check "c" { Node = 3  expect end }
"""


def run_of(text: str, name: str) -> Trace:
    (check,) = verify_specs([load(Source("talk.mc", text))], Options(engine="interpreter")).specs[0].checks
    trace = next(found.trace for found in check.properties if found.name == name)
    assert trace is not None
    return trace


def sentences(trace: Trace) -> list[str]:
    return [sentence(step, trace) for step in trace.steps]


def test_a_multicast_and_its_receipt() -> None:
    told = sentences(run_of(f'{TALK} check "c" {{ Hearer = 2  expect both }}', "both"))
    assert told == [
        "It begins: Speaker is in Silent and Hearer[0..1] are in Listening.",
        "Speaker takes the step “speak”, sends Word(n: 1) to Hearer[0..1] and goes to Spoken.",
        "Hearer[0] receives Word(n: 1) from Speaker and goes to Told.",
        "Hearer[1] receives Word(n: 1) from Speaker and goes to Told.",
    ]


@pytest.mark.parametrize(
    ("fault", "name", "said"),
    [
        ("corrupt up to 1", "other", "The network changes Word(n: 1) from Speaker to Hearer into Word(n: 2)."),
        ("duplicate up to 1", "once", "The network doubles Word(n: 1) from Speaker to Hearer."),
    ],
)
def test_what_faults_do_to_messages(fault: str, name: str, said: str) -> None:
    verdict = f"not {name}" if name == "once" else name
    trace = run_of(f'{TALK} check "c" {{ allow deadlock  faults {{ {fault} }}  expect {verdict} }}', name)
    assert said in sentences(trace)


def test_a_loss_is_told_once_and_what_a_crash_loses_besides() -> None:
    stuck = TALK.replace("final state Listening", "state Listening")
    lost = run_of(f'{stuck} check "c" {{ faults {{ lose up to 1 }}  expect deadlock }}', "deadlock")
    assert sentences(lost)[-1] == "The network loses Word(n: 1) from Speaker to Hearer."
    assert ending(lost) == "At the end Speaker is in Spoken and Hearer is in Listening."
    down = "reachable down: Hearer[0] is crashed and Speaker[0] is Spoken"
    gone = f'{TALK} {down} check "c" {{ faults {{ crash Hearer up to 1 }} expect down }}'
    assert sentences(run_of(gone, "down"))[1:] == [
        "Speaker takes the step “speak”, sends Word(n: 1) to Hearer and goes to Spoken.",
        "Hearer crashes. Lost: Word(n: 1) from Speaker to Hearer.",
    ]


def test_a_round_is_told_of_all_agents_together() -> None:
    told = sentences(run_of(ROUNDS, "end"))
    assert told[0] == "It begins: Node[0..2] are in One."
    assert told[1].startswith("A round: Node[0] sends Word to Node[1..2] and goes to Two; ")
    assert told[2] == (
        "A round: Node[0] reads Word from Node[1..2] and goes to Three; "
        "Node[1] reads Word from Node[0] and Node[2] and goes to Three; "
        "Node[2] reads Word from Node[0..1] and goes to Three."
    )


def test_how_a_run_without_an_end_goes_on() -> None:
    text = """protocol Turns
    agent A { initial state On { step flip -> Off }  state Off { step flop -> On } }
    eventually done: false
    check "c" { expect not done }
    """
    assert ending(run_of(text, "done")) in {
        "At the end A is in On. Steps 1 to 2 then repeat for ever.",
        "At the end A is in Off. Steps 2 to 3 then repeat for ever.",
    }


@pytest.mark.parametrize(
    ("on_its_way", "told"),
    [("messages Word == {}", "sends nothing of it"), ("messages Word != {}", "sends Word(n: 1) to Hearer[1]")],
)
def test_a_crash_in_the_middle_of_a_step_says_what_was_sent(on_its_way: str, told: str) -> None:
    torn = f"reachable torn: Speaker[0] is crashed and Speaker[0] is Spoken and {on_its_way}"
    text = f'{TALK} {torn} check "c" {{ Hearer = 2  faults {{ crash Speaker up to 1 while sending }}  expect torn }}'
    found = sentences(run_of(text, "torn"))
    assert found[1:] == [f"Speaker crashes in the middle of “speak”, {told} and goes to Spoken."]


def test_who_is_byzantine_from_the_start_is_a_fault_also_where_it_keeps_silent() -> None:
    odd = f"{TALK} reachable odd: not Hearer[0] is correct"
    trace = run_of(f'{odd} check "c" {{ faults {{ byzantine Hearer up to 1 }} expect odd }}', "odd")
    assert trace.length == 0
    assert (traitors(trace), faults(trace)) == ("from the start Hearer is Byzantine", [])


def test_a_run_that_fails_at_its_start_is_told() -> None:
    text = """protocol P
        agent Node { var a: 0..1 = index(self) / (index(self) * 1)  initial final state S }
        check "c" { expect not deadlock }
    """
    trace = run_of(text, "errors")
    (told,) = sentences(trace)
    assert told.startswith("It begins: no state is reached. This fails: division")
    assert ending(trace) == "It ends before there is a state."


@pytest.mark.parametrize(
    ("delay", "told"),
    [
        ("1..2", ["arrives in 0 to 1 ticks"]),
        ("2", ["arrives in 1 tick", "arrives before the next tick"]),
    ],
)
def test_what_a_tick_leaves_of_the_delay_of_a_message_is_told(delay: str, told: list[str]) -> None:
    text = f"""protocol Slow
    time discrete
    message Ask delay {delay}
    agent A {{ initial state S {{ step go -> T {{ send Ask to B }} }} final state T }}
    agent B {{ initial state S {{ on Ask -> T }} final state T }}
    reachable there: B[0] is T
    check "c" {{ B = 2  expect there }}
    """
    trace = run_of(text, "there")
    found = [line for step in trace.steps if step.kind == "tick" for line in changes(step, trace)]
    assert [line.removeprefix("Ask from A to B[0..1]: ") for line in found] == told
