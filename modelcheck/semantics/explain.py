"""Why an expression has its value: the bindings that decide it and the sub-values that it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.counts import counted
from modelcheck.ir.constructs.agents import HasStatus, InState
from modelcheck.ir.constructs.atoms import DefinitionCall, Literal, LocalRead, SortValues
from modelcheck.ir.constructs.logic import And, Iff, IfThenElse, Implies, LetIn, Not, Or
from modelcheck.ir.constructs.quantifiers import Generator, Quantified
from modelcheck.ir.expression import Env, EvaluationError
from modelcheck.ir.observers import InTime
from modelcheck.ir.statuses import BYZANTINE, UP
from modelcheck.ir.values import Id
from modelcheck.ir.written import written
from modelcheck.semantics.show import show_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from modelcheck.ir.expression import Expr
    from modelcheck.ir.model import Model
    from modelcheck.ir.values import Value
    from modelcheck.semantics.execute import State

MOST_FACTS = 12
"""More facts than this explain nothing."""


def explain(model: Model, expression: Expr, state: State, after: State | None = None) -> list[str]:
    """Facts that decide a boolean expression on a state (or step), such as `p = Participant[1] is Aborted`."""
    return explain_in(Env(model, state, after=after), expression)  # type: ignore[arg-type]  # properties do not write


def explain_in(env: Env, expression: Expr) -> list[str]:
    """The same with the names of an evaluation, that of an agent for instance."""
    facts: list[str] = []
    try:
        _explain(expression, env, facts)
    except EvaluationError as error:
        facts.append(error.problem)
    return list(dict.fromkeys(facts))[:MOST_FACTS]


def _explain(expression: Expr, env: Env, facts: list[str]) -> None:
    value = expression.evaluate(env)
    match expression:
        case Not():
            _explain(expression.operand, env, facts)
        case And():
            deciding = expression.left if not expression.left.evaluate(env) else expression.right
            for part in (expression.left, expression.right) if value else (deciding,):
                _explain(part, env, facts)
        case Or():
            deciding = expression.left if expression.left.evaluate(env) else expression.right
            for part in (deciding,) if value else (expression.left, expression.right):
                _explain(part, env, facts)
        case Implies():
            left = expression.left.evaluate(env)
            if left:
                _explain(expression.left, env, facts)
                _explain(expression.right, env, facts)
            else:
                _explain(expression.left, env, facts)
        case IfThenElse():
            _explain(expression.condition, env, facts)
            _explain(expression.then if expression.condition.evaluate(env) else expression.orelse, env, facts)
        case LetIn():
            env.locals[expression.name] = expression.value.evaluate(env)
            facts.append(f"{expression.name} = {show_value(env.locals[expression.name], env.model)}")
            _explain(expression.body, env, facts)
        case Quantified():
            _explain_quantified(expression, env, facts, value)
        case DefinitionCall():
            _explain_call(expression, env, facts)
        case InTime():
            facts.extend(_lateness(expression, env))
        case _:
            _explain_leaf(expression, env, facts, value)


def _lateness(expression: InTime, env: Env) -> Iterator[str]:
    """Which deadlines have passed."""
    for observer, cause in expression.late(env.cells):
        names = [f"{binding.name} = {show_value(binding.value, env.model)}" for binding in cause.bindings]
        where = f"{', '.join(names)}: " if names else ""
        passed = observer.ticks + 1
        have = "has" if passed == 1 else "have"
        yield f"{where}{counted(passed, 'tick')} {have} passed since {written(cause.span)}"


def _explain_quantified(expression: Quantified, env: Env, facts: list[str], value: object) -> None:
    """One witness decides an `exists` that holds and a `forall` that does not; otherwise all elements do."""
    witnessed = bool(value) == (expression.op == "exists")
    if not witnessed:
        facts.append(f"{'no' if expression.op == 'exists' else 'every'} case: {_text(expression)}")
        return
    for _ in _in_order(env, expression.generators):
        if expression.body.evaluate(env) == value:
            names = [g.name for g in expression.generators if not _tests_state(expression.body, g.name)]
            facts.extend(f"{name} = {show_value(env.locals[name], env.model)}" for name in names)
            _explain(expression.body, env, facts)
            return


def _in_order(
    env: Env, generators: Sequence[Generator], before: tuple[Expr, list[Value]] | None = None
) -> Iterator[None]:
    """As `bindings`, but ascending: a set has no order of its own, and the witness that is shown must not vary."""
    if not generators:
        yield
        return
    first, *rest = generators
    if before is not None and before[0] is first.domain:
        values = before[1]
    else:
        values = sorted(first.domain.evaluate(env), key=lambda value: _rank(value, env.model))
    for value in values:
        env.locals[first.name] = value
        yield from _in_order(env, rest, (first.domain, values))


def _rank(value: Value, model: Model) -> tuple[int, str]:
    if isinstance(value, Id):
        return value.index, ""
    return (value, "") if isinstance(value, int) else (0, show_value(value, model))


def _tests_state(expression: Expr, name: str) -> bool:
    """Whether a conjunction says `name is State`, which will show the name's value anyway."""
    if isinstance(expression, And):
        return _tests_state(expression.left, name) or _tests_state(expression.right, name)
    return isinstance(expression, InState) and isinstance(expression.agent, LocalRead) and expression.agent.name == name


def _explain_call(expression: DefinitionCall, env: Env, facts: list[str]) -> None:
    around = env.locals
    values = [argument.evaluate(env) for argument in expression.arguments]
    inside = {p.name: v for p, v in zip(expression.parameters, values, strict=True)}
    if inside:
        shown = ", ".join(show_value(v, env.model) for v in values)
        facts.append(f"{expression.name}({shown}) = {show_value(expression.evaluate(env), env.model)}")
    env.locals = inside
    try:
        _explain(expression.body, env, facts)
    finally:
        env.locals = around


def _explain_leaf(expression: Expr, env: Env, facts: list[str], value: object) -> None:
    if isinstance(expression, Literal):
        return
    if isinstance(expression, InState | HasStatus):
        agent = expression.agent.evaluate(env)
        text, shown = _text(expression.agent), show_value(agent, env.model)
        status = env.model.status(agent)
        word = UP if status is None else env.cells[status]
        how = {UP: "correct", BYZANTINE: "Byzantine"}.get(word, "crashed")
        control = env.cells[env.model.control(agent)]
        if isinstance(expression, HasStatus):
            control = how
        elif word != UP:
            # It is where it was when that happened.
            control = f"{control}, and {how}"
        facts.append(f"{text} = {shown} is {control}" if text != shown else f"{text} is {control}")
        return
    if isinstance(expression, Iff):
        _explain(expression.left, env, facts)
        _explain(expression.right, env, facts)
        return
    children = tuple(expression.children())
    parts = [c for c in children if not isinstance(c, Literal | SortValues)]
    alone = [part for part in parts if _stands_alone(part, env)]
    values = [(_text(part), show_value(part.evaluate(env), env.model)) for part in alone]
    # What reads as its own value, like `-2`, is no news; nor is what follows from such values alone.
    news = [f"{text} = {value}" for text, value in values if text != value]
    if news:
        facts.extend(news)
    elif not children or len(alone) < len(parts):
        facts.append(f"{_text(expression)} = {show_value(value, env.model)}")


def _stands_alone(part: Expr, env: Env) -> bool:
    """Whether a sub-expression can be evaluated by itself: its names are bound here."""
    return all(not isinstance(inner, LocalRead) or inner.name in env.locals for inner in part.walk())


def _text(expression: Expr) -> str:
    return written(expression.span)
