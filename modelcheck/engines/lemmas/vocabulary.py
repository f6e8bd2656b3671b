"""What can be said of a state in few words: the conditions that lemmas are made of.

They are made of what the specification declares: control states, variables, what is in them, messages in flight.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, combinations, combinations_with_replacement, islice
from typing import TYPE_CHECKING

from modelcheck.frozen import Frozen
from modelcheck.ir.domains import (
    BoolDomain,
    Domain,
    EnumDomain,
    IdDomain,
    IntDomain,
    MapDomain,
    OptionDomain,
    RecordDomain,
    SeqDomain,
    SetDomain,
)

if TYPE_CHECKING:
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Agent, Variable

FEW = 4
"""The most numbers of a range that are all named; of a larger one only the ends are."""

MOST_CONSTRAINTS = 3
"""How much is said of a message at once: its ends and fields."""

MOST_CONDITIONS = 500
"""Behind so many conditions of one kind no more are made."""

_LETTERS = "pqrstuvwxyzabcdefghijkl"


class Name(Frozen):
    """A name in a lemma: it stands for every id of a sort. Names of one sort stand for different ids."""

    text: str
    sort: str


Names = tuple[Name, ...]


class Term(Frozen):
    """Something with a value, as the language writes it."""

    text: str
    domain: Domain


def names_for(model: Model, most: int) -> Iterator[Names]:
    """All ways to name up to `most` different ids, the fewest first."""
    sorts = [sort for sort, size in model.sizes.items() if size > 1]
    letters = free_letters(model)
    for count in range(most + 1):
        for chosen in combinations_with_replacement(sorts, count):
            if all(chosen.count(sort) <= model.sizes[sort] for sort in chosen):
                yield tuple(Name(letter, sort) for letter, sort in zip(letters, chosen, strict=False))


def free_letters(model: Model) -> list[str]:
    """Names for ids that hide nothing."""
    return _free(model, _LETTERS)


def _free(model: Model, letters: str) -> list[str]:
    """Names that hide nothing."""
    spec = model.spec
    kinds = (spec.params, spec.consts, spec.definitions, spec.agents, spec.sorts, spec.enums, spec.records)
    taken = {name for kind in (*kinds, spec.aliases, spec.messages, spec.shared) for name in kind}
    taken |= {member for enum in spec.enums.values() for member in enum.members}
    taken |= {state.name for agent in spec.agents.values() for state in agent.states}
    return [letter for letter in letters if letter not in taken] + [f"{letter}_" for letter in letters]


class Vocabulary:
    """The conditions about one model in which some names stand for ids; `constants` are sorts whose ids are named."""

    def __init__(self, model: Model, names: Names, constants: Sequence[str] = ()) -> None:
        self.model = model
        self.names = names
        self.constants = constants
        used = {name.text for name in names}
        self.message = next(letter for letter in _free(model, "mno") if letter not in used)

    def conditions(self) -> list[str]:
        """All of them, each once, the simple ones first."""
        found = [*self._of_agents(), *self._of_terms(), *self._relations(), *self._of_messages()]
        return list(dict.fromkeys(found))

    def _ids(self, sort: str) -> list[str]:
        """The ids that can be named."""
        size = self.model.sizes.get(sort, 0)
        named = [name.text for name in self.names if name.sort == sort]
        if size == 1 or sort in self.constants:
            named += [f"{sort}[{index}]" for index in range(size)]
        return named

    def _agents(self) -> Iterator[tuple[str, Agent]]:
        for kind, agent in self.model.spec.agents.items():
            for text in self._ids(kind):
                yield text, agent

    def _of_agents(self) -> Iterator[str]:
        for text, agent in self._agents():
            states = [state.name for state in agent.states]
            # Of two states one is enough.
            yield from (f"{text} is {state}" for state in states[: len(states) if len(states) > 2 else -1])  # noqa: PLR2004
            if ("status", agent.name) in self.model.bases:
                yield f"{text} is crashed"

    # ------------------------------------------------------------------------------------------------------- values

    def _terms(self) -> Iterator[Term]:
        """The variables, of agents and shared."""
        for variable in self.model.spec.shared.values():
            yield from self._term(variable, variable.name)
        for text, agent in self._agents():
            for variable in agent.variables:
                yield from self._term(variable, f"{text}.{variable.name}")

    def _term(self, variable: Variable, text: str) -> Iterator[Term]:
        if variable in self.model.bases:
            yield Term(text, self.model.domain(variable.type_expr))

    def _of_terms(self) -> Iterator[str]:
        for term in self._terms():
            yield from self._about(term.text, term.domain)

    def _about(self, text: str, domain: Domain) -> Iterator[str]:
        """What can be said of a value by itself."""
        match domain:
            case BoolDomain():
                yield text
            case EnumDomain(_, members):
                yield from (f"{text} == {member}" for member in members[: len(members) if len(members) > 2 else -1])  # noqa: PLR2004
            case IntDomain(lo, hi):
                few = range(lo, hi + 1) if hi - lo < FEW else (lo, hi)
                yield from (f"{text} == {value}" for value in few)
            case IdDomain(sort):
                yield from (f"{text} == {id_}" for id_ in self._ids(sort) if id_ != text)
            case OptionDomain(element):
                yield f"{text} == none"
                yield from (f"{text} != none and {inner}" for inner in self._about(f"{text}.value", element))
            case SetDomain(element):
                yield f"{text} == {{}}"
                yield from (f"{value} in {text}" for value in self._constants(element))
            case MapDomain(key, value):
                for at in self._constants(key):
                    yield from self._about(f"{text}[{at}]", value)
            case RecordDomain(_, field_names, fields):
                for name, inner in zip(field_names, fields, strict=True):
                    yield from self._about(f"{text}.{name}", inner)
            case SeqDomain():
                yield f"{text} == []"

    def _constants(self, domain: Domain) -> list[str]:
        """The values of a domain that can be named."""
        match domain:
            case IdDomain(sort):
                return self._ids(sort)
            case EnumDomain(_, members):
                return list(members)
            case BoolDomain():
                return ["false", "true"]
            case IntDomain(lo, hi) if hi - lo < FEW:
                return [str(value) for value in range(lo, hi + 1)]
            case _:
                return []

    def _relations(self) -> Iterator[str]:
        """How the values of two variables are to each other."""
        for left, right in combinations(self._terms(), 2):
            if type(left.domain) is not type(right.domain) or isinstance(left.domain, BoolDomain | SeqDomain):
                continue
            if str(left.domain) == str(right.domain):
                yield f"{left.text} == {right.text}"
            if isinstance(left.domain, IntDomain):
                yield f"{left.text} <= {right.text}"
                yield f"{right.text} <= {left.text}"
            if isinstance(left.domain, SetDomain) and str(left.domain) == str(right.domain):
                yield f"{left.text} subset {right.text}"
                yield f"{right.text} subset {left.text}"

    # ----------------------------------------------------------------------------------------------------- messages

    def _of_messages(self) -> Iterator[str]:
        """That a message is in flight of which something is said."""
        for name, packets in self.model.packets.items():
            if not packets.size:
                continue
            choices = [list(self._of_end(name, sender=sender)) for sender in (True, False)]
            choices += [list(self._of_field(name, at)) for at in range(len(packets.fields))]
            # Of few parts first. All together may be too many to be written out.
            said = chain.from_iterable(_chosen(choices, count) for count in range(MOST_CONSTRAINTS + 1))
            for parts in islice(said, MOST_CONDITIONS):
                if parts:
                    yield f"exists {self.message} in messages {name}: {' and '.join(parts)}"
                else:
                    yield f"messages {name} != {{}}"

    def _of_end(self, name: str, *, sender: bool) -> Iterator[str]:
        declared = self.model.spec.messages[name]
        kinds = declared.sources if sender else declared.targets
        if len(kinds) == 1:
            (kind,) = kinds
            if self.model.sizes[kind] > 1:
                yield from (f"{self.message}.{'from' if sender else 'to'} == {id_}" for id_ in self._ids(kind))

    def _of_field(self, name: str, at: int) -> Iterator[str]:
        field, domain = self.model.spec.messages[name].fields[at], self.model.packets[name].fields[at]
        if field.ghost and field not in self.model.kept:
            return
        text = f"{self.message}.{field.name}"
        for condition in self._about(text, domain):
            yield condition
            if isinstance(domain, BoolDomain) or condition.endswith("== none"):
                yield f"not {condition}" if isinstance(domain, BoolDomain) else condition.replace("==", "!=")
        for term in self._terms():
            if type(term.domain) is type(domain) and str(term.domain) == str(domain):
                yield f"{text} == {term.text}"


def _chosen(choices: Sequence[Sequence[str]], count: int) -> Iterator[list[str]]:
    """All ways to take one each of so many of some choices, those without the first choice first."""
    if not count:
        yield []
    elif count <= len(choices):
        yield from _chosen(choices[1:], count)
        for part in choices[0]:
            yield from ([part, *rest] for rest in _chosen(choices[1:], count - 1))


def uses(text: str, names: Names) -> Names:
    """The names that a condition has in it."""
    words = set(re.findall(r"\w+", text))
    return tuple(name for name in names if name.text in words)
