"""A packet as a document: first what was found, then how it goes wrong, then all that it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from modelcheck.counts import counted
from modelcheck.reports.diagram import svg as run_svg
from modelcheck.reports.graphs.svg import svg as graph_svg
from modelcheck.reports.packet.checks import assumption_table, check_blocks, common_rows, property_rows
from modelcheck.reports.packet.comments import prose
from modelcheck.reports.packet.document import (
    Block,
    Bullets,
    Code,
    Document,
    Folded,
    Heading,
    Inline,
    Link,
    Paragraph,
    Picture,
    Strong,
    Table,
    Text,
    Verbatim,
    marked,
    without_empty_columns,
)
from modelcheck.reports.packet.findings import findings
from modelcheck.reports.packet.run_blocks import run_blocks
from modelcheck.reports.packet.runs import ToldRun, told_runs
from modelcheck.reports.packet.words import expectation, said
from modelcheck.reports.runs import unique_stems
from modelcheck.reports.trace_text import quoted

if TYPE_CHECKING:
    from modelcheck.reports.packet.packet import Chapter, Described, DescribedAgent, Packet
    from modelcheck.reports.report import Report


_MOST_NAMES = 20
"""More checks that were not run are not named."""


def document(packet: Packet, since: Sequence[Block] = ()) -> Document:
    """The whole packet; `since` tells what changed against an earlier one."""
    runs = told_runs(packet.chapters)
    names = " and ".join(chapter.protocol or chapter.report.file for chapter in packet.chapters)
    title = f"Design review: {names}"
    pictures = _Pictures(packet, runs)
    blocks: list[Block] = [Heading(1, title), *(_lead(packet.chapters[0]) if len(packet.chapters) == 1 else ())]
    blocks += _outcome(packet)
    if since:
        blocks += [Heading(2, "What changed since the earlier packet", "changes"), *since]
    for number, (chapter, own) in enumerate(zip(packet.chapters, runs, strict=True), start=1):
        blocks += _chapter(chapter, own, pictures, f"s{number}", alone=len(packet.chapters) == 1)
    return Document(title, (*blocks, *_how_to_read(), *_made_by(packet)))


class _Pictures:
    """The pictures of a packet, each with a name for its file."""

    def __init__(self, packet: Packet, runs: Sequence[Sequence[ToldRun]]) -> None:
        machines = [(chapter, agent) for chapter in packet.chapters for agent in chapter.agents]
        shown = [run for own in runs for run in own]
        stems = unique_stems(
            [
                *((chapter.report.file, "machine", agent.name) for chapter, agent in machines),
                *((run.file, run.shows[0].check.name, run.shows[0].found.name) for run in shown),
            ]
        )
        self._machines = {id(agent): stem for (_, agent), stem in zip(machines, stems, strict=False)}
        self._runs = {run.number: stem for run, stem in zip(shown, stems[len(machines) :], strict=True)}

    def machine(self, agent: DescribedAgent) -> Picture:
        """The state machine of a kind of agents."""
        stem = self._machines[id(agent)]
        file, inline = (graph_svg(agent.machine, standalone=alone, prefix=stem) for alone in (True, False))
        return Picture(stem, file, inline, agent.machine.description)

    def run(self, run: ToldRun) -> Picture:
        """The diagram of a run."""
        first, stem = run.shows[0], self._runs[run.number]
        title = f"{first.found.name} in the check {quoted(first.check.name)}"
        file, inline = (
            run_svg(run.trace, title=title, verdict=first.found.verdict, standalone=alone, prefix=stem)
            for alone in (True, False)
        )
        return Picture(stem, file, inline, f"Space-time diagram of the run for {title}")


def _lead(chapter: Chapter) -> Iterator[Block]:
    """The first paragraph of the comment at the top."""
    if lead := next((part.paragraph for part in prose(chapter.header) if part.paragraph), ""):
        yield Paragraph(marked(lead))


def _outcome(packet: Packet) -> Iterator[Block]:
    report = packet.report
    found = [p for spec in report.specs for check in spec.checks for p in check.properties]
    wrong = [p for p in found if not p.ok and p.verdict != "unknown"]
    unknown = [p for p in found if not p.ok and p.verdict == "unknown"]
    if report.interrupted:
        yield Paragraph((Strong("Interrupted: "), "the search was not complete."), "open")
    if wrong:
        are = "is" if len(wrong) == 1 else "are"
        told = f"{len(wrong)} of {len(found)} verdicts {are} not as the specification expects:"
        yield Paragraph((Strong(told),), "bad")
        yield Bullets(tuple(_unexpected(report)))
    if unknown:
        are = "is" if len(unknown) == 1 else "are"
        told = f"{len(unknown)} of {len(found)} verdicts {are} not known: "
        yield Paragraph((Strong(told), "not all states were looked at."), "open")
    if not wrong and not unknown and not report.interrupted:
        all_of = "The one verdict is" if len(found) == 1 else f"All {len(found):,} verdicts are"
        all_good = Strong(f"{all_of} as the specification expects")
        on_purpose = ", violations among them: a check may show on purpose what an assumption is good for."
        broken = any(p.verdict in {"violated", "unreached"} for p in found)
        yield Paragraph((all_good, on_purpose if broken else "."), "good")
    if packet.changed:
        changed = tuple(part for given in packet.changed for part in (" ", Code(given)))
        yield Paragraph((Strong("This packet was made with"), *changed), "open")
    yield from _left_out(packet)


def _left_out(packet: Packet) -> Iterator[Block]:
    """The checks that were not asked for or not come to, so that nobody takes a part for the whole."""
    for chapter in packet.chapters:
        file = chapter.report.file
        for checks, why in ((chapter.not_reached, "not come to"), (chapter.not_run, "not asked for")):
            if checks:
                yield _nothing_of(list(map(quoted, checks)), f"{counted(len(checks), 'check')} of {file}", why)
    if files := packet.not_reached:
        yield _nothing_of(list(files), counted(len(files), "specification"), "not come to")


def _nothing_of(names: list[str], what: str, why: str) -> Paragraph:
    were = "was" if len(names) == 1 else "were"
    told = f"nothing is said here of {', '.join(names[:_MOST_NAMES])}{', …' if len(names) > _MOST_NAMES else ''}."
    return Paragraph((Strong(f"{what} {were} {why}: "), told), "open")


def _unexpected(report: Report) -> Iterator[Text]:
    for spec in report.specs:
        for check in spec.checks:
            for one in check.properties:
                if not one.ok and one.verdict != "unknown":
                    yield Strong(one.name), f" {said(one)} in {quoted(check.name)} ({expectation(one)})"


def _chapter(
    chapter: Chapter, runs: Sequence[ToldRun], pictures: _Pictures, anchor: str, *, alone: bool
) -> Iterator[Block]:
    if not alone:
        yield Heading(1, f"Protocol {chapter.protocol or chapter.report.file}", anchor)
        yield from _lead(chapter)
    yield from findings(chapter, runs, anchor)
    if chapter.header:
        yield Heading(2, "What the protocol is", f"{anchor}-about")
        yield from _prose(chapter.header)
    yield from _machines(chapter, pictures, anchor)
    for title, name, wanted in (
        ("How it goes wrong, step by step", "runs", False),
        ("What is possible, step by step", "witnesses", True),
    ):
        own = [run for run in runs if run.is_witness == wanted]
        if own:
            yield Heading(2, title, f"{anchor}-{name}")
        for run in own:
            yield from run_blocks(chapter, run, pictures.run(run))
    yield from _foundations(chapter, runs, anchor)
    yield from _cautions(chapter)
    yield Heading(2, "The specification", f"{anchor}-text")
    yield Paragraph((Code(chapter.report.file), ", SHA-256 ", Code(chapter.report.sha256)))
    yield Folded("The whole text", (Verbatim(chapter.text),))


def _machines(chapter: Chapter, pictures: _Pictures, anchor: str) -> Iterator[Block]:
    yield Heading(2, "State machines", f"{anchor}-machines")
    for agent in chapter.agents:
        yield Heading(3, agent.name)
        if agent.words:
            yield Paragraph(marked(agent.words))
        yield pictures.machine(agent)
        if agent.variables:
            yield Folded(f"Variables of {agent.name}", (_described("variable", "type and beginning", agent.variables),))
    if chapter.messages:
        yield Heading(3, "Messages")
        yield _described("message", "from and to", chapter.messages)


def _foundations(chapter: Chapter, runs: Sequence[ToldRun], anchor: str) -> Iterator[Block]:
    """What the verdicts rest on: properties, definitions, and each check with its assumptions."""
    yield Heading(2, "Properties", f"{anchor}-properties")
    yield Table(("property", "what it says", "as it is written"), property_rows(chapter), (18, 42, 40))
    if chapter.definitions:
        table = _described("definition", "stands for", chapter.definitions)
        yield Folded("Definitions that properties and transitions use", (table,))
    yield Heading(2, "Checks: what is assumed and what was found", f"{anchor}-checks")
    common = common_rows(chapter)
    if common:
        yield Paragraph(("All checks assume:",))
        yield assumption_table(chapter, common)
    for check in chapter.checks:
        yield from check_blocks(chapter, check, common, runs)


def _prose(text: str) -> Iterator[Block]:
    for part in prose(text):
        if part.paragraph:
            yield Paragraph(marked(part.paragraph))
        elif part.items:
            yield Bullets(tuple(marked(item) for item in part.items))
        else:
            yield Verbatim("\n".join(part.lines))


def _described(what: str, text: str, things: Sequence[Described]) -> Table:
    rows = tuple(((Code(one.name),), (Code(one.text),), marked(one.words)) for one in things)
    return without_empty_columns(Table((what, text, "what for"), rows, (30, 35, 35)))


def _cautions(chapter: Chapter) -> Iterator[Block]:
    report = chapter.report
    if report.assumptions or report.warnings:
        yield Heading(2, "What a reviewer should ask about")
    if report.assumptions:
        yield Paragraph(("Agents are taken to know more than a real one could see at once:",))
        yield Bullets(tuple((line,) for line in report.assumptions))
    if report.warnings:
        yield Paragraph(("Warnings:",))
        warnings: list[Text] = []
        for warning in report.warnings:
            place: tuple[Inline, ...] = () if warning.span is None else (f" (line {warning.span.line})",)
            warnings.append((Code(warning.code), f" {warning.problem}", *place))
        yield Bullets(tuple(warnings))


def _how_to_read() -> Iterator[Block]:
    yield Heading(2, "How to read this", "reading")
    told = (
        ("holds", "no run whatsoever of the check violates the property: all were looked at, not a sample."),
        ("within the bound", "runs that leave the bound which the check declares were not looked at further."),
        ("violated", "there is a run that shows it. It was replayed step by step by a second interpreter."),
        ("not known", "a limit stopped the search first; no violation was seen up to there."),
        ("a check", "is one instance: so many agents, these faults and parameters. Nothing is said of larger ones."),
        ("fault", "what the environment does to the agents, at most as often as the check allows."),
        ("deadlock", "nobody can take a step, and somebody who runs is not where agents may rest."),
    )
    yield Bullets(tuple((Strong(word), f": {text}") for word, text in told))


def _made_by(packet: Packet) -> Iterator[Block]:
    engines = sorted({check.engine for spec in packet.report.specs for check in spec.checks})
    yield Paragraph(
        (
            f"Made by modelcheck {packet.report.version}; engine: {', '.join(engines) or 'none'}. ",
            "The same specification and options give the same packet, byte for byte. ",
            "Step through the runs with ",
            Code("modelcheck verify --format html"),
            "; ",
            Link("to the beginning", "top"),
            ".",
        )
    )
