"""`--certificate DIR`: where the certificates of proofs go."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from modelcheck.cli.files import replace_file
from modelcheck.cli.output import Folder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from modelcheck.environment.instantiate import Overrides
    from modelcheck.ir.spec import Check, Spec
    from modelcheck.kernel.invariant import Proof

certificate_option = click.option(
    "--certificate",
    type=Folder(),
    metavar="DIR",
    help="Write a certificate of each proof by induction into this folder, for `certify`; no limit ends that.",
)


def check_certificate(folder: Path | None, engine: str) -> None:
    """Raises `UsageError` where nothing could be certified."""
    if folder is not None and engine != "induction":
        raise click.UsageError("--certificate is for proofs: say --engine induction too")


def write_certificates(
    folder: Path, found: Sequence[tuple[Spec, Check, Proof]], overrides: Overrides, only: tuple[str, ...]
) -> None:
    """A folder for each check of which something was proved. What is written is told on the error stream."""
    from modelcheck.pipeline.certificates.write import Proved, certificate_of, folders  # noqa: PLC0415 - rare

    proved = [Proved(spec, check, overrides, only, proof) for spec, check, proof in found]
    if not proved:
        click.echo("there is no certificate to write: nothing was proved by induction", err=True)
    for one, name in zip(proved, folders(proved), strict=True):
        files = certificate_of(one).files()
        try:
            _write(folder / name, files)
        except OSError as error:
            raise click.UsageError(f"cannot write to {folder / name}: {error.strerror}") from None
        click.echo(f"wrote a certificate: {folder / name}", err=True)


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    """The document comes last and at once: a folder that has one has all of the certificate. Raises `OSError`."""
    from modelcheck.pipeline.certificates.document import NAME  # noqa: PLC0415 - rare

    folder.mkdir(parents=True, exist_ok=True)
    document = folder / NAME
    document.unlink(missing_ok=True)
    for file, content in files.items():
        if file != NAME:
            (folder / file).write_bytes(content)
    replace_file(document, files[NAME])
