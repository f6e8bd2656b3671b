"""Lemmas as text in the language of a specification: read as if it declared them, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from modelcheck.diagnostics import Diagnostic, InputError
from modelcheck.frozen import Frozen
from modelcheck.pipeline.verify import load
from modelcheck.source import Source

if TYPE_CHECKING:
    from modelcheck.ir.spec import Property, Spec
    from modelcheck.kernel.invariant import Fact
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
