"""What Byzantine agents can write into a message, as a choice among the values of its fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import prod
from typing import TYPE_CHECKING

from modelcheck.frozen import Frozen
from modelcheck.ir import lowered as k
from modelcheck.ir.constructs.atoms import LocalRead, Others, SelfId, VariableRead
from modelcheck.ir.constructs.messages import InFlight
from modelcheck.ir.expression import Env, Expr, Option

if TYPE_CHECKING:
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Message
    from modelcheck.ir.values import Id, Value


class Forgery(Frozen, eq=False):
    """The contents of a message that the Byzantine agents of one kind can send.

    `free` are the fields that are chosen, by position; the others, which nobody looks at, keep their least values.
    `condition` is what `forgeable when` says, None for nothing: `self` is the forger there.
    """

    message: Message
    free: tuple[int, ...]
    condition: Expr | None

    @property
    def conditions(self) -> tuple[Expr, ...]:
        """The condition, if there is one."""
        return () if self.condition is None else (self.condition,)

    def sizes(self, model: Model) -> list[int]:
        """How many values each of the free fields has; one with none means that there is no such message."""
        domains = model.packets[self.message.name].fields
        return [domains[position].size for position in self.free]

    def size(self, model: Model) -> int:
        """How many contents there are to choose from, whatever the condition."""
        return prod(self.sizes(model)) if model.packets[self.message.name].content_size else 0

    # --------------------------------------------------------------------------------------------------------- judge

    def options(self, env: Env, forger: Id) -> list[Option]:
        """The contents that an agent can send now, as the values of all fields, with their digits."""
        around, acting = env.locals, env.self_id
        names = [field.name for field in self.message.fields]
        found: list[Option] = []
        env.self_id = forger
        try:
            for digit in range(self.size(env.model)):
                fields = self._fields(env.model, digit)
                env.locals = dict(zip(names, fields, strict=True))
                if self.condition is None or self.condition.evaluate(env):
                    found.append((digit, fields))
        finally:
            env.locals, env.self_id = around, acting
        return found

    def _fields(self, model: Model, digit: int) -> tuple[Value, ...]:
        domains = model.packets[self.message.name].fields
        ordinals = [0] * len(domains)
        for position in reversed(self.free):
            digit, ordinals[position] = divmod(digit, domains[position].size)
        return tuple(domain.value_at(ordinal) for domain, ordinal in zip(domains, ordinals, strict=True))

    # ------------------------------------------------------------------------------------------------------ lowering

    def choose(
        self,
        low: k.Lowering,
        forgers: Sequence[tuple[k.Expr, Id]],
        also: Callable[[k.Expr], k.Expr] | None = None,
    ) -> k.Expr:
        """Choose a content for whichever of the forgers it is; the number of the fields' values.

        `also` is one more condition on that number. There is at least one content.
        """
        size = self.size(low.model)
        if self.condition is not None and any(part.can_fail() for part in self.condition.walk()):
            low.loop("and", size, lambda digit: self._allowed(low, forgers, digit))
        local = low.fresh(k.IntType(0, size - 1), self.message.name)

        def holds() -> k.Expr:
            allowed = self._allowed(low, forgers, local)
            return allowed if also is None else k.build.both(allowed, also(self._content(low, local)[0]))

        low.choose(local, k.ir.Between(0, size - 1), holds)
        return low.share(self._content(low, local)[0], "fields")

    def _allowed(self, low: k.Lowering, forgers: Sequence[tuple[k.Expr, Id]], digit: k.Expr) -> k.Expr:
        condition = self.condition
        if condition is None:
            return k.build.TRUE
        around, acting = low.names, low.self_id
        low.names = self._content(low, digit)[1]
        tests = []
        for is_forger, forger in forgers if _looks_at_forger(condition) else [(k.build.TRUE, forgers[0][1])]:
            low.self_id = forger
            own = low.share(is_forger, "forger")
            with low.under(own):
                tests.append(k.build.implies(own, low.condition(condition)))
        low.names, low.self_id = around, acting
        return k.build.conjunction(tests)

    def _content(self, low: k.Lowering, digit: k.Expr) -> tuple[k.Expr, dict[str, k.Lowered]]:
        """The number of the fields' values in a message just sent, and the values by the fields' names."""
        b, domain = k.build, low.model.packets[self.message.name]
        domains = domain.fields
        content: k.Expr = b.number(0)
        names: dict[str, k.Lowered] = {}
        # The last field is the least significant digit, of what is chosen and of the whole.
        chosen_stride, stride = 1, domain.stages
        for position in reversed(range(len(domains))):
            size = domains[position].size
            own: k.Expr = b.number(0)
            if position in self.free:
                own = k.digit(digit, chosen_stride, size)
                chosen_stride *= size
            own = low.share(own, self.message.fields[position].name)
            names[self.message.fields[position].name] = k.decode(low, domains[position], own)
            content = b.add(content, b.multiply(own, b.number(stride)))
            stride *= size
        return content, names


def _looks_at_forger(condition: Expr) -> bool:
    return any(_is_about_self(part) for part in condition.walk())


def _is_about_self(part: Expr) -> bool:
    own_variable = isinstance(part, VariableRead) and part.owner is None and part.variable.owner is not None
    return own_variable or isinstance(part, SelfId | Others) or (isinstance(part, InFlight) and part.own)


def matters(message: Message, binders: Sequence[str | None], condition: Expr | None) -> Iterator[int]:
    """The fields that a receiver binds, or that are restricted: any values of the others lead to the same."""
    read = {part.name for part in condition.walk() if isinstance(part, LocalRead)} if condition is not None else set()
    for position, (name, field) in enumerate(zip(binders, message.fields, strict=True)):
        if name is not None or field.name in read:
            yield position
