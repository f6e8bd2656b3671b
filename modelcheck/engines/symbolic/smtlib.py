"""Terms as SMT-LIB 2.6 in the logic QF_BV, for any solver to read.

Barrett, Fontaine and Tinelli, The SMT-LIB Standard: Version 2.6 (2017). What is written depends on the terms alone, not
on the version of Z3 that holds them: names are given in the order of first use, and an operator without a counterpart
in the standard is an error of ours.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import z3
from msgspec import Struct

from modelcheck.engines.symbolic.expressions import unwatched
from modelcheck.engines.symbolic.words import Term
from modelcheck.frozen import Frozen, field

_OPERATORS = {
    z3.Z3_OP_TRUE: "true",
    z3.Z3_OP_FALSE: "false",
    z3.Z3_OP_EQ: "=",
    z3.Z3_OP_DISTINCT: "distinct",
    z3.Z3_OP_ITE: "ite",
    z3.Z3_OP_AND: "and",
    z3.Z3_OP_OR: "or",
    z3.Z3_OP_NOT: "not",
    z3.Z3_OP_BNEG: "bvneg",
    z3.Z3_OP_BADD: "bvadd",
    z3.Z3_OP_BSUB: "bvsub",
    z3.Z3_OP_BMUL: "bvmul",
    z3.Z3_OP_BUDIV: "bvudiv",
    z3.Z3_OP_BUREM: "bvurem",
    z3.Z3_OP_BSDIV: "bvsdiv",
    z3.Z3_OP_BSMOD: "bvsmod",
    z3.Z3_OP_ULT: "bvult",
    z3.Z3_OP_ULEQ: "bvule",
    z3.Z3_OP_SLT: "bvslt",
    z3.Z3_OP_SLEQ: "bvsle",
    z3.Z3_OP_BAND: "bvand",
    z3.Z3_OP_BOR: "bvor",
    z3.Z3_OP_BNOT: "bvnot",
    z3.Z3_OP_BSHL: "bvshl",
    z3.Z3_OP_BLSHR: "bvlshr",
}
_INDEXED = {
    z3.Z3_OP_EXTRACT: "extract",
    z3.Z3_OP_ZERO_EXT: "zero_extend",
    z3.Z3_OP_SIGN_EXT: "sign_extend",
}
_MOST = {z3.Z3_OP_ITE: 3, z3.Z3_OP_AND: 1 << 32, z3.Z3_OP_OR: 1 << 32}
"""How many arguments an operator may have: two, or so many."""

_DEEPEST = 30
"""How deeply a term is written into another before it gets a name: readers are recursive."""


class Assertion(Frozen, eq=False):
    """A term, and what it says in one line."""

    meaning: str
    term: Term


class _Node(Frozen, eq=False):
    """One application: its operator (or the text of a constant), its sort, and its arguments by id."""

    operator: str
    sort: str
    arguments: tuple[int, ...]
    is_unknown: bool


class Scripts:
    """Writes scripts. A term that several of them share is looked at once."""

    def __init__(self, watch: Callable[[], None] = unwatched) -> None:
        self._watch = watch
        self._nodes: dict[int, _Node] = {}
        self._kept: list[Term] = []
        """Terms whose ids are known: as long as they are there, no other gets the id."""

    def script(self, head: Sequence[str], assertions: Sequence[Assertion]) -> str:
        """A script that asks whether all assertions can be true at once; `head` stands above it as comments."""
        roots = [each.term.get_id() for each in assertions]
        for each in assertions:
            self._look_at(each.term)
        writer = _Writer(self._nodes, self._parents(roots), self._watch)
        lines = [f"; {line}" if line else ";" for line in map(_one_line, head)]
        lines.append("(set-logic QF_BV)")
        for assertion, root in zip(assertions, roots, strict=True):
            term = writer.text(root)
            lines += [*writer.taken(), f"; {_one_line(assertion.meaning)}", f"(assert {term})"]
        return "\n".join([*lines, "(check-sat)", "(exit)", ""])

    def _look_at(self, term: Term) -> None:
        # By the functions of the interface in C: its classes take several times as long.
        context = term.ctx_ref()
        self._kept.append(term)
        pending = [term.as_ast()]
        while pending:
            self._watch()
            ast = pending.pop()
            number = z3.Z3_get_ast_id(context, ast)
            if number not in self._nodes:
                count = z3.Z3_get_app_num_args(context, ast)
                arguments = [z3.Z3_get_app_arg(context, ast, at) for at in range(count)]
                numbers = tuple(z3.Z3_get_ast_id(context, each) for each in arguments)
                self._nodes[number] = _node(context, ast, numbers)
                pending += arguments

    def _parents(self, roots: Sequence[int]) -> Counter[int]:
        """How often each term occurs as an argument or as an assertion."""
        found: Counter[int] = Counter()
        pending = list(roots)
        while pending:
            number = pending.pop()
            found[number] += 1
            if found[number] == 1:
                pending.extend(self._nodes[number].arguments)
        return found


def _one_line(text: str) -> str:
    """Text that cannot leave a comment."""
    return re.sub(r"[^ -~]", lambda found: found[0].encode("unicode_escape").decode(), text)


def _node(context: Any, ast: Any, arguments: tuple[int, ...]) -> _Node:  # noqa: ANN401 - Z3 has no types
    sort = _sort(context, ast)
    if z3.Z3_get_ast_kind(context, ast) == z3.Z3_NUMERAL_AST:
        value = int(z3.Z3_get_numeral_string(context, ast))
        width = z3.Z3_get_bv_sort_size(context, z3.Z3_get_sort(context, ast))
        return _Node(f"#b{value:0{width}b}", sort, (), is_unknown=False)
    declared = z3.Z3_get_app_decl(context, ast)
    kind = z3.Z3_get_decl_kind(context, declared)
    if kind == z3.Z3_OP_UNINTERPRETED:
        assert not arguments
        symbol = z3.Z3_get_symbol_string(context, z3.Z3_get_decl_name(context, declared))
        return _Node(symbol, sort, (), is_unknown=True)
    indices = [
        str(z3.Z3_get_decl_int_parameter(context, declared, at))
        for at in range(z3.Z3_get_decl_num_parameters(context, declared))
    ]
    return _Node(_operator(kind, len(arguments), indices), sort, arguments, is_unknown=False)


def _operator(kind: int, count: int, indices: Sequence[str]) -> str:
    """The standard's name of an operator. `KeyError` where it has none."""
    if kind in _INDEXED:
        return f"(_ {' '.join([_INDEXED[kind], *indices])})"
    assert count <= _MOST.get(kind, 2)
    return _OPERATORS[kind]


