"""The kernel intermediate representation: what the lowering emits and every engine runs.

Expressions are total and free of side effects; the lowering turns a partial operation of the language into an explicit
`If(not defined, Halt("fail", …))` before the statement that needs it. A statement list runs from top to bottom on a
copy of the state, each statement seeing what those before it assigned. `Choose` splits the run: the *rest of the list*
is run once for every value, so choices nest by position and the code of the continuation exists once.
"""

from __future__ import annotations

from functools import cached_property
from typing import Literal

from modelcheck.frozen import Frozen
from modelcheck.kernel.types import BOOL, BitsType, BoolType, IntType, KernelType

# ---------------------------------------------------------------------------------------------------------- expressions


class _Node(Frozen, gc=False):
    """An expression. There are very many and never one within itself, so who collects garbage need not look at them."""


class Const(_Node):
    """A literal: 0 or 1 for a boolean, the number itself, or the bits of a set as a number."""

    value: int
    type: KernelType


class Local(_Node):
    """A name bound by `Let`, `Reduce`, `Bind` or `Choose`. `index` is unique in the program, `name` is for people."""

    index: int
    type: KernelType
    name: str


class Read(_Node):
    """Element `index` of a state array. `after` reads the state behind the step (transition properties only)."""

    array: int
    index: Expr
    type: KernelType
    after: bool = False


class Add(_Node):
    """The sum of two integers."""

    left: Expr
    right: Expr
    type: IntType


class Mul(_Node):
    """The product of two integers."""

    left: Expr
    right: Expr
    type: IntType


class DivMod(_Node):
    """Quotient rounded down (`div`) or the remainder in 0..divisor-1 (`mod`). The divisor's interval is positive."""

    op: Literal["div", "mod"]
    left: Expr
    right: Expr
    type: IntType


class Compare(_Node):
    """Comparison of two integers; `==` and `!=` also of two booleans, or of two bit sets of one width."""

    op: Literal["==", "!=", "<", "<="]
    left: Expr
    right: Expr

    @property
    def type(self) -> BoolType:
        """Always a boolean."""
        return BOOL


class Not(_Node):
    """Negation."""

    operand: Expr

    @property
    def type(self) -> BoolType:
        """Always a boolean."""
        return BOOL


class AndOr(_Node):
    """Conjunction or disjunction of any number of booleans (none: true for `and`, false for `or`)."""

    op: Literal["and", "or"]
    operands: tuple[Expr, ...]

    @property
    def type(self) -> BoolType:
        """Always a boolean."""
        return BOOL


class Ite(_Node):
    """`then` where `condition` holds, else `orelse`; all three are evaluated, which is harmless: they are total."""

    condition: Expr
    then: Expr
    orelse: Expr
    type: KernelType


class Let(_Node):
    """`body` with `local` bound to `value`."""

    local: Local
    value: Expr
    body: Expr

    @property
    def type(self) -> KernelType:
        """The body's type."""
        return self.body.type


class BitTest(_Node):
    """Whether number `index` is in the bit set; false where `index` lies outside 0..width-1."""

    bits: Expr
    index: Expr

    @property
    def type(self) -> BoolType:
        """Always a boolean."""
        return BOOL


class BitUpdate(_Node):
    """The bit set with number `index` put in (`on`) or taken out; unchanged where `index` lies outside 0..width-1."""

    bits: Expr
    index: Expr
    on: bool
    type: BitsType


class BitOp(_Node):
    """Union (`or`), intersection (`and`) or difference (`andnot`) of two bit sets of one width."""

    op: Literal["and", "or", "andnot"]
    left: Expr
    right: Expr
    type: BitsType


class Shift(_Node):
    """Every number of the set moved up by `amount` (down if negative); those that leave 0..width-1 are dropped.

    The result's width may differ from the operand's, so `amount` 0 widens or narrows.
    """

    bits: Expr
    amount: int
    type: BitsType


class Cast(_Node):
    """The same word read as another type: bits (at most 62 wide) as a number, or a number 0..2**width-1 as bits."""

    operand: Expr
    type: IntType | BitsType


class PopCount(_Node):
    """How many numbers a bit set holds."""

    bits: Expr
    type: IntType


class Reduce(_Node):
    """`body` for `local` = lo..hi combined by `op`.

    `and` and `or` work on booleans, `or` also on bit sets, the rest on integers. `lo` > `hi` is
    allowed for `and`, `or`, `add` (true, false or empty, 0), not for `min`, `max`.
    """

    op: Literal["and", "or", "add", "min", "max"]
    local: Local
    lo: int
    hi: int
    body: Expr
    type: KernelType


BitsNode = BitTest | BitUpdate | BitOp | Shift | Cast | PopCount
Expr = Const | Local | Read | Add | Mul | DivMod | Compare | Not | AndOr | Ite | Let | Reduce | BitsNode

# ----------------------------------------------------------------------------------------------------------- statements


class Assign(Frozen):
    """Store `value`, which fits the array's type, into element `index`."""

    array: int
    index: Expr
    value: Expr


class Bind(Frozen):
    """Bind `local` to `value` for the rest of the list."""

    local: Local
    value: Expr


