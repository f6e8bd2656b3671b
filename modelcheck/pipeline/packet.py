"""From specifications to a packet for their review: verify, and gather what a reader has to know besides."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from modelcheck.diagnostics import Diagnostics
from modelcheck.environment.deadlines import has_deadline
from modelcheck.environment.instantiate import faults_of, instantiate
from modelcheck.ir.constructs.temporal import Temporal
from modelcheck.ir.written import written
from modelcheck.pipeline.expectations import wanted_properties
from modelcheck.pipeline.sources import STDIN, read_text
from modelcheck.pipeline.verify import Options, chosen_checks, load, verify_specs
from modelcheck.reports.graphs.machine import machine
from modelcheck.reports.packet.assumptions import assumption_rows
from modelcheck.reports.packet.comments import comment_of, header
from modelcheck.reports.packet.packet import (
    Chapter,
    Described,
    DescribedAgent,
    DescribedCheck,
    DescribedProperty,
    Packet,
)
from modelcheck.source import Source, Span, sayable

if TYPE_CHECKING:
    from modelcheck.ir.spec import Agent, Check, Definition, Field, Message, Property, Spec, Variable
    from modelcheck.reports.report import CheckReport, SpecReport


def packet(paths: Sequence[str | Path], options: Options, changed: Sequence[str] = ()) -> Packet:
    """Verify files and describe them. Raises `InputError` with the mistakes of all files.

    Files are called by their path from the current folder, or by their name alone where they lie outside of it, so that
    a packet names no folder of one machine. `changed` are the options that the packet depends on, as they were given.
    """
    diagnostics = Diagnostics()
    specs: list[Spec] = []
    for path, name in zip(paths, _called(paths), strict=True):
        with diagnostics.collecting():
            source = read_text(path)
            specs.append(load(source if str(path) == STDIN else Source(sayable(name), source.text)))
    diagnostics.raise_errors()
    report = verify_specs(specs, options)
    chosen = chosen_checks(specs, options)
    pairs = zip(chosen, report.specs, strict=False)
    chapters = tuple(_chapter(spec, asked, found, options) for (spec, asked), found in pairs)
    not_reached = tuple(spec.source.name for spec, asked in chosen[len(chapters) :] if asked)
    return Packet(report, chapters, tuple(changed), not_reached)


def _called(paths: Sequence[str | Path]) -> list[str]:
    """What files are called in a packet, as far up their folders as tells them apart."""
    here = Path.cwd()
    whole = [PurePath(here, path) for path in paths]
    names = [path.relative_to(here) if path.is_relative_to(here) else PurePath(path.name) for path in whole]
    names = [PurePath(path.name) if ".." in name.parts else name for path, name in zip(whole, names, strict=True)]
    for parts in range(2, max((len(path.parts) for path in whole), default=0)):
        if len(set(names)) == len(set(whole)):
            break
        names = [
            PurePath(*path.parts[-parts:]) if names.count(name) > 1 else name
            for path, name in zip(whole, names, strict=True)
        ]
    return [name.as_posix() for name in names]


def _chapter(spec: Spec, asked: Sequence[Check], report: SpecReport, options: Options) -> Chapter:
    """A specification; `asked` are the checks that were asked for, of which Ctrl-C may have come before some."""
    source, run = spec.source, {found.name for found in report.checks}
    by_name = {check.name: check for check in spec.checks}

    def words(span: Span) -> str:
        return comment_of(source, span.line)

    return Chapter(
        protocol=spec.name,
        header=header(source),
        text=source.text,
        agents=tuple(_agent(agent, source) for agent in spec.agents.values()),
        messages=tuple(Described(_message(m), _ends(m), words(m.span)) for m in spec.messages.values()),
        parameters=tuple(Described(p.name, written(p.default.span), words(p.span)) for p in spec.params.values()),
        definitions=tuple(_definition(one) for one in spec.definitions.values()),
        properties=tuple(
            DescribedProperty(p.name, _kind(p), p.text, words(p.span), has_deadline(p))
            for p in spec.properties.values()
            if not p.built_in
        ),
        checks=tuple(_check(spec, by_name[found.name], found, options) for found in report.checks),
        report=report,
        not_run=tuple(check.name for check in spec.checks if check not in asked),
        not_reached=tuple(check.name for check in asked if check.name not in run),
    )


def _definition(one: Definition) -> Described:
    source = one.span.source
    parameters = ", ".join(map(_field, one.parameters))
    text = written(Span(source, one.body.start, one.body.end))
    return Described(f"{one.name}({parameters})" if parameters else one.name, text, comment_of(source, one.span.line))


def _kind(prop: Property) -> str:
    """The word with which a property is declared."""
    expression = prop.expression
    # `eventually p: e` is written without the operator.
    if isinstance(expression, Temporal) and any(part.span == expression.span for part in expression.children()):
        return "eventually"
    return prop.kind


def _agent(agent: Agent, source: Source) -> DescribedAgent:
    variables = tuple(
        Described(_variable(variable), _typed(variable), comment_of(source, variable.span.line))
        for variable in agent.variables
    )
    return DescribedAgent(agent.name, comment_of(source, agent.span.line), machine(agent), variables)


def _variable(variable: Variable) -> str:
    marks = (("durable ", variable.durable), ("ghost ", variable.ghost))
    return "".join(word for word, there in marks if there) + variable.name


def _typed(variable: Variable) -> str:
    initial = variable.initial if isinstance(variable.initial, str) else written(variable.initial.span)
    return f"{written(variable.type_expr.span)} = {'all ' if variable.everywhere else ''}{initial}"


def _message(message: Message) -> str:
    fields = ", ".join(map(_field, message.fields))
    return f"{message.name}({fields})" if fields else message.name


def _field(field: Field) -> str:
    return f"{'ghost ' if field.ghost else ''}{field.name}: {written(field.type_expr.span)}"


def _ends(message: Message) -> str:
    return f"{' or '.join(sorted(message.sources)) or '–'} → {' or '.join(sorted(message.targets)) or '–'}"  # noqa: RUF001


def _check(spec: Spec, check: Check, found: CheckReport, options: Options) -> DescribedCheck:
    properties = wanted_properties(spec, check, options.properties)
    model = instantiate(spec, check, properties, options.overrides)
    faults = list(faults_of(model, check, options.overrides))
    about_runs = any(prop.kind == "temporal" for prop in properties)
    rows = assumption_rows(model, check, faults, about_runs=about_runs)
    return DescribedCheck(comment_of(spec.source, check.span.line), rows, found)
