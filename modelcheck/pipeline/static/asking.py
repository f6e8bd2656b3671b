"""Questions about all checks of a specification, each within a limit of time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVar

from modelcheck.diagnostics import Diagnostics, InputError
from modelcheck.engines.base import Stop
from modelcheck.engines.symbolic.solving import Solving, StoppedError
from modelcheck.ir.model import Model
from modelcheck.pipeline.static.instance import Instance
from modelcheck.pipeline.static.rooms import BeyondTheRoomError
from modelcheck.source import Span

Part = TypeVar("Part")
Answer = TypeVar("Answer")


class UndecidedError(Exception):
    """Something may be so or not; `reason` says why that is not known, and `help` what could be done."""

    def __init__(self, reason: str, help_: str = "") -> None:
        self.reason, self.help = reason, help_
        super().__init__(reason)


_STOPPED: dict[Stop, tuple[str, str]] = {
    "effort": ("the effort for one question was spent", "`--effort` allows the solver more"),
    "memory": ("the memory was used up", ""),
    "time": ("the time for one question was over, which another machine may do with", "`--max-seconds` gives more"),
}
_BEYOND = "more messages may be in flight than there is room for", "it is decided with a declared capacity"
_TOO_LARGE = "its values are too large for the solver"


class Asking:
    """The checks of a specification, the simplest first, and the doubts that were found.

    `seconds` is the time for one question to one check, if its effort is not spent before. `begins` is called for each.
    """

    def __init__(
        self,
        models: Iterable[Model],
        solving: Solving,
        seconds: float,
        told: Diagnostics,
        begins: Callable[[], None] = lambda: None,
    ) -> None:
        self.solving = solving
        self.seconds = seconds
        self._begins = begins
        self.told = told
        simplest = sorted(models, key=lambda model: len(model.cells))
        self.instances = [Instance(model, solving) for model in simplest]

    def never(self, parts: Iterable[Part], can: Callable[[Part], bool]) -> bool:
        """Whether something is proved of none of some parts. Raises as `within_time`."""
        undecided: UndecidedError | None = None
        for part in parts:
            try:
                if self.within_time(partial(can, part)):
                    return False
            except UndecidedError as error:
                undecided = undecided or error
        if undecided is not None:
            raise undecided
        return True

    def within_time(self, ask: Callable[[], Answer]) -> Answer:
        """The answer to one question. Raises `UndecidedError`, and `StoppedError` where the user wants no more."""
        self._begins()
        self.solving.begin(self.seconds)
        try:
            # Many questions are answered without the solver, which would look.
            self.solving.look()
            return ask()
        except StoppedError as stopped:
            if stopped.why == "interrupted":
                raise
            raise UndecidedError(*_STOPPED[stopped.why]) from None
        except BeyondTheRoomError:
            raise UndecidedError(*_BEYOND) from None
        except InputError:
            # Other engines may do without the kernel.
            raise UndecidedError(_TOO_LARGE) from None

    def leave_open(self, span: Span, what: str, undecided: UndecidedError) -> None:
        """Tell what was not decided."""
        self.told.warning("MC529", span, f"it was not decided {what}: {undecided.reason}", undecided.help)
