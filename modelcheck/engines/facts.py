"""What is claimed of a check as facts over its program."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import count
from typing import Literal

from modelcheck.engines.base import ERRORS
from modelcheck.engines.symbolic.strengthening import Lemma
from modelcheck.ir.model import Model
from modelcheck.kernel.invariant import Fact, Invariant, Proof, at_rest
from modelcheck.kernel.passes.simplify import simplified
from modelcheck.kernel.passes.simplify_nodes import TRUE
from modelcheck.kernel.program import AndOr, Program
from modelcheck.kernel.type_facts import type_facts


def proof_of(model: Model, program: Program, proved: Collection[str], k: int, lemmas: Sequence[Lemma]) -> Proof:
    """What was proved of a program, from `k` states in a row and with lemmas."""
    # As a specification can have them.
    names = (name for number in count(1) if (name := f"lemma_{number}") not in model.spec.properties)
    facts = [
        Fact(lemma.name or next(names), lemma.origin, "state", lemma.text, simplified(lemma.holds)) for lemma in lemmas
    ]
    return Proof(program, Invariant(k, (*type_facts(program), *claims(model, program, proved), *facts)))


def claims(model: Model, program: Program, proved: Collection[str]) -> Iterator[Fact]:
    """Of each invariant among the `proved` that it holds, of other properties at least that they can be evaluated."""
    texts = {prop.name: prop.text for prop in model.properties}
    for prop in program.properties:
        text = texts.get(prop.name, "")
        of: Literal["state", "step"] = "step" if prop.is_of_steps else "state"
        if prop.name in proved and prop.kind in {"invariant", "transition"}:
            yield Fact(prop.name, "claim", of, text, simplified(AndOr("and", (prop.defined, prop.holds))))
        elif prop.defined != TRUE:
            yield Fact(f"{ERRORS} of {prop.name}", "claim", of, text, prop.defined)
        if prop.kind == "step atom" and prop.defined != TRUE:
            yield Fact(f"{ERRORS} of {prop.name}, at rest", "claim", "state", text, simplified(at_rest(prop.defined)))
