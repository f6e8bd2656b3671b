"""The packet: it tells in words what was found, what was assumed and what is not known."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from modelcheck.engines.base import Exploration, Request
from modelcheck.engines.interpreter import explore
from modelcheck.engines.registry import ENGINES
from modelcheck.environment.instantiate import Overrides
from modelcheck.environment.registry import DETECTORS, FAULTS, LOCK_STEP, NETWORKS
from modelcheck.ir.model import Model
from modelcheck.kernel.task import Limits
from modelcheck.pipeline import Options
from modelcheck.pipeline.packet import packet
from modelcheck.reports.packet import assumptions, data, markdown
from modelcheck.reports.packet.content import document
from modelcheck.reports.packet.document import (
    Picture,
)
from tests.unit.reports.packet.vote import VOTE, written


def test_it_says_what_breaks_in_the_words_of_the_author(page: str) -> None:
    breaks = page[page.index("## What breaks") : page.index("## What holds")]
    assert r"**few**<br>There are never more answers than <code>Most</code>. | " in breaks
    assert r'**"too many"** | No fault. At the end Asker is in Asked and Voter\[0..2\] are in Voted. ' in breaks
    assert "That is: a = Asker; a.got = 3; Most = 2. [Run 2, 7 steps](#run-2) | yes |" in breaks
    assert '**"one is gone"**<br>Faults: Voter crashes, at most 1 time, may come back; a message is lost' in breaks
    assert re.search(r"\| Faults: step 2: .* crashes; step 3: the network loses Ask from Asker to Voter", breaks)
    assert "At the end Asker is in Asked, Voter" in breaks
    assert "From then on nothing happens any more, for ever." in breaks


def test_what_is_reached_against_expectation_breaks_and_what_is_never_reached_holds(tmp_path: Path) -> None:
    text = VOTE.replace("expect few, all_ in 3 steps, told", "expect not all_").replace(
        "reachable all_", "reachable never: Asker[0].got == 3\nreachable all_"
    )
    text = text.replace("expect few, not told", "expect not never")
    found = markdown.render(document(packet([written(tmp_path, text)], Options())), "pictures")
    breaks, holds = found[found.index("## What breaks") :].split("## What holds")[:2]
    assert (
        r'**all\_**<br>Some run comes to a state with: forall v in Voter: v is Voted | **"calm"** | No fault.' in breaks
    )
    assert "| **no** |" in breaks
    assert "**never**" not in breaks
    row = (
        '**never**<br>No run comes to a state with: Asker\\[0\\].got == 3 | "one is gone" | no run comes there: every '
    )
    assert row in holds


def test_a_property_without_a_comment_is_told_by_its_text(page: str) -> None:
    assert "**told**<br>Every fair run comes at some time to a state with: forall v in Voter: v is Voted" in page
    assert r"**all\_**<br>Some run comes to a state with: forall v in Voter: v is Voted" in page


def test_the_header_comments_and_assumptions_are_told(page: str) -> None:
    assert "A vote: one asks, the others answer." in page
    assert "- <code>Yes</code> is the only answer." in page
    assert "\nIt asks, and waits.\n" in page
    assert "\nAll goes well.\n" in page
    assert "| parameter Most | 2<br>how many answers count |" in page
    assert "| <code>got</code> | <code>0..3 = 0</code> | answers so far |" in page
    assert "| faults | Voter crashes, at most 1 time, may come back; a message is lost, at most 1 time |" in page
    assert "| agents | Asker: 1, Voter: 2 |" in page
    assert "what must hold" not in page[: page.index("<details><summary>The whole text")]


def test_what_all_checks_assume_is_told_once(page: str) -> None:
    assert page.count("| parameter Most | 2<br>how many answers count |") == 1
    assert page.count("| agents | Asker: 1, Voter: 2 |") == 2


def test_steps_are_sentences(page: str) -> None:
    assert r"Asker takes the step “ask”, sends Ask to Voter\[0..1\] and goes to Asked." in page
    assert r"Voter\[0\] receives Ask from Asker, sends Yes to Asker and goes to Voted." in page
    assert "**Fault: **" not in page
    assert re.search(r"\*\*Fault:\*\* .* crashes\.", page) or "Fault: Voter" in page


def test_runs_that_read_the_same_are_told_once(tmp_path: Path) -> None:
    text = VOTE.replace("reachable all_", "invariant at_most: forall a in Asker: a.got < Most + 1\nreachable all_")
    text = text.replace("expect not few, all_", "expect not few, not at_most")
    found = document(packet([written(tmp_path, text)], Options(checks=("too many",))))
    pictures = [block for block in found.blocks if isinstance(block, Picture)]
    machines = 2
    assert len(pictures) == machines + 1
    page = markdown.render(found, "pictures")
    assert "- **few** is violated in the check" in page
    assert r"- **at\_most** is violated in the check" in page


def test_all_counterexamples_that_were_asked_for_are_told(tmp_path: Path) -> None:
    text = VOTE.replace("state Idle {", "state Idle { step beg -> Asked { send Ask to Voter }")
    found = packet([written(tmp_path, text)], Options(checks=("too many",), properties=("few",), counterexamples=3))
    traces = [t for c in found.report.specs[0].checks for p in c.properties if p.trace for t in (p.trace, *p.more)]
    pictures = [block for block in document(found).blocks if isinstance(block, Picture)]
    machines = 2
    assert len(traces) > 1
    assert len(pictures) == machines + len(traces)


def test_a_limit_is_told_as_not_known(tmp_path: Path) -> None:
    found = packet([written(tmp_path)], Options(limits=Limits(states=2)))
    page = markdown.render(document(found), "pictures")
    assert "## What is not known" in page
    assert "the limit on states was reached" in page
    assert "verdicts are not known:** not all states were looked at." in page
    assert found.report.exit_code == 3


def test_what_the_command_line_changed_is_told(tmp_path: Path) -> None:
    overrides = Overrides({"Voter": "1"}, {("lose", None): 2})
    found = packet([written(tmp_path)], Options(checks=("calm",), overrides=overrides), ["--set Voter=1"])
    page = markdown.render(document(found), "pictures")
    assert "<code>--set Voter=1</code>" in page
    assert "| agents | Asker: 1, Voter: 1 |" in page
    assert "a message is lost, at most 2 times" in page


def test_what_was_not_asked_for_is_told(tmp_path: Path) -> None:
    def beginning(options: Options) -> str:
        page = markdown.render(document(packet([written(tmp_path)], options)), "pictures")
        return page[: page.index("<a id")]

    assert "not asked for" not in beginning(Options())
    one = beginning(Options(checks=("calm",)))
    assert '**2 checks of vote.mc were not asked for:** nothing is said here of "one is gone", "too many".' in one
    # "too many" expects nothing of it.
    some = beginning(Options(properties=("told",)))
    assert '**1 check of vote.mc was not asked for:** nothing is said here of "too many".' in some


def test_what_ctrl_c_came_before_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    searches: list[str] = []

    def engine(model: Model, request: Request) -> Exploration:
        searches.append(model.check)
        if len(searches) > 1:
            raise KeyboardInterrupt
        return explore(model, request)

    monkeypatch.setitem(ENGINES, "auto", lambda: engine)
    (tmp_path / "b").mkdir()
    files = [written(tmp_path), written(tmp_path / "b", name="later.mc")]
    found = packet(files, Options(checks=("calm", "one is gone")))
    page = markdown.render(document(found), "pictures")
    assert '**1 check of vote.mc was not come to:** nothing is said here of "one is gone".' in page
    assert '**1 check of vote.mc was not asked for:** nothing is said here of "too many".' in page
    assert "**1 specification was not come to:** nothing is said here of later.mc." in page
    kept = json.loads(data.render(found))
    assert (kept["not_reached"], kept["specs"][0]["not_reached"]) == (["later.mc"], ["one is gone"])


def test_a_deadline_is_about_every_run_and_fair_ones_do_not_come_into_it(tmp_path: Path) -> None:
    text = """protocol Late
        time discrete
        agent Node {
          timer t
          initial state Idle { step begin -> Busy { start t for 1..2 } }
          state Busy { on t expires -> Done }
          final state Done
        }
        temporal soon: Node[0] is Busy leads to Node[0] is Done within 2
        check "c" { expect soon }
    """
    found = packet([written(tmp_path, text)], Options())
    page = markdown.render(document(found), "pictures")
    assert "**soon**<br>In every run: Node" in page
    assert "about every run" in page
    assert "all reachable states were looked at" in page
    assert "fair run" not in page[: page.index("How to read")]
    assert found.report.specs[0].checks[0].properties[0].kind == "deadline"


def test_a_run_with_a_silent_traitor_is_not_said_to_be_without_a_fault(tmp_path: Path) -> None:
    text = VOTE.replace("reachable all_", "reachable odd: not Voter[0] is correct\nreachable all_")
    text += 'check "a traitor" { Voter = 1  faults { byzantine Voter up to 1 }  allow deadlock  expect odd, few }\n'
    page = markdown.render(document(packet([written(tmp_path, text)], Options(checks=("a traitor",)))), "pictures")
    assert "The run has 0 steps; from the start Voter is Byzantine. At the end Asker is in Idle and" in page
    assert "no fault in it" not in page


def test_a_counterexample_to_induction_is_told_as_a_step_and_not_as_a_run(tmp_path: Path) -> None:
    pytest.importorskip("z3")
    text = VOTE.replace("expect not few, all_", "expect not inductive few")
    found = packet([written(tmp_path, text)], Options(checks=("too many",)))
    page = markdown.render(document(found), "pictures")
    assert "### Run 1: a counterexample to induction, inductive few is violated in" in page
    assert "It is no run but one step from a state that the types allow and no run need lead to" in page
    assert "A step breaks it, from a state that may be unreachable. At the end" in page
    assert page.count("A step breaks it") == 1
    assert "there is no fault in it" not in page
    assert len([block for block in document(found).blocks if isinstance(block, Picture)]) == 3


def test_violations_are_excused_only_where_there_are_some(tmp_path: Path) -> None:
    calm = markdown.render(document(packet([written(tmp_path)], Options(checks=("calm",)))), "pictures")
    assert "are as the specification expects**.\n" in calm
    assert "violations among them" not in calm


def test_what_is_not_as_expected_stands_first(tmp_path: Path) -> None:
    text = VOTE.replace("expect not few, all_", "expect few, all_")
    page = markdown.render(document(packet([written(tmp_path, text)], Options())), "pictures")
    told = page[: page.index("## What breaks")]
    assert "**1 of 13 verdicts is not as the specification expects:**" in told
    assert '- **few** is violated in "too many" \\(no: should hold\\)' in told
    assert "which the specification does not expect**" in page


@pytest.mark.parametrize("name", [*NETWORKS, *LOCK_STEP, *DETECTORS, *FAULTS])
def test_whatever_is_registered_is_told_in_words(name: str) -> None:
    words = {**assumptions.NETWORKS, **assumptions.DETECTORS, **assumptions.FAULTS}
    assert words[name]
