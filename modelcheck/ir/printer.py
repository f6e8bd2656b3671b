"""A model as text for people who work on modelcheck: stable, and the same for every engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from modelcheck.ir.domains import EnumDomain
from modelcheck.ir.expression import Expr
from modelcheck.ir.spec import Agent, Field, Message, Parameter, Variable
from modelcheck.ir.statement import Body, Statement
from modelcheck.ir.statements.assign import Assign, Target
from modelcheck.ir.statements.control import Assert, Choose, Either, For, Goto, If, Let, Skip
from modelcheck.ir.statements.initial import As, EnterInitialState, Initialise, Initially
from modelcheck.ir.statements.messages import Send
from modelcheck.ir.statements.transitions import Consume, Guard, PickMessage, RequireState, TakeParameter
from modelcheck.ir.types import BOOL
from modelcheck.ir.values import Id, MapValue, RecordValue, Some, Value
from modelcheck.ir.written import written

if TYPE_CHECKING:
    from modelcheck.ir.model import Action, Cell, Model

_INDENT = "  "


def print_model(model: Model) -> str:
    """The whole model, ending in a newline. Cells and actions stand in the order of choices."""
    sections = [
        [f'model {model.spec.name or "(unnamed)"}, check "{model.check}"'],
        _section("sizes", [f"{sort} = {size}" for sort, size in model.sizes.items()]),
        _section("parameters", [f"{name} = {_value(value)}" for name, value in model.params.items()]),
        _section("constants", [f"{name} = {_value(value)}" for name, value in model.consts.items()]),
        _section("messages", [_message(message, model) for message in model.spec.messages.values()]),
        _section("cells", list(_cells(model))),
        _section("initial", list(_block(tuple(model.initial)))),
        *(_action(numbers, actions) for numbers, actions in _alike(model)),
        _section("bound", [] if model.bound is None else [_text(model.bound)]),
        _section(
            "properties",
            [line for p in model.properties for line in (f"{p.kind} {p.name}", f"  {_text(p.expression)}")],
        ),
    ]
    return "\n\n".join("\n".join(lines) for lines in sections if lines) + "\n"


def _section(title: str, lines: list[str]) -> list[str]:
    return [f"{title}:", *(_INDENT + line for line in lines)] if lines else []


def _message(message: Message, model: Model) -> str:
    network = model.network_of.get(message.name)
    over = f" over {network.kind}" if network else " (never sent)"
    return f"{message.name}({', '.join(_field(field, model) for field in message.fields)}){over}"


def _field(field: Field, model: Model) -> str:
    ghost = "" if not field.ghost else "ghost " if field in model.kept else "left out ghost "
    return f"{ghost}{field.name}: {model.domain(field.type_expr)}"


def _cells(model: Model) -> Iterator[str]:
    width = max((len(cell.name) for cell in model.cells), default=0)
    for number, cell in enumerate(model.cells):
        yield f"{number:>3} {cell.role:<8} {cell.name:<{width}}  {_domain(cell)}"


def _domain(cell: Cell) -> str:
    if cell.network is not None:
        capacity = "" if cell.network.capacity is None else f", capacity {cell.network.capacity} {cell.network.on_full}"
        return f"{cell.network.kind} of {', '.join(cell.network.messages)}{capacity}"
    if isinstance(cell.domain, EnumDomain):
        return " | ".join(cell.domain.members)
    return str(cell.domain)


def _alike(model: Model) -> Iterator[tuple[list[int], list[Action]]]:
    """Actions with one and the same body, which differ in their actor only, with their numbers."""
    groups: dict[int, tuple[list[int], list[Action]]] = {}
    for number, action in enumerate(model.actions):
        numbers, actions = groups.setdefault(id(action.body), ([], []))
        numbers.append(number)
        actions.append(action)
    yield from groups.values()


def _action(numbers: Sequence[int], actions: Sequence[Action]) -> list[str]:
    first = actions[0]
    actors = ", ".join("environment" if a.actor is None else _id(a.actor) for a in actions)
    which = f"action{'' if len(actions) == 1 else 's'} {', '.join(map(str, numbers))}"
    head = f"{which}: {first.name} of {actors} ({first.origin})"
    return [head, *(_INDENT + line for line in _block(first.body))]


def _block(body: Body) -> Iterator[str]:
    if not body:
        yield "skip"
    for statement in body:
        yield from _statement(statement)


def _inside(body: Body) -> Iterator[str]:
    return (_INDENT + line for line in _block(body))


def _statement(statement: Statement) -> Iterator[str]:
    match statement:
        case As():
            yield f"as {_id(statement.agent)}:"
            yield from _inside(statement.body)
        case If():
            yield f"if {_text(statement.condition)}:"
            yield from _inside(statement.then)
            if statement.orelse:
                yield "else:"
                yield from _inside(statement.orelse)
        case For():
            yield f"for {statement.name} in {_typed(statement.domain)}:"
            yield from _inside(statement.body)
        case Choose():
            when = "" if statement.condition is None else f" when {_text(statement.condition)}"
            yield f"choose {statement.name} in {_typed(statement.domain)}{when}:"
            yield from _inside(statement.body)
        case Either():
            for position, branch in enumerate(statement.branches):
                yield "or:" if position else "either:"
                yield from _inside(branch)
        case _:
            yield _simple(statement)
            for block in statement.blocks():
                yield from _inside(block)


def _simple(statement: Statement) -> str:
    match statement:
        case RequireState():
            return f"require state {' | '.join(sorted(statement.states))}"
        case TakeParameter():
            return f"take {statement.parameter.name} in {_typed(statement.parameter.domain)}"
        case PickMessage():
            binders = ", ".join(name or "_" for name in statement.binders)
            sender = f" from {statement.sender}" if statement.sender else ""
            return f"pick {statement.message.name}({binders}){sender}"
        case Guard():
            return f"require {_text(statement.condition)}"
        case Consume():
            return f"consume {statement.message.name}"
        case Goto():
            return f"-> {statement.state}"
        case Assign():
            return _assign(statement)
        case Send():
            target = "the sender" if statement.target is None else _typed(statement.target)
            return f"send {statement.message.name}({', '.join(map(_typed, statement.arguments))}) to {target}"
        case Let():
            return f"let {statement.name} = {_typed(statement.value)}"
        case Assert():
            return f"assert {_text(statement.condition)}, {statement.message!r}"
        case Skip():
            return "skip"
        case EnterInitialState():
            states = " | ".join(state.name for state in statement.agent.states if state.initial)
            return f"enter {states}{', unless in a durable state' if statement.keep_durable else ''}"
        case Initialise():
            return _initialise(statement.variable)
        case Initially():
            return f"require {_text(statement.condition)}"
        case _:
            return _elaborated(statement)


def _assign(statement: Assign) -> str:
    target = _target(statement.target)
    if statement.value is None:
        return f"{target} := any {statement.target.type}"
    sign = {"+": "+=", "union": "+=", "element+": "+=", "-": "-=", "minus": "-=", "element-": "-="}.get(
        statement.op, ":="
    )
    return f"{target} {sign} {'all ' if statement.op == 'all' else ''}{_typed(statement.value)}"


def _target(target: Target) -> str:
    path = "".join(f".{step}" if isinstance(step, int) else f"[{_text(step)}]" for step in target.path)
    return f"{target.variable}{path}"


def _initialise(variable: Variable) -> str:
    if not isinstance(variable.initial, Expr):
        return f"{variable} : {variable.type} := any"
    return f"{variable} : {variable.type} := {'all ' if variable.everywhere else ''}{_text(variable.initial)}"


def _elaborated(statement: Statement) -> str:
    """A statement of the environment, which this layer does not know by name: its class and what it holds."""
    names = (name for name in statement.__struct_fields__ if name != "span")
    shown = [f"{name} = {_plain(getattr(statement, name))}" for name in names]
    return f"{type(statement).__name__.lower()}({', '.join(shown)})"


def _plain(value: object) -> str:
    match value:
        case Expr():
            return _typed(value)
        case Agent() | Message() | Parameter() | Variable():
            return value.name
        case Id() | bool() | int() | str():
            return _value(value)
        case _:
            return str(getattr(value, "kind", type(value).__name__))


def _value(value: Value) -> str:
    match value:
        case None:
            return "none"
        case bool():
            return "true" if value else "false"
        case Id():
            return _id(value)
        case Some(inner):
            return f"some({_value(inner)})"
        case RecordValue(name, parts):
            return f"{name}({', '.join(map(_value, parts))})"
        case MapValue():
            return f"[{', '.join(f'{_value(k)}: {_value(v)}' for k, v in value.items())}]"
        case frozenset():
            return f"{{{', '.join(sorted(map(_value, value)))}}}"
        case tuple():
            return f"[{', '.join(map(_value, value))}]"
        case _:
            return str(value)


def _typed(expression: Expr) -> str:
    """The text as written, with the type that was found; that of a condition goes without saying."""
    text = _text(expression)
    return text if expression.type == BOOL else f"({text} : {expression.type})"


def _text(expression: Expr) -> str:
    return written(expression.span)


def _id(id_: Id) -> str:
    return f"{id_.sort}[{id_.index}]"
