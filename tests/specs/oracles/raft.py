"""Raft's elections and logs as figure 2 of the paper has them, over the set of all messages; nobody crashes.

A leader says at once, and again whenever its log or its commit index has changed, all that it could say to a follower;
whoever hears of a newer term follows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from tests.specs.oracles.search import Explored, put, search

Entry = tuple[int, int]
"""The term in which a command was taken, and the command."""
Message = tuple[str, int, int, tuple[object, ...]]
"""What it is, from whom, to whom, and its fields."""

FOLLOWER, CANDIDATE, LEADER = range(3)


class Server(NamedTuple):
    """One server; terms and places in the log count from 1, and 0 is none. `voted` is -1 for nobody."""

    role: int = FOLLOWER
    term: int = 0
    voted: int = -1
    log: tuple[Entry, ...] = ()
    commit: int = 0

    def term_at(self, place: int) -> int:
        return self.log[place - 1][0] if place else 0

    def accepts(self, last_term: int, last: int) -> bool:
        """Whether a candidate's log is at least as up to date: section 5.4.1."""
        return (last_term, last) >= (self.term_at(len(self.log)), len(self.log))

    def heard_of(self, term: int) -> Server:
        return self._replace(role=FOLLOWER, term=term, voted=-1) if term > self.term else self


class World(NamedTuple):
    """The servers, all messages ever sent, and what happened: who won which term, what was applied and committed."""

    servers: tuple[Server, ...]
    sent: frozenset[Message] = frozenset()
    won: frozenset[tuple[int, int]] = frozenset()
    applied: frozenset[tuple[int, Entry]] = frozenset()
    committed: frozenset[tuple[int, Entry, int]] = frozenset()

    def change(self, who: int, server: Server, *messages: Message) -> World:
        return self._replace(servers=put(self.servers, who, server), sent=self.sent.union(messages))

    def apply(self, server: Server, before: int) -> World:
        places = ((place, server.log[place - 1]) for place in range(before + 1, server.commit + 1))
        return self._replace(applied=self.applied.union(places))


def raft(
    servers: int, terms: int, places: int, quorum: int, until: Callable[[World], bool] = lambda _: False
) -> Explored[World]:
    """With one command; all worlds, or those up to the first that is looked for."""
    return search([World((Server(),) * servers)], Rules(servers, terms, places, quorum).successors, until)


class Rules(NamedTuple):
    """How many servers there are, terms and places in a log, and how many servers are a quorum."""

    servers: int
    terms: int
    places: int
    quorum: int

    def to_others(self, who: int, kind: str, *fields: object) -> Iterator[Message]:
        return ((kind, who, other, fields) for other in range(self.servers) if other != who)

    def appends(self, who: int, server: Server) -> Iterator[Message]:
        for prev in range(len(server.log) + 1):
            entry = server.log[prev] if prev < len(server.log) else None
            fields = server.term, prev, server.term_at(prev), entry, min(server.commit, prev + 1)
            yield from self.to_others(who, "append", *fields)

    def alone(self, world: World, who: int) -> Iterator[World]:
        server = world.servers[who]
        if server.role != LEADER and server.term < self.terms:
            after = server._replace(role=CANDIDATE, term=server.term + 1, voted=who)
            asking = self.to_others(who, "ask", after.term, after.term_at(len(after.log)), len(after.log))
            yield world.change(who, after, *asking)
        if server.role == CANDIDATE:
            voters = {f for kind, f, to, fields in world.sent if (kind, to, fields) == ("vote", who, (server.term,))}
            if len(voters | {who}) >= self.quorum:
                after = server._replace(role=LEADER)
                elected = world.change(who, after, *self.appends(who, after))
                yield elected._replace(won=world.won | {(server.term, who)})
        if server.role == LEADER:
            yield from self.lead(world, who)

    def lead(self, world: World, who: int) -> Iterator[World]:
        server = world.servers[who]
        if len(server.log) < self.places:
            after = server._replace(log=(*server.log, (server.term, 0)))
            yield world.change(who, after, *self.appends(who, after))
        acknowledged = [
            (sender, fields[1])
            for kind, sender, to, fields in world.sent
            if kind == "appended" and to == who and fields[0] == server.term
        ]
        for place in range(server.commit + 1, len(server.log) + 1):
            copies = {sender for sender, upto in acknowledged if upto >= place} | {who}  # type: ignore[operator]
            if server.term_at(place) == server.term and len(copies) >= self.quorum:
                after = server._replace(commit=place)
                found = world.change(who, after, *self.appends(who, after)).apply(after, server.commit)
                new = ((p, after.log[p - 1], after.term) for p in range(server.commit + 1, place + 1))
                yield found._replace(committed=world.committed.union(new))

    def receive(self, world: World, message: Message) -> Iterator[World]:
        kind, sender, who, fields = message
        server = world.servers[who]
        if kind == "ask":
            yield from self.asked(world, who, sender, *fields)  # type: ignore[arg-type]
        if kind == "append" and fields[0] >= server.term:  # type: ignore[operator]
            yield self.appended(world, who, sender, *fields)  # type: ignore[arg-type]

    def asked(  # noqa: PLR0913, PLR0917 - the fields of the message
        self, world: World, who: int, sender: int, term: int, last_term: int, last: int
    ) -> Iterator[World]:
        before = world.servers[who]
        server = before.heard_of(term)
        if server != before:
            # Refusing because of the log is hearing of the term, and so is hearing of it in any other way.
            yield world.change(who, server)
        if server.term == term and server.voted == -1 and server.accepts(last_term, last):
            yield world.change(who, server._replace(voted=sender), ("vote", who, sender, (term,)))

    def appended(  # noqa: PLR0913, PLR0917 - the fields of the message
        self,
        world: World,
        who: int,
        sender: int,
        term: int,
        prev: int,
        prev_term: int,
        entry: Entry | None,
        commit: int,
    ) -> World:
        before = world.servers[who]
        server = before.heard_of(term)._replace(role=FOLLOWER)
        if prev > len(server.log) or server.term_at(prev) != prev_term:
            return world.change(who, server)
        last = prev if entry is None else prev + 1
        if entry is not None and (len(server.log) <= prev or server.log[prev][0] != entry[0]):
            server = server._replace(log=(*server.log[:prev], entry))
        server = server._replace(commit=max(server.commit, min(commit, last)))
        return world.change(who, server, ("appended", who, sender, (term, last))).apply(server, before.commit)

    def successors(self, world: World) -> Iterator[World]:
        for who in range(self.servers):
            yield from self.alone(world, who)
        for message in world.sent:
            yield from self.receive(world, message)


def two_leaders(world: World) -> bool:
    """Figure 3, election safety, is violated."""
    return len({term for term, _ in world.won}) < len(world.won)


def logs_differ(world: World) -> bool:
    """Figure 3, log matching, is violated: an entry of one place and term is another, or has another before it."""
    logs = [server.log for server in world.servers]
    return any(
        one[place][0] == other[place][0] and one[: place + 1] != other[: place + 1]
        for one in logs
        for other in logs
        for place in range(min(len(one), len(other)))
    )


def everywhere(world: World) -> bool:
    """Whether every server has committed an entry."""
    return all(server.commit for server in world.servers)
