"""JSON: one document, described by `docs/report.schema.json`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelcheck.diagnostics import Diagnostic
    from modelcheck.reports.report import CheckReport, ProofReport, PropertyReport, ProverReport, Report, SpecReport
    from modelcheck.semantics.trace import Message, Trace


def render(report: Report) -> str:
    """The whole report."""
    return json.dumps(report_data(report), indent=2, ensure_ascii=False)


def report_data(report: Report) -> dict[str, Any]:
    """The document as plain data."""
    return {
        "version": report.version,
        "ok": report.ok,
        "interrupted": report.interrupted,
        "specs": [_spec(spec) for spec in report.specs],
    }


def render_errors(diagnostics: Sequence[Diagnostic]) -> str:
    """Diagnostics of input that could not be used."""
    return json.dumps({"errors": [diagnostic_data(d) for d in diagnostics]}, indent=2, ensure_ascii=False)


def diagnostic_data(diagnostic: Diagnostic) -> dict[str, Any]:
    """One diagnostic; file, line and column are null where no place is to blame."""
    span = diagnostic.span
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "file": span.source.name if span else None,
        "line": span.line if span else None,
        "column": span.column if span else None,
        "message": diagnostic.problem,
        "help": diagnostic.help,
    }


def _spec(spec: SpecReport) -> dict[str, Any]:
    return {
        "file": spec.file,
        "sha256": spec.sha256,
        "ok": spec.ok,
        "warnings": [diagnostic_data(warning) for warning in spec.warnings],
        "assumptions": list(spec.assumptions),
        "checks": [_check(check) for check in spec.checks],
    }


def _check(check: CheckReport) -> dict[str, Any]:
    states, seconds = check.states, check.seconds
    return {
        "name": check.name,
        "engine": check.engine,
        "ok": check.ok,
        "complete": check.complete,
        "seed": check.seed,
        "states": {
            "distinct": states.distinct,
            "explored": states.explored,
            "transitions": states.transitions,
            "depth": states.depth,
        },
        "seconds": {"compile": seconds.compile, "search": seconds.search, "cpu": seconds.cpu},
        "memory_bytes": check.memory_bytes,
        "tried": list(check.tried),
        "reductions": list(check.reductions),
        "bounds_hit": list(check.bounds_hit),
        "properties": [property_data(found) for found in check.properties],
        "sizes": dict(check.sizes),
        "params": {param.name: param.text for param in check.params},
        "settings": dict(check.settings),
        "faults": dict(check.faults),
        "only": list(check.only),
        "proof": None if check.proof is None else _proof(check.proof),
        "uncertified": None if check.uncertified is None else list(check.uncertified),
        "coverage": [{"name": one.name, "line": one.line, "count": one.count} for one in check.coverage],
    }


def _proof(proof: ProofReport) -> dict[str, Any]:
    return {
        "k": proof.k,
        "lemmas": list(proof.lemmas),
        "storage": list(proof.storage),
        "formulas": list(proof.formulas),
    }


def property_data(found: PropertyReport) -> dict[str, Any]:
    """The verdict on one property, with its run."""
    return {
        "name": found.name,
        "kind": found.kind,
        "line": found.line,
        "column": found.column,
        "verdict": found.verdict,
        "scope": found.scope,
        "reason": found.reason,
        "evidence": found.evidence,
        "expected": found.expected,
        "expected_steps": found.expected_steps,
        "ok": found.ok,
        "steps": found.steps,
        "more": [_other(trace) for trace in found.more],
        "others": found.others,
        "chosen": found.chosen,
        "pair": None if found.pair is None else _other(found.pair),
        "prover": None if found.prover is None else _prover(found.prover),
        "fairness": list(found.fairness),
        **run_data(found.trace),
    }


def _prover(prover: ProverReport) -> dict[str, Any]:
    return {"name": prover.name, "lemmas": list(prover.lemmas), "seconds": prover.seconds}


def _other(trace: Trace) -> dict[str, Any]:
    """Another counterexample, which never is an infinite run."""
    data = run_data(trace)
    del data["loop_start"]
    return {"steps": trace.length, **data}


def run_data(trace: Trace | None) -> dict[str, Any]:
    """A run and what it shows, if there is one."""
    return {
        "trace": None if trace is None else trace_data(trace),
        "conclusion": "" if trace is None else trace.conclusion,
        "facts": [] if trace is None else list(trace.facts),
        "loop_start": None if trace is None else trace.loop_start,
        "messages": [] if trace is None else [_message(message) for message in trace.messages],
        "causal_slice": [] if trace is None else sorted(trace.causal_slice),
    }


def trace_data(trace: Trace) -> list[dict[str, Any]]:
    """The steps of a run."""
    return [
        {
            "step": step.number,
            "actor": step.actor,
            "action": step.action,
            "fault": step.fault,
            "changes": [{"name": c.name, "before": c.before, "after": c.after} for c in step.changes],
            "state": dict(step.state),
            "outcome": step.outcome,
            "kind": step.kind,
            "name": step.name,
            "line": step.line,
            "agents": list(step.agents),
            "causes": list(step.causes),
            "clock": {agent: at for agent, at in zip(trace.agents, step.clock, strict=True) if at},
        }
        for step in trace.steps
    ]


def _message(message: Message) -> dict[str, Any]:
    return {
        "number": message.number,
        "name": message.name,
        "text": message.text,
        "source": message.source,
        "target": message.target,
        "sent": message.sent,
        "received": list(message.received),
        "lost": message.lost,
        "copy_of": message.copy_of,
        "changed_from": message.changed_from,
        "same_as": message.same_as,
        "forged": message.forged,
    }
