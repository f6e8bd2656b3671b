"""One run as it stands in the page without any script: what it shows, the picture, a table of its steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.reports.diagram import svg
from modelcheck.reports.html.elements import Content, Markup, element
from modelcheck.reports.html.overview import mark
from modelcheck.reports.html.walk import Difference, Happening, differences_in, happenings_in
from modelcheck.reports.trace_text import length, quoted, told_start

if TYPE_CHECKING:
    from modelcheck.reports.runs import ShownRun
    from modelcheck.semantics.trace import Step, Trace


def run_section(run: ShownRun, stem: str) -> Markup:
    """The section of a run; the script looks it up by `data-run`."""
    head = element(
        "div",
        element("h2", f"{kind(run)}: ", element("bdi", run.found.name), id=f"title-{stem}", tabindex=-1),
        element("p", mark(run.found), " ", element("span", _where(run), class_="where"), class_="muted"),
        [element("p", said, class_="muted") for said in _choice(run)],
        _conclusion(run),
        element("figure", _picture(run, stem), class_="diagram"),
        class_="screen",
    )
    return element(
        "section",
        head,
        _steps(run, stem),
        class_="run" if run.found.verdict == "violated" or run.is_pair else "run witness",
        id=f"run={stem}",
        data_run=stem,
        aria_labelledby=f"title-{stem}",
    )


def _where(run: ShownRun) -> list[Content]:
    check, file = element("bdi", quoted(run.check.name)), element("bdi", run.spec.file)
    return ["in check ", check, " of ", file, f", {length(run.trace)}"]


def _choice(run: ShownRun) -> list[str]:
    """Why it is this run, and whether there are others, where that was asked."""
    found = run.found
    if run.is_pair:
        return ["A step from a state that the proof does not exclude. No run need lead there, so this is no violation."]
    return [said for said in (found.chosen, found.others) if said and run.trace is found.trace]


def _picture(run: ShownRun, stem: str) -> Markup:
    return Markup(svg(run.trace, verdict=run.verdict, standalone=False, prefix=f"mc-{stem}"))


def heading(run: ShownRun) -> str:
    """`Counterexample: agreement`."""
    return f"{kind(run)}: {run.found.name}"


def kind(run: ShownRun) -> str:
    """What the run is to its property; others than its first are counted."""
    if run.is_pair:
        return "Counterexample to induction"
    word = "Witness" if run.found.verdict == "reached" else "Counterexample"
    number = next((at for at, trace in enumerate(run.found.more, 2) if trace is run.trace), 1)
    return word if number == 1 else f"{word} {number}"


def _named(run: ShownRun) -> str:
    """A name for what belongs to the run, which no other run of the page has."""
    return f"{heading(run)} in check {quoted(run.check.name)} of {run.spec.file}"


def _conclusion(run: ShownRun) -> Markup:
    trace = run.trace
    return element(
        "section",
        element("p", element("bdi", trace.conclusion), class_="claim"),
        element("ul", (element("li", element("bdi", fact)) for fact in trace.facts)) if trace.facts else None,
        class_="conclusion",
        tabindex=0,
        aria_label=f"What is shown by {_named(run)}",
    )


def _steps(run: ShownRun, stem: str) -> Markup:
    trace = run.trace
    rows: list[Markup] = []
    for step in trace.steps:
        rows.append(_step(trace, step, stem))
        if step.number == trace.loop_start:
            rows.append(element("tr", element("td", loop(trace), colspan=4), class_="loop"))
    heads = (element("th", head, scope="col") for head in ("Step", "Who", "What", "What changes"))
    return element(
        "section",
        element(
            "table",
            element("caption", "All steps"),
            element("thead", element("tr", heads)),
            element("tbody", rows),
            class_="steps",
        ),
        class_="scroll all-steps",
        tabindex=0,
        aria_label=f"All steps of {_named(run)}",
    )


def loop(trace: Trace) -> str:
    """What is said behind the step where an infinite run begins to repeat."""
    if trace.loop_start == trace.length:
        return "From here on nothing happens, for ever: nobody owes a step."
    return "From here on, the steps below repeat for ever."


def _step(trace: Trace, step: Step, stem: str) -> Markup:
    fault = element("strong", "fault", class_="badge fault") if step.fault else None
    return element(
        "tr",
        element("th", element("a", step.number, href=f"#run={stem}&step={step.number}"), scope="row"),
        element("td", element("bdi", step.actor) if step.actor else None),
        element("td", fault, " " if fault else None, element("bdi", step.action)),
        element("td", _changes(trace, step)),
        class_="fault" if step.fault else None,
        data_step=step.number,
    )


def _changes(trace: Trace, step: Step) -> list[Markup]:
    lines = [] if step.number else [element("div", element("bdi", value)) for value in told_start(trace)]
    lines += [_difference(found) for found in differences_in(step)]
    lines += [_happening(found) for found in happenings_in(trace, step)]
    if step.outcome:
        lines.append(element("div", element("strong", "error: "), element("bdi", step.outcome), class_="error"))
    # What is received is told by the step itself.
    return lines or [element("div", "nothing else changes" if step.changes else "nothing changes", class_="muted")]


def _difference(found: Difference) -> Markup:
    return element(
        "div", element("bdi", f"{found.name}: "), element("del", found.before), " → ", element("ins", found.after)
    )


def _happening(found: Happening) -> Markup:
    note = f" ({found.note})" if found.note else ""
    return element(
        "div",
        element("span", found.word, class_=f"word {found.word.replace(' ', '-')}"),
        " ",
        element("bdi", f"{found.content} {found.route}{note}"),
        class_="message",
    )
