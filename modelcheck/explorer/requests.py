"""What a page can ask for, as typed data: one class a request, told apart by its field `do`."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from modelcheck.frozen import Frozen

MOST_BYTES = 8 << 20
"""The largest request: a saved walk of thousands of steps fits."""

Number = Annotated[int, Meta(ge=-(2**31), le=2**31)]
Digits = Annotated[tuple[Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)], ...], Meta(max_length=10_000)]
Text = Annotated[str, Meta(max_length=100_000)]


class Asking(Frozen, tag_field="do", forbid_unknown_fields=True):
    """A request. `revision` is that of the view it comes from, where it changes something."""


class Look(Asking, tag="look"):
    """What is to be seen."""


class Picture(Asking, tag="picture"):
    """The space-time diagram of the walk."""


class Begin(Asking, tag="begin"):
    """Begin a run."""

    revision: Number
    digits: Digits


class Take(Asking, tag="take"):
    """Take a step."""

    revision: Number
    action: Number
    digits: Digits


class Go(Asking, tag="go"):
    """Stand behind so many steps of the walk."""

    revision: Number
    position: Number


class Restart(Asking, tag="restart"):
    """Stand before the beginning."""

    revision: Number


class Undo(Asking, tag="undo"):
    """Take back what was chosen last."""

    revision: Number


class Redo(Asking, tag="redo"):
    """Choose again what was taken back."""

    revision: Number


class More(Asking, tag="more"):
    """Further paths of one action."""

    revision: Number
    action: Number
    offset: Annotated[int, Meta(ge=0, le=2**31)]


class Longer(Asking, tag="longer"):
    """Take more time to look for enabled steps."""


class Ask(Asking, tag="ask"):
    """The value of an expression here."""

    text: Text


class Keep(Asking, tag="keep"):
    """Show an expression along the walk."""

    text: Text


class Drop(Asking, tag="drop"):
    """Show it no longer."""

    number: Number


class Choose(Asking, tag="check"):
    """Walk another check."""

    name: Text


class Seek(Asking, tag="search"):
    """Begin a search for counterexamples."""


class Halt(Asking, tag="stop"):
    """End it."""


class Progressed(Asking, tag="status"):
    """How far it is."""


class Show(Asking, tag="show"):
    """Walk the run that was found for a property."""

    revision: Number
    name: Text


class Save(Asking, tag="save"):
    """The walk as a trace file."""


class Load(Asking, tag="load"):
    """Walk the run in a trace file."""

    revision: Number
    name: Text
    text: Annotated[str, Meta(max_length=MOST_BYTES)]


Request = (
    Look
    | Picture
    | Begin
    | Take
    | Go
    | Restart
    | Undo
    | Redo
    | More
    | Longer
    | Ask
    | Keep
    | Drop
    | Choose
    | Seek
    | Halt
    | Progressed
    | Show
    | Save
    | Load
)
