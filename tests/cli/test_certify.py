"""Certificates on the command line: what is written, what is accepted, and that nothing else is."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]  # it has no types
import pytest

pytest.importorskip("z3")

Run = Callable[..., "subprocess.CompletedProcess[str]"]

SCHEMA = json.loads((Path(__file__).resolve().parents[2] / "docs" / "report.schema.json").read_text("utf-8"))


def proved(run: Run, out: str, *more: str, **environment: str) -> subprocess.CompletedProcess[str]:
    arguments = ("verify", "counter.mc", "--engine", "induction", "--check", "two", "--property", "typed")
    return run(*arguments, "--certificate", out, *more, **environment)


def test_a_certificate_is_the_same_each_time_and_tells_no_path(start: Run, tmp_path: Path) -> None:
    for seed in ("1", "2"):
        done = proved(start, f"out{seed}", "--format", "json", PYTHONHASHSEED=seed)
        report = json.loads(done.stdout)
        assert (report["ok"], report["specs"][0]["checks"][0]["uncertified"]) == (True, [])
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


def test_a_certificate_is_rechecked_and_a_wrong_one_rejected(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("cvc5")
    assert proved(run, "out").returncode == 0
    done = run("certify", "out")
    assert (done.returncode, done.stderr) == (0, "")
    assert "ok   explicit run        the invariant holds in all 100 states of the check" in done.stdout
    assert "certified: typed, errors: holds, inductive" in done.stdout
    done = run("certify", "out/counter-two", "--max-seconds", "0", "--format", "json")
    document = json.loads(done.stdout)
    assert (done.returncode, document["ok"], document["certificates"][0]["outcome"]) == (3, False, "inconclusive")
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    file = tmp_path / "out" / "counter-two" / "initiation.smt2"
    file.write_text(file.read_text("utf-8").replace("#b0", "#b1", 1), "utf-8")
    done = run("certify", "out", "counter.mc")
    assert (done.returncode, done.stderr) == (1, "")
    assert "FAIL specification       initiation.smt2 is not what the specification gives: line " in done.stdout
    assert "REJECTED" in done.stdout


def test_half_a_certificate_is_none(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert proved(run, "out").returncode == 0
    write = Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        if path.name == "types.smt2":
            raise OSError(28, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    done = proved(run, "out")
    assert done.returncode == 2
    assert "No space left on device" in done.stderr
    files = {file.name for file in (tmp_path / "out" / "counter-two").iterdir()}
    assert "start.smt2" in files
    assert "certificate.json" not in files


def test_ctrl_c_ends_the_writing_and_leaves_the_report(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_path: Path, _content: bytes) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "write_bytes", interrupted)
    done = proved(run, "out")
    assert (done.returncode, done.stderr.strip()) == (130, "interrupted")
    assert "ok   typed" in done.stdout
    assert not (tmp_path / "out" / "counter-two" / "certificate.json").exists()


def test_unusable_certificates_exit_with_2(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("cvc5")
    done = run("certify", "nowhere")
    assert (done.returncode, done.stdout) == (2, "")
    assert "MC101" in done.stderr
    (tmp_path / "certificate.json").write_text('{\n  "k": 1,,\n}', "utf-8")
    done = run("certify", ".")
    assert (done.returncode, done.stdout) == (2, "")
    assert "certificate.json:2:10" in done.stderr
    (tmp_path / "certificate.json").write_text("{", "utf-8")
    done = run("certify", ".", "--format", "json")
    assert (done.returncode, json.loads(done.stdout)["errors"][0]["code"]) == (2, "MC612")


def test_lemmas_that_were_found_are_certified(run: Run, tmp_path: Path) -> None:
    """Those in the language are read anew, and what is said of how messages are stored is known by its name."""
    pytest.importorskip("cvc5")
    text = """
        protocol Mail
        network unordered
        message Ask
        message Answer
        agent A { initial state S { step ask -> W { send Ask to B } }  state W { on Answer -> S } }
        agent B { final initial state S { on Ask from a { send Answer to a } } }
        invariant one: messages Ask == {} or messages Answer == {}
        check "c" { expect one }
    """
    (tmp_path / "mail.mc").write_text(text, "utf-8")
    arguments = ("mail.mc", "--engine", "induction", "--lemmas", "--property", "one", "--certificate", "out")
    assert run("verify", *arguments).returncode == 0
    document = json.loads((tmp_path / "out" / "mail-c" / "certificate.json").read_text("utf-8"))
    origins = [fact["origin"] for fact in document["invariant"]]
    assert (origins.count("lemma"), origins.count("type")) == (3, 1)
    assert run("certify", "out").returncode == 0
    fewer = [fact for fact in document["invariant"] if not fact["name"].endswith(" differ")]
    (tmp_path / "out" / "mail-c" / "certificate.json").write_text(
        json.dumps({**document, "invariant": fewer}, indent=2), "utf-8"
    )
    assert run("certify", "out").returncode == 1


def test_what_spacer_found_is_told_in_the_language_and_certified(run: Run, tmp_path: Path) -> None:
    """That nothing is lost is in no lemma that is mined, and in bits it is said case by case."""
    pytest.importorskip("cvc5")
    (tmp_path / "pump.mc").write_text(
        """protocol Pump
        shared var left: 0..6 = 6
        shared var right: 0..6 = 0
        agent Pump {
          final initial state Run {
            step give when left > 0 { left := left - 1  right := right + 1 }
            step back when right > 1 { left := left + 2  right := right - 2 }
          }
        }
        invariant fits: not (left == 6 and right > 0)
        check "c" { expect fits }
        """,
        "utf-8",
    )
    done = run("prove", "pump.mc", "--certificate", "out")
    assert (done.returncode, done.stderr) == (0, "wrote a certificate: out/pump-c\n")
    assert "ok   fits    holds      inductive, by Spacer with lemma 1, after" in done.stdout
    assert "\n    lemma 1: left + right <= 6\n" in done.stdout
    done = run("certify", "out", "pump.mc")
    assert done.returncode == 0
    assert "certified: fits, errors: holds, inductive" in done.stdout
