"""A packet as data, to be compared with a later one: what was assumed and found, without times and memory."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec

from modelcheck.frozen import Frozen
from modelcheck.reports.json_report import diagnostic_data, property_data

if TYPE_CHECKING:
    from modelcheck.reports.packet.packet import Chapter, DescribedCheck, Packet
    from modelcheck.reports.report import PropertyReport

FORMAT = "modelcheck packet"


def render(packet: Packet) -> str:
    """The document."""
    document = {
        "format": FORMAT,
        "version": packet.report.version,
        "ok": packet.report.ok,
        "interrupted": packet.report.interrupted,
        "changed": list(packet.changed),
        "specs": [_chapter(chapter) for chapter in packet.chapters],
        "not_reached": list(packet.not_reached),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _chapter(chapter: Chapter) -> dict[str, Any]:
    report = chapter.report
    return {
        "file": report.file,
        "protocol": chapter.protocol,
        "sha256": report.sha256,
        "text": chapter.text,
        "ok": report.ok,
        "warnings": [diagnostic_data(warning) for warning in report.warnings],
        "knowledge": list(report.assumptions),
        "properties": [{"name": p.name, "kind": p.kind, "text": p.text, "words": p.words} for p in chapter.properties],
        "checks": [_check(check) for check in chapter.checks],
        "not_run": list(chapter.not_run),
        "not_reached": list(chapter.not_reached),
    }


def _check(check: DescribedCheck) -> dict[str, Any]:
    found = check.found
    return {
        "name": found.name,
        "words": check.words,
        "assumptions": [list(row) for row in check.assumptions],
        "engine": found.engine,
        "complete": found.complete,
        "states": {
            "distinct": found.states.distinct,
            "explored": found.states.explored,
            "transitions": found.states.transitions,
            "depth": found.states.depth,
        },
        "reductions": list(found.reductions),
        "bounds_hit": list(found.bounds_hit),
        "properties": [_property(one) for one in found.properties],
    }


def _property(found: PropertyReport) -> dict[str, Any]:
    data = property_data(found)
    if data["prover"] is not None:
        del data["prover"]["seconds"]
    return data


class KeptStep(Frozen):
    """A step of a run in an earlier packet."""

    actor: str
    action: str


class KeptRun(Frozen):
    """Another counterexample in an earlier packet."""

    trace: tuple[KeptStep, ...]


class KeptProperty(Frozen):
    """A verdict in an earlier packet."""

    name: str
    verdict: str
    ok: bool
    scope: str = ""
    reason: str = ""
    evidence: str = ""
    steps: int | None = None
    trace: tuple[KeptStep, ...] | None = None
    loop_start: int | None = None
    more: tuple[KeptRun, ...] = ()


class KeptStates(Frozen):
    """How much was looked at."""

    distinct: int | None
    explored: int


class KeptCheck(Frozen):
    """A check in an earlier packet."""

    name: str
    assumptions: tuple[tuple[str, str], ...]
    states: KeptStates
    properties: tuple[KeptProperty, ...]
    bounds_hit: tuple[str, ...] = ()


class KeptChapter(Frozen):
    """A specification in an earlier packet."""

    file: str
    sha256: str
    text: str
    checks: tuple[KeptCheck, ...]
    not_run: tuple[str, ...] = ()


class Kept(Frozen):
    """What an earlier packet is compared by."""

    format: str
    version: str
    specs: tuple[KeptChapter, ...]
    interrupted: bool = False
    changed: tuple[str, ...] = ()


class NoPacketError(Exception):
    """Data that is no packet; the message says what is wrong with it."""


def kept(content: bytes) -> Kept:
    """An earlier packet from its data. Raises `NoPacketError`."""
    try:
        found = msgspec.json.decode(content, type=Kept)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise NoPacketError(str(error)) from None
    except RecursionError:
        raise NoPacketError("it is nested too deeply") from None
    if found.format != FORMAT:
        raise NoPacketError(f'its format is not "{FORMAT}"')
    return found


def same(packet: Packet) -> Kept:
    """A packet as a later one will see it."""
    return kept(render(packet).encode())
