"""Random specifications: the text of a whole file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce

from tests.differential.generators.broad import LOOPS
from tests.differential.generators.checks import Checks
from tests.differential.generators.declarations import Declarations
from tests.differential.generators.dice import Dice
from tests.differential.generators.expressions import Expressions
from tests.differential.generators.scope import ELECTING, SUSPECTING, Draft, Kind, Message, Name, Scope
from tests.differential.generators.statements import Body, Lines, braced, listed
from tests.differential.generators.text import Text, infix, opened
from tests.differential.generators.types import BOOL, choosable, size


def specification(  # noqa: PLR0913 - each may go with the others
    dice: Dice,
    *,
    lock_step: bool = False,
    temporal: bool = False,
    unknowns: bool = False,
    broad: bool = False,
    alike: bool = False,
) -> str:
    """A specification that the front end accepts, with small domains unless they are to be broad.

    `lock_step`: its messages travel in rounds. `temporal`: with properties of infinite runs, and with words that say
    what runs owe. `unknowns`: with a constant that is `any`, to which checks may give a value. `broad`: with wide
    numbers, large sets and long arrays. `alike`: with ids in many places, and hardly anything that tells them apart.
    """
    expressions = Expressions(dice, risky=dice.chance(40))
    draft = Draft(lock_step=lock_step, temporal=temporal, has_unknowns=unknowns, broad=broad, alike=alike)
    before, after = Declarations(expressions, draft).items()
    lines = ["protocol Generated", *before]
    if dice.chance(15):
        draft.detectors = dice.weighted([(3, SUSPECTING), (1, ELECTING)])
        lines.append(f"detector {dice.pick(draft.detectors)}")
    for kind in draft.kinds:
        lines += Behaviour(expressions, draft, kind).agent()
    lines += after
    lines += Checks(expressions, draft).items()
    return "\n".join(lines) + "\n"


@dataclass
class Behaviour:
    """Makes one agent."""

    expressions: Expressions
    draft: Draft
    kind: Kind

    @property
    def dice(self) -> Dice:
        return self.expressions.dice

    @property
    def scope(self) -> Scope:
        # Outside rounds, no message of one can be read.
        return Scope(self.draft, "transition", self.kind, quiet=self.draft.lock_step)

    def agent(self) -> Lines:
        """The declaration."""
        body: Lines = []
        for variable in self.kind.variables:
            body.append(self._variable(variable))
        transitions = self._transitions()
        for number, state in enumerate(self.kind.states):
            words = ["initial"] * (state in self.kind.initial)
            words += ["final"] * self.dice.chance(50) + ["durable"] * self.dice.chance(20)
            own = [line for place, lines in transitions if place == number for line in lines]
            header = " ".join([*words, "state", state])
            body += braced(header, own) if own else [header]
        for place, lines in transitions:
            if place >= len(self.kind.states):
                body += braced(self._group(), lines)
        if self.dice.chance(15):
            start = Body(self.expressions, may_go=True).block(self.scope, self.dice.between(1, 2), 1)
            body += braced("at start", start)
        for name in self.kind.faults:
            body += braced(self._fault(name), Body(self.expressions, may_go=True).block(self.scope, 2, 1))
        return listed(f"agent {self.kind.name}", body)

    def _fault(self, name: str) -> str:
        guard = f" when {self.expressions.of(BOOL, self.scope, 1)}" * self.dice.chance(40)
        return f"fault {name}{guard}"

    def _group(self) -> str:
        if self.dice.chance(40):
            return "any state"
        return f"states {', '.join(self.dice.some(self.kind.states, 1, 3))}"

    def _variable(self, variable: Name) -> str:
        word = "ghost " if variable.ghost else "durable " if variable.durable else ""
        return f"{word}{Declarations(self.expressions, self.draft).variable(variable, self.kind)}"

    def _transitions(self) -> list[tuple[int, Lines]]:
        """Each with the number of its state; a higher number stands for a group."""
        places = len(self.kind.states)
        return [
            (self.dice.draw(places + 1), lines)
            for lines in (self._rounds() if self.draft.lock_step else self._others())
        ]

    def _rounds(self) -> list[Lines]:
        sent = [message for message in self.draft.messages if self.kind.name in message.sources]
        found = [self._round(message) for message in sent]
        found += [self._round(None) for _ in range(self.dice.between(1, 2))]
        return found + [self._step(self.dice.pick([None, *sent]))] * self.dice.chance(40)

    def _round(self, message: Message | None) -> Lines:
        return self._finish("round", replace(self.scope, quiet=False, private=True), message, None)

    def _others(self) -> list[Lines]:
        found: list[Lines] = []
        for message in self.draft.messages:
            if self.kind.name in message.sources:
                found.append(self._step(message))
            if self.kind.name in message.targets:
                found += [self._on(message) for _ in range(self.dice.between(1, 2))]
                if self.dice.chance(15):
                    found.append([f"ignore {message.name}"])
        return found + [self._step(None) for _ in range(self.dice.between(1, 2))]

    def _step(self, message: Message | None) -> Lines:
        scope = self.scope
        parameters: list[str] = []
        if self.dice.chance(35):
            for _ in range(self.dice.between(1, 2)):
                found, element, _ = self.expressions.domain(scope, 1)
                if size(element) > (LOOPS if self.draft.broad and not parameters else 8) or not choosable(element):
                    continue
                scope, name = scope.bind(element)
                parameters.append(f"{'some ' * self.dice.chance(30)}{name} in {found}")
        name = self.dice.pick(["work", "move", "think", "tick"])
        shown = f"({', '.join(parameters)})" if parameters else ""
        return self._finish(f"step {name}{shown}", scope, message, None)

    def _question(self) -> Text:
        """What an agent can ask its failure detector."""
        if self.draft.detectors == ELECTING:
            return infix(Text("leader()"), self.dice.pick(["==", "!="]), Text("self"))
        watched = self.dice.pick(self.draft.kinds).name
        return opened(f"{self.dice.pick(['exists', 'forall'])} watched in {watched}: suspects(watched)")

    def _on(self, message: Message) -> Lines:
        scope, header = self.scope, f"on {message.name}"
        if message.fields and self.dice.chance(75):
            names = []
            for field in message.fields:
                if self.dice.chance(15):
                    names.append("_")
                    continue
                scope, name = scope.bind(field.type, ghost=field.ghost)
                names.append(name)
            header += f"({', '.join(names)})"
        if len(message.sources) == 1 and self.dice.chance(50):
            scope, name = scope.bind(self.draft.kind(message.sources[0]).ids)
            header += f" from {name}"
        return self._finish(header, scope, None, message)

    def _finish(self, header: str, scope: Scope, sent: Message | None, handled: Message | None) -> Lines:
        guards = [self.expressions.of(BOOL, scope, 2)] if self.dice.chance(35) else []
        if self.draft.detectors and self.dice.chance(50):
            guards.append(self._question())
        if guards:
            header += f" when {reduce(lambda left, right: infix(left, 'or', right), guards)}"
        if self.draft.temporal and not header.startswith("round"):
            header = self._owed(header, scope)
        goes = self.dice.chance(45)
        if goes:
            header += f" -> {self.dice.pick(self.kind.states)}"
        body = Body(self.expressions, may_go=not goes, handled=handled)
        lines: Lines = [body.must_send(sent, scope)] if sent is not None else []
        lines += body.block(scope, self.dice.between(0, 2), 2)
        return braced(header, lines) if lines or self.dice.chance(30) else [header]

    def _owed(self, header: str, scope: Scope) -> str:
        """The header with what it says of fairness."""
        word = self.dice.weighted([(4, ""), (2, "unfair "), (4, "strong ")])
        condition = f" fair when {self.expressions.of(BOOL, scope, 1)}" * (self.dice.chance(20) and word != "unfair ")
        return f"{word}{header}{condition}"
