"""From a model to a program of the kernel."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from modelcheck.frozen import Frozen
from modelcheck.ir import lowered as k
from modelcheck.ir.constructs.urgency import nothing_due
from modelcheck.ir.expression import Expr
from modelcheck.ir.model import Action, Model
from modelcheck.ir.network import DEFAULT_IN_FLIGHT, DEFAULT_IN_QUEUE, Network
from modelcheck.ir.spec import Property
from modelcheck.ir.statement import Body
from modelcheck.ir.values import Id
from modelcheck.kernel import program as ir
from modelcheck.kernel.symmetry import Applied, Off
from modelcheck.kernel.type_facts import is_ample
from modelcheck.lowering.cells import Codec, declare_cells
from modelcheck.lowering.symmetry import symmetry

__all__ = ["Codec", "LoweredModel", "lower", "lower_model"]


class LoweredModel(Frozen):
    """A program, how its states correspond to the model's, and what more room would help.

    Of the program's bounds, `limits` are those that no capacity declares: a step that they cut is one all the same.
    `room` are those of them that are there because less room was asked for than the language gives: with more, a run
    that they cut goes on. `ample` are those that only cut steps of states which are like others with less in flight.
    """

    program: ir.Program
    codec: Codec
    room: frozenset[int]
    limits: frozenset[int]
    ample: frozenset[int]
    _model: Model
    _low: k.Lowering

    @property
    def class_count(self) -> int:
        """How many fairness classes there can be."""
        return sum(size for _, size in self._low.classes.values())

    def class_of(self, key: int) -> object:
        """What a class key stands for: what is owed and by whom, and which of its classes (see `Owe`)."""
        for (what, actor), (first, size) in self._low.classes.items():
            if first <= key < first + size:
                return what, actor, key - first
        raise AssertionError("no class has this key")

    def within(self) -> ir.Expr:
        """That no more is in flight than the declared capacities, where the arrays have room for more."""
        self._low.enter(None)
        return k.build.conjunction([network.within(self._low) for network in self._model.networks])

    def condition(self, expression: Expr) -> ir.Expr:
        """A further condition on states, false where it is not defined."""
        self._low.enter(None)
        defined, holds = self._low.predicate(lambda: self._low.condition(expression))
        return k.build.conjunction((defined, holds))

    def symmetry(self) -> Applied | Off:
        """Which ids the program does not tell apart, or why it does."""
        return symmetry(self._model, self._low)


def lower(model: Model, in_flight: int = DEFAULT_IN_FLIGHT, in_queue: int = DEFAULT_IN_QUEUE) -> ir.Program:
    """The program of a model. `in_flight` and `in_queue` are the room of networks without a declared capacity.

    Raises `InputError` (MC405) for values that are too large for the kernel.
    """
    return lower_model(model, in_flight, in_queue).program


def lower_model(
    model: Model,
    in_flight: int = DEFAULT_IN_FLIGHT,
    in_queue: int = DEFAULT_IN_QUEUE,
    look: Callable[[], None] = lambda: None,
    *,
    copies: int = 0,
) -> LoweredModel:
    """As `lower`, with what an engine's answer is translated back by. `look` is called now and then, and may raise.

    With `copies`, bags of few packets are made for solvers, with room for so many equal ones.
    """
    low = k.Lowering(model, in_flight, in_queue, copies)
    declare_cells(low)
    initial = _block(low, None, tuple(model.initial))
    actions = []
    for action in model.actions:
        look()
        actions.append(_action(low, action))
    properties = tuple(_property(low, prop) for prop in model.properties) + tuple(_atoms(low))
    program = ir.Program(
        name=model.spec.name,
        arrays=tuple(low.arrays),
        initial=initial,
        actions=tuple(actions),
        properties=properties,
        resting=_resting(low),
        within=None if model.bound is None else _within(low),
        fails=low.fails,
        bounds=low.bounds,
    )
    room = _coded(low, [network.room(low) for network in model.networks])
    limits = _coded(low, [network.undeclared(low) for network in model.networks])
    scarce = _coded(
        low, [network.undeclared(low) for network in model.networks if not _is_ample(low, program, network)]
    )
    return LoweredModel(program, Codec(low, program), room, limits, limits - scarce, model, low)


def _coded(low: k.Lowering, texts: Sequence[str | None]) -> frozenset[int]:
    return frozenset(code for code, text in enumerate(low.bounds) if text in texts)


def _is_ample(low: k.Lowering, program: ir.Program, network: Network) -> bool:
    bag = network.bag(low)
    return bag is not None and not network.absorbs and is_ample(program, bag)


def _action(low: k.Lowering, action: Action) -> ir.Action:
    actor = action.actor
    name = action.name if actor is None else f"{actor.sort}[{actor.index}] {action.name}"
    return ir.Action(name, action.origin, _block(low, actor, action.body))


def _block(low: k.Lowering, actor: Id | None, body: Body) -> ir.Block:
    def statements() -> None:
        low.run(body)
        _require_bound(low)

    low.enter(actor)
    return low.block(statements)


def _require_bound(low: k.Lowering) -> None:
    """A bound that cannot be evaluated is an error of the step that leads there, so each body ends with its test."""
    bound = low.model.bound
    if bound is not None and any(part.can_fail() for part in bound.walk()):
        low.enter(None)
        low.condition(bound)


def _within(low: k.Lowering) -> ir.Expr:
    bound = low.model.bound
    assert bound is not None
    _, holds = low.predicate(lambda: low.condition(bound))
    return holds


def _property(low: k.Lowering, prop: Property) -> ir.Property:
    assert prop.kind != "temporal", "what is about infinite runs is no predicate"
    low.enter(None)
    defined, holds = low.predicate(lambda: low.condition(prop.expression))
    return ir.Property(prop.name, prop.kind, defined, holds)


def _atoms(low: k.Lowering) -> Iterator[ir.Property]:
    """What temporal formulas are about, in the order of the model's atoms."""
    for number, atom in enumerate(low.model.atoms):
        low.enter(None)
        defined, holds = low.predicate(lambda atom=atom: low.condition(atom))  # type: ignore[misc]  # one at a time
        yield ir.Property(f"atom {number}", "step atom" if atom.is_of_steps else "atom", defined, holds)


def _resting(low: k.Lowering) -> ir.Expr:
    """Whether every live agent is in a final state and nothing is due."""

    def rests() -> ir.Expr:
        return k.build.conjunction([nothing_due(low), *(_kind_rests(low, kind) for kind in low.control)])

    return low.predicate(rests)[1]


def _kind_rests(low: k.Lowering, kind: str) -> ir.Expr:
    states = low.model.spec.agents[kind].states
    final = k.build.words_of(sum(1 << at for at, state in enumerate(states) if state.final), len(states))

    def rests(agent: ir.Expr) -> ir.Expr:
        in_final = k.sets.in_words(final, low.share(low.read(low.control[kind], agent), "state"))
        if kind not in low.status:
            return in_final
        down = k.build.differ(low.read(low.status[kind], agent), k.build.number(0))
        return k.build.disjunction((down, in_final))

    return low.loop("and", low.model.sizes[kind], rests)
