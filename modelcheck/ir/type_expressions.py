"""Types as written in a specification: a static type at once, a domain when sizes and parameters are known."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from modelcheck.counts import counted
from modelcheck.diagnostics import Diagnostic, InputError
from modelcheck.frozen import Frozen
from modelcheck.ir.domains import (
    BoolDomain,
    Domain,
    EnumDomain,
    IdDomain,
    IntDomain,
    MapDomain,
    OptionDomain,
    RecordDomain,
    SeqDomain,
    SetDomain,
)
from modelcheck.ir.types import BOOL, INT, UNKNOWN, EnumT, IdT, MapT, OptionT, RecordT, SeqT, SetT, Type

if TYPE_CHECKING:
    from modelcheck.ir.expression import Expr
    from modelcheck.ir.model import Model
    from modelcheck.ir.scope import Scope
    from modelcheck.source import Span
    from modelcheck.syntax import Node

MAX_KEYS = 1 << 12
"""The most keys of a map and the longest sequence."""

MAX_DIGITS = 1 << 16
"""The most bits of the number of a value: more could be computed with, but not in a reasonable time."""

BITS_OF_LIMIT = 18
"""Numbers with as many bits exceed every limit here."""

MAX_NUMBER = 1 << 62
"""Numbers lie between its negative and itself, so that 64-bit arithmetic is exact (as in `kernel.types`)."""


class TypeExpr(Frozen, eq=False):
    """A written type: `parts` are the types inside it, `bounds` those of a range or the `max` of a sequence."""

    span: Span
    type: Type
    rule: str
    parts: tuple[TypeExpr, ...] = ()
    bounds: tuple[Expr, ...] = ()

    def domain(self, model: Model) -> Domain:
        """The values in one instance. Raises `InputError` for an empty range or one that is too large to number."""
        match self.rule, self.type:
            case "bool_t", _:
                return BoolDomain()
            case "range_t", _:
                lo, hi = (model.constant(bound) for bound in self.bounds)
                if lo > hi:
                    raise self._wrong("MC404", f"the range {lo}..{hi} is empty in this check", "a range needs lo <= hi")
                if not -MAX_NUMBER < lo <= hi < MAX_NUMBER:
                    raise self._wrong(
                        "MC405", f"the range {lo}..{hi} is too large", "numbers lie between -2^62 and 2^62"
                    )
                return IntDomain(lo, hi)
            case "set_t", _:
                return self._reasonable(SetDomain(self.parts[0].domain(model)))
            case "map_t", _:
                key = self.parts[0].domain(model)
                if key.size > MAX_KEYS:
                    keys = f"{key.size:,}" if key.size < MAX_NUMBER else "more than 2^62"
                    raise self._wrong(
                        "MC405", f"a map over {keys} keys is too large", f"at most {MAX_KEYS:,} keys are possible"
                    )
                return self._reasonable(MapDomain(key, self.parts[1].domain(model)))
            case "option_t", _:
                return OptionDomain(self.parts[0].domain(model))
            case "seq_t", _:
                longest = model.constant(self.bounds[0])
                if longest < 0:
                    raise self._wrong("MC404", f"a sequence of max {counted(longest, 'element')} cannot exist")
                if longest > MAX_KEYS:
                    problem = f"a sequence of max {longest:,} elements is too long"
                    raise self._wrong("MC405", problem, f"at most {MAX_KEYS:,} elements are possible")
                return self._reasonable(SeqDomain(self.parts[0].domain(model), longest))
            case _, EnumT(name):
                return EnumDomain(name, model.spec.enums[name].members)
            case _, IdT(sort):
                return IdDomain(sort, model.sizes[sort])
            case _, RecordT(name):
                return self._reasonable(model.record_domain(name))
            case _:
                return model.domain(self.parts[0])

    def _reasonable(self, domain: Domain) -> Domain:
        """The domain, unless numbering its values takes numbers of more than `MAX_DIGITS` bits."""
        if _digits(domain) > MAX_DIGITS:
            problem = f"'{' '.join(self.span.text.split())}' has too many values"
            raise self._wrong("MC405", problem, f"a value has to fit into {MAX_DIGITS} bits")
        return domain

    def _wrong(self, code: str, problem: str, help: str = "") -> InputError:  # noqa: A002 - the field's name
        return InputError([Diagnostic(code, self.span, problem, help)])


def _digits(domain: Domain) -> float:
    """About how many bits the numbers of a domain's values have. Its parts are known to be reasonable."""
    match domain:
        case SetDomain(element):
            return float(element.size) if element.size.bit_length() < BITS_OF_LIMIT else math.inf
        case MapDomain(key, value):
            return key.size * _digits(value)
        case SeqDomain(element, longest):
            return longest * max(1.0, _digits(element))
        case RecordDomain(_, _, fields):
            return sum(_digits(field) for field in fields)
        case OptionDomain(element):
            return _digits(element) + 1
        case _:
            return float(domain.size.bit_length())


def check_type(node: Node, scope: Scope) -> TypeExpr:
    """The type that a node of the grammar's `type` rule writes; errors are recorded."""
    span = scope.span(node)
    match node.rule:
        case "bool_t":
            return TypeExpr(span, BOOL, node.rule)
        case "range_t":
            constants = scope.at("constant")
            bounds = tuple(constants.check_as(child, INT, "the bound of a range") for child in node.present())
            return TypeExpr(span, INT, node.rule, (), bounds)
        case "set_t":
            element = check_type(node.child(0), scope)
            return TypeExpr(span, SetT(element.type), node.rule, (element,))
        case "map_t":
            key, value = (check_type(child, scope) for child in node.present())
            return TypeExpr(span, MapT(key.type, value.type), node.rule, (key, value))
        case "option_t":
            element = check_type(node.child(0), scope)
            return TypeExpr(span, OptionT(element.type), node.rule, (element,))
        case "seq_t":
            element = check_type(node.child(0), scope)
            longest = scope.at("constant").check_as(node.child(1), INT, "the length of a sequence")
            return TypeExpr(span, SeqT(element.type), node.rule, (element,), (longest,))
        case _:
            return _named(node, scope, span)


def _named(node: Node, scope: Scope, span: Span) -> TypeExpr:
    name = node.child(0).text
    spec = scope.spec
    if name in spec.aliases:
        target = spec.aliases[name].type_expr
        return TypeExpr(span, target.type, "alias", (target,))
    if name in spec.enums:
        return TypeExpr(span, EnumT(name), "named_t")
    if name in spec.records:
        return TypeExpr(span, RecordT(name), "named_t")
    if name in scope.agents or name in spec.sorts:
        return TypeExpr(span, IdT(name), "named_t")
    known = ["bool", *spec.aliases, *spec.enums, *spec.records, *scope.agents, *spec.sorts]
    scope.unknown("type", name, node, known, "ranges of numbers such as 0..9")
    return TypeExpr(span, UNKNOWN, "unknown")
