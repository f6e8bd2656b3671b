"""What those wait for who cannot go on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from modelcheck.ir.model import Model
from modelcheck.semantics.execute import Next, initial_paths
from modelcheck.semantics.waiting import waiting

Build = Callable[..., Model]

TEXT = """protocol Post
    time discrete
    message Letter(n: 0..1)
    message Parcel
    message Flyer
    agent Sender { initial state S { step go when false { send Letter(0) to R  send Parcel to R  send Flyer to R } } }
    agent R {
      timer rest
      initial state Wait { %s }
      final state Done
      states Wait, Done { ignore Flyer }
      at start { start rest for 1 }
    }
    check "c" { allow deadlock }
"""


@pytest.mark.parametrize(
    ("transitions", "said"),
    [
        ("on Letter(n) when n == 1 -> Done  on Letter(n) when n == 0  on Parcel -> Done", "for Letter or Parcel"),
        ("on Letter -> Done  step a when false { skip }  step b when false { skip }", "for Letter, or to a or b"),
        ("on rest expires -> Done", "for the timer rest"),
        ("", "where it can do nothing, and which is not `final`"),
        (" ".join(f"step s{n} when false {{ skip }}" for n in range(6)), "to s0, s1, s2, s3, …"),
    ],
)
def test_what_would_lead_on_is_named(model_of: Build, transitions: str, said: str) -> None:
    model = model_of(TEXT % transitions)
    outcome = next(iter(initial_paths(model))).outcome
    assert isinstance(outcome, Next)
    assert list(waiting(model, outcome.state)) == ["Sender waits in S, to go", f"R waits in Wait, {said}"]
