"""Lemmas as text: in the language of a specification, read as if it declared them and nothing else, or in SMT-LIB."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from modelcheck.diagnostics import Diagnostic, InputError
from modelcheck.engines.decoding.formulas import UnreadableError, read
from modelcheck.frozen import Frozen
from modelcheck.kernel.invariant import Fact
from modelcheck.kernel.passes.simplify import simplified
from modelcheck.kernel.program import Program
from modelcheck.pipeline.verify import load
from modelcheck.source import Source

if TYPE_CHECKING:
    from modelcheck.ir.spec import Property, Spec
    from modelcheck.pipeline.certificates.document import FactDocument


class Lemma(Frozen):
    """A fact of states or of steps that a proof needs beside the properties."""

    name: str
    of: Literal["state", "step"]
    text: str


def written_lemmas(facts: Sequence[Fact | FactDocument]) -> tuple[Lemma, ...]:
    """The lemmas of a proof that are in the language."""
    return tuple(Lemma(each.name, each.of, each.text) for each in facts if _is_lemma(each) and each.name.isidentifier())


def lemmas_on_storage(facts: Sequence[Fact | FactDocument]) -> tuple[str, ...]:
    """The names of the others: see `kernel.type_facts.storage_facts`."""
    return tuple(each.name for each in facts if _is_lemma(each) and not each.name.isidentifier())


def formulas(facts: Sequence[Fact | FactDocument]) -> tuple[Lemma, ...]:
    """What a proof needs that the language cannot say: terms of SMT-LIB over the cells of the program."""
    return tuple(Lemma(each.name, "state", each.text) for each in facts if each.origin == "formula")


def formula_facts(found: Sequence[Lemma], program: Program) -> tuple[Fact, ...]:
    """Formulas as facts of a program. Raises `InputError` (MC612) for a text that is none."""
    facts = []
    for each in found:
        try:
            facts.append(Fact(each.name, "formula", "state", each.text, simplified(read(each.text, program))))
        except UnreadableError as error:
            problem = f"'{each.name}' is no formula of the program: {error}"
            raise InputError([Diagnostic("MC612", None, problem)]) from None
    return tuple(facts)


def _is_lemma(fact: Fact | FactDocument) -> bool:
    return fact.origin == "lemma"


def with_lemmas(spec: Spec, lemmas: Sequence[Lemma]) -> tuple[Spec, tuple[Property, ...]]:
    """The specification with lemmas among its properties, and the lemmas.

    Raises `InputError` for a text that is no expression of it, or more than one expression.
    """
    if not lemmas:
        return spec, ()
    lines = [f"{'invariant' if each.of == 'state' else 'transition'} {each.name}: {each.text}" for each in lemmas]
    text = "\n".join([spec.source.text, *lines, ""])
    extended = load(Source(f"{spec.source.name} with the lemmas of the certificate", text))
    found = []
    for lemma in lemmas:
        prop = extended.properties.get(lemma.name)
        if prop is None or lemma.name in spec.properties or not _is_whole(lemma.text, prop.expression.span.text):
            problem = f"the lemma '{lemma.name}' is not one expression: {lemma.text}"
            raise InputError([Diagnostic("MC612", None, problem)])
        found.append(prop)
    return extended, tuple(found)


def _is_whole(text: str, expression: str) -> bool:
    """Whether a text is one expression, perhaps in parentheses: behind it might stand what changes the protocol."""
    while text != expression and text.startswith("(") and text.endswith(")"):
        text = text[1:-1].strip()
    return text == expression
