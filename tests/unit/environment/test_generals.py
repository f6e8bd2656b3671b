"""The Byzantine generals (Lamport, Shostak and Pease 1982), with both engines: what oral and signed messages can do."""

from __future__ import annotations

import pytest

from modelcheck.environment.instantiate import Overrides
from modelcheck.environment.registry import LOCK_STEP, NETWORKS
from modelcheck.pipeline import Options, load, verify_specs
from modelcheck.source import Source

Words = dict[str, tuple[str, int | None]]

ORAL = """protocol Oral
message Order(v: bool) over NETWORK
message Relay(v: bool) over NETWORK SIGNED
agent Commander {
  var order: bool = any
  initial state Start { step give -> Done { send Order(order) to Lieutenant } }
  final state Done
}
agent Lieutenant {
  var own: bool = false
  var heard: set of Lieutenant = {}
  var yes: set of Lieutenant = {}
  initial state Wait { on Order(v) -> Heard { own := v  send Relay(v) to others } }
  final state Heard
  any state { on Relay(v) from p when not p in heard { heard += p  if v { yes += p } } }
}
def votes(p: Lieutenant) = 2 * (size(p.yes) + (if p.own then 1 else 0)) - size(Lieutenant)
# A tie is decided by the commander's own word.
def attacks(p: Lieutenant) = votes(p) > 0 or votes(p) == 0 and p.own
def decided(p: Lieutenant) = p is correct and p is Heard and p.heard union {p} == Lieutenant
invariant agreement: forall p, q in Lieutenant: decided(p) and decided(q) implies attacks(p) == attacks(q)
def heeds(p: Lieutenant) = attacks(p) == Commander[0].order
invariant obedience: forall p in Lieutenant: Commander[0] is correct and decided(p) implies heeds(p)
reachable decision:  exists p in Lieutenant: decided(p)
check "oral" { Lieutenant = COUNT  faults { FAULTS }  allow deadlock  expect agreement, obedience, decision }
"""

SIGNED = "forgeable when Commander[0] is correct implies v == Commander[0].order"


def verdicts(text: str, engine: str, **budgets: int | None) -> Words:
    overrides = Overrides(budgets={("byzantine", kind): budget for kind, budget in budgets.items()})
    report = verify_specs([load(Source("generals.mc", text))], Options(engine=engine, overrides=overrides))
    return {found.name: (found.verdict, found.steps) for found in report.specs[0].checks[0].properties}


def oral(count: int, faults: str = "", network: str = "unordered", signed: str = "") -> str:
    text = ORAL.replace("NETWORK", network).replace("COUNT", str(count)).replace("FAULTS", faults)
    return text.replace("SIGNED", signed)


ENGINES = ["interpreter", "native"]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("network", ["unordered", "fifo"])
def test_three_generals_disagree_where_the_commander_has_two_faces(engine: str, network: str) -> None:
    found = verdicts(oral(2, "byzantine Commander up to 1", network), engine)
    # One order to each, and what each tells the other.
    assert found["agreement"] == ("violated", 4)
    assert found["obedience"] == ("holds", None)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("network", "steps"), [("set", 6), ("soup", 6)])
def test_sending_is_a_step_of_its_own_where_messages_are_stored(engine: str, network: str, steps: int) -> None:
    assert verdicts(oral(2, "byzantine Commander up to 1", network), engine)["agreement"] == ("violated", steps)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("who", ["Commander", "Lieutenant"])
def test_four_generals_stand_one_traitor(engine: str, who: str) -> None:
    found = verdicts(oral(3, f"byzantine {who} up to 1"), engine)
    assert found["agreement"] == found["obedience"] == ("holds", None)
    assert found["decision"][0] == "reached"


