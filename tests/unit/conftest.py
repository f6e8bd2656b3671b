"""Specifications as text, at every stage of the way."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from modelcheck.diagnostics import InputError
from modelcheck.engines.base import Exploration, Request
from modelcheck.engines.interpreter import explore
from modelcheck.environment.instantiate import Overrides, instantiate
from modelcheck.ir.model import Model
from modelcheck.kernel.task import Limits
from modelcheck.pipeline import load
from modelcheck.pipeline.expectations import wanted_properties
from modelcheck.source import Source

AGENT = "agent Idle { initial final state S { step rest { skip } } }"
CHECK = 'check "c" { expect 1 states }'

Said = Callable[..., list[str]]
Build = Callable[..., Model]
Explored = Callable[..., Exploration]


def completed(text: str) -> str:
    """A specification around declarations: with a header, an agent and a check, where it has none."""
    parts = [] if re.match(r"\s*protocol\b", text) else ["protocol Test"]
    parts.append(text)
    parts += [] if re.search(r"^\s*agent\b", text, re.MULTILINE) else [AGENT]
    parts += [] if re.search(r"^\s*check\b", text, re.MULTILINE) else [CHECK]
    return "\n".join(parts)


@pytest.fixture
def model_of() -> Build:
    """The model of the only (or first) check of a specification; keywords override settings."""

    def build(text: str, overrides: Overrides | None = None, **settings: str) -> Model:
        spec = load(Source("test.mc", completed(text)))
        check = spec.checks[0]
        return instantiate(spec, check, wanted_properties(spec, check, ()), overrides or Overrides(settings))

    return build


@pytest.fixture
def said_of(model_of: Build) -> Said:
    """The codes of everything that is wrong with a specification or its first check."""

    def codes(text: str, **settings: str) -> list[str]:
        try:
            model_of(text, **settings)
        except InputError as error:
            return [diagnostic.code for diagnostic in error.diagnostics]
        return []

    return codes


@pytest.fixture
def explored(model_of: Build) -> Explored:
    """What the reference search finds; `limits` stop it."""

    def search(text: str, overrides: Overrides | None = None, limits: Limits | None = None) -> Exploration:
        return explore(model_of(text, overrides), Request(limits or Limits()))

    return search
