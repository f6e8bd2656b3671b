"""Where a block tests that an evaluation does not fail, and what of a block runs up to one such test."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.kernel import program as ir

PASSED = 1 << 30
"""The code of the cut behind a test, which is no bound of any program."""


def failures_in(block: ir.Block, *, alone: bool = False) -> Iterator[int]:
    """The codes of the failures that a block tests for, in order; they may repeat. `alone`: those tested one by one."""
    for statement in block:
        if isinstance(statement, ir.Halt) and statement.outcome == "fail":
            # What fails for certain is not tested for.
            yield statement.code
        elif isinstance(statement, ir.If):
            codes = _only_failures(statement)
            if codes is None:
                yield from failures_in(statement.then, alone=alone)
                yield from failures_in(statement.orelse, alone=alone)
            elif len(codes) == 1 or not alone:
                yield from sorted(codes)


def up_to(block: ir.Block, code: int) -> ir.Block:
    """A block that is cut, with `PASSED`, behind each test for one failure that is tested for by itself."""
    found: list[ir.Statement] = []
    for statement in block:
        if not isinstance(statement, ir.If):
            found.append(statement)
            continue
        codes = _only_failures(statement)
        if codes == {code}:
            return (*found, statement, ir.Halt("cut", PASSED))
        if codes is None:
            then, orelse = up_to(statement.then, code), up_to(statement.orelse, code)
            statement = ir.If(statement.condition, then, orelse)  # noqa: PLW2901 - the same, as far as it goes
        found.append(statement)
    return tuple(found)


def _only_failures(statement: ir.If) -> set[int] | None:
    """The failures of a statement that does nothing but fail where its condition holds; None for any other."""
    codes: set[int] = set()
    for inner in statement.then:
        match inner:
            case ir.Halt("fail", code):
                codes.add(code)
            case ir.If(_, then, ()) if (more := _only_failures(inner)) is not None and then:
                codes |= more
            case _:
                return None
    return codes if codes and not statement.orelse and _ends_in_failure(statement.then) else None


def _ends_in_failure(block: ir.Block) -> bool:
    return isinstance(block[-1], ir.Halt)
