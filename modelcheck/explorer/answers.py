"""From requests to answers: one user's explorer, whatever carries the requests."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, assert_never

from modelcheck.diagnostics import InputError
from modelcheck.explorer import requests as r
from modelcheck.frozen import Frozen
from modelcheck.pipeline.explore import RefusedError, Session, View
from modelcheck.pipeline.explore.options import Offer
from modelcheck.pipeline.explore.saved import Saved, loaded, saved
from modelcheck.pipeline.explore.searching import Order, Search, Stage
from modelcheck.pipeline.explore.session import Picture
from modelcheck.pipeline.explore.walk import Walk
from modelcheck.pipeline.explore.watches import Asked
from modelcheck.pipeline.recorded import Recorded, runs_in
from modelcheck.pipeline.replay import chosen_run
from modelcheck.reports.diagnostics import render_diagnostics

if TYPE_CHECKING:
    from modelcheck.environment.instantiate import Overrides
    from modelcheck.ir.spec import Spec
    from modelcheck.kernel.task import Limits


class Finding(Frozen):
    """The verdict on one property; `walkable`: a run shows it."""

    name: str
    verdict: str
    expected: bool
    remark: str
    steps: int | None
    walkable: bool


class Status(Frozen):
    """How far the search for counterexamples is."""

    stage: Stage
    states: int
    depth: int
    findings: tuple[Finding, ...]
    problem: str


class Answer(Frozen, omit_defaults=True):
    """What is told: the parts that were asked for. `problem`: why it cannot be done."""

    view: View | None = None
    offer: Offer | None = None
    asked: Asked | None = None
    picture: Picture | None = None
    status: Status | None = None
    saved: Saved | None = None
    problem: str = ""


class _StaleError(Exception):
    """The request comes from a view that is no longer true."""


class Explorer:
    """A specification that is explored; takes requests from many threads, one at a time."""

    def __init__(self, spec: Spec, check: str | None, overrides: Overrides, limits: Limits) -> None:
        """Raises `InputError` where the check or the overrides are at fault. Without `check` it is the first."""
        self._spec, self._overrides, self._limits = spec, overrides, limits
        self._lock = threading.Lock()
        self._search = Search()
        self._session = self._session_of(check or spec.checks[0].name)

    def close(self) -> None:
        """End what runs beside."""
        self._search.stop()

    def answer(self, request: r.Request) -> Answer:
        """What is asked for, or why it cannot be done; where that helps with a view of what is true instead."""
        with self._lock:
            try:
                return self._answer(request)
            except RefusedError as error:
                return Answer(problem=str(error))
            except _StaleError:
                return Answer(problem="the walk went on in another window", view=self._session.view())

    def _answer(self, request: r.Request) -> Answer:
        session = self._session
        match request:
            case r.Look():
                pass
            case r.Save():
                return Answer(saved=saved(session))
            case r.Load(revision, name, text):
                self._expect(revision)
                return self._load(name, text)
            case r.Picture():
                return Answer(picture=session.picture())
            case r.More(revision, action, offset):
                self._expect(revision)
                return Answer(offer=session.more(action, offset))
            case r.Longer():
                session.look_longer()
            case r.Ask(text):
                return Answer(asked=session.ask(text))
            case r.Keep(text):
                problem = session.keep(text)
                return Answer(asked=problem, view=session.view() if problem is None else None)
            case r.Drop(number):
                session.drop(number)
            case r.Choose(name):
                return self._choose(name)
            case r.Seek() | r.Halt() | r.Progressed():
                return self._seek(request)
            case r.Begin() | r.Take() | r.Go() | r.Restart() | r.Undo() | r.Redo() | r.Show():
                self._expect(request.revision)
                self._move(request)
            case _:
                assert_never(request)
        return Answer(view=session.view())

    def _move(self, request: r.Begin | r.Take | r.Go | r.Restart | r.Undo | r.Redo | r.Show) -> None:
        session = self._session
        match request:
            case r.Begin(_, digits):
                session.begin(digits)
            case r.Take(_, action, digits):
                session.take(action, digits)
            case r.Go(_, position):
                session.go(position)
            case r.Restart():
                session.restart()
            case r.Undo():
                session.undo()
            case r.Redo():
                session.redo()
            case r.Show(_, name):
                session.show(self._found(name))
            case _:
                assert_never(request)

    def _expect(self, revision: int) -> None:
        if revision != self._session.revision:
            raise _StaleError

    def _session_of(self, name: str) -> Session:
        check = next((check for check in self._spec.checks if check.name == name), None)
        if check is None:
            raise RefusedError("there is no such check")
        return Session(self._spec, check, self._overrides)

    def _choose(self, name: str) -> Answer:
        try:
            session = self._session_of(name)
        except InputError as error:
            raise RefusedError(render_diagnostics(error.diagnostics)) from None
        self._change(session)
        return Answer(view=session.view())

    def _change(self, session: Session) -> None:
        # A view of the check before must not pass for one of this.
        session.revision += self._session.revision + 1
        session.walks += self._session.walks + 1
        self._search.stop()
        self._search, self._session = Search(), session

    def _load(self, name: str, text: str) -> Answer:
        try:
            amiss = self.show(name, chosen_run(name, runs_in(name, text.encode())))
        except InputError as error:
            raise RefusedError(render_diagnostics(error.diagnostics)) from None
        return Answer(view=self._session.view(), problem=amiss)

    def show(self, name: str, recorded: Recorded) -> str:
        """Walk a saved run, in its own check, as far as it is one; what is amiss with it.

        Raises `RefusedError` or `InputError` where nothing of it can be walked.
        """
        session, amiss = loaded(self._spec, self._session, name, recorded)
        if session is not self._session:
            self._change(session)
        return amiss

    def _seek(self, request: r.Seek | r.Halt | r.Progressed) -> Answer:
        if isinstance(request, r.Seek):
            source, session = self._spec.source, self._session
            # A saved run may have come with others than those of the command line.
            overrides = session.overrides
            self._search.start(Order(source.name, source.text, session.check.name, overrides, self._limits))
        elif isinstance(request, r.Halt):
            self._search.stop()
        found = self._search.status()
        findings = (
            Finding(f.name, f.verdict, f.expected, f.remark, f.steps, f.run is not None) for f in found.findings
        )
        return Answer(status=Status(found.stage, found.states, found.depth, tuple(findings), found.problem))

    def _found(self, name: str) -> Walk:
        found = next((f for f in self._search.status().findings if f.name == name and f.run is not None), None)
        if found is None or found.run is None:
            raise RefusedError("no run was found for this property")
        steps = len(found.run.choices)
        return Walk(found.run, steps, found.name, found.verdict, found.conclusion, found.facts, found.grounds)
