"""What each kind of network does with two messages of one sender, by what the receiver can see."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from modelcheck.engines.base import DEADLOCK, Exploration
from modelcheck.ir.model import Model
from modelcheck.verdict import Holds, Reached, Unknown, Unreached, Violated

Explored = Callable[..., Exploration]
Build = Callable[..., Model]

TWO = """
    network {network}
    message A1
    message B1
    agent Sender {{ initial state Go {{ step go -> Done {{ {sends} }} }}  final state Done }}
    agent Receiver {{
      var seen: seq of bool max 2 = []
      initial final state Run {{
        on A1 when size(seen) < 2 {{ seen := seen + [true] }}
        on B1 when size(seen) < 2 {{ seen := seen + [false] }}
      }}
    }}
    def order_ = Receiver[0].seen
    reachable a_first: order_ == [true, false]
    reachable b_first: order_ == [false, true]
    reachable a_twice: order_ == [true, true]
    check "c" {{ expect a_first, b_first, a_twice }}
"""
AB = "send A1 to Receiver  send B1 to Receiver"
AA = "send A1 to Receiver  send A1 to Receiver"


def outcomes(found: Exploration) -> set[str]:
    return {name for name, verdict in found.verdicts.items() if isinstance(verdict, Reached)}


@pytest.mark.parametrize("network", ["unordered", "set"])
def test_bags_and_sets_deliver_in_any_order(explored: Explored, network: str) -> None:
    assert outcomes(explored(TWO.format(network=network, sends=AB))) == {"a_first", "b_first"}


def test_a_queue_keeps_the_order(explored: Explored) -> None:
    assert outcomes(explored(TWO.format(network="fifo", sends=AB))) == {"a_first"}


def test_a_soup_delivers_again_and_again(explored: Explored) -> None:
    assert outcomes(explored(TWO.format(network="soup", sends=AB))) == {"a_first", "b_first", "a_twice"}


@pytest.mark.parametrize(("network", "arrives"), [("unordered", True), ("fifo", True), ("set", False), ("soup", True)])
def test_a_second_equal_message(explored: Explored, network: str, *, arrives: bool) -> None:
    found = explored(TWO.format(network=network, sends=AA))
    assert ("a_twice" in outcomes(found)) == arrives


@pytest.mark.parametrize("network", ["unordered", "set", "fifo"])
def test_a_full_network_cuts_and_nothing_holds(explored: Explored, network: str) -> None:
    found = explored(TWO.format(network=f"{network} capacity 1", sends=AB))
    assert len(found.bounds_hit) == 1
    assert all(isinstance(verdict, Unknown) for verdict in found.verdicts.values())


@pytest.mark.parametrize("network", ["unordered", "set", "fifo"])
def test_a_full_network_that_blocks_disables_the_transition(explored: Explored, network: str) -> None:
    found = explored(TWO.format(network=f"{network} capacity 1 blocks", sends=AB))
    assert found.distinct == 1
    assert found.bounds_hit == ()
    assert isinstance(found.verdicts[DEADLOCK], Violated)


@pytest.mark.parametrize("network", ["unordered", "set", "fifo"])
def test_a_full_network_that_drops_loses_the_message(explored: Explored, network: str) -> None:
    found = explored(TWO.format(network=f"{network} capacity 1 drops", sends=AB))
    assert outcomes(found) == set()
    assert isinstance(found.verdicts["a_first"], Unreached)
    assert found.distinct == 3


@pytest.mark.parametrize("network", ["unordered", "set", "fifo", "soup"])
def test_what_is_sent_to_oneself_is_received_in_a_later_transition(explored: Explored, network: str) -> None:
    text = """
        network %s
        message M
        agent Node {
          var got: bool = false
          initial state Run { step go -> Wait { send M to self  if got { assert false } } }
          final state Wait { on M { got := true } }
        }
        reachable got: Node[0].got
        check "c" { expect got in 2 steps }
    """
    verdict = explored(text % network).verdicts["got"]
    assert isinstance(verdict, Reached)
    assert len(verdict.run.choices) == 2


def test_a_queue_blocks_behind_what_is_not_accepted(explored: Explored) -> None:
    text = """
        network fifo
        message A1
        message B1
        agent Sender {
          initial state Go { step go -> Done { send A1 to Receiver  send B1 to Receiver } }
          final state Done
        }
        agent Receiver { initial final state Run { on B1 -> Got }  final state Got }
        invariant never: Receiver[0] is Run
        check "c" { expect never }
    """
    assert isinstance(explored(text).verdicts["never"], Holds)
    assert isinstance(explored(text.replace("fifo", "unordered")).verdicts["never"], Violated)


def test_queues_of_different_pairs_do_not_wait_for_one_another(explored: Explored) -> None:
    text = """
        network fifo
        message A1
        agent Sender { initial state Go { step go -> Done { send A1 to Receiver } }  final state Done }
        agent Receiver { var from_: set of Sender = {}  initial final state Run { on A1 from s { from_ += s } } }
        reachable second_alone: Receiver[0].from_ == {Sender[1]}
        reachable first_alone: Receiver[0].from_ == {Sender[0]}
        check "c" { Sender = 2  expect first_alone, second_alone }
    """
    assert outcomes(explored(text)) == {"first_alone", "second_alone"}


def test_messages_with_the_same_network_share_it(model_of: Build) -> None:
    text = """
        network fifo
        message A1
        message B1 over fifo
        message C1 over set
        message Unsent
        agent Node { initial final state Run { step go { send A1 to Node  send B1 to Node  send C1 to Node }
          on A1 { skip }  on B1 { skip }  on C1 { skip } } }
    """
    assert [(n.kind, n.messages) for n in model_of(text).networks] == [("fifo", ("A1", "B1")), ("set", ("C1",))]


def test_the_network_of_a_check_goes_before_the_one_of_the_protocol(model_of: Build) -> None:
    text = """
        network fifo
        message M
        agent Node { initial final state Run { step go { send M to Node }  on M { skip } } }
        check "c" { network soup  expect 1 states }
    """
    assert [network.kind for network in model_of(text).networks] == ["soup"]
