"""Who proved what, and by which lemmas, for reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.engines.base import ERRORS
from modelcheck.frozen import replace
from modelcheck.reports.report import ProofReport, PropertyReport, ProverReport

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelcheck.engines.base import Exploration


def with_provers(found: Exploration, reports: Sequence[PropertyReport]) -> tuple[PropertyReport, ...]:
    """The same, with by what each property was proved or refuted, where that is told."""
    return tuple(
        replace(report, prover=_prover(found, report.name)) if report.verdict != "unknown" else report
        for report in reports
    )


def _prover(found: Exploration, name: str) -> ProverReport | None:
    prover = found.provers.get(name)
    return None if prover is None else ProverReport(prover.name, prover.lemmas, prover.seconds)


def uncertified(found: Exploration, reports: Sequence[PropertyReport]) -> tuple[str, ...]:
    """What holds, and is of a kind that there are proofs of, but not by the proof that a certificate is written of."""
    # No step fails where the facts of a proof hold.
    certified = () if found.proof is None else (*found.proof.proves, ERRORS)
    kinds = {"invariant", "transition", ERRORS}
    return tuple(
        report.name
        for report in reports
        if report.verdict == "holds" and report.kind in kinds and report.name not in certified
    )


def proof_report(found: Exploration) -> ProofReport | None:
    """What was proved by induction rests on. Earlier proofs of some properties may have had other lemmas."""
    if found.proof is None:
        return None
    invariant = found.proof.invariant
    formulas = [fact.text for fact in invariant.facts if fact.origin == "formula"]
    lemmas = [fact for fact in invariant.facts if fact.origin == "lemma"]
    said = [fact.text for fact in lemmas if fact.name.isidentifier()]
    storage = [fact.text for fact in lemmas if not fact.name.isidentifier()]
    used = dict.fromkeys(text for prover in found.provers.values() for text in prover.lemmas)
    said += [text for text in used if text not in {*said, *storage, *formulas}]
    return ProofReport(invariant.k, tuple(said), tuple(storage), tuple(formulas))
