"""What the page asks for, over the wire."""

from __future__ import annotations

import signal
import sys
import threading
import time
from multiprocessing import Pipe
from pathlib import Path
from typing import Any, NoReturn

import pytest

from modelcheck.environment.instantiate import Overrides
from modelcheck.explorer import requests as r
from modelcheck.explorer.answers import Explorer
from modelcheck.kernel.task import Limits
from modelcheck.pipeline import load
from modelcheck.pipeline.explore import Session, searching
from modelcheck.pipeline.explore.searching import Order, Search
from modelcheck.source import Source

from .conftest import SPEC, Client, Serve


def option(view: Any, label: str) -> dict[str, Any]:  # noqa: ANN401 - JSON
    found = next(o for offer in view["offers"] for o in offer["options"] if o["label"] == label)
    return {"action": found["action"], "digits": found["digits"], "revision": view["revision"]}


def test_a_walk_over_the_wire(client: Client) -> None:
    view = client.ask("look")["view"]
    view = client.ask("take", **option(view, "hail"))["view"]
    view = client.ask("take", **option(view, "receives Ping(n: 1) from Left"))["view"]
    assert [step["label"] for step in view["steps"]] == ["start", "hail", "receives Ping(n: 1) from Left"]
    assert {prop["name"]: prop["standing"] for prop in view["properties"]} == {"quiet": "false"}
    view = client.ask("go", position=1, revision=view["revision"])["view"]
    view = client.ask("undo", revision=view["revision"])["view"]
    view = client.ask("redo", revision=view["revision"])["view"]
    assert (view["position"], len(view["steps"]), view["can_redo"]) == (1, 3, False)


def test_a_request_from_an_old_view_changes_nothing_and_brings_a_new_one(client: Client) -> None:
    old = client.ask("look")["view"]
    client.ask("take", **option(old, "hail"))
    answer = client.ask("take", **option(old, "hail"))
    assert "another window" in answer["problem"]
    assert (answer["view"]["position"], len(answer["view"]["steps"])) == (1, 2)


def test_what_cannot_be_done_is_told(client: Client) -> None:
    revision = client.ask("look")["view"]["revision"]
    for do, fields in (
        ("take", {"action": 2, "digits": [7], "revision": revision}),
        ("go", {"position": 5, "revision": revision}),
        ("undo", {"revision": revision}),
        ("drop", {"number": 3}),
        ("show", {"name": "quiet", "revision": revision}),
        ("check", {"name": "third"}),
        ("more", {"action": 77, "offset": 0, "revision": revision}),
    ):
        answer = client.ask(do, **fields)
        assert answer["problem"], do
        assert "view" not in answer


def test_the_picture_is_of_the_walk(client: Client) -> None:
    view = client.ask("look")["view"]
    client.ask("take", **option(view, "hail"))
    picture = client.ask("picture")["picture"]
    assert 'data-step="1"' in picture["svg"]
    assert "<style" not in picture["svg"]
    assert ".mc-" in picture["style"]


def test_another_check_begins_anew(client: Client) -> None:
    view = client.ask("look")["view"]
    view = client.ask("take", **option(view, "hail"))["view"]
    other = client.ask("check", name="second")["view"]
    assert (other["check"], other["position"], other["can_undo"]) == ("second", 0, False)
    assert other["revision"] > view["revision"]
    assert other["walk"] > view["walk"]


def test_expressions_are_asked_kept_and_dropped(client: Client) -> None:
    assert client.ask("ask", text="Right[0].heard + 41")["asked"] == {"value": "41", "problem": ""}
    assert "MC201" in client.ask("ask", text="nobody")["asked"]["problem"]
    assert client.ask("keep", text="size(messages Ping)")["view"]["watches"][0]["text"] == "size(messages Ping)"
    assert "MC113" in client.ask("keep", text="(")["asked"]["problem"]
    assert client.ask("drop", number=0)["view"]["watches"] == []


