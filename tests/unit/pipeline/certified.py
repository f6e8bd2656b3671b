"""Certificates in folders, changed and rechecked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("z3")
pytest.importorskip("cvc5")

import msgspec

from modelcheck.kernel.task import Limits
from modelcheck.pipeline.certificates import document as doc
from modelcheck.pipeline.certificates import recheck
from modelcheck.pipeline.certificates.write import Proved, certificate_of, folders
from modelcheck.reports.certified import CertificateReport

LIMITS = Limits(seconds=60)


def written(proved: Proved, root: Path, files: dict[str, bytes] | None = None) -> Path:
    """The folder of a certificate, with the specification above it."""
    (root / "steps.mc").write_text(proved.spec.source.text, "utf-8")
    folder = root / folders([proved])[0]
    folder.mkdir()
    for name, content in (files or certificate_of(proved).files()).items():
        (folder / name).write_bytes(content)
    return folder


def rechecked(folder: Path, limits: Limits = LIMITS) -> CertificateReport:
    (report,) = recheck.certify(folder, None, limits).certificates
    return report


def changed(folder: Path, **fields: object) -> None:
    file = folder / doc.NAME
    file.write_bytes(doc.render(msgspec.structs.replace(doc.read(file), **fields)))


def flips(text: str) -> Iterator[str]:
    """The text with each number in turn made another."""
    for found in re.finditer(r"#b[01]+|\b[0-9]+\b", text):
        last = found[0][-1]
        other = ("1" if last == "0" else "0") if found[0].startswith("#b") else str((int(last) + 1) % 10)
        yield f"{text[: found.end() - 1]}{other}{text[found.end() :]}"
