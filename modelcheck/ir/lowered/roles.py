"""How ids are in what is stored: codes of domains, roles of arrays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from modelcheck.ir.domains import (
    Domain,
    IdDomain,
    MapDomain,
    OptionDomain,
    PacketDomain,
    RecordDomain,
    SeqDomain,
    SetDomain,
)
from modelcheck.ir.lowered.storage import Stored, leaves
from modelcheck.ir.values import Id
from modelcheck.kernel.codes import Code, Function, Ids, Joined, Optional, Plain, Sequences, Subset, Tuple
from modelcheck.kernel.symmetry import Guard, Role


def code_of(domain: Domain) -> Code:
    """The code of a domain's ordinals."""
    match domain:
        case IdDomain(sort, count):
            return Ids(sort, count)
        case SetDomain(element):
            return Subset(code_of(element))
        case MapDomain(key, value):
            return Function(code_of(key), code_of(value))
        case OptionDomain(element):
            return Optional(code_of(element))
        case RecordDomain(_, _, fields):
            return Tuple(tuple(map(code_of, fields)))
        case SeqDomain(element, longest):
            return Sequences(code_of(element), longest)
        case PacketDomain(_, targets, sources):
            return Tuple((code_of_agents(targets), code_of_agents(sources), *content_codes(domain)))
        case _:
            return Plain(domain.size)


def content_codes(domain: PacketDomain) -> Iterator[Code]:
    """The codes of the fields, and of the stage where there is one."""
    yield from map(code_of, domain.fields)
    if domain.clock is not None:
        yield Plain(domain.stages)


def code_of_agents(agents: Sequence[Id]) -> Code:
    """The code of the positions among agents; they are all of some kinds, kind by kind."""
    kinds = [Ids(sort, sum(1 for _ in members)) for sort, members in groupby(agents, key=lambda agent: agent.sort)]
    return kinds[0] if len(kinds) == 1 else Joined(tuple(kinds))


def roles_of(stored: Stored, owners: tuple[str, int] | None) -> Iterator[tuple[int, Role]]:
    """The arrays of a variable with their roles; `owners` as in `declare`."""
    index: tuple[Code, ...] = () if owners is None else (Ids(*owners),)
    yield from _roles(stored.domain, stored.arrays, index, ())


def _roles(
    domain: Domain, arrays: Sequence[int | None], index: tuple[Code, ...], guards: tuple[Guard, ...]
) -> Iterator[tuple[int, Role]]:
    match domain:
        case MapDomain(key, value):
            yield from _roles(value, arrays, (*index, code_of(key)), guards)
            return
        case RecordDomain(_, _, fields):
            for field in fields:
                count = sum(1 for _ in leaves(field))
                yield from _roles(field, arrays[:count], index, guards)
                arrays = arrays[count:]
            return
    if not arrays or arrays[0] is None:
        return
    first = arrays[0]
    match domain:
        case IdDomain():
            yield first, Role(index, code_of(domain), guards=guards)
        case SetDomain(element):
            yield first, Role(index, code_of(element), "members")
        case OptionDomain(element):
            yield first, Role(index, Plain(2))
            yield from _roles(element, arrays[1:], index, (*guards, Guard(first, len(index), behind=False)))
        case SeqDomain(element, longest):
            yield first, Role(index, Plain(longest + 1))
            slots = (*index, Plain(longest))
            yield from _roles(element, arrays[1:], slots, (*guards, Guard(first, len(index), behind=True)))
        case _:
            yield first, Role(index, Plain(domain.size))
