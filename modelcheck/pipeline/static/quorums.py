"""Quorums two of which may share nobody: in a check as it is written, and with other sizes.

Whether sets are meant as quorums is told by how they are written: as a condition on about half of a sort, as a set of
sets, or under a name with `quorum` or `majority` in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import combinations_with_replacement

from modelcheck.environment.settings import MAX_SIZE
from modelcheck.ir.constructs.atoms import DefinitionCall, SortValues
from modelcheck.ir.constructs.numbers import Compare
from modelcheck.ir.constructs.sets import Filter, Subsets
from modelcheck.ir.expression import Expr
from modelcheck.ir.model import Model
from modelcheck.ir.spec import Check, Const, Spec
from modelcheck.ir.statement import walk_body
from modelcheck.ir.types import IdT, SetT
from modelcheck.ir.values import Id
from modelcheck.ir.written import written
from modelcheck.pipeline.static.asking import Asking, UndecidedError
from modelcheck.pipeline.static.thresholds import Threshold, names_in, threshold
from modelcheck.semantics.show import show_value
from modelcheck.source import Span

_MEANT = re.compile("quorum|majority", re.IGNORECASE)

Family = frozenset[frozenset[Id]]


def warn_about_quorums(spec: Spec, asking: Asking) -> None:
    """Record a warning for each condition or set of quorums two of which may share nobody."""
    told: set[Span] = set()
    conditions = list(_conditions(spec))
    for condition, is_meant in conditions:
        partners = _Partners(condition, conditions)
        if condition.span not in told and _tell_condition(condition, asking, partners, is_meant=is_meant):
            told.add(condition.span)
    for const in spec.consts.values():
        filtered = const.value
        if not (isinstance(filtered, Filter) and filtered.condition.span in told):
            _tell_family(spec, const, asking)


# ---------------------------------------------------------------------------------------------------------- conditions


def _conditions(spec: Spec) -> Iterator[tuple[Compare, bool]]:
    """The comparisons that decide what agents do, and whether a name says that they are about quorums."""
    for const in spec.consts.values():
        if isinstance(const.value, Filter) and _subsets_of(const.value) is not None:
            # Which sets there are in a check is asked of the whole constant.
            yield from ((part, False) for part in const.value.condition.walk() if isinstance(part, Compare))
    for agent in spec.agents.values():
        for transition in agent.behaviour:
            found = [e for statement in walk_body(transition.body) for e in statement.expressions()]
            found += [parameter.domain for parameter in transition.parameters]
            found += [] if transition.guard is None else [transition.guard]
            for expression in found:
                yield from _compared(expression, is_meant=False)


def _compared(expression: Expr, *, is_meant: bool) -> Iterator[tuple[Compare, bool]]:
    if isinstance(expression, DefinitionCall):
        is_meant = is_meant or bool(_MEANT.search(expression.name))
    if isinstance(expression, Compare):
        yield expression, is_meant or any(map(_MEANT.search, names_in(expression)))
    for child in expression.children():
        yield from _compared(child, is_meant=is_meant)


def _subsets_of(filtered: Filter) -> str | None:
    """The sort whose subsets are filtered."""
    domain = filtered.generator.domain
    if isinstance(domain, Subsets) and isinstance(domain.operand, SortValues):
        return domain.operand.sort
    return None


class _Partners:
    """The other conditions on quorums: a set that meets all of one of them need not meet its own kind.

    So do those for reading and for writing, or a half that refuses and the majority that it prevents.
    """

    def __init__(self, condition: Compare, conditions: Sequence[tuple[Compare, bool]]) -> None:
        own = written(condition.span)
        self._others = [(other, is_meant) for other, is_meant in conditions if written(other.span) != own]

    def meet(self, model: Model, of: Threshold, size: int) -> bool:
        """Whether all quorums of another condition meet all of this one, among so many."""
        for condition, is_meant in self._others:
            other = threshold(condition, model)
            if other is not None and other.sort == of.sort and of.meets(other, size):
                least = other.least(size)
                # That all are needed is no quorum, unless it is called one.
                if least is not None and (is_meant or least <= size // 2 + 1):
                    return True
        return False


def _tell_condition(condition: Compare, asking: Asking, partners: _Partners, *, is_meant: bool) -> bool:
    """Whether a warning was recorded."""
    found = [(one.model, of) for one in asking.instances if (of := threshold(condition, one.model)) is not None]
    for model, of in found:
        size = model.sizes[of.sort]
        is_asked = is_meant and size and _expects_no_violation(model)
        if is_asked and of.apart(size) and not partners.meet(model, of, size):
            _tell(condition.span, of, size, asking, f'in the check "{model.check}"')
            return True
    try:
        return _tell_for_other_sizes(condition, found, asking, partners)
    except UndecidedError as undecided:
        asking.leave_open(condition.span, "whether any two sets with this size share a member", undecided)
        return False


def _tell_for_other_sizes(
    condition: Compare, found: Sequence[tuple[Model, Threshold]], asking: Asking, partners: _Partners
) -> bool:
    # Parameters are all that tells the thresholds of two checks apart.
    different: dict[object, tuple[Model, Threshold]] = {}
    for model, of in found:
        different.setdefault(tuple(model.params.items()), (model, of))
    for model, of in different.values():
        if of.relative and asking.within_time(partial(of.is_about_half, asking.solving)):
            apart = (size for size in range(2, MAX_SIZE + 1) if of.apart(size))
            size = next((size for size in apart if not partners.meet(model, of, size)), None)
            if size is not None:
                seen = any(model.sizes[own.sort] and own.apart(model.sizes[own.sort]) for model, own in found)
                shown = "" if seen else ", which no check here has"
                _tell(condition.span, of, size, asking, f"with {of.sort} = {size}{shown}")
                return True
    return False


def _tell(span: Span, found: Threshold, size: int, asking: Asking, where: str) -> None:
    sizes = found.apart(size)
    assert sizes is not None
    first, second = sizes
    members = [f"{found.sort}[{number}]" for number in range(first + second)]
    one, other = (", ".join(some) for some in (members[:first], members[first:]))
    problem = f"{where}, two sets that satisfy this may share nobody: {{{one}}} and {{{other}}}"
    asking.told.warning("MC525", span, problem, f"any two share a member if `2 * size(s) > size({found.sort})`")


# ------------------------------------------------------------------------------------------------------------ families


def _tell_family(spec: Spec, const: Const, asking: Asking) -> None:
    """Tell of a constant set of sets that meets neither itself nor another such set of the check in every pair."""
    for instance in asking.instances:
        model = instance.model
        own = _family(const, model)
        if own is None or not _expects_no_violation(model):
            continue
        others = [family for other in spec.consts.values() if (family := _family(other, model)) is not None]
        if not any(_apart(own, other) is None for other in others):
            pair = _apart(own, own)
            assert pair is not None
            one, other = (show_value(some, model) for some in pair)
            problem = f'in the check "{model.check}", two of these sets share nobody: {one} and {other}'
            asking.told.warning("MC525", const.span, problem, "any two quorums must have a member in common")
            return


def _family(const: Const, model: Model) -> Family | None:
    """The value of a constant, if it is a set of sets of ids."""
    type_ = const.type_expr.type
    if isinstance(type_, SetT) and isinstance(type_.element, SetT) and isinstance(type_.element.element, IdT):
        value: Family = model.consts[const.name]
        return value
    return None


def _apart(one: Family, other: Family) -> tuple[frozenset[Id], frozenset[Id]] | None:
    """The first of the smallest two sets without a common member."""
    first, second = (sorted(family, key=_order) for family in (one, other))
    pairs = combinations_with_replacement(first, 2) if one is other else ((a, b) for a in first for b in second)
    return next(((a, b) for a, b in pairs if not a & b), None)


def _order(members: frozenset[Id]) -> tuple[int, Sequence[tuple[str, int]]]:
    return len(members), sorted((member.sort, member.index) for member in members)


def _expects_no_violation(model: Model) -> bool:
    """Whether a check is to show that all is well, and not what happens where something is amiss on purpose."""
    check: Check = next(check for check in model.spec.checks if check.name == model.check)
    kinds = {name: prop.kind for name, prop in model.spec.properties.items()}
    return not any(e.negated and kinds.get(e.subject, "reachable") != "reachable" for e in check.expectations)
