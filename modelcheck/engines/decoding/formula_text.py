"""Terms of Z3 as text that `formulas.read` reads: what Z3 has of its own is put in operators of the standard."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import reduce

import z3

from modelcheck.engines.decoding.formulas import LONGEST, UnreadableError
from modelcheck.engines.symbolic.words import Term

_PLAIN = {
    z3.Z3_OP_TRUE: "true",
    z3.Z3_OP_FALSE: "false",
    z3.Z3_OP_AND: "and",
    z3.Z3_OP_OR: "or",
    z3.Z3_OP_NOT: "not",
    z3.Z3_OP_EQ: "=",
    z3.Z3_OP_IFF: "=",
    z3.Z3_OP_ITE: "ite",
    z3.Z3_OP_BSUB: "bvsub",
    z3.Z3_OP_BUDIV: "bvudiv",
    z3.Z3_OP_BUREM: "bvurem",
    # As the standard's, but for a divisor that is zero.
    z3.Z3_OP_BUDIV_I: "bvudiv",
    z3.Z3_OP_BUREM_I: "bvurem",
    z3.Z3_OP_ULT: "bvult",
    z3.Z3_OP_ULEQ: "bvule",
    z3.Z3_OP_SLT: "bvslt",
    z3.Z3_OP_SLEQ: "bvsle",
    z3.Z3_OP_BNOT: "bvnot",
}
_IN_PAIRS = {
    z3.Z3_OP_BADD: "bvadd",
    z3.Z3_OP_BMUL: "bvmul",
    z3.Z3_OP_BAND: "bvand",
    z3.Z3_OP_BOR: "bvor",
    z3.Z3_OP_CONCAT: "concat",
}
_REVERSED = {
    z3.Z3_OP_UGT: "bvult",
    z3.Z3_OP_UGEQ: "bvule",
    z3.Z3_OP_SGT: "bvslt",
    z3.Z3_OP_SGEQ: "bvsle",
}
_INDEXED = {
    z3.Z3_OP_EXTRACT: "extract",
    z3.Z3_OP_ZERO_EXT: "zero_extend",
    z3.Z3_OP_SIGN_EXT: "sign_extend",
}


def written(term: Term) -> str:
    """The text of a condition on the cells of a state. Raises `UnreadableError` where it has none, or a long one."""
    text = _written(term, [LONGEST])
    if len(text) > LONGEST:
        raise UnreadableError(f"it has more than {LONGEST:,} characters")
    return text


def _written(term: Term, room: list[int]) -> str:
    """`room` is for how many parts there is room still."""
    room[0] -= 4
    if room[0] < 0 or z3.is_quantifier(term):
        raise UnreadableError("it is too long" if room[0] < 0 else "it says that some choice exists")
    if z3.is_bv_value(term):
        return f"#b{term.as_long():0{term.size()}b}"
    kind = term.decl().kind()
    if kind == z3.Z3_OP_UNINTERPRETED and not term.children():
        return _name(term.decl().name())
    parts = [_written(part, room) for part in term.children()]
    return _FORMS[kind](term, parts) if kind in _FORMS else _usual(term, kind, parts)


def _usual(term: Term, kind: int, parts: list[str]) -> str:
    if kind in _PLAIN:
        return f"({' '.join([_PLAIN[kind], *parts])})" if parts else _PLAIN[kind]
    if kind in _IN_PAIRS:
        return reduce(lambda left, right: f"({_IN_PAIRS[kind]} {left} {right})", parts)
    if kind in _REVERSED:
        return f"({_REVERSED[kind]} {parts[1]} {parts[0]})"
    if kind in _INDEXED:
        return f"((_ {' '.join([_INDEXED[kind], *map(str, term.params())])}) {parts[0]})"
    raise UnreadableError(f"it has the operator {term.decl().name()}, which is not written down")


def _name(name: str) -> str:
    if not re.fullmatch(r"[ -\[\]-{}~]+", name):
        raise UnreadableError("a cell has a name that SMT-LIB cannot have")
    return f"|{name}|"


def _negative(term: Term, parts: list[str]) -> str:
    return f"(bvsub #b{0:0{term.size()}b} {parts[0]})"


def _exclusive(term: Term, parts: list[str]) -> str:
    if len(parts) != 2:  # noqa: PLR2004 - of two
        raise UnreadableError(f"it has the operator {term.decl().name()} of {len(parts)}")
    return f"(not (= {parts[0]} {parts[1]}))"


def _implied(_term: Term, parts: list[str]) -> str:
    return f"(or (not {parts[0]}) {parts[1]})"


_FORMS: dict[int, Callable[[Term, list[str]], str]] = {
    z3.Z3_OP_BNEG: _negative,
    z3.Z3_OP_DISTINCT: _exclusive,
    z3.Z3_OP_XOR: _exclusive,
    z3.Z3_OP_IMPLIES: _implied,
}
