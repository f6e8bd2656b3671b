"""The peers' models for Rumur: files with places to fill in, in `murphi/`."""

from __future__ import annotations

from pathlib import Path
from string import Template

FOLDER = Path(__file__).with_name("murphi")


def two_phase(managers: int, *, symmetric: bool = False) -> str:
    """Lamport's two-phase commit."""
    return _fill("two_phase", managers=f"scalarset({managers})" if symmetric else f"0..{managers - 1}")


def mutex(max_clock: int) -> str:
    """Lamport's mutual exclusion with three processes."""
    return _fill("mutex", max_clock=max_clock, acknowledge=max_clock + 2, release=max_clock + 3)


def paxos(max_ballot: int) -> str:
    """Paxos with three acceptors and two values."""
    return _fill("paxos", max_ballot=max_ballot)


def ring(nodes: int) -> str:
    """Chang and Roberts."""
    return _fill("ring", nodes=nodes, subsets=(1 << nodes) - 1)


def _fill(name: str, **places: object) -> str:
    return Template((FOLDER / f"{name}.m.in").read_text("utf-8")).substitute(places)
