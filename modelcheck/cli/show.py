"""`modelcheck show`."""

from __future__ import annotations

import click

from modelcheck.cli.common import input_errors, parse_faults, parse_settings


@click.command(name="show")
@click.argument("file")
@click.option(
    "--ir", "form", type=click.Choice(["typed", "kernel"]), default="typed", show_default=True, help="Which one."
)
@click.option("--check", "name", metavar="NAME", help="The check to instantiate [default: the first].")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="Change a size or parameter.")
@click.option(
    "--fault", "faults", multiple=True, metavar="FAULT[:KIND]=N", help="Change a fault's budget; N may be `any`."
)
def command(file: str, form: str, name: str | None, settings: tuple[str, ...], faults: tuple[str, ...]) -> None:
    """Print what a check is compiled to.

    `typed` is the instantiated model, network and faults elaborated into cells and guarded actions; `kernel` is what
    the engines explore: bounded integers, booleans and bit sets.
    """
    from modelcheck.environment.instantiate import Overrides, instantiate  # noqa: PLC0415 - `--help` stays quick
    from modelcheck.pipeline import load_file, select_checks  # noqa: PLC0415
    from modelcheck.pipeline.expectations import wanted_properties  # noqa: PLC0415

    with input_errors():
        overrides = Overrides(parse_settings(settings), parse_faults(faults))
        spec = load_file(file)
        check = select_checks([spec], [name] if name else [])[0][1][0]
        model = instantiate(spec, check, wanted_properties(spec, check, ()), overrides)
    if form == "typed":
        from modelcheck.ir.printer import print_model  # noqa: PLC0415 - one of two

        click.echo(print_model(model), nl=False)
    else:
        from modelcheck.kernel.printer import print_program  # noqa: PLC0415 - one of two
        from modelcheck.lowering import lower  # noqa: PLC0415

        with input_errors():
            click.echo(print_program(lower(model)), nl=False)
