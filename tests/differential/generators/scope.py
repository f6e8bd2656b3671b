"""What has been declared so far, and what of it can be named at one place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from tests.differential.generators.types import Bool, Enum, Ids, Int, Packet, Record, Type

Place = Literal["constant", "initial", "transition", "property", "step"]


SUSPECTING = ("perfect", "eventually_perfect", "strong", "eventually_strong")
ELECTING = ("omega",)
"""The classes of failure detectors by what they tell."""


@dataclass(frozen=True)
class Name:
    """A variable, constant, parameter or local name."""

    name: str
    type: Type
    ghost: bool = False
    durable: bool = False


@dataclass(frozen=True)
class Message:
    """A message; `sources` and `targets` are the kinds that may send and get it.

    `network` None is the check's or the file's.
    """

    name: str
    fields: tuple[Name, ...]
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    network: str | None
    keeps_order: bool
    """Whether the order of sending can matter on its network, so that a loop cannot send to just anybody."""
    shares_room: bool
    """Whether it can matter even between receivers."""


@dataclass(frozen=True)
class Definition:
    """A `def`. `kind` is the agent whose `self` it uses; `reads_state` whether it can only stand where a state is."""

    name: str
    parameters: tuple[Name, ...]
    result: Type
    reads_state: bool
    kind: str | None
    ghost: bool


@dataclass
class Kind:
    """An agent kind."""

    ids: Ids
    states: tuple[str, ...]
    initial: tuple[str, ...]
    variables: list[Name] = field(default_factory=list)
    faults: tuple[str, ...] = ()
    """The faults that it declares."""

    @property
    def name(self) -> str:
        return self.ids.sort


@dataclass
class Draft:
    """A specification under construction."""

    enums: list[Enum] = field(default_factory=list)
    sorts: list[Ids] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    aliases: list[tuple[str, Int | Enum | Bool]] = field(default_factory=list)
    params: list[Name] = field(default_factory=list)
    consts: list[Name] = field(default_factory=list)
    unknowns: list[Name] = field(default_factory=list)
    """Constants that are `any`, where there may be some."""
    has_unknowns: bool = False
    shared: list[Name] = field(default_factory=list)
    kinds: list[Kind] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    definitions: list[Definition] = field(default_factory=list)
    lock_step: bool = False
    """Messages travel in rounds, and agents read them there."""
    detectors: tuple[str, ...] = ()
    """The classes of failure detectors that the checks may have: all tell the same."""
    broad: bool = False
    """Whether there are wide numbers, large sets and long arrays."""
    alike: bool = False
    """Whether hardly anything tells the ids of a sort apart."""
    temporal: bool = False
    """Whether there are properties of infinite runs, and words that say what runs owe."""

    def kind(self, name: str) -> Kind:
        return next(kind for kind in self.kinds if kind.name == name)

    def packet(self, message: Message) -> Packet:
        """The type of a message in flight."""

        def end(kinds: tuple[str, ...]) -> Ids | None:
            return self.kind(kinds[0]).ids if len(kinds) == 1 else None

        fields = tuple((f.name, f.type) for f in message.fields)
        ghosts = frozenset(f.name for f in message.fields if f.ghost)
        return Packet(message.name, fields, ghosts, end(message.sources), end(message.targets))


@dataclass(frozen=True)
class Scope:
    """One place in the text. `ghosts`: ghosts may be read here. `unreadable`: variables that a loop changes."""

    draft: Draft
    place: Place
    kind: Kind | None = None
    locals: tuple[Name, ...] = ()
    ghosts: bool = False
    unreadable: frozenset[str] = frozenset()
    behind: bool = False
    """Inside `next()`."""
    quiet: bool = False
    """Messages in flight cannot be read: a loop sends some."""
    private: bool = False
    """In a round: nothing of other agents can be read."""

    @property
    def reads_state(self) -> bool:
        return self.place in {"transition", "property", "step"}

    def bind(self, type_: Type, *, ghost: bool = False, prefix: str = "x") -> tuple[Scope, str]:
        """This scope with one more name. Names that do not nest are used again."""
        name = f"{prefix}{len(self.locals) + 1}"
        return replace(self, locals=(*self.locals, Name(name, type_, ghost))), name

    def names(self) -> Iterator[Name]:
        """Everything that can be read by its bare name here."""
        found = [*(name for name in self.locals if name.name not in self.unreadable)]
        found += [*self.draft.consts, *self.draft.params]
        if self.reads_state or self.place == "initial":
            found += self.draft.unknowns
        if self.reads_state:
            found += [v for v in self.draft.shared if v.name not in self.unreadable]
            found += [v for v in (self.kind.variables if self.kind else []) if v.name not in self.unreadable]
        return (name for name in found if self.ghosts or not name.ghost)

    def foreign(self) -> Iterator[tuple[Kind, Name]]:
        """The variables that can be read as `p.x`."""
        if self.reads_state and not self.private:
            for kind in self.draft.kinds:
                for variable in kind.variables:
                    if (self.ghosts or not variable.ghost) and variable.name not in self.unreadable:
                        yield kind, variable
