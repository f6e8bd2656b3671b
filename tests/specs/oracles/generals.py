"""OM(1) and SM(1) of Lamport, Shostak and Pease, 1982, in rounds that everybody takes together.

A traitor puts any messages into the mail between two rounds, under his own name; nobody writes to a traitor. General 0
commands. `True` is to attack.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from tests.specs.oracles.search import Explored, search

COMMANDER = 0
COMPARING, END = 2, 3
"""After so many rounds the lieutenants compare what they know, and have decided."""


class Letter(NamedTuple):
    """An order, signed or said by `source`."""

    order: bool
    source: int
    target: int


class War(NamedTuple):
    """How many rounds have been; `known` has what each lieutenant was told, and `decided` what he does."""

    rounds: int
    traitors: frozenset[int]
    order: bool
    known: tuple[frozenset[bool], ...]
    decided: tuple[bool, ...]
    mail: frozenset[Letter]

    def loyal(self, lieutenants: int) -> list[int]:
        return [general for general in range(1, lieutenants + 1) if general not in self.traitors]


Forge = Callable[[War, Letter], bool]
Protocol = Callable[[War, int], "tuple[frozenset[bool], bool, frozenset[bool]]"]
"""What a lieutenant knows behind a round, what he has decided, and which orders he passes on."""


def majority(war: War, me: int) -> tuple[frozenset[bool], bool, frozenset[bool]]:
    """OM(1): what is missing or contradictory counts as retreat."""
    heard = {general: {m.order for m in war.mail if m.target == me and m.source == general} for general in range(9)}
    if war.rounds == 1:
        told = heard[COMMANDER] == {True}
        return frozenset({told}), False, frozenset({told})
    if war.rounds == COMPARING:
        generals = len(war.known)
        votes = sum(said == {True} for general, said in heard.items() if general not in {COMMANDER, me})
        return war.known[me - 1], 2 * (votes + (True in war.known[me - 1])) > generals, frozenset()
    return frozenset({False}), False, frozenset()


def signatures(war: War, me: int) -> tuple[frozenset[bool], bool, frozenset[bool]]:
    """SM(1): one order that is known to be signed is obeyed."""
    heard = frozenset(m.order for m in war.mail if m.target == me and (m.source == COMMANDER) == (war.rounds == 1))
    known = war.known[me - 1] | (heard if war.rounds else frozenset())
    return known, war.rounds == COMPARING and known == {True}, heard if war.rounds == 1 else frozenset()


def with_signature(war: War, letter: Letter) -> bool:
    """Whether a traitor can write it: his own orders, and those that the commander has signed or will sign for him."""
    return letter.source == COMMANDER or COMMANDER in war.traitors or (war.rounds > 0 and letter.order == war.order)


def campaign(
    lieutenants: int, protocol: Protocol, suspects: Sequence[tuple[int, ...]], forge: Forge = lambda *_: True
) -> Explored[War]:
    """All that can happen; of each group of suspects at most one is a traitor."""
    everybody = range(1, lieutenants + 1)

    def start() -> Iterator[War]:
        nobody = [frozenset[int]()]
        for group in suspects:
            nobody = [some | more for some in nobody for more in (frozenset(), *({one} for one in group))]
        known = frozenset[bool]() if protocol is signatures else frozenset({False})
        for traitors in nobody:
            for order in (False, True):
                blank = (known,) * lieutenants, (False,) * lieutenants
                yield War(0, frozenset(traitors), order, *blank, frozenset())

    def successors(war: War) -> Iterator[War]:
        loyal = war.loyal(lieutenants)
        for letter in (Letter(o, source, to) for o in (False, True) for source in war.traitors for to in loyal):
            if letter not in war.mail and forge(war, letter):
                yield war._replace(mail=war.mail | {letter})
        if war.rounds < END:
            done = {me: protocol(war, me) for me in loyal}
            sent = {
                Letter(o, me, to) for me, (_, _, orders) in done.items() for o in orders for to in loyal if to != me
            }
            if war.rounds == 0 and COMMANDER not in war.traitors:
                sent |= {Letter(war.order, COMMANDER, to) for to in loyal}
            known = tuple(done[me][0] if me in done else war.known[me - 1] for me in everybody)
            decided = tuple(me in done and done[me][1] for me in everybody)
            yield War(war.rounds + 1, war.traitors, war.order, known, decided, frozenset(sent))

    return search(start(), successors)


def disagree(war: War) -> bool:
    """IC1 is broken."""
    loyal = war.loyal(len(war.known))
    return war.rounds == END and any(war.decided[p - 1] != war.decided[q - 1] for p, q in combinations(loyal, 2))


def disobey(war: War) -> bool:
    """IC2 is broken."""
    loyal = war.loyal(len(war.known))
    disobeyed = any(war.decided[p - 1] != war.order for p in loyal)
    return war.rounds == END and COMMANDER not in war.traitors and disobeyed
