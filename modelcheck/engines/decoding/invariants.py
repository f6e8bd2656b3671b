"""An invariant that a solver found, as lemmas: what a proof can be made from, and people can read.

Each clause becomes sentences of the language, which the solver must find to be the same. Then they are made as short
and as general as the invariant allows: a condition goes where the invariant implies the rest, ids get names where it
implies the same of all ids, and sentences go that others imply. What is left of a clause that no sentence says is a
term of SMT-LIB.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import z3

from modelcheck.engines.decoding.clauses import MOST_CLAUSES, TooManyError, clauses_of
from modelcheck.engines.decoding.cubes import Excluded
from modelcheck.engines.decoding.formula_text import written
from modelcheck.engines.decoding.formulas import UnreadableError, read
from modelcheck.engines.decoding.language import Language, Typed
from modelcheck.engines.decoding.places import Cube, Places, Values
from modelcheck.engines.decoding.relations import relations
from modelcheck.engines.decoding.sentences import excluded, related, with_names
from modelcheck.engines.lemmas.merging import merged
from modelcheck.engines.lemmas.vocabulary import free_letters
from modelcheck.engines.lemmas.wording import Literal, clause
from modelcheck.engines.symbolic import words
from modelcheck.engines.symbolic.expressions import Scope, truth
from modelcheck.engines.symbolic.solving import Solving
from modelcheck.engines.symbolic.strengthening import Lemma
from modelcheck.engines.symbolic.system import System
from modelcheck.engines.symbolic.words import Term
from modelcheck.frozen import Frozen
from modelcheck.ir.model import Model
from modelcheck.kernel.type_facts import type_facts
from modelcheck.lowering import LoweredModel

FEW = 16
"""Of so many values each is tried whether it can be excluded as well."""


class UntoldError(Exception):
    """An invariant cannot be told; the message says why."""


class Sentence(Frozen, eq=False):
    """A clause of the language, as text and as what it says of the cells."""

    text: str
    term: Term


class Told:
    """The lemmas of one program that formulas over its cells come to; without `typed`, none is in the language."""

    def __init__(self, model: Model, lowered: LoweredModel, system: System, solving: Solving) -> None:
        self.model, self.lowered = model, lowered
        self.system, self.solving = system, solving
        scope = Scope(system.program, system.state)
        self._typed = solving.solver()
        self._typed.add(*map(words.in_range, system.state))
        self._typed.add(*(truth(fact.holds, scope) for fact in solving.looking(type_facts(system.program))))

    def lemmas(self, invariant: Term, typed: Typed | None) -> list[Lemma]:
        """Lemmas that are true together where the invariant is, in all states that the types allow.

        `typed` types a condition of the language. Raises `UntoldError`, and what `Solving` raises.
        """
        try:
            return self._told(invariant, typed)
        except TooManyError:
            raise UntoldError(f"it has more than {MOST_CLAUSES:,} parts") from None
        except UnreadableError as error:
            raise UntoldError(str(error)) from None
        except RecursionError:
            raise UntoldError("it is nested too deeply") from None

    def _told(self, invariant: Term, typed: Typed | None) -> list[Lemma]:
        clauses = clauses_of(invariant)
        lemmas: list[Lemma] = []
        if typed is not None:
            said, clauses = self._said(invariant, clauses, typed)
            lemmas = [Lemma(one.text, self.lowered.condition(typed(one.text))) for one in said]
        return [*lemmas, *self._formulas(clauses)]

    def _formulas(self, clauses: Sequence[Term]) -> Iterator[Lemma]:
        """Each clause as a term of SMT-LIB."""
        scope = Scope(self.system.program, self.system.state, watch=self.system.watch)
        for number, each in enumerate(self.solving.looking(clauses), 1):
            text = written(each)
            lemma = Lemma(text, read(text, self.system.program), f"formula {number}", "formula")
            if not self._implies(words.TRUE, each != truth(lemma.holds, scope)):
                raise UnreadableError("it could not be written down as it is")
            yield lemma

    def _implies(self, premise: Term, impossible: Term) -> bool:
        """Whether two conditions are never true at once, in the states that the types allow."""
        self._typed.push()
        self._typed.add(premise, impossible)
        never = bool(self.solving.check(self._typed) == z3.unsat)
        self._typed.pop()
        return never

    # ------------------------------------------------------------------------------------------------------- sentences

    def _said(self, invariant: Term, clauses: Sequence[Term], typed: Typed) -> tuple[list[Sentence], list[Term]]:
        """Sentences, and the clauses that none says."""
        system = self.system
        places = Places(system.state)
        wanted = {place for each in self.solving.looking(clauses) for place in places.of(each)}
        language = Language(self.model, self.lowered, system, typed, wanted)
        said, unsaid = list[Sentence](), list[Term]()
        for each in self.solving.looking(clauses):
            found = self._sentences(invariant, each, language)
            if found is None:
                unsaid.append(each)
            else:
                said += found
        related_ = self._relations(invariant, language) if said else []
        return list(self._merged(self._fewest([*related_, *said]), language)), unsaid

    def _merged(self, said: Sequence[Sentence], language: Language) -> Iterator[Sentence]:
        """Sentences that differ in a state only as one."""
        known = {one.text: one for one in said}
        for whole in merged(list(known)):
            parts = [known[text] for text in whole.parts]
            together = words.conjunction([part.term for part in parts])
            term = language.term(whole.text) if len(parts) > 1 else None
            if term is not None and self._implies(words.TRUE, term != together):
                yield Sentence(whole.text, term)
            else:
                yield from parts

    def _relations(self, invariant: Term, language: Language) -> list[Sentence]:
        """How whole numbers are to each other wherever the invariant is true."""
        self._typed.push()
        self._typed.add(invariant)
        candidates = list(relations(self._typed, self.solving, language))
        self._typed.pop()
        found = [self._general(invariant, [(text, True)], language) for text in candidates]
        return [sentence for sentence in found if sentence is not None]

    def _sentences(self, invariant: Term, each: Term, language: Language) -> list[Sentence] | None:
        """Sentences that together say at least what a clause does, and no more than the invariant."""
        whole = Excluded(language.places, each)
        if whole.is_trivial:
            return []
        related_ = [related(language, literal) for literal in whole.relations]
        if all(one is not None for one in related_):
            found = self._best(
                invariant, [language.places.narrowed(whole.single)], [one for one in related_ if one], language
            )
            if found is not None and self._implies(words.conjunction([one.term for one in found]), z3.Not(each)):
                return found
        cubes = whole.cubes(whole.relations)
        found = None if cubes is None else self._best(invariant, cubes, [], language)
        if found is None or not self._implies(words.conjunction([one.term for one in found]), z3.Not(each)):
            return None
        return found

    def _best(
        self, invariant: Term, cubes: Sequence[Cube], others: Sequence[Literal], language: Language
    ) -> list[Sentence] | None:
        """A sentence that excludes each cube, or more."""
        found = []
        for cube in cubes:
            more = cube if others else self._grown(invariant, self._shortened(invariant, cube, language), language)
            literals = excluded(language, more)
            sentence = None if literals is None else self._general(invariant, [*literals, *others], language)
            if sentence is None:
                return None
            found.append(sentence)
        return found

    def _shortened(self, invariant: Term, cube: Cube, language: Language) -> Cube:
        """The cube without places that the invariant excludes whatever they hold."""
        for place in sorted(cube):
            less = {one: values for one, values in cube.items() if one != place}
            if less and self._implies(invariant, language.places.inside(less)):
                cube = less
        return cube

    def _grown(self, invariant: Term, cube: Cube, language: Language) -> Cube:
        """The cube with more values that the invariant excludes as well, of numbers in a row."""
        for place in sorted(cube):
            for values in _larger(cube[place], language.places.values(place), is_range=place in language.ranges):
                more: Cube = language.places.narrowed({**cube, place: cube[place] | values})
                if (
                    place in more
                    and more[place] != cube[place]
                    and self._implies(invariant, language.places.inside(more))
                ):
                    cube = more
        return cube

    def _general(self, invariant: Term, literals: Sequence[Literal], language: Language) -> Sentence | None:
        """The sentence with names for ids, as far as the invariant implies it of all of them."""
        if not literals:
            return self._implied(invariant, "false", language)
        sorts = [sort for sort, size in self.model.sizes.items() if size > 1]
        letters = free_letters(self.model)
        for chosen in (sorts, *([sort] for sort in sorts if len(sorts) > 1)):
            named = with_names(literals, chosen, letters)
            if named is not None:
                sentence = self._implied(invariant, clause(*named), language)
                if sentence is not None:
                    return sentence
        return self._implied(invariant, clause(literals, ()), language)

    def _implied(self, invariant: Term, text: str, language: Language) -> Sentence | None:
        """The sentence, if it is one and the invariant implies it."""
        term = language.term(text)
        if term is None or not self._implies(invariant, words.negation(term)):
            return None
        return Sentence(text, term)

    def _fewest(self, said: Sequence[Sentence]) -> list[Sentence]:
        """Those that others do not imply; of two that say the same the shorter."""
        kept = sorted({one.text: one for one in said}.values(), key=lambda one: (len(one.text), one.text))
        for one in reversed(kept):
            others = [other.term for other in kept if other is not one]
            if self._implies(words.conjunction(others), words.negation(one.term)):
                kept = [other for other in kept if other is not one]
        return kept


def _larger(values: Values, domain: range | None, *, is_range: bool) -> Iterator[Values]:
    """Values to add: of numbers all above the least and all below the greatest, of others each, where they are few."""
    if domain is None:
        return
    if is_range:
        yield frozenset(value for value in domain if value > min(values))
        yield frozenset(value for value in domain if value < max(values))
    elif len(domain) <= FEW:
        yield from (frozenset({value}) for value in domain)
