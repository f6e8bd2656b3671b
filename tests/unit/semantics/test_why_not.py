"""Why a step cannot be taken: the first condition that is not met on the way that comes farthest."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from modelcheck.ir.model import Action, Model
from modelcheck.semantics.execute import Next, Path, State, action_paths, initial_paths
from modelcheck.semantics.rerun import told
from modelcheck.semantics.why_not import why_not

Build = Callable[..., Model]

TEXT = """protocol Post
    time discrete
    message Letter(n: 0..1)
    agent Sender {
      var left: 0..2 = 2
      timer rest
      initial state Ready {
        step post(n in 0..1) when left > n { left -= 1  start rest for 1  send Letter(n) to Receiver[0] }
        step tire when left == 0 -> Tired
      }
      state Tired { on rest expires -> Ready }
    }
    agent Receiver {
      var got: set of 0..1 = {}
      initial final state Open {
        on Letter(n) when not (n in got) { got := got union {n} }
        on Letter(n) when n in got { skip }
      }
    }
    check "c" { faults { crash Receiver up to 1 } allow deadlock }
"""


def after(model: Model, *steps: tuple[str, str]) -> State:
    """The state behind steps that are given in words."""
    outcome = next(iter(initial_paths(model))).outcome
    for step in steps:
        assert isinstance(outcome, Next)
        state = outcome.state
        outcome = next(
            path.outcome
            for number, action in enumerate(model.actions)
            for path in action_paths(model, state, number)
            if told(model, action, path)[:2] == step
        )
    assert isinstance(outcome, Next)
    return outcome.state


POST = ("Sender", "post(n = 0)")
GET = ("Receiver", "receives Letter(n: 0) from Sender")


@pytest.mark.parametrize(
    ("steps", "wanted", "reasons"),
    [
        ([], ("Sender", "tire"), ("`when left == 0` is false", "left = 2")),
        ([POST], ("Sender", "post(n = 1)"), ("`when left > n` is false", "left = 1", "n = 1")),
        ([POST, POST, ("Sender", "tire")], POST, ("Sender is Tired, not Ready",)),
        ([POST, POST, ("Sender", "tire")], ("Sender", "rest expires"), ("rest of Sender has not expired",)),
        ([], GET, ("there is no Letter that Receiver can receive",)),
        ([POST, ("Receiver", "crashes")], GET, ("Receiver is gone",)),
        ([POST], ("Sender", "post(n = 0), chooses x = 1"), ()),
        ([], ("Sender", "sings"), ()),
        ([], ("Nobody", "tire"), ()),
        ([], ("environment", "time passes"), ()),
    ],
)
def test_the_first_condition_that_is_not_met_is_told(
    model_of: Build, steps: list[tuple[str, str]], wanted: tuple[str, str], reasons: tuple[str, ...]
) -> None:
    model = model_of(TEXT)
    assert why_not(model, after(model, *steps), *wanted) == reasons


def test_a_message_without_effect_is_ignored(model_of: Build) -> None:
    model = model_of(TEXT.replace("on Letter(n) when n in got { skip }", "ignore Letter"))
    state = after(model, POST)
    told_of = {told(model, action, path)[1] for action, path in _taken(model, state) if action.origin != "fault"}
    ignored = GET[1].replace("receives", "ignores")
    assert {GET[1], ignored} <= told_of
    # Of a saved run, what became of the message since may have changed.
    gone = after(model, POST, ("Receiver", "crashes"))
    assert why_not(model, gone, "Receiver", ignored) == why_not(model, gone, *GET) == ("Receiver is gone",)


def _taken(model: Model, state: State) -> Iterator[tuple[Action, Path]]:
    for number, action in enumerate(model.actions):
        yield from ((action, path) for path in action_paths(model, state, number))
