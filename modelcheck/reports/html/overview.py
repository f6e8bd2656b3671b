"""The table of verdicts: what holds, how far that reaches, and where the run is that shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.counts import counted
from modelcheck.reports.diagnostics import place, sentence
from modelcheck.reports.html.elements import Markup, element
from modelcheck.reports.trace_text import quoted
from modelcheck.reports.verdicts import ending, extent, strength, wanted, without_certificate, word

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from modelcheck.reports.report import CheckReport, PropertyReport, SpecReport
    from modelcheck.semantics.trace import Trace

    Stems = Mapping[int, Sequence[str]]

_BOUNDS = {
    "bound hit": "Bounds that cut behaviour off",
    "bound not ruled out": "Bounds that may cut behaviour off",
}


def overview(specs: tuple[SpecReport, ...], stems: Stems) -> list[Markup]:
    """The verdicts of all specifications; `stems` are the names of the runs of each report, by its identity."""
    unexpected = [
        _unexpected(spec, check, found, stems)
        for spec in specs
        for check in spec.checks
        for found in check.properties
        if not found.ok
    ]
    first = element("section", element("h3", "Not as expected"), element("ul", unexpected)) if unexpected else None
    return [*([first] if first else []), *(_spec(spec, stems) for spec in specs)]


def _unexpected(spec: SpecReport, check: CheckReport, found: PropertyReport, stems: Stems) -> Markup:
    """What somebody who opens a page of many checks looks for."""
    name = element("bdi", found.name)
    first = [element("a", name, href=f"#run={stem}") for stem in stems.get(id(found), ())[:1]]
    where = [" in check ", element("bdi", quoted(check.name)), " of ", element("bdi", spec.file)]
    told = found.verdict == "unknown" or found.kind == "states"
    said = strength(check, found) if told else f"{word(found)}, but expected: {wanted(found)}"
    return element("li", mark(found), " ", first or name, where, ": ", said)


def _spec(spec: SpecReport, stems: Stems) -> Markup:
    return element(
        "section",
        element("h3", element("bdi", spec.file)),
        [_check(spec, check, stems) for check in spec.checks],
        element("p", "Interrupted: checks may be missing.", class_="wrong") if spec.interrupted else None,
        _listed("Taken for granted", spec.assumptions),
        _listed("Warnings", [f"{w.code}: {sentence(w)}{place(w)}" for w in spec.warnings]),
        class_="spec",
    )


def _check(spec: SpecReport, check: CheckReport, stems: Stems) -> Markup:
    heads = ("", "Property", "Verdict", "How far it reaches", "Expected", "Run")
    return element(
        "section",
        element(
            "table",
            element(
                "caption",
                element("strong", "Check ", element("bdi", quoted(check.name))),
                " ",
                element("span", ", ".join([*extent(check), *ending(check)]), class_="muted"),
            ),
            element("thead", element("tr", (_head(head) for head in heads))),
            element("tbody", (_property(check, found, stems) for found in check.properties)),
            class_="verdicts",
        ),
        _listed("Lemmas of the proof", check.lemmas, numbered=True),
        _listed("Certificates", without_certificate(check)),
        _listed(_BOUNDS[check.bound_word], check.bounds_hit),
        _listed("Reductions", check.reductions),
        class_="scroll",
        tabindex=0,
        aria_label=f"Verdicts of the check {quoted(check.name)} of {spec.file}",
    )


def _head(name: str) -> Markup:
    return element("th", name or element("span", "As expected?", class_="unseen"), scope="col")


def _property(check: CheckReport, found: PropertyReport, stems: Stems) -> Markup:
    links = [
        element("div", element("a", _link(found, trace), href=f"#run={stem}"))
        for stem, trace in zip(stems.get(id(found), ()), found.shown, strict=True)
    ]
    is_written = found.line is not None and found.kind not in {"deadlock", "errors", "states"}
    place = None if not is_written else element("span", f" line {found.line}", class_="muted")
    return element(
        "tr",
        element("td", mark(found)),
        element("th", element("bdi", found.name), place, scope="row"),
        element("td", element("span", word(found), class_=f"verdict {found.verdict}")),
        element("td", strength(check, found), [element("div", f"fairness: {line}") for line in found.fairness]),
        element("td", _expected(found)),
        element("td", links),
        class_=None if found.ok else "unexpected",
    )


def _link(found: PropertyReport, trace: Trace) -> str:
    return "a step that breaks it" if trace is found.pair else counted(trace.length, "step")


def mark(found: PropertyReport) -> Markup:
    """Whether the verdict is as expected, told by shape, colour and word."""
    if found.verdict == "unknown":
        shape, level = "?", "sample" if found.ok else "unsure"
        said = "not known"
    else:
        shape, level = ("✓", "right") if found.ok else ("✗", "wrong")
        said = "as expected" if found.ok else "not as expected"
    return element(
        "span",
        element("span", shape, aria_hidden="true"),
        element("span", said, class_="unseen"),
        class_=f"mark {level}",
        title=said,
    )


def _expected(found: PropertyReport) -> str:
    told = wanted(found)
    return "as expected" if told == found.verdict or (found.kind == "states" and found.ok) else told


def _listed(title: str, lines: tuple[str, ...] | list[str], *, numbered: bool = False) -> Markup | None:
    if not lines:
        return None
    return element(
        "div",
        element("strong", title),
        element("ol" if numbered else "ul", (element("li", line) for line in lines)),
        class_="notes",
    )