@pytest.mark.parametrize("engine", ENGINES)
def test_four_generals_do_not_stand_two_traitors(engine: str) -> None:
    assert verdicts(oral(3, "byzantine Lieutenant up to 2"), engine)["obedience"][0] == "violated"
    found = verdicts(oral(3, "byzantine Commander up to 1  byzantine Lieutenant up to 1"), engine)
    assert found["agreement"][0] == "violated"


@pytest.mark.parametrize("engine", ENGINES)
def test_the_command_line_can_make_a_kind_byzantine(engine: str) -> None:
    assert verdicts(oral(2), engine)["agreement"][0] == "holds"
    assert verdicts(oral(2), engine, Commander=1)["agreement"] == ("violated", 4)
    assert verdicts(oral(2), engine, Commander=None)["agreement"] == ("violated", 4)
    assert verdicts(oral(2, "byzantine Commander up to 1"), engine, Commander=0)["agreement"][0] == "holds"


TIE = ("votes(p) > 0 or votes(p) == 0 and p.own", "votes(p) > 0")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("network", ["unordered", "fifo", "set", "soup"])
def test_a_signature_keeps_a_traitor_from_changing_the_order(engine: str, network: str) -> None:
    faults = "byzantine Lieutenant up to 1"
    lies = verdicts(oral(2, faults, network).replace(*TIE), engine)
    # The order, its receipt and the lie, which is sent first where messages are stored.
    assert lies["obedience"] == ("violated", 3 if network in {"unordered", "fifo"} else 4)
    assert verdicts(oral(2, faults, network, SIGNED).replace(*TIE), engine)["obedience"] == ("holds", None)


ROUNDS = """protocol LockStep
network rounds
message Order(v: bool)
message Relay(v: bool) SIGNED
agent Commander {
  var order: bool = any
  initial state Start { round -> Done { send Order(order) to Lieutenant } }
  final state Done
}
agent Lieutenant {
  var own: bool = false
  var attack: bool = false
  initial state Wait { round -> Ordered }
  state Ordered { round -> Voting {
    own := exists m in inbox Order: m.v
    send Relay(exists m in inbox Order: m.v) to others
  } }
  state Voting { round -> Decided {
    let ayes = count(p in others: exists m in inbox Relay: m.from == p and m.v) + (if own then 1 else 0)
    attack := 2 * ayes > size(Lieutenant) or (2 * ayes == size(Lieutenant) and own)
  } }
  final state Decided
}
def decided(p: Lieutenant) = p is correct and p is Decided
invariant agreement: forall p, q in Lieutenant: decided(p) and decided(q) implies p.attack == q.attack
def heeds(p: Lieutenant) = p.attack == Commander[0].order
invariant obedience: forall p in Lieutenant: Commander[0] is correct and decided(p) implies heeds(p)
reachable decision:  exists p in Lieutenant: decided(p)
check "rounds" { Lieutenant = COUNT  faults { FAULTS }  expect agreement, obedience, decision }
"""


def lock_step(count: int, faults: str, signed: str = "") -> str:
    return ROUNDS.replace("COUNT", str(count)).replace("FAULTS", faults).replace("SIGNED", signed)


@pytest.mark.parametrize("engine", ENGINES)
def test_in_rounds_three_generals_fail_and_four_do_not(engine: str) -> None:
    three = verdicts(lock_step(2, "byzantine Commander up to 1"), engine)
    # Orders go out in the second step of the lieutenants: to one of them an attack, to the other nothing, which is no.
    assert three["agreement"] == ("violated", 4)
    assert three["deadlock"] == ("holds", None)
    for who in ("Commander", "Lieutenant"):
        four = verdicts(lock_step(3, f"byzantine {who} up to 1"), engine)
        assert four["agreement"] == four["obedience"] == four["deadlock"] == ("holds", None)
        assert four["decision"][0] == "reached"


def test_every_network_that_absorbs_is_one_of_those_tested() -> None:
    assert {*NETWORKS, *LOCK_STEP} == {"unordered", "fifo", "set", "soup", "rounds"}
