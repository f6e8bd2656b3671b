"""The shortest runs in what the interpreter has found: marked from the answers backwards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from modelcheck.semantics.answers import answers, answers_by, is_by_step
from modelcheck.semantics.execute import Next, Path, State, action_paths

if TYPE_CHECKING:
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Property


class InterpretedWays:
    """The ways to the answers of one question. `levels` are the states by level, `length` is that of an answer."""

    def __init__(
        self,
        model: Model,
        levels: Sequence[Sequence[State]],
        question: Property | str,
        length: int,
        look: Callable[[], None],
    ) -> None:
        """`look` is called for each path that is tried, and may raise `OutOfTimeError`."""
        self._model, self._question, self._look = model, question, look
        self.by_step = is_by_step(question)
        self.level = length - self.by_step
        marks = {state for state in levels[self.level] if self._answers(state)}
        self._marks = [marks]
        for level in reversed(range(self.level)):
            marks = {state for state in levels[level] if any(self._leads(path, marks) for path in self._paths(state))}
            self._marks.append(marks)
        self._marks.reverse()

    def actions(self, level: int, state: State) -> Iterable[int]:
        return range(len(self._model.actions))

    def leads_on(self, level: int, state: State) -> bool:
        return state in self._marks[level]

    def _answers(self, state: State) -> bool:
        if self.by_step:
            return any(answers_by(self._model, self._question, state, path) for path in self._paths(state))
        return answers(self._model, self._question, state)

    def _paths(self, state: State) -> Iterable[Path]:
        actions = range(len(self._model.actions))
        return (path for action in actions for path in action_paths(self._model, state, action, self._look))

    @staticmethod
    def _leads(path: Path, marks: set[State]) -> bool:
        return isinstance(path.outcome, Next) and path.outcome.state in marks
