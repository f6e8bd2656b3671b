"""`certificate.json`: what is proved, of what, and what the proof rests on; read back without trust in any of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from modelcheck.diagnostics import Diagnostic, InputError
from modelcheck.pipeline.files import content_of
from modelcheck.source import Source, Span

NAME = "certificate.json"
FORMAT: Literal["modelcheck certificate 1"] = "modelcheck certificate 1"

MAX_BYTES = 10_000_000
MAX_K = 100
"""How many states in a row a certificate may need: what it asks for is made, so it must not ask for anything."""


class FactDocument(Struct, forbid_unknown_fields=True, frozen=True):
    """A fact of the invariant, as in `kernel.invariant.Fact`."""

    name: str
    origin: Literal["claim", "lemma", "type", "formula"]
    of: Literal["state", "step"]
    text: str


class ObligationDocument(Struct, forbid_unknown_fields=True, frozen=True):
    """A file whose formula must have no model."""

    file: str
    meaning: str
    sha256: str


class CertificateDocument(Struct, forbid_unknown_fields=True, frozen=True):
    """The whole file. `sha256` is that of the specification, `program` that of the kernel program as text.

    `settings`, `faults` and `only` are what the command line changed, as in reports; `sizes` and `params` what came
    of it.
    """

    format: Literal["modelcheck certificate 1"]
    version: str
    file: str
    sha256: str
    check: str
    settings: dict[str, str]
    faults: dict[str, str]
    only: list[str]
    sizes: dict[str, int]
    params: dict[str, str]
    program: str
    proves: list[str]
    scope: Literal["inductive", "inductive within the bound"]
    k: int
    invariant: list[FactDocument]
    obligations: list[ObligationDocument]


def render(document: CertificateDocument) -> bytes:
    """The file's content, for people too."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def read(path: Path) -> CertificateDocument:
    """The certificate in a file. Raises `InputError` (MC101, MC612) where it cannot be read, or is none."""
    content = content_of(path, MAX_BYTES)
    if len(content) > MAX_BYTES:
        raise _unusable(path, f"is larger than {MAX_BYTES:,} bytes")
    try:
        document = msgspec.json.decode(content, type=CertificateDocument)
    except RecursionError:
        raise _unusable(path, "is nested too deeply") from None
    except msgspec.ValidationError as error:
        raise _unusable(path, f"is no certificate of modelcheck: {error}") from None
    except (msgspec.DecodeError, ValueError) as error:
        raise _unusable(path, f"is no certificate: {error}", content) from None
    if not 1 <= document.k <= MAX_K:
        raise _unusable(path, f"needs {document.k} states in a row; there must be 1 to {MAX_K}")
    return document


def _unusable(path: Path, problem: str, content: bytes = b"") -> InputError:
    """With the place, where there is one: msgspec tells it as `(byte 17)`, and not of a file that was cut short."""
    found = re.search(r" \(byte (\d{1,9})\)", problem) if content else None
    at = len(content[: int(found[1])].decode("utf-8", "replace")) if found else None
    text = content.decode("utf-8", "replace")
    place = len(text) if at is None else at
    span = Span(Source(str(path), text), place, min(place + 1, len(text))) if text else None
    help_ = "certificates are written by `verify --engine induction --certificate DIR` and `prove --certificate DIR`"
    problem = problem if found is None else problem.replace(found[0], "")
    return InputError([Diagnostic("MC612", span, f"'{path}' {problem}", help_)])