def test_a_search_beside_the_walk_finds_runs_to_walk(client: Client) -> None:
    assert client.ask("status")["status"]["stage"] == "idle"
    status = client.ask("search")["status"]
    end = time.monotonic() + 60
    while status["stage"] == "running":
        assert time.monotonic() < end
        time.sleep(0.1)
        status = client.ask("status")["status"]
    assert (status["stage"], status["problem"]) == ("done", "")
    found = {finding["name"]: finding for finding in status["findings"]}
    assert {name: (f["verdict"], f["expected"], f["steps"], f["walkable"]) for name, f in found.items()} == {
        "quiet": ("violated", True, 2, True),
        "deadlock": ("violated", True, 3, True),
        "errors": ("holds", True, None, False),
    }
    revision = client.ask("look")["view"]["revision"]
    view = client.ask("show", name="quiet", revision=revision)["view"]
    assert (view["position"], view["title"]) == (2, "Violated: quiet")
    assert view["conclusion"].startswith("quiet is false here")
    assert client.ask("undo", revision=view["revision"])["view"]["position"] == 0


def test_a_walk_is_saved_and_loaded_again(client: Client) -> None:
    view = client.ask("look")["view"]
    view = client.ask("take", **option(view, "hail"))["view"]
    saved = client.ask("save")["saved"]
    assert saved["name"].endswith(".trace.json")
    revision = client.ask("restart", revision=view["revision"])["view"]["revision"]
    view = client.ask("load", name="it.json", text=saved["text"], revision=revision)["view"]
    assert [step["label"] for step in view["steps"]] == ["start", "hail"]
    for text in ("", "{", "[]", "null", "{}", '{"format": "modelcheck trace"}', "[" * 100_000, "\0"):
        answer = client.ask("load", name="<b>.json", text=text, revision=view["revision"])
        assert "<b>.json" in answer["problem"]
        assert "view" not in answer


def test_a_search_can_be_stopped(serve: Serve) -> None:
    endless = """protocol Endless
    agent Node { var n: 0..9 = 0 initial final state S { step turn(x in 0..9) { n := x } } }
    invariant typed: forall p in Node: p.n <= 9
    check "large" { Node = 12 expect typed }"""
    client = serve(endless)
    assert client.ask("search")["status"]["stage"] == "running"
    assert client.ask("stop")["status"]["stage"] == "stopped"
    assert client.ask("look")["view"]["position"] == 0


def test_a_search_is_of_the_check_as_the_saved_run_changed_it(monkeypatch: pytest.MonkeyPatch) -> None:
    orders: list[Order] = []
    monkeypatch.setattr(Search, "start", lambda _, order: orders.append(order))
    spec, changed = load(Source("pair.mc", SPEC)), Overrides({}, {("lose", None): 2})
    saved = Explorer(spec, None, changed, Limits()).answer(r.Save()).saved
    explorer = Explorer(spec, None, Overrides(), Limits())
    view = explorer.answer(r.Look()).view
    assert saved is not None
    assert view is not None
    explorer.answer(r.Load(view.revision, "it.json", saved.text))
    explorer.answer(r.Seek())
    assert [order.overrides for order in orders] == [changed]


def test_a_mistake_of_ours_is_told_as_one(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Session) -> NoReturn:
        raise ValueError("so it is")

    monkeypatch.setattr(Session, "look_longer", fail)
    reply = client.send("POST", "/api", b'{"do": "longer"}')
    assert reply.status == 500
    assert reply.json()["problem"].startswith("internal error: ValueError: so it is\nThis is a bug in modelcheck.")
    assert client.ask("look")["view"]["position"] == 0


def test_the_process_can_end_although_an_answer_takes_long(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    # Python waits for all other threads before it ends.
    waited_for: list[bool] = []
    monkeypatch.setattr(Session, "look_longer", lambda _: waited_for.append(not threading.current_thread().daemon))
    client.ask("longer")
    assert waited_for == [False]


def test_a_search_that_fails_by_a_mistake_of_ours_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> NoReturn:
        raise ValueError("so it is")

    monkeypatch.setattr(searching, "findings", fail)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    here, there = Pipe(duplex=False)
    searching._work(there, Order("pair.mc", SPEC, "first", Overrides(), Limits()))
    assert here.recv().startswith("internal error: ValueError: so it is\n")


@pytest.mark.skipif(sys.platform != "linux", reason="asks the system of Linux")
def test_ctrl_c_does_not_reach_a_search_that_is_being_started() -> None:
    search = Search()
    search.start(Order("pair.mc", SPEC, "first", Overrides(), Limits()))
    assert search._process is not None
    status = Path(f"/proc/{search._process.pid}/status").read_text("utf-8")
    search.stop()
    (blocked,) = (int(line.split()[1], 16) for line in status.splitlines() if line.startswith("SigBlk:"))
    assert blocked >> signal.SIGINT - 1 & 1
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())