def _sort(context: Any, ast: Any) -> str:  # noqa: ANN401 - as above
    sort = z3.Z3_get_sort(context, ast)
    if z3.Z3_get_sort_kind(context, sort) == z3.Z3_BOOL_SORT:
        return "Bool"
    return f"(_ BitVec {z3.Z3_get_bv_sort_size(context, sort)})"


class _Writer(Struct):
    """Writes one script; what is declared and defined on the way is `taken` by the caller."""

    nodes: dict[int, _Node]
    parents: Counter[int]
    watch: Callable[[], None]
    texts: dict[int, tuple[str, int]] = field(default_factory=dict)
    """Each term written so far: how others refer to it, and how deep that is."""
    names: set[str] = field(default_factory=set)
    defined: int = 0
    lines: list[str] = field(default_factory=list)

    def taken(self) -> list[str]:
        """The declarations and definitions since the last call."""
        lines, self.lines = self.lines, []
        return lines

    def text(self, root: int) -> str:
        """The term, over names that are known by then."""
        pending = [root]
        while pending:
            self.watch()
            number = pending[-1]
            missing = [each for each in self.nodes[number].arguments if each not in self.texts]
            if missing and number not in self.texts:
                pending.extend(reversed(missing))
                continue
            pending.pop()
            if number not in self.texts:
                self.texts[number] = self._written(number)
        return self.texts[root][0]

    def _written(self, number: int) -> tuple[str, int]:
        node = self.nodes[number]
        if node.is_unknown:
            return self._declared(node), 0
        if not node.arguments:
            return node.operator, 0
        parts = [self.texts[each] for each in node.arguments]
        text = f"({' '.join([node.operator, *(part for part, _ in parts)])})"
        depth = 1 + max(deep for _, deep in parts)
        if self.parents[number] == 1 and depth < _DEEPEST:
            return text, depth
        self.defined += 1
        name = f"t{self.defined}"
        self.lines.append(f"(define-fun {name} () {node.sort} {text})")
        return name, 0

    def _declared(self, node: _Node) -> str:
        plain = re.sub(r"[^ -\[\]-{}~]", "_", node.operator)
        name, more = f"|{plain}|", 0
        while name in self.names:
            more += 1
            name = f"|{plain} {more}|"
        self.names.add(name)
        self.lines.append(f"(declare-const {name} {node.sort})")
        return name
