"""Parts of a model for the kernel, one at a time, for questions about some of them."""

from __future__ import annotations

from modelcheck.ir import lowered as k
from modelcheck.ir.expression import Expr
from modelcheck.ir.model import Model
from modelcheck.ir.network import DEFAULT_IN_FLIGHT, DEFAULT_IN_QUEUE
from modelcheck.ir.statement import Body
from modelcheck.ir.values import Id
from modelcheck.kernel import program as ir
from modelcheck.lowering.cells import Codec, declare_cells
from modelcheck.source import Span


class Parts:
    """Lowers bodies and predicates of a model. Each raises `InputError` (MC405) for values that are too large.

    `program` has the arrays of the model and neither actions nor properties. Without `counts`, of a bag without a
    declared capacity it is only known what is in it, not how often: for bodies that send nothing and are not run to an
    example.
    """

    def __init__(
        self, model: Model, in_flight: int = DEFAULT_IN_FLIGHT, in_queue: int = DEFAULT_IN_QUEUE, *, counts: bool = True
    ) -> None:
        self._low = k.Lowering(model, in_flight, in_queue, counts=counts)
        declare_cells(self._low)
        self.program = ir.Program(
            model.spec.name, tuple(self._low.arrays), (), (), (), k.build.TRUE, within=None, fails=(), bounds=()
        )
        self.codec = Codec(self._low, self.program)

    @property
    def failures(self) -> tuple[tuple[Span, str], ...]:
        """What can go wrong in what was lowered so far, by code: where, and what."""
        return self._low.failures

    @property
    def is_ample(self) -> bool:
        """Whether a state with more messages in flight differs from all that there is room for in nothing seen.

        What is seen is which messages there are, also behind the one that is picked.
        """
        networks = self._low.model.networks
        return all(network.undeclared(self._low) is None or network.is_ample(self._low) for network in networks)

    def within(self) -> ir.Expr:
        """That no more is in flight than the declared capacities, where the arrays have room for more."""
        self._low.enter(None)
        return k.build.conjunction([network.within(self._low) for network in self._low.model.networks])

    def block(self, actor: Id | None, body: Body) -> ir.Block:
        """The block of a body, without the bound that a check declares."""
        self._low.enter(actor)
        return self._low.block(lambda: self._low.run(body))

    def predicate(self, expression: Expr) -> tuple[ir.Expr, ir.Expr]:
        """Where a property is defined, and whether it holds."""
        self._low.enter(None)
        return self._low.predicate(lambda: self._low.condition(expression))
