"""Random properties and checks."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tests.differential.generators.declarations import NETWORKS, absorbs, keeps_order
from tests.differential.generators.dice import Dice
from tests.differential.generators.expressions import Expressions
from tests.differential.generators.scope import ELECTING, Draft, Place, Scope
from tests.differential.generators.statements import Lines, braced, listed
from tests.differential.generators.text import COMPARE, Text, infix, opened, prefix
from tests.differential.generators.types import BOOL, Record, size

MOST_TRIED = 64
"""Faults that make up a message try no more ways to fill its fields."""


@dataclass
class Checks:
    """Makes what stands behind the agents."""

    expressions: Expressions
    draft: Draft

    @property
    def dice(self) -> Dice:
        return self.expressions.dice

    def items(self) -> Lines:
        """Properties, then one or two checks."""
        lines, names = self._properties()
        if self.dice.chance(15):
            condition = self.expressions.of(BOOL, Scope(self.draft, "property", ghosts=True), 2)
            lines.append(f"initially {infix(condition, 'or', Text('PB'))}")
        for number in range(self.dice.between(1, 2)):
            lines += self._check(f"check {number}", names)
        return lines

    def _properties(self) -> tuple[Lines, list[tuple[str, str]]]:
        lines, names = [], []
        for number in range(self.dice.between(1, 4)):
            word = self.dice.pick(["invariant", "transition", "reachable"])
            place = "step" if word == "transition" else "property"
            scope = Scope(self.draft, place, ghosts=True)  # type: ignore[arg-type]  # one of two places
            name = f"p{number}"
            lines.append(f"{word} {name}: {self.expressions.of(BOOL, scope, 3)}")
            names.append((name, word))
        if self.draft.detectors:
            lines.append(f"invariant told: {self._told()}")
            names.append(("told", "invariant"))
        if self.draft.temporal:
            for number in range(self.dice.between(1, 3)):
                name, word = f"t{number}", self.dice.pick(["eventually", "temporal", "temporal", "temporal"])
                names.append((name, word))
                scope = Scope(self.draft, "property", ghosts=True)
                formula = self.formula(scope, self.dice.between(1, 3)) if word == "temporal" else self._atom(scope)
                lines.append(f"{word} {name}: {formula}")
        return lines, names

    def formula(self, scope: Scope, depth: int) -> Text:
        """A formula of temporal logic, at most so deep."""
        if depth == 0:
            return self._atom(scope)
        word = self.dice.pick(["always", "eventually", "until", "leads to", "not", "and", "or", "always eventually"])
        if word in {"not", "always", "eventually", "always eventually"}:
            return _closed(prefix(word, self.formula(scope, depth - 1)))
        if self.dice.chance(15):
            kind = self.dice.pick(self.draft.kinds)
            inner, name = scope.bind(kind.ids)
            return opened(f"{self.dice.pick(['forall', 'exists'])} {name} in {kind.name}: {self.formula(inner, depth)}")
        return _closed(infix(self.formula(scope, depth - 1), word, self.formula(scope, depth - 1)))

    def _atom(self, scope: Scope) -> Text:
        """A condition on states, or now and then on steps. Where agents are is what changes most."""
        if self.dice.chance(40):
            kind = self.dice.pick(self.draft.kinds)
            word, (_, name) = self.dice.pick(["forall", "exists"]), scope.bind(kind.ids)
            return opened(f"{word} {name} in {kind.name}: {name} is {self.dice.pick(kind.states)}")
        place: Place = "step" if self.dice.chance(15) else "property"
        return self.expressions.of(BOOL, replace(scope, place=place), self.dice.between(0, 2))

    def _told(self) -> str:
        """What failure detectors say, wherever they are asked."""
        first, second = (self.dice.pick(self.draft.kinds).name for _ in range(2))
        if self.draft.detectors == ELECTING:
            return f"forall one, other in {first}: leader(one) == leader(other)"
        return f"forall one in {first}, other in {second}: suspects(one, other) implies other is crashed"

    def _check(self, title: str, names: list[tuple[str, str]]) -> Lines:
        body: Lines = []
        sized = [kind.ids for kind in self.draft.kinds if kind.ids.least > 1 or self.dice.chance(80)]
        body += [f"{ids.sort} = {self.dice.between(ids.least, ids.most)}" for ids in (*sized, *self.draft.sorts)]
        if self.dice.chance(30):
            body.append(f"PA = {self.dice.between(1, 2)}")
        if self.dice.chance(20):
            body.append(f"PB = {self.dice.pick(['true', 'false'])}")
        for unknown in self.draft.unknowns:
            if self.dice.chance(40):
                # A value that fails leaves nothing to explore.
                value = replace(self.expressions, risky=False).of(unknown.type, Scope(self.draft, "constant"), 2)
                body.append(f"{unknown.name} = {value}")
        if not self.draft.lock_step and self.dice.chance(20):
            ghosts = any(f.ghost for m in self.draft.messages if m.network is None for f in m.fields)
            possible = [n for n in NETWORKS if not keeps_order(n) and not (ghosts and absorbs(n))]
            body.append(f"network {self.dice.pick(possible)}")
        if self.draft.detectors and self.dice.chance(40):
            body.append(f"detector {self.dice.pick(self.draft.detectors)}")
        if self.dice.chance(60):
            faults = [self._fault() for _ in range(self.dice.between(1, 3))]
            # A kind is made Byzantine once.
            once = {fault.split()[1]: fault for fault in faults if fault.startswith("byzantine")}
            body += braced("faults", [f for f in faults if not f.startswith("byzantine")] + [*once.values()])
        if self.dice.chance(15):
            body.append(f"bound {self._bound()}")
        allowed = self.dice.chance(30)
        body += ["allow deadlock"] * allowed
        expected = [self._expectation(name, word) for name, word in names if self.dice.chance(80)]
        if self.dice.chance(20):
            none = "deadlock" if allowed else "not deadlock"
            expected.append(self.dice.pick(["deadlock", "deadlock in 2 steps", none]))
        if not self.draft.alike and self.dice.chance(20):
            expected.append(f"{self.dice.draw(30)} states")
        body.append(f"expect {', '.join(expected or ['9 states'])}")
        return listed(f'check "{title}"', body)

    def _bound(self) -> Text:
        """A condition that most initial configurations satisfy."""
        condition = self.expressions.of(BOOL, Scope(self.draft, "property", ghosts=True), 2)
        kind = self.dice.pick(self.draft.kinds)
        found = [infix(opened(f"exists x1 in {kind.name}: x1 is {' | '.join(kind.initial)}"), "or", condition)]
        found += [infix(Text(f"size(messages {m.name}) == 0", COMPARE), "or", condition) for m in self.draft.messages]
        return self.dice.pick([*found, condition])

    def _fault(self) -> str:
        budget = self.dice.pick(["up to 1", "up to 2", "up to PA", "any"])
        declared = sorted({fault for kind in self.draft.kinds for fault in kind.faults})
        words = [(3, "crash"), (3, "recover"), (4, "lose"), (6, "duplicate"), (6, "corrupt")]
        words += [(3, "partition"), (2, "byzantine")]
        if any(size(Record("", tuple((f.name, f.type) for f in m.fields))) > MOST_TRIED for m in self.draft.messages):
            # What tries all values of the fields would try too many.
            words = [(weight, word) for weight, word in words if word not in {"corrupt", "byzantine"}]
        word = self.dice.weighted([*words, *((3, f"fault {name}") for name in declared)])
        kind = self.dice.pick(self.draft.kinds).name
        if word == "partition":
            return f"partition {kind} {budget}{' heal' * self.dice.chance(50)}"
        if word in {"crash", "recover"}:
            # Without recovery a crash is for good, so any number of them is no more than there are agents.
            recovery = self.dice.pick([" with recovery", " with recovery", " with fair recovery"]) * (word == "recover")
            sending = " while sending" * self.dice.chance(30)
            return f"crash {kind} {budget}{recovery}{sending}{' silently' * self.dice.chance(15)}"
        if word == "byzantine":
            return f"byzantine {kind} {budget}"
        return f"{word} {budget}"

    def _expectation(self, name: str, word: str) -> str:
        negated = self.dice.chance(40)
        if word in {"eventually", "temporal"}:
            return f"{'not ' * negated}{name}"
        steps = f" in {self.dice.draw(4)} steps" if negated != (word == "reachable") and self.dice.chance(20) else ""
        return f"{'not ' * negated}{name}{steps}"


def _closed(formula: Text) -> Text:
    """In parentheses: without, many a formula would not say how far its operators reach (MC332)."""
    return Text(f"({formula})")
