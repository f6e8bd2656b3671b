"""Many enabled steps: pages, and a limit on time."""

from __future__ import annotations

import time

import pytest

from modelcheck.pipeline import load
from modelcheck.pipeline.explore import RefusedError, Session
from modelcheck.pipeline.explore import options as module
from modelcheck.pipeline.explore.deadline import Deadline, TimeUpError
from modelcheck.source import Source

WIDE = """protocol Wide
agent Node {
  var n: 0..16383 = 0
  initial state S {
    step pick(x in 0..16383) { n := x }
    step one { n := 1 }
    step slow(x in 0..999, y in 0..999, z in 0..9) when x != x { skip }
    step late { n := 0 }
  }
}
invariant ok: true
check "c" { expect ok }
"""


class Looks(Deadline):
    """A deadline that comes after so many looks at it, however fast the machine is."""

    def __init__(self, count: int) -> None:
        super().__init__(0)
        self.left = count

    def look(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise TimeUpError


@pytest.fixture
def session() -> Session:
    spec = load(Source("wide.mc", WIDE))
    return Session(spec, spec.checks[0])


def test_thousands_of_paths_come_in_pages(session: Session) -> None:
    assert session.state is not None
    first = module.enabled(session.model, session.state, Looks(5000)).offers[0]
    assert (first.name, len(first.options), first.more) == ("pick", module.PAGE, True)
    more = session.more(first.action, module.PAGE)
    assert len({option.digits for option in (*first.options, *more.options)}) == module.PAGE + len(more.options)
    last = session.more(first.action, 2**14 - 3)
    assert (len(last.options), last.more) == (3, False)


def test_an_action_that_takes_too_long_hides_none_before_it_and_is_told(session: Session) -> None:
    assert session.state is not None
    found = module.enabled(session.model, session.state, Looks(5000))
    assert [offer.name for offer in found.offers] == ["pick", "one"]
    assert found.unseen == 2


def test_a_page_that_the_deadline_cuts_short_says_that_there_is_more(session: Session) -> None:
    assert session.state is not None
    (offer,) = module.enabled(session.model, session.state, Looks(10)).offers
    assert (len(offer.options), offer.more) == (10, True)


def test_a_view_is_there_in_time_and_more_of_it_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("modelcheck.pipeline.explore.session.PATIENCE_SECONDS", 0.5)
    spec = load(Source("wide.mc", WIDE.replace("pick(x in 0..16383)", "pick(x in 0..3)")))
    session = Session(spec, spec.checks[0])
    started = time.monotonic()
    view = session.view()
    assert time.monotonic() - started < 20
    assert ([offer.name for offer in view.offers], view.unseen, view.rest) == (["pick", "one"], 2, "goes on")


def test_of_further_actions_one_path_is_shown_when_there_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 25)
    slow = "slow(x in 0..999, y in 0..999, z in 0..9) when x != x"
    spec = load(Source("wide.mc", WIDE.replace(slow, "again(x in 0..9)")))
    offers = Session(spec, spec.checks[0]).view().offers
    assert [(offer.name, len(offer.options), offer.more) for offer in offers] == [
        ("pick", 25, True),
        ("one", 1, False),
        ("again", 1, True),
        ("late", 1, False),
    ]


def test_nothing_more_is_refused(session: Session) -> None:
    for action in (-1, 99, -7):
        with pytest.raises(RefusedError):
            session.more(action, 0)


def test_stuck_is_unknown_where_not_all_was_looked_at() -> None:
    assert module.Enabled((), 0).is_stuck is True
    assert module.Enabled((), 1).is_stuck is None
