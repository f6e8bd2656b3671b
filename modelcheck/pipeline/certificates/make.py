"""A certificate from a specification and what is to be certified of it: when a proof is found, and again to recheck it.

Nothing of it comes from the engine that found the proof: the program is lowered anew and the lemmas are read from their
text, so that whoever has the specification can make the same files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from modelcheck.diagnostics import Diagnostic, InputError
from modelcheck.engines.facts import claims
from modelcheck.engines.solved import FIRST_ROOM
from modelcheck.engines.symbolic.expressions import unwatched
from modelcheck.engines.symbolic.obligations import Obligations
from modelcheck.engines.symbolic.smtlib import Scripts
from modelcheck.environment.instantiate import Overrides, instantiate
from modelcheck.frozen import Frozen, replace
from modelcheck.ir.network import DEFAULT_IN_FLIGHT, DEFAULT_IN_QUEUE
from modelcheck.kernel.invariant import Fact, Invariant
from modelcheck.kernel.passes.simplify import simplified, simplify
from modelcheck.kernel.printer import print_program
from modelcheck.kernel.program import AndOr, Program
from modelcheck.kernel.type_facts import storage_facts, type_facts
from modelcheck.lowering import LoweredModel, lower_model
from modelcheck.pipeline.certificates import document as doc
from modelcheck.pipeline.certificates.lemmas import Lemma, formula_facts, with_lemmas
from modelcheck.pipeline.expectations import wanted_properties
from modelcheck.semantics.show import show_value
from modelcheck.version import __version__

if TYPE_CHECKING:
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Check, Property, Spec


class Asked(Frozen):
    """What is to be certified: which properties of which check, by which lemmas, and for which program."""

    check: str
    overrides: Overrides
    only: tuple[str, ...]
    proves: tuple[str, ...]
    lemmas: tuple[Lemma, ...]
    storage: tuple[str, ...]
    """The names of the lemmas on how messages are stored."""
    formulas: tuple[Lemma, ...]
    """The lemmas that are no text of the language."""
    k: int
    program: str
    """The digest of the kernel program, which tells how much room its networks have."""


class Certificate(Frozen):
    """The document, and the formulas by the names of their files."""

    document: doc.CertificateDocument
    formulas: Mapping[str, bytes]

    def files(self) -> dict[str, bytes]:
        """All files by name."""
        return {doc.NAME: doc.render(self.document), **self.formulas}


class Instance(Frozen, eq=False):
    """The check that is certified, as `model`; in `facts` the lemmas are among its properties."""

    spec: Spec
    check: Check
    model: Model
    facts: Model
    program: Program
    room: int
    lemmas: tuple[Property, ...]


def digest(program: Program) -> str:
    """What identifies a program, wherever the file of its specification is."""
    # An error is told with the name of the file.
    program = replace(program, fails=tuple(str(code) for code in range(len(program.fails))))
    return hashlib.sha256(print_program(program).encode()).hexdigest()


def instance_of(spec: Spec, asked: Asked) -> Instance | None:
    """The instance whose program it is; None if there is none. Raises `InputError` for what cannot be instantiated."""
    extended, lemmas = with_lemmas(spec, asked.lemmas)
    for check in [check for check in extended.checks if check.name == asked.check]:
        properties = wanted_properties(extended, check, asked.only)
        model = instantiate(extended, check, properties, asked.overrides, enumerates=False)
        for room in _rooms():
            lowered = _lowered(model, room)
            program = simplify(lowered.program)
            if digest(program) == asked.program:
                facts = instantiate(extended, check, [*properties, *lemmas], asked.overrides, enumerates=False)
                return Instance(spec, check, model, facts, program, room, lemmas)
            if not lowered.room:
                break
    return None


def unsaid_facts(instance: Instance, asked: Asked) -> tuple[Fact, ...]:
    """The lemmas that the language cannot say. Raises `InputError` for what is none."""
    program = instance.program
    stored = (fact for fact in storage_facts(program) if fact.name in asked.storage)
    return (*stored, *formula_facts(asked.formulas, program))


def lowered_facts(instance: Instance) -> LoweredModel:
    """The program with the lemmas among its properties; its states are those that facts are about."""
    return _lowered(instance.facts, instance.room)


def explicit_model(instance: Instance, asked: Asked, sizes: Mapping[str, str]) -> Model:
    """The check, perhaps with other sizes, and lemmas among its properties, for a search that tries every value."""
    spec, check = instance.facts.spec, instance.check
    properties = [*wanted_properties(spec, check, asked.only), *instance.lemmas]
    overrides = Overrides({**asked.overrides.settings, **sizes}, asked.overrides.budgets)
    return instantiate(spec, check, properties, overrides)


def _rooms() -> Iterator[int]:
    """How many messages the engines make room for, one after the other."""
    room = FIRST_ROOM
    yield room
    while room < max(DEFAULT_IN_FLIGHT, DEFAULT_IN_QUEUE):
        room *= 2
        yield room


def _lowered(model: Model, room: int) -> LoweredModel:
    return lower_model(model, min(room, DEFAULT_IN_FLIGHT), min(room, DEFAULT_IN_QUEUE))


def certificate(instance: Instance, asked: Asked, watch: Callable[[], None] = unwatched) -> Certificate:
    """The certificate. Raises what `watch` raises, and `InputError` for a lemma that is no fact of the program."""
    claimed = list(claims(instance.model, instance.program, asked.proves))
    # Those of storage before the others.
    unsaid = unsaid_facts(instance, asked)
    stored = tuple(fact for fact in unsaid if fact.origin == "lemma")
    facts = (*type_facts(instance.program), *claimed, *stored, *_lemma_facts(instance), *unsaid[len(stored) :])
    obligations = Obligations(instance.program, Invariant(asked.k, facts), claimed, watch)
    formulas, listed, scripts = {}, [], Scripts(watch)
    for each in obligations.all():
        name = f"{each.name}.smt2"
        head = (f"{instance.spec.name}, check {instance.check.name!a}: {each.meaning}.", "Expected answer: unsat.")
        formulas[name] = scripts.script(head, each.assertions).encode()
        listed.append(doc.ObligationDocument(name, each.meaning, hashlib.sha256(formulas[name]).hexdigest()))
    return Certificate(_document(instance, asked, claimed, facts, listed), formulas)


def _lemma_facts(instance: Instance) -> Iterator[Fact]:
    if not instance.lemmas:
        return
    # The transitions are those of the program; only the properties are of interest.
    lowered = lowered_facts(instance).program
    known = {prop.name: prop for prop in lowered.properties}
    if lowered.arrays != instance.program.arrays:
        problem = "a lemma reads what is no part of the states that the proof is about"
        raise InputError([Diagnostic("MC612", instance.lemmas[0].span, problem)])
    for lemma in instance.lemmas:
        prop = known[lemma.name]
        holds = simplified(AndOr("and", (prop.defined, prop.holds)))
        yield Fact(lemma.name, "lemma", "step" if prop.is_of_steps else "state", lemma.text, holds)


def _document(
    instance: Instance,
    asked: Asked,
    claimed: Sequence[Fact],
    facts: Sequence[Fact],
    listed: Sequence[doc.ObligationDocument],
) -> doc.CertificateDocument:
    model, overrides = instance.model, asked.overrides
    return doc.CertificateDocument(
        format=doc.FORMAT,
        version=__version__,
        file=PurePath(instance.spec.source.name).name,
        sha256=hashlib.sha256(instance.spec.source.text.encode()).hexdigest(),
        check=asked.check,
        settings=dict(overrides.settings),
        faults={
            (kind if subject is None else f"{kind}:{subject}"): "any" if budget is None else str(budget)
            for (kind, subject), budget in overrides.budgets.items()
        },
        only=list(asked.only),
        sizes=dict(model.sizes),
        params={name: show_value(value, model) for name, value in model.params.items()},
        program=asked.program,
        proves=[fact.name for fact in claimed if fact.name in asked.proves],
        scope="inductive" if instance.program.within is None else "inductive within the bound",
        k=asked.k,
        invariant=[doc.FactDocument(fact.name, fact.origin, fact.of, fact.text) for fact in facts],
        obligations=list(listed),
    )
