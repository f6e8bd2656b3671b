"""Formulas over kernel cells mean what SMT-LIB says, as text, as kernel expression and as term of Z3."""

from __future__ import annotations

import pytest

pytest.importorskip("z3")

import z3

from modelcheck.engines.decoding.clauses import MOST_CLAUSES, TooManyError, clauses_of
from modelcheck.engines.decoding.formula_text import written
from modelcheck.engines.decoding.formulas import LONGEST, UnreadableError, read
from modelcheck.engines.symbolic import words
from modelcheck.engines.symbolic.expressions import Scope, truth
from modelcheck.engines.symbolic.system import cell_names
from modelcheck.kernel.program import Array, Const, Program
from modelcheck.kernel.types import BOOL, BitsType, IntType

PROGRAM = Program(
    name="P",
    arrays=(
        Array("a b", IntType(0, 5), 2, "variable"),
        Array("s", IntType(-3, 4), 1, "variable"),
        Array("f", BOOL, 1, "variable"),
        Array("set", BitsType(5), 1, "variable"),
        Array("wide", BitsType(64), 1, "variable"),
    ),
    initial=(),
    actions=(),
    properties=(),
    resting=Const(1, BOOL),
    within=None,
    fails=(),
    bounds=(),
)
TYPES = [array.type for array in PROGRAM.arrays for _ in range(array.length)]
CELLS = [words.variable(name, type_) for name, type_ in zip(cell_names(PROGRAM), TYPES, strict=True)]
A, B, S, F, SET, WIDE = (f"|{name}|" for name in cell_names(PROGRAM))

FORMULAS = [
    f"(= {A} #b101)",
    f"(distinct {A} {B})",
    f"(= {F} (not (= {A} {B})))",
    f"(bvult (bvadd {A} {B}) #b011)",
    f"(bvule (bvsub {A} {B}) (bvmul {A} {B}))",
    f"(= (bvurem (concat #b0 {A}) #b0011) (bvudiv (concat #b0 {B}) #b0010))",
    f"(bvslt {S} #b0000)",
    f"(bvsle ((_ sign_extend 2) {S}) (bvadd #b111110 ((_ zero_extend 3) {A})))",
    f"(bvule {S} (bvnot ((_ zero_extend 1) {B})))",
    f"(= ((_ extract 3 1) {S}) ((_ extract 2 0) {A}))",
    f"(= ((_ extract 4 4) {SET}) #b1)",
    f"(= (bvand {SET} #b01110) (bvor {SET} #b00001))",
    f"(= {SET} #b10101)",
    f"(= (ite {F} {A} {B}) (ite (bvult {A} {B}) #b000 #b001))",
    f"(or (not {F}) (and (= ((_ extract 2 1) {SET}) #b11) (not (= {B} #b000))) false)",
    f"(= {WIDE} #b{'01' * 32})",
    f"(= (concat ((_ extract 63 62) {WIDE}) ((_ extract 0 0) {WIDE})) {A})",
    f"(ite {F} true (bvule {A} {B}))",
]


def declared(text: str) -> z3.ExprRef:
    """The text as Z3 reads it."""
    (term,) = z3.parse_smt2_string(
        f"(assert {text})", decls={str(cell.term.decl().name()): cell.term for cell in CELLS}
    )
    return term


def is_same(one: z3.ExprRef, other: z3.ExprRef) -> bool:
    solver = z3.Solver()
    solver.add(*map(words.in_range, CELLS), one != other)
    return bool(solver.check() == z3.unsat)


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_read_as_the_standard_says(text: str) -> None:
    assert is_same(truth(read(text, PROGRAM), Scope(PROGRAM, CELLS)), declared(text))


@pytest.mark.parametrize("text", FORMULAS)
def test_what_a_solver_made_of_it_is_written_so_that_it_is_read_as_the_same(text: str) -> None:
    term = z3.simplify(declared(text))
    assert is_same(truth(read(written(term), PROGRAM), Scope(PROGRAM, CELLS)), term)


def test_what_only_z3_has_is_written_in_words_of_the_standard() -> None:
    a, b = CELLS[0].term, CELLS[1].term
    f, g = CELLS[3].term, z3.Bool("2 f[0]")
    terms = [z3.UGT(a, b), z3.UGE(a, b), a > b, a >= b, z3.Xor(f, a == b), z3.Implies(f, g), -a == b]
    for term in terms:
        assert is_same(truth(read(written(term), PROGRAM), Scope(PROGRAM, CELLS)), term)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (A, "no condition"),
        ("(= |9 none[0]| #b1)", "no cell"),
        (f"(= {A} #b1)", "other arguments"),
        (f"(= {A})", "other arguments"),
        (f"(and {A} {F})", "other arguments"),
        (f"(not {F} {F})", "other arguments"),
        (f"(ite {A} {B} {B})", "other arguments"),
        (f"(= (bvudiv {A} {B}) #b000)", "divides by what is no constant"),
        (f"(= (bvurem {A} #b000) #b000)", "divides by what is no constant"),
        (f"(= ((_ extract 3 0) {A}) #b0000)", "indices"),
        (f"(= ((_ zero_extend 999) {A}) #b1)", "a number of"),
        (f"(bvfoo {A} {A})", "the operator bvfoo"),
        ("(= (bvadd #b" + "0" * 64 + " |4 wide[0]|) |4 wide[0]|)", "a set of 64"),
        ("()", "empty"),
        ("", "one term"),
        ("true false", "one term"),
        ("(true", "one term"),
        (")", "not opened"),
        ("(and true |f", "no term"),
        ("(not " * 150 + "true" + ")" * 150, "too deeply"),
        ("(and " + "true " * LONGEST + ")", "more than"),
    ],
)
def test_what_is_no_formula_is_refused(text: str, told: str) -> None:
    with pytest.raises(UnreadableError, match=told):
        read(text, PROGRAM)


def test_what_cannot_be_written_is_refused() -> None:
    a = CELLS[0].term
    x = z3.BitVec("x", 3)
    with pytest.raises(UnreadableError, match="not written down"):
        written(a << a == a)
    with pytest.raises(UnreadableError, match="some choice"):
        written(z3.Exists([x], x == a))
    with pytest.raises(UnreadableError, match="too long"):
        written(z3.And([a == number for number in range(LONGEST // 10)]))
    with pytest.raises(UnreadableError, match="name"):
        written(z3.Bool("a|b"))


def test_clauses_are_those_of_the_formula() -> None:
    p, q, r = z3.Bools("p q r")
    for formula in (z3.And(p, z3.Or(q, r)), z3.Not(z3.Or(p, z3.And(q, r))), z3.Or(z3.And(p, q), r), z3.Implies(p, q)):
        clauses = clauses_of(formula)
        assert is_same(z3.And(clauses), formula)
        assert not any(z3.is_and(part) for clause in clauses for part in clause.children())
    assert clauses_of(z3.Or(p, z3.Not(p), q)) == []
    assert [z3.is_false(clause) for clause in clauses_of(z3.BoolVal(val=False))] == [True]


def test_too_many_clauses_are_refused() -> None:
    pairs = [z3.And(z3.Bool(f"p{n}"), z3.Bool(f"q{n}")) for n in range(MOST_CLAUSES.bit_length())]
    with pytest.raises(TooManyError):
        clauses_of(z3.Or(pairs))
