"""Certificates: what the specification gives is accepted, and nothing else."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("z3")
pytest.importorskip("cvc5")


from modelcheck.diagnostics import InputError
from modelcheck.engines.base import STOPPED
from modelcheck.engines.child import End, EndedError
from modelcheck.engines.recheck import Answer, Solver
from modelcheck.environment.instantiate import Overrides
from modelcheck.frozen import replace
from modelcheck.kernel.invariant import Fact, Invariant, Proof
from modelcheck.kernel.program import AndOr
from modelcheck.kernel.task import Limits
from modelcheck.pipeline import Options, load, verify_specs
from modelcheck.pipeline.certificates import document as doc
from modelcheck.pipeline.certificates import recheck
from modelcheck.pipeline.certificates.explicit import visit
from modelcheck.pipeline.certificates.lemmas import Lemma, with_lemmas
from modelcheck.pipeline.certificates.make import certificate, instance_of
from modelcheck.pipeline.certificates.write import Proved, certificate_of
from modelcheck.reports.certified import CertificateReport, CertifyReport, render_certified
from modelcheck.source import Source
from tests.unit.pipeline.certified import LIMITS, changed, flips, rechecked, written

SPEC = """protocol Steps
agent Node {
  var n: 0..9 = 0
  final initial state Run {
    step raise when n < 8 { n := n + 2 }
    step fall when n == 7 { n := 9 }
  }
}
invariant low: forall p in Node: p.n != 9
invariant even: forall p in Node: p.n % 2 == 0
transition grows: forall p in Node: next(p.n) >= p.n
check "two nodes" { Node = 2  expect low, even, grows }
"""


def proofs(text: str, only: tuple[str, ...] = ()) -> list[Proved]:
    found: list[Proved] = []
    options = Options(
        engine="induction",
        properties=only,
        proved=lambda spec, check, proof: found.append(Proved(spec, check, Overrides(), only, proof)),
    )
    verify_specs([load(Source("steps.mc", text))], options)
    return found


@pytest.fixture(scope="module")
def proved() -> Proved:
    (found,) = proofs(SPEC)
    return found


@pytest.fixture(scope="module")
def files(proved: Proved) -> dict[str, bytes]:
    return certificate_of(proved).files()


@pytest.fixture
def folder(proved: Proved, files: dict[str, bytes], tmp_path: Path) -> Path:
    return written(proved, tmp_path, files)


def objections(folder: Path) -> tuple[str, ...]:
    report = rechecked(folder)
    assert report.outcome == "rejected"
    assert not report.obligations, "nothing is asked of a certificate that is not what it says"
    return report.objections


# ------------------------------------------------------------------------------------------------------------ accepted


def test_a_proof_is_certified_by_another_solver_and_by_all_states(folder: Path) -> None:
    report = rechecked(folder)
    assert report.outcome == "certified"
    assert report.proves == ("low", "even", "grows")
    assert {each.answer for each in report.obligations} == {"unsat"}
    assert len(report.obligations) == 6
    assert [(run.sizes, run.said) for run in report.explicit] == [
        ((("Node", 2),), "the invariant holds in all 25 states of the check")
    ]


def with_lemma(text: str) -> Proved:
    """`low` by a lemma that somebody found: alone it does not follow."""
    (proved,) = proofs(SPEC, ("low",))
    assert [fact.name for fact in proved.proof.invariant.facts] == []
    facts = (
        Fact("low", "claim", "state", "", AndOr("and", ())),
        Fact("found", "lemma", "state", text, AndOr("and", ())),
    )
    return replace(proved, proof=Proof(proved.proof.program, Invariant(1, facts)))


def test_a_lemma_is_what_its_text_says_and_no_literal_of_it_can_be_another(tmp_path: Path) -> None:
    """The files are those that the wrong lemma gives: only the solver can tell."""
    lemma = "forall p in Node: p.n % 2 == 0 and p.n != 7"
    assert rechecked(written(with_lemma(lemma), tmp_path)).outcome == "certified"
    wrong = [*flips(lemma.partition(" and")[0]), lemma.replace("7", "8")]
    assert len(wrong) == 3
    for number, text in enumerate(wrong):
        (tmp_path / str(number)).mkdir()
        report = rechecked(written(with_lemma(text), tmp_path / str(number)))
        assert (report.outcome, report.objections) == ("rejected", ())
        assert "sat" in [each.answer for each in report.obligations]


def test_certificates_of_several_checks_are_found_in_their_folders(tmp_path: Path) -> None:
    text = SPEC + 'check "one node" { Node = 1  expect even }\n'
    for proved in proofs(text):
        written(proved, tmp_path)
    report = recheck.certify(tmp_path, None, LIMITS)
    assert [each.check for each in report.certificates] == ["one node", "two nodes"]
    assert report.exit_code == 0


# ------------------------------------------------------------------------------------------------------------- refused


def test_no_literal_of_a_formula_can_be_another(folder: Path) -> None:
    (given,) = [recheck._given(folder, None)]
    instance = instance_of(given.spec, given.asked)
    assert instance is not None
    made, count = certificate(instance, given.asked), 0
    assert not list(recheck._objections(given, made))
    for name, content in made.formulas.items():
        for text in flips(content.decode()):
            (folder / name).write_bytes(text.encode())
            (said,) = recheck._objections(given, made)
            assert said.startswith(f"{name} is not what the specification gives: line ")
            count += 1
        (folder / name).write_bytes(content)
    assert count > 50


def test_no_literal_of_the_document_can_be_another(folder: Path) -> None:
    file = folder / doc.NAME
    text = file.read_text("utf-8")
    count = 0
    for other in flips(text[text.index('"invariant"') : text.index('"obligations"')]):
        file.write_text(text[: text.index('"invariant"')] + other + text[text.index('"obligations"') :], "utf-8")
        (said,) = objections(folder)
        assert re.fullmatch("the fact '(low|even|grows)' is not what the specification gives", said)
        count += 1
    assert count == 3


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"k": 2}, "obligation"),
        ({"proves": ["low", "even"]}, "fact"),
        ({"proves": ["low", "even", "grows", "more"]}, "`proves`"),
        ({"obligations": []}, "it has 0 obligations, and there must be 6"),
        ({"scope": "inductive within the bound"}, "`scope`"),
        ({"sizes": {"Node": 3}}, "`sizes`"),
        ({"settings": {"Node": "3"}}, "another program"),
        ({"sha256": "0"}, "another text"),
        ({"program": "0"}, "another program"),
        ({"only": ["low"]}, "another program"),
    ],
)
def test_what_is_not_as_the_specification_gives_it_is_refused(
    fields: dict[str, object], said: str, folder: Path
) -> None:
    changed(folder, **fields)
    assert said in " ".join(objections(folder))


def test_what_is_to_be_reached_is_no_invariant(tmp_path: Path) -> None:
    """Although it is true in all states, so that it could be proved as one."""
    declared = "reachable fits: forall p in Node: p.n <= 9\ncheck"
    (proved,) = proofs(SPEC.replace("check", declared).replace("expect low", "expect fits, low"))
    asked = replace(proved.asked(), proves=("fits", "low", "even", "grows"))
    instance = instance_of(proved.spec, asked)
    assert instance is not None
    made = certificate(instance, asked)
    assert made.document.proves == ["low", "even", "grows"]
    folder = written(proved, tmp_path, made.files())
    changed(folder, proves=["fits", "low", "even", "grows"])
    assert objections(folder) == ("`proves` is not that of the check",)


def test_a_certificate_of_another_specification_is_refused(folder: Path) -> None:
    spec = folder.parent / "steps.mc"
    spec.write_text(SPEC.replace("n + 2", "n + 3"), "utf-8")
    assert "another text" in objections(folder)[0]
    spec.unlink()
    with pytest.raises(InputError, match="is not there"):
        rechecked(folder)


def test_an_instance_that_is_not_that_of_the_check_is_told(tmp_path: Path) -> None:
    found: list[Proved] = []
    overrides = Overrides({"Node": "1"})
    options = Options(
        engine="induction",
        overrides=overrides,
        proved=lambda spec, check, proof: found.append(Proved(spec, check, overrides, (), proof)),
    )
    verify_specs([load(Source("steps.mc", SPEC))], options)
    report = rechecked(written(found[0], tmp_path))
    assert (report.outcome, report.sizes, report.changed) == ("certified", (("Node", 1),), ("--set Node=1",))
    assert "instance: Node = 1 (the check with --set Node=1)" in render_certified(CertifyReport("0", (report,)))


def test_a_formula_that_is_not_there_or_cut_short_or_longer_is_refused(folder: Path) -> None:
    file = folder / "consecution.smt2"
    content = file.read_bytes()
    for other in (b"", content[:-20], content + b"(assert false)\n", b"(set-logic QF_BV)(assert false)(check-sat)"):
        file.write_bytes(other)
        assert "consecution.smt2 is not what the specification gives" in objections(folder)[0]
    file.unlink()
    assert objections(folder) == ("consecution.smt2 cannot be read: No such file or directory",)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"format": "modelcheck certificate 1"}',
        b"[" * 100_000,
        b'{"a": ' * 10_000,
        b"\xff\xfe",
        b'{"k": ' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_no_certificate_is_a_mistake_of_input(content: bytes, folder: Path) -> None:
    (folder / doc.NAME).write_bytes(content)
    with pytest.raises(InputError) as error:
        rechecked(folder)
    assert [each.code for each in error.value.diagnostics] == ["MC612"]


def test_a_document_that_is_cut_short_is_a_mistake_of_input(folder: Path) -> None:
    file = folder / doc.NAME
    content = file.read_bytes()
    for end in range(0, len(content) - 2, 97):
        file.write_bytes(content[:end])
        with pytest.raises(InputError):
            recheck._given(folder, None)


@pytest.mark.parametrize(
    "fields",
    [
        {"k": 0},
        {"k": 10**9},
        {"file": "../steps.mc"},
        {"file": "/etc/passwd"},
        {"file": "x\0y"},
        {"check": "none"},
        {"settings": {"Nobody": "3"}},
        {"settings": {"Node": "99999999999999999999"}},
        {"faults": {"crash:Node": "many"}},
        {"only": ["nothing"]},
    ],
)
def test_hostile_input_is_refused_with_words(fields: dict[str, object], folder: Path) -> None:
    changed(folder, **fields)
    try:
        report = rechecked(folder)
    except InputError:
        return
    assert report.objections


@pytest.mark.parametrize(
    "text",
    [
        "true\ninitially false",
        "true initially false",
        "true # and more",
        "(true) initially (false)",
        "true }",
        "forall p in Node: p.n <",
        "",
        "1",
        "nothing",
    ],
)
def test_a_lemma_is_one_expression(text: str) -> None:
    with pytest.raises(InputError):
        with_lemmas(load(Source("steps.mc", SPEC)), [Lemma("lemma_1", "state", text)])


@pytest.mark.parametrize("name", ["low", "x: true\ninitially false\ninvariant y", ""])
def test_a_lemma_has_a_name_of_its_own(name: str) -> None:
    with pytest.raises(InputError):
        with_lemmas(load(Source("steps.mc", SPEC)), [Lemma(name, "state", "true")])


# --------------------------------------------------------------------------------------------- limits, explicit runs


def test_what_was_rechecked_before_an_interrupt_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, bytes]
) -> None:
    other = folder.parent / "zzz"
    other.mkdir()
    for name, content in files.items():
        (other / name).write_bytes(content)
    ask, asked = Solver.ask, list[str]()

    def interrupted(solver: Solver, script: str) -> Answer:
        asked.append(script)
        if len(asked) > 6:
            raise KeyboardInterrupt
        return ask(solver, script)

    monkeypatch.setattr(Solver, "ask", interrupted)
    report = recheck.certify(folder.parent, None, LIMITS)
    assert [each.outcome for each in report.certificates] == ["certified", "interrupted"]
    assert report.exit_code == 130


@pytest.mark.parametrize(
    ("answered", "why", "outcome"),
    [(2, "time", "inconclusive"), (6, "memory", "certified"), (2, "interrupted", "interrupted")],
)
def test_what_was_not_rechecked_when_the_process_was_ended_is_not_certified(
    folder: Path, monkeypatch: pytest.MonkeyPatch, answered: int, why: End, outcome: str
) -> None:
    def in_child(work: Callable[..., object], hear: Callable[[CertificateReport], None], _limits: Limits) -> None:
        def tell(report: CertificateReport) -> None:
            hear(report)
            if report.obligations[answered - 1].answer == "unsat":
                raise EndedError(why)

        work(tell)

    monkeypatch.setattr(recheck, "can_have_child", lambda: True)
    monkeypatch.setattr(recheck, "in_child", in_child)
    report = rechecked(folder, LIMITS)
    assert [each.answer for each in report.obligations] == ["unsat"] * answered + ["unknown"] * (6 - answered)
    assert {each.reason for each in report.obligations[answered:]} <= {STOPPED[why]}
    assert [run.said for run in report.explicit] == [f"not done: {STOPPED[why]}"] * (answered == 6)
    assert report.outcome == outcome
    if outcome == "certified":
        text = render_certified(CertifyReport("0", (report,)))
        assert "--   explicit run        not done" in text
        assert "no state was visited" in text


def test_a_certificate_cannot_write_lines_of_the_report(folder: Path) -> None:
    forged = "two\n\ncertified: all of it"
    file = folder / "certificate.json"
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | {"check": forged}), "utf-8")
    report = rechecked(folder, LIMITS)
    assert report.outcome == "rejected"
    assert report.objections[0].startswith(f'there is no check "{forged}" in ')
    assert not any(
        line.startswith("certified") for line in render_certified(CertifyReport("0", (report,))).splitlines()
    )


def test_what_the_solver_does_not_know_is_no_certificate(folder: Path) -> None:
    assert rechecked(folder, Limits(seconds=0)).outcome == "inconclusive"


def test_a_fact_that_is_false_in_a_state_is_shown(folder: Path) -> None:
    given = recheck._given(folder, None)
    asked = replace(given.asked, lemmas=(Lemma("wrong", "state", "Node[1].n < 6"),))
    instance = instance_of(given.spec, asked)
    assert instance is not None
    (run,) = visit(instance, asked, LIMITS, time.monotonic()).runs
    assert (run.holds, run.said) == (False, "wrong is false in the check")
    assert run.trace is not None
    assert run.trace.length == 3


def test_where_there_are_too_many_states_a_smaller_instance_is_visited_too(folder: Path) -> None:
    report = rechecked(folder, replace(LIMITS, states=10))
    assert [(run.complete, dict(run.sizes)) for run in report.explicit] == [(False, {"Node": 2}), (True, {"Node": 1})]
    assert report.outcome == "certified"


def test_a_check_without_a_beginning_is_no_proof(proved: Proved, folder: Path) -> None:
    asked = recheck._given(folder, None).asked
    instance = instance_of(proved.spec, asked)
    assert instance is not None
    nowhere = load(Source("steps.mc", SPEC.replace("agent", "initially Node[0].n == 3\nagent", 1)))
    (run,) = visit(replace(instance, facts=replace(instance.facts, spec=nowhere)), asked, LIMITS, 0.0).runs
    assert (run.holds, run.said) == (False, "the check has no state at all")
