"""One register on two replicas in three designs, with a clock, and what cuts the replicas off from one another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tests.specs.oracles.search import Explored, put, search

DELAY = 1


class Mail(NamedTuple):
    """A message on its way; `left` are the ticks that it may still take, None for as many as it likes."""

    kind: str
    source: str
    target: int
    value: int = 0
    left: int | None = None


class Reader(NamedTuple):
    waits: bool = False
    floor: int = 0
    stale: bool = False


class Replica(NamedTuple):
    value: int = 0
    pending: int | None = None
    patience: int | None = None
    crashed: bool = False


class World(NamedTuple):
    version: int = 0
    writing: bool = False
    known: int = 0
    cut: str = "not yet"
    readers: tuple[Reader, ...] = (Reader(), Reader())
    replicas: tuple[Replica, ...] = (Replica(), Replica())
    mail: tuple[Mail, ...] = ()

    def reader(self, p: int, **changes: object) -> World:
        return self._replace(readers=put(self.readers, p, self.readers[p]._replace(**changes)))  # type: ignore[arg-type]

    def replica(self, p: int, **changes: object) -> World:
        return self._replace(replicas=put(self.replicas, p, self.replicas[p]._replace(**changes)))  # type: ignore[arg-type]

    def send(self, kind: str, source: str, target: int, value: int = 0) -> World:
        between = kind in {"ask", "answer", "copy", "copied"}
        to_replica = between or kind in {"write", "read"}
        if to_replica and self.replicas[target].crashed:
            return self
        new = Mail(kind, source, target, value, DELAY if between else None)
        return self._replace(mail=tuple(sorted([*self.mail, new], key=repr)))


def register(
    design: str, *, writes: int = 1, patience: int = 3, partition: str = "none", crashes: bool = False
) -> Explored[World]:
    """All configurations; a partition is none, or one `for good`, or one that `heals`."""

    def successors(world: World) -> Iterator[World]:
        yield from clients(world, writes)
        for mail in dict.fromkeys(world.mail):
            rest = list(world.mail)
            rest.remove(mail)
            if not waits_outside(world, mail):
                yield from received(world._replace(mail=tuple(rest)), mail, design, patience)
        for p, replica in enumerate(world.replicas):
            if replica.patience == 0 and not replica.crashed:
                yield acknowledged(world, p)
        yield from passing(world)
        if partition != "none" and world.cut == "not yet":
            yield world._replace(cut="cut")
        if partition == "heals" and world.cut == "cut":
            yield world._replace(cut="healed")
        if crashes and not any(replica.crashed for replica in world.replicas):
            for p in (0, 1):
                kept = tuple(m for m in world.mail if m.kind in {"done", "value"} or m.target != p)
                yield world._replace(mail=kept).replica(p, crashed=True, patience=None)

    return search([World()], successors)


def stale(world: World) -> bool:
    return any(reader.stale for reader in world.readers)


def waits_outside(world: World, mail: Mail) -> bool:
    return world.cut == "cut" and mail.left is not None


def clients(world: World, writes: int) -> Iterator[World]:
    if not world.writing and world.version < writes:
        version = world.version + 1
        yield world._replace(version=version, writing=True).send("write", "writer", 0, version)
    for p, reader in enumerate(world.readers):
        if not reader.waits:
            yield world.reader(p, waits=True, floor=world.known).send("read", "reader", p)


def passing(world: World) -> Iterator[World]:
    """A tick, unless something is due now."""
    late = any(mail.left == 0 and not waits_outside(world, mail) for mail in world.mail)
    if not late and not any(replica.patience == 0 for replica in world.replicas):
        mail = (m._replace(left=max(0, m.left - 1)) if m.left is not None else m for m in world.mail)
        replicas = (r if r.patience is None else r._replace(patience=r.patience - 1) for r in world.replicas)
        yield world._replace(mail=tuple(sorted(mail, key=repr)), replicas=tuple(replicas))


def acknowledged(world: World, p: int) -> World:
    after = world.replica(p, value=world.replicas[p].pending, pending=None, patience=None)
    return after.send("done", f"replica {p}", 0)


def received(world: World, mail: Mail, design: str, patience: int) -> Iterator[World]:
    kind, _, p, value, _ = mail
    if kind == "done":
        yield world._replace(writing=False, known=max(world.known, world.version))
    elif kind == "value":
        fresh = world.reader(p, waits=False, floor=0, stale=world.readers[p].stale or value < world.readers[p].floor)
        yield fresh._replace(known=max(world.known, value))
    else:
        yield from at_replica(world, mail, design, patience)


def at_replica(world: World, mail: Mail, design: str, patience: int) -> Iterator[World]:
    kind, _, p, value, _ = mail
    me, replica = f"replica {p}", world.replicas[p]
    match kind:
        case "write" if design == "ca":
            yield world.replica(p, pending=value, patience=patience).send("copy", me, 1 - p, value)
        case "write":
            after = world.replica(p, value=value).send("done", me, 0)
            yield after.send("copy", me, 1 - p, value) if design == "ap" else after
        case "read" if design == "cp" and p == 1:
            yield world.send("ask", me, 0)
        case "read" if replica.pending is None:
            yield world.send("value", me, p, replica.value)
        case "ask":
            yield world.send("answer", me, 1, replica.value)
        case "answer":
            yield world.send("value", me, p, value)
        case "copy":
            after = world.replica(p, value=max(replica.value, value))
            yield after.send("copied", me, 1 - p, value) if design == "ca" else after
        case "copied":
            yield acknowledged(world, p) if replica.pending == value else world
