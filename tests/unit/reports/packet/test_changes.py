"""What changed since an earlier packet, and the data that this is told from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from modelcheck.frozen import replace
from modelcheck.kernel.task import Limits
from modelcheck.pipeline import Options
from modelcheck.pipeline.packet import packet
from modelcheck.reports.packet import data, markdown
from modelcheck.reports.packet.changes import changes
from modelcheck.reports.packet.document import (
    Block,
    Document,
)
from modelcheck.reports.packet.packet import Packet
from tests.unit.reports.packet.vote import VOTE, written


def _since(old: Packet, new: Packet) -> str:
    blocks: list[Block] = changes(data.same(old), data.same(new))
    return markdown.render(Document("", tuple(blocks)), "pictures")


def test_nothing_changed_is_said(vote: Packet) -> None:
    assert _since(vote, vote).startswith("Nothing: ")


def test_other_counterexamples_are_compared(tmp_path: Path) -> None:
    text = VOTE.replace("state Idle {", "state Idle { step beg -> Asked { send Ask to Voter }")
    one, three = (
        packet([written(tmp_path, text)], Options(checks=("too many",), properties=("few",), counterexamples=number))
        for number in (1, 3)
    )
    told = _since(one, three)
    assert (
        told
        == '### vote.mc\n\n- **In "too many":** **few** is still violated: the other counterexamples are not the same\n'
    )


def test_what_changed_is_told(tmp_path: Path, vote: Packet) -> None:
    text = VOTE.replace("param Most = 2 ", "param Most = 1 ").replace('check "one is gone"', 'check "new one"')
    found = _since(vote, packet([written(tmp_path, text)], Options()))
    assert '- **In "calm":** assumed of parameter Most: 2 → **1**' in found
    assert '- **In "calm":** **few**: holds → **violated**' in found
    assert '- **In "calm":** **few**: as expected → **not as expected**' in found
    assert 'The check "new one" is new: ' in found
    assert 'The check "one is gone" is gone.' in found
    assert "\n-param Most = 2 " in found
    assert "\n+param Most = 1 " in found


def test_other_options_than_before_are_told(vote: Packet) -> None:
    limited = replace(vote, changed=("--max-states 5", "--check calm"))
    assert _since(vote, limited) == "The earlier packet was made without options.\n"
    told = "The earlier packet was made with <code>--max-states 5</code> <code>--check calm</code>.\n"
    assert _since(limited, vote) == told
    assert _since(limited, limited).startswith("Nothing: ")


def test_what_was_left_out_is_neither_new_nor_gone(tmp_path: Path, vote: Packet) -> None:
    calm = packet([written(tmp_path)], Options(checks=("calm",)))
    assert 'The check "one is gone" was left out this time.' in _since(vote, calm)
    assert 'The check "one is gone" was left out of the earlier packet: few holds' in _since(calm, vote)
    whole = data.same(vote)
    stopped = replace(whole, interrupted=True, specs=(replace(whole.specs[0], checks=whole.specs[0].checks[:1]),))
    told = markdown.render(Document("", tuple(changes(whole, stopped))), "pictures")
    assert 'The check "too many" was left out this time.' in told
    both = replace(whole, specs=(whole.specs[0], replace(whole.specs[0], file="other.mc")))
    for interrupted, said in ((True, "was left out this time"), (False, "is not in this packet")):
        told = markdown.render(Document("", tuple(changes(both, replace(whole, interrupted=interrupted)))), "pictures")
        assert f"<code>other.mc</code> {said}." in told


def test_how_far_an_unknown_verdict_reaches_is_compared(tmp_path: Path) -> None:
    short, long = (
        packet([written(tmp_path)], Options(checks=("calm",), properties=("few",), limits=Limits(depth=depth)))
        for depth in (1, 2)
    )
    assert "**few** is still unknown: the depth limit was reached: " in _since(short, long)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"format": "x"}', b"\xff", b"[" * 100_000, b'{"format": "a", "version": "", "specs": []}'],
)
def test_what_is_no_packet_is_refused(content: bytes) -> None:
    with pytest.raises(data.NoPacketError):
        data.kept(content)


def test_the_data_is_json_with_every_run(vote: Packet) -> None:
    found = json.loads(data.render(vote))
    checks = {check["name"]: check for check in found["specs"][0]["checks"]}
    few = next(one for one in checks["too many"]["properties"] if one["name"] == "few")
    assert few["verdict"] == "violated"
    assert len(few["trace"]) == few["steps"] + 1
