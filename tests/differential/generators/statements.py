"""Random bodies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from tests.differential.generators import text as tx
from tests.differential.generators.broad import LOOPS
from tests.differential.generators.dice import Dice
from tests.differential.generators.expressions import Expressions
from tests.differential.generators.literals import MANY
from tests.differential.generators.scope import Message, Name, Scope
from tests.differential.generators.text import Text, infix
from tests.differential.generators.types import (
    BOOL,
    Ids,
    Int,
    Map,
    Packet,
    Record,
    Set,
    Type,
    interval,
    size,
)

Lines = list[str]
INDENT = "  "
MOST_CHOICES = 8
"""So many elements of a loop may each have a choice: there are twice as many ways with each."""
LONGEST_LOOP = 72
"""A loop of statements is written out, so that it runs over fewer elements than one of an expression."""


def braced(header: str, body: Lines) -> Lines:
    """`header { body }`."""
    if len(body) <= 1:
        return [f"{header} {{ {body[0] if body else ''} }}".replace("{  }", "{ }")]
    return listed(header, body)


def listed(header: str, body: Lines) -> Lines:
    """The same with a line for each item."""
    return [f"{header} {{", *(INDENT + line for line in body), "}"]


@dataclass
class Body:
    """Makes the body of one transition. `may_go`: no path up to here has a `->`."""

    expressions: Expressions
    may_go: bool
    may_spread: bool = True
    """Whether no path up to here has a choice of very many values."""
    handled: Message | None = None

    def block(self, scope: Scope, statements: int, depth: int) -> Lines:
        """Some statements; a `let` binds for the rest."""
        lines: Lines = []
        for _ in range(statements):
            if self.dice.chance(12):
                bound = self.expressions.simple_type(scope)
                value = self.expressions.of(bound, scope, 2)
                scope, name = scope.bind(bound)
                lines.append(f"let {name} = {value}")
            else:
                lines += self.statement(scope, depth)
        return lines

    @property
    def dice(self) -> Dice:
        return self.expressions.dice

    def statement(self, scope: Scope, depth: int) -> Lines:
        """One statement, as lines."""
        shapes: list[tuple[int, Callable[[Scope, int], Lines | None]]] = [
            (8, self._assign),
            (5, self._change),
            (2, self._any),
            (1, self._all),
            (1, lambda _s, _d: ["skip"]),
            (2, self._assert),
            (3, self._goto),
            (4, self._send),
        ]
        if depth > 0:
            shapes += [(4, self._if), (2, self._either), (2, self._choose), (4, self._for)]
        for _ in range(3):
            found = self.dice.weighted(shapes)(scope, depth)
            if found is not None:
                return found
        return ["skip"]

    # ---------------------------------------------------------------------------------------------------- assignments

    def targets(self, scope: Scope) -> Iterator[tuple[Name, str, Type]]:
        """What can be assigned to: variables and their parts, by key and by field."""
        kind = scope.kind
        assert kind is not None
        for variable in [*kind.variables, *scope.draft.shared]:
            pending: list[tuple[str, Type]] = [(variable.name, variable.type)]
            while pending:
                shown, type_ = pending.pop()
                yield variable, shown, type_
                if isinstance(type_, Map):
                    key = self.expressions.of(type_.key, replace(scope, ghosts=variable.ghost), 1)
                    pending.append((f"{shown}[{key}]", type_.value))
                elif isinstance(type_, Record):
                    pending += [(f"{shown}.{field}", t) for field, t in type_.fields]

    def _target(self, scope: Scope, wanted: Callable[[Name, Type], bool]) -> tuple[Scope, str, Type] | None:
        found = [(v, shown, t) for v, shown, t in self.targets(scope) if wanted(v, t)]
        if not found:
            return None
        variable, shown, type_ = self.dice.pick(found)
        return replace(scope, ghosts=variable.ghost), shown, type_

    def _assign(self, scope: Scope, depth: int) -> Lines | None:
        target = self._target(scope, lambda _v, _t: True)
        if target is None:
            return None
        inner, shown, type_ = target
        return [f"{shown} := {self.expressions.of(type_, inner, 2)}"]

    def _any(self, scope: Scope, depth: int) -> Lines | None:
        target = self._target(scope, lambda v, t: not v.ghost and size(t) <= 4)
        return None if target is None else [f"{target[1]} := any"]

    def _all(self, scope: Scope, depth: int) -> Lines | None:
        target = self._target(scope, lambda _v, t: isinstance(t, Map))
        if target is None:
            return None
        inner, shown, type_ = target
        assert isinstance(type_, Map)
        return [f"{shown} := all {self.expressions.of(type_.value, inner, 1)}"]

    def _change(self, scope: Scope, depth: int) -> Lines | None:
        target = self._target(scope, lambda _v, t: isinstance(t, Int | Set))
        if target is None:
            return None
        inner, shown, type_ = target
        op = self.dice.pick(["+=", "-="])
        if isinstance(type_, Set):
            wanted = type_ if self.dice.chance(40) else type_.element
            return [f"{shown} {op} {self.expressions.of(wanted, inner, 2)}"]
        assert isinstance(type_, Int)
        if self.expressions.take_risk():
            return [f"{shown} {op} {self.expressions.of(interval(0, 2), inner, 1)}"]
        room = f"{shown} < {type_.hi}" if op == "+=" else f"{shown} > {type_.lo}"
        if inner.ghosts:
            # No ghost decides what is done: the change itself has the bound in it.
            ends = (tx.number(type_.lo), tx.number(type_.hi))
            return [f"{shown} := max({ends[0]}, min({ends[1]}, {shown} {op[0]} 1))"]
        return braced(f"if {room}", [f"{shown} {op} 1"])

    # --------------------------------------------------------------------------------------------------------- control

    def _goto(self, scope: Scope, depth: int) -> Lines | None:
        if not self.may_go or scope.kind is None:
            return None
        self.may_go = False
        return [f"-> {self.dice.pick(scope.kind.states)}"]

    def _assert(self, scope: Scope, depth: int) -> Lines:
        if self.expressions.take_risk():
            condition = self.expressions.of(BOOL, scope, 2)
        else:
            part = self.expressions.of(BOOL, scope, 1)
            condition = self.dice.pick([infix(part, "or", Text("true")), infix(part, "iff", part)])
        return [f'assert {condition}, "generated"' if self.dice.chance(50) else f"assert {condition}"]

    def _branches(self, makers: list[Callable[[], Lines]]) -> list[Lines]:
        before, after, found = self.may_go, self.may_go, []
        for make in makers:
            self.may_go = before
            found.append(make())
            after = after and self.may_go
        self.may_go = after
        return found

    def _if(self, scope: Scope, depth: int) -> Lines:
        conditions = [self.expressions.of(BOOL, scope, 2) for _ in range(self.dice.between(1, 2))]
        has_else = self.dice.chance(50)
        makers = [lambda: self.block(scope, self.dice.between(1, 2), depth - 1)] * (len(conditions) + has_else)
        lines: Lines = []
        for number, body in enumerate(self._branches(makers)):
            word = f"if {conditions[number]}" if number < len(conditions) else ""
            header = word if number == 0 else f"else {word}".rstrip()
            lines += braced(header, body)
        return lines

    def _either(self, scope: Scope, depth: int) -> Lines:
        makers = [lambda: self.block(scope, self.dice.between(0, 2), depth - 1)] * self.dice.between(2, 3)
        lines: Lines = []
        for number, body in enumerate(self._branches(makers)):
            lines += braced("or" if number else "either", body)
        return lines

    def _may_spread(self, scope: Scope, element: Type) -> bool:
        """Whether there may be very many ways from here on: not twice."""
        if not (scope.draft.broad and self.may_spread and size(element) <= LOOPS):
            return False
        self.may_spread = False
        return True

    def _choose(self, scope: Scope, depth: int) -> Lines | None:
        found, element, is_full = self.expressions.domain(scope, 1)
        if size(element) > MANY and not self._may_spread(scope, element):
            return None
        if isinstance(element, Packet) and element.source is None:
            return None
        inner, name = scope.bind(element)
        condition = self.expressions.of(BOOL, inner, 1) if self.dice.chance(50) else None
        when = "" if condition is None else f" when {condition}"
        body = self.block(inner, self.dice.between(1, 2), depth - 1)
        lines = braced(f"choose {name} in {found}{when}", body)
        if (is_full and condition is None) or self.expressions.take_risk():
            return lines
        return braced(f"if exists {name} in {found}: {condition or 'true'}", lines)

    # ---------------------------------------------------------------------------------------------------------- loops

    def _for(self, scope: Scope, depth: int) -> Lines | None:
        """A loop whose iterations commute, in each of the ways that the checker accepts."""
        found, element, _ = self.expressions.domain(scope, 1)
        if size(element) > (LONGEST_LOOP if scope.draft.broad else 8) or isinstance(element, Packet):
            return None
        inner, name = scope.bind(element)
        changed = self._loop_target(scope, element)
        if changed is None:
            body = self._loop_send(inner, name, element)
            return None if body is None else braced(f"for {name} in {found}", body)
        variable, by_key = changed
        inner = replace(inner, unreadable=scope.unreadable | {variable.name})
        own = replace(inner, ghosts=variable.ghost)
        body = self._keyed(variable, name, own) if by_key else self._accumulated(variable, name, element, own)
        if self.dice.chance(30):
            body = braced(f"if {self.expressions.of(BOOL, inner, 1)}", body)
        if self.dice.chance(40) and size(element) <= MOST_CHOICES:
            body = [*braced("either", body), *braced("or", ["skip"])]
        return braced(f"for {name} in {found}", body)

    def _loop_target(self, scope: Scope, element: Type) -> tuple[Name, bool] | None:
        kind = scope.kind
        assert kind is not None
        found: list[tuple[Name, bool]] = []
        for variable in [*kind.variables, *scope.draft.shared]:
            if variable.name in scope.unreadable:
                continue
            if isinstance(variable.type, Map) and variable.type.key == element:
                found += [(variable, True)] * 3
            elif isinstance(variable.type, Set | Int):
                found.append((variable, False))
        return self.dice.pick(found) if found and self.dice.chance(70) else None

    def _keyed(self, variable: Name, name: str, scope: Scope) -> Lines:
        assert isinstance(variable.type, Map)
        type_, shown = variable.type.value, f"{variable.name}[{name}]"
        if isinstance(type_, Record) and self.dice.chance(60):
            field, type_ = self.dice.pick(type_.fields)
            shown = f"{shown}.{field}"
        is_short = size(variable.type.key) <= MOST_CHOICES
        if not variable.ghost and size(type_) <= 2 and is_short and self.dice.chance(15):
            return [f"{shown} := any"]
        if isinstance(type_, Int) and self.dice.chance(40) and not variable.ghost:
            return braced(f"if {shown} < {type_.hi}", [f"{shown} += 1"])
        return [f"{shown} := {self.expressions.of(type_, scope, 1)}"]

    def _accumulated(self, variable: Name, name: str, element: Type, scope: Scope) -> Lines:
        op = self.dice.pick(["+=", "-="])
        if isinstance(variable.type, Set):
            wanted = self.dice.pick([variable.type, variable.type.element])
            value = str(self.expressions.of(wanted, scope, 1))
            return [f"{variable.name} {op} {name if element == variable.type.element else value}"]
        if not self.expressions.risky:
            return [f"{variable.name} {op} 0"]
        one = self.dice.pick(["1", f"size({{{name}}})", f"count(k in {{{name}}}: true)"])
        return [f"{variable.name} {op} {one}"]

    def _loop_send(self, scope: Scope, name: str, element: Type) -> Lines | None:
        assert scope.kind is not None
        scope = replace(scope, quiet=True)
        own = [m for m in scope.draft.messages if scope.kind and scope.kind.name in m.sources]
        if isinstance(element, Ids):
            to_name = [m for m in own if element.sort in m.targets and not m.shares_room]
            if to_name:
                return [f"send {self._message(self.dice.pick(to_name), scope)} to {name}"]
        free = [m for m in own if not m.keeps_order]
        return [self._send_line(self.dice.pick(free), scope)] if free else None

    # -------------------------------------------------------------------------------------------------------- messages

    def _message(self, message: Message, scope: Scope) -> str:
        if not message.fields:
            return message.name
        fields = [self.expressions.of(f.type, replace(scope, ghosts=f.ghost), 2) for f in message.fields]
        return f"{message.name}({', '.join(map(str, fields))})"

    def _send_line(self, message: Message, scope: Scope) -> str:
        kind = scope.draft.kind(self.dice.pick(message.targets))
        expressions, ids = self.expressions, kind.ids
        target = expressions.set_of(ids, scope, 1) if self.dice.chance(25) else expressions.of(ids, scope, 1)
        return f"send {self._message(message, scope)} to {target}"

    def _send(self, scope: Scope, depth: int) -> Lines | None:
        assert scope.kind is not None
        own = [m for m in scope.draft.messages if scope.kind.name in m.sources]
        if not own:
            return None
        message = self.dice.pick(own)
        if self.handled is not None and set(self.handled.sources) <= set(message.targets) and self.dice.chance(60):
            return [f"reply {self._message(message, scope)}"]
        return [self._send_line(message, scope)]

    def must_send(self, message: Message, scope: Scope) -> str:
        """A statement that sends this message, to a target whose type no packet has to tell."""
        packets = frozenset(name.name for name in scope.locals if isinstance(name.type, Packet))
        return self._send_line(message, replace(scope, unreadable=scope.unreadable | packets))
