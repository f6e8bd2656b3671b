"""`--certificate DIR`: where the certificates of proofs go."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from modelcheck.cli.output import Folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelcheck.environment.instantiate import Overrides
    from modelcheck.ir.spec import Check, Spec
    from modelcheck.kernel.invariant import Proof

certificate_option = click.option(
    "--certificate",
    type=Folder(),
    metavar="DIR",
    help="Write a certificate of each proof by induction into this folder, for `certify`.",
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
            (folder / name).mkdir(parents=True, exist_ok=True)
            for file, content in files.items():
                (folder / name / file).write_bytes(content)
        except OSError as error:
            raise click.UsageError(f"cannot write to {folder / name}: {error.strerror}") from None
        click.echo(f"wrote a certificate: {folder / name}", err=True)
