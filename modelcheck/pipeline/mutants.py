"""`NAME.mutants.toml`: deliberate mistakes in a specification, each with the property that must notice it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelcheck.diagnostics import Diagnostics, InputError, did_you_mean
from modelcheck.engines.base import DEADLOCK, ERRORS
from modelcheck.frontend.parse import read_source
from modelcheck.frozen import Frozen
from modelcheck.pipeline.verify import load
from modelcheck.source import Source, Span

if TYPE_CHECKING:
    from modelcheck.ir.spec import Spec

_REQUIRED = ("name", "find", "replace", "violates")
_OPTIONAL = ("check",)


class Mutant(Frozen):
    """Text to replace, the property that must notice, and the one check to run (None: all)."""

    name: str
    find: str
    replace: str
    violates: str
    check: str | None
    span: Span


def mutants_file(spec_path: str | Path) -> Path:
    """`x.mutants.toml` for `x.mc`."""
    return Path(spec_path).with_suffix(".mutants.toml")


def load_mutants(spec: Spec, path: Path) -> tuple[Mutant, ...]:
    """The mutants of a specification. Raises `InputError` with every mistake in the file: MC601 to MC603."""
    source = read_source(path)
    diagnostics = Diagnostics()
    mutants = tuple(_mutants(source, _entries(source, diagnostics), diagnostics))
    _check_names(mutants, diagnostics)
    for mutant in mutants:
        _check_mutant(mutant, spec, diagnostics)
    diagnostics.raise_errors()
    return mutants


def mutated(spec: Spec, mutant: Mutant) -> Spec:
    """The specification with a mutant's mistake in it. Raises `InputError` (MC604) if that cannot be loaded."""
    name = f"{spec.source.name} with mutant '{mutant.name}'"
    try:
        changed = load(Source(name, spec.source.text.replace(mutant.find, mutant.replace)))
    except InputError as error:
        raise not_loadable(mutant, error) from None
    if [check.name for check in changed.checks] != [check.name for check in spec.checks]:
        diagnostics = Diagnostics()
        diagnostics.error("MC604", mutant.span, f"the mutant '{mutant.name}' changes which checks there are")
        raise InputError(diagnostics.errors)
    return changed


def not_loadable(mutant: Mutant, error: InputError) -> InputError:
    """What is said of a mutant that is no valid specification: that, and why."""
    diagnostics = Diagnostics()
    problem = f"the mutant '{mutant.name}' is not a valid specification"
    diagnostics.error("MC604", mutant.span, problem, "a mutant is a mistake in the protocol, not in the language")
    return InputError([*diagnostics.errors, *error.diagnostics])


def _entries(source: Source, diagnostics: Diagnostics) -> list[Any]:
    try:
        document = tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r" \(at line (\d+), column (\d+)\)", str(error))
        span = _at(source, int(found[1]), int(found[2])) if found else Span(source, len(source.text), len(source.text))
        problem = str(error).removesuffix(found[0]) if found else str(error)
        diagnostics.error("MC601", span, f"not TOML: {problem[:1].lower()}{problem[1:]}")
        return []
    start = Span(source, 0, 0)
    for key in document:
        if key != "mutant":
            diagnostics.error(
                "MC602", start, f"unknown key '{key}' in {source.name}", "write `[[mutant]]` entries only"
            )
    entries = document.get("mutant", [])
    if not isinstance(entries, list) or not entries:
        diagnostics.error("MC602", start, f"{source.name} has no mutants", "write `[[mutant]]` entries")
        return []
    return entries


def _at(source: Source, line: int, column: int) -> Span:
    offset = sum(len(text) + 1 for text in source.text.split("\n")[: line - 1]) + column - 1
    return Span(source, offset, offset + 1)


def _mutants(source: Source, entries: list[Any], diagnostics: Diagnostics) -> Iterator[Mutant]:
    places = [match.span() for match in re.finditer(r"^[ \t]*\[\[\s*mutant\s*\]\]", source.text, re.MULTILINE)]
    for number, entry in enumerate(entries):
        # An inline array of tables has no headers: then the whole file is the place.
        span = Span(source, *places[number]) if len(places) == len(entries) else Span(source, 0, 0)
        if not isinstance(entry, dict):
            diagnostics.error("MC602", span, f"mutant {number + 1} is not a table", "write `[[mutant]]`")
            continue
        name = entry.get("name")
        who = f"the mutant '{name}'" if isinstance(name, str) and name else f"mutant {number + 1}"
        problems = list(_shape(entry))
        for problem, help_ in problems:
            diagnostics.error("MC602", span, f"{who} {problem}", help_)
        if not problems:
            fields = {key: entry[key] for key in _REQUIRED}
            yield Mutant(**fields, check=entry.get("check"), span=span)


def _shape(entry: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key in _REQUIRED:
        if key not in entry:
            yield f"has no '{key}'", f"a mutant has {', '.join(_REQUIRED)}, and may have {', '.join(_OPTIONAL)}"
    for key, value in entry.items():
        if key not in {*_REQUIRED, *_OPTIONAL}:
            yield f"has an unknown key '{key}'", did_you_mean(key, (*_REQUIRED, *_OPTIONAL))
        elif not isinstance(value, str):
            yield f"has a '{key}' that is no string", ""
        elif not value and key != "replace":
            yield f"has an empty '{key}'", ""


def _check_names(mutants: tuple[Mutant, ...], diagnostics: Diagnostics) -> None:
    seen: set[str] = set()
    for mutant in mutants:
        if mutant.name in seen:
            diagnostics.error("MC602", mutant.span, f"there is a mutant '{mutant.name}' already")
        seen.add(mutant.name)


def _check_mutant(mutant: Mutant, spec: Spec, diagnostics: Diagnostics) -> None:
    known = [*spec.properties, DEADLOCK, ERRORS]
    if mutant.violates not in known:
        problem = f"the mutant '{mutant.name}' violates '{mutant.violates}', but there is no such property"
        diagnostics.error(
            "MC602", mutant.span, problem, did_you_mean(mutant.violates, known) or f"there are {', '.join(known)}"
        )
    checks = [check.name for check in spec.checks]
    if mutant.check is not None and mutant.check not in checks:
        problem = f"the mutant '{mutant.name}' names the check '{mutant.check}', but there is no such check"
        diagnostics.error(
            "MC602", mutant.span, problem, did_you_mean(mutant.check, checks) or f"there are {', '.join(checks)}"
        )
    count = spec.source.text.count(mutant.find)
    if count != 1:
        times, help_ = f"occurs {count:,} times", "`find` must occur exactly once: give more of the text around it"
        if not count:
            times, help_ = (
                "does not occur",
                "`find` must occur exactly once, to the letter, spaces and line ends included",
            )
        problem = f"the text that the mutant '{mutant.name}' replaces {times} in {spec.source.name}"
        diagnostics.error("MC603", mutant.span, problem, help_)
    elif mutant.find == mutant.replace:
        diagnostics.error(
            "MC602", mutant.span, f"the mutant '{mutant.name}' changes nothing", "`replace` equals `find`"
        )
