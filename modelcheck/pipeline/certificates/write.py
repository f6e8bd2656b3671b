"""Certificates of what a verification proved, and the folders that they go to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from modelcheck.environment.instantiate import Overrides
from modelcheck.frozen import Frozen
from modelcheck.kernel.invariant import Proof
from modelcheck.pipeline.certificates.lemmas import formulas, lemmas_on_storage, written_lemmas
from modelcheck.pipeline.certificates.make import Asked, Certificate, certificate, digest, instance_of
from modelcheck.reports.runs import unique_stems

if TYPE_CHECKING:
    from modelcheck.ir.spec import Check, Spec


class Proved(Frozen, eq=False):
    """A check of which something was proved, and the proof."""

    spec: Spec
    check: Check
    overrides: Overrides
    only: tuple[str, ...]
    proof: Proof

    def asked(self) -> Asked:
        """What is to be certified: the claims that are properties, by the lemmas."""
        facts = self.proof.invariant.facts
        return Asked(
            check=self.check.name,
            overrides=self.overrides,
            only=self.only,
            proves=self.proof.proves,
            lemmas=written_lemmas(facts),
            storage=lemmas_on_storage(facts),
            formulas=formulas(facts),
            k=self.proof.invariant.k,
            program=digest(self.proof.program),
        )


def certificate_of(proved: Proved) -> Certificate:
    """The certificate of a proof."""
    asked = proved.asked()
    instance = instance_of(proved.spec, asked)
    assert instance is not None, "the program of a proof can be made again"
    return certificate(instance, asked)


def folders(proved: Sequence[Proved]) -> list[str]:
    """The name of a folder for the certificate of each."""
    return unique_stems([(one.spec.source.name, one.check.name) for one in proved])