class If(Frozen):
    """Run one of two lists. Neither contains a `Choose`, directly or nested: choices stand in the outermost list."""

    condition: Expr
    then: Block
    orelse: Block = ()


class Between(Frozen):
    """The domain lo..hi."""

    lo: int
    hi: int


class Members(Frozen):
    """The domain of the numbers in a bit set, ascending."""

    bits: Expr


class Slots(Frozen):
    """The distinct values in a bag (see `BagInsert`), ascending. The local gets the value stored, less one."""

    array: int


class Choose(Frozen):
    """Run the rest of the list once for each value of the domain that satisfies `condition` (which may use `local`).

    Values are taken in ascending order, and each is recorded as a digit of the choice: the value of `digit`, which may
    use `local` and grows with it, or (None) of the local itself. Where `active` is false there is no choice: the rest
    runs once with `local` bound to the least number of its type, and no digit is recorded. A domain without a value
    that satisfies the condition leaves the action without an outcome on this path.
    """

    local: Local
    domain: Between | Members | Slots
    condition: Expr
    active: Expr
    digit: Expr | None = None
    ascends: bool = True
    """False where digits come in any order, and again on paths that do the same. Only solvers take such a program."""


class BagInsert(Frozen):
    """Put `value` (at least 1) into a bag: an array kept ascending with its zeros, the free slots, at the end.

    The array has a free slot: the lowering tests and halts before.
    """

    array: int
    value: Expr


class BagRemove(Frozen):
    """Take one copy of `value` out of a bag; nothing happens if there is none."""

    array: int
    value: Expr


class Halt(Frozen):
    """End this path.

    `fail`: an evaluation error (`code` indexes `Program.fails`). `cut`: a bound was hit (`code` indexes
    `Program.bounds`); the action counts as enabled but has no successor here. `block`: the path does not exist.
    """

    outcome: Literal["fail", "cut", "block"]
    code: int = 0


class Owed(Frozen):
    """The choices taken so far are of a fairness class: `number`, or 0 for none.

    It stands in the outermost list, once on a path. A class number is one more than three times what tells the class
    from others, plus how strongly it is owed: 0 not at all, 1 weakly, 2 strongly (see `strength_of`).
    """

    number: Expr


def class_key(number: int) -> int:
    """What a class number tells apart, whatever the strength; the number is not 0."""
    return (number - 1) // 3


def strength_of(number: int) -> int:
    """How strongly a class is owed: 0 not at all, 1 weakly, 2 strongly; the number is not 0."""
    return (number - 1) % 3


Statement = Assign | Bind | If | Choose | BagInsert | BagRemove | Halt | Owed
Block = tuple[Statement, ...]

DECLARED_BOUND = 0
"""The place in `Program.bounds` of the bound that a check declares, where it does (`Program.within`)."""

# -------------------------------------------------------------------------------------------------------------- program

Role = Literal["control", "variable", "network", "status", "budget"]


class Array(Frozen):
    """`length` state cells of one type. A plain variable has length 1; `role` says what it stands for.

    `owner` names the agent kind whose ids index the first dimension of the array, if there is one.
    """

    name: str
    type: KernelType
    length: int
    role: Role
    owner: str | None = None


class Action(Frozen):
    """A guarded action; its guard is a `Halt("block")` in its body. `origin` says who moves."""

    name: str
    origin: Literal["protocol", "network", "fault"]
    body: Block


class Property(Frozen):
    """A predicate on a state (`invariant`, `reachable`) or on a step (`transition`), or part of a temporal formula.

    An `atom` is of states; a `step atom` is of steps, also of the one from a state to itself. They stand behind the
    other properties.

    Where `defined` is false the evaluation itself fails, which violates the built-in property `no errors`.
    """

    name: str
    kind: Literal["invariant", "transition", "reachable", "atom", "step atom"]
    defined: Expr
    holds: Expr

    @property
    def is_of_steps(self) -> bool:
        """Whether it may read the state behind a step."""
        return self.kind in {"transition", "step atom"}

    @property
    def is_atom(self) -> bool:
        """Whether it is part of a temporal formula, and no question of its own."""
        return self.kind in {"atom", "step atom"}


class Program(Frozen, dict=True):
    """A whole model, instantiated.

    `initial` runs on a state in which every cell is the least value of its type (0 for booleans and bits) and assigns
    what differs; each of its paths that is not blocked gives an initial state. `resting` holds where no live, correct
    agent would be stuck: a state without an outcome of protocol or network origin is a deadlock unless it is resting.
    `within` is the declared bound: a state where it is false is left out and the step into it is cut with
    `DECLARED_BOUND`.
    """

    name: str
    arrays: tuple[Array, ...]
    initial: Block
    actions: tuple[Action, ...]
    properties: tuple[Property, ...]
    resting: Expr
    within: Expr | None
    fails: tuple[str, ...]
    bounds: tuple[str, ...]

    @cached_property
    def offsets(self) -> tuple[int, ...]:
        """Where each array starts in the flat tuple of cell values."""
        starts, total = [], 0
        for array in self.arrays:
            starts.append(total)
            total += array.length
        return tuple(starts)
