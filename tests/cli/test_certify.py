"""Certificates on the command line: what is written, what is accepted, and that nothing else is."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("z3")

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def proved(run: Run, out: str, *more: str, **environment: str) -> subprocess.CompletedProcess[str]:
    arguments = ("verify", "counter.mc", "--engine", "induction", "--check", "two", "--property", "typed")
    return run(*arguments, "--certificate", out, *more, **environment)


def test_a_certificate_is_the_same_each_time_and_tells_no_path(start: Run, tmp_path: Path) -> None:
    for seed in ("1", "2"):
        done = proved(start, f"out{seed}", "--format", "json", PYTHONHASHSEED=seed)
        assert json.loads(done.stdout)["ok"]
        assert done.stderr == f"wrote a certificate: out{seed}/counter-two\n"
    one, other = ({file.name: file.read_bytes() for file in (tmp_path / out).rglob("*.*")} for out in ("out1", "out2"))
    assert one == other
    document = json.loads(one["certificate.json"])
    assert document["invariant"] == [
        {"name": "typed", "origin": "claim", "of": "state", "text": "forall p in Node: p.n <= 9"}
    ]
    assert {each["file"] for each in document["obligations"]} == one.keys() - {"certificate.json"}
    assert not any(str(tmp_path).encode() in content for content in one.values())


def test_only_proofs_are_certified(run: Run) -> None:
    done = run("verify", "counter.mc", "--certificate", "out")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--engine induction" in done.stderr
