"""What is looked for: the names, and the values that each may have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from modelcheck.diagnostics import Diagnostic, Diagnostics, InputError, did_you_mean
from modelcheck.frozen import Frozen
from modelcheck.ir.types import BoolT, EnumT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelcheck.ir.spec import Spec

MOST_COMBINATIONS = 1 << 16
"""The most combinations of values that are tried one after the other."""


class Range(Frozen):
    """A name and its values as the command line writes them; None for all values of its type."""

    name: str
    values: tuple[str, ...] | None = None


class Space(Frozen):
    """All combinations: `instances` of parameters and sizes, which decide what the model is, times `unknowns`."""

    instances: tuple[tuple[str, tuple[str, ...]], ...]
    unknowns: tuple[Range, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """What is looked for; the values of the last change fastest."""
        return (*(name for name, _ in self.instances), *(unknown.name for unknown in self.unknowns))

    def settings(self) -> Iterator[dict[str, str]]:
        """The values of parameters and sizes, one combination after the other."""
        names = [name for name, _ in self.instances]
        for values in product(*(values for _, values in self.instances)):
            yield dict(zip(names, values, strict=True))


def space_of(spec: Spec, ranges: Sequence[Range], given: Mapping[str, str]) -> Space:
    """The combinations that are asked for; all unknown constants, where nothing is. `given` are those that are set.

    Raises `InputError` with everything that cannot be looked for.
    """
    diagnostics = Diagnostics()
    if not ranges:
        ranges = [Range(name) for name in spec.unknowns if name not in given]
        if not ranges:
            help_ = "name parameters or sizes: `--for N=3..7`, or declare a constant that is `any`"
            diagnostics.error("MC409", None, f"{spec.source.name} has no unknown to look for", help_)
    known = [*spec.params, *spec.agents, *spec.sorts, *spec.unknowns]
    instances, unknowns = dict[str, tuple[str, ...]](), dict[str, Range]()
    for wanted in ranges:
        name = wanted.name
        if name not in known:
            help_ = "a const has its value: make it a param, or `any`"
            help_ = help_ if name in spec.consts else did_you_mean(name, known) or f"there are {', '.join(known)}"
            diagnostics.error("MC402", None, f"there is nothing to look for that is called '{name}'", help_)
        elif name in instances or name in unknowns:
            diagnostics.error("MC402", None, f"'{name}' is looked for twice", "write all its values once: `1..3|7`")
        elif name in given:
            diagnostics.error("MC402", None, f"'{name}' is set, and looked for", "leave one of the two out")
        elif name in spec.unknowns:
            unknowns[name] = wanted
        elif (values := wanted.values or _all_values(spec, name)) is None:
            help_ = f"write for example `--for {name}=1..5`"
            diagnostics.error("MC402", None, f"'{name}' needs the values that it may have", help_)
        else:
            instances[name] = tuple(dict.fromkeys(values))
    diagnostics.raise_errors()
    limit(prod(len(values) for values in instances.values()))
    return Space(tuple(instances.items()), tuple(unknowns.values()))


def limit(combinations: int) -> None:
    """Raises `InputError` where there are too many."""
    if combinations > MOST_COMBINATIONS:
        problem = f"there are {combinations:,} combinations, and at most {MOST_COMBINATIONS:,} are tried"
        raise InputError([Diagnostic("MC405", None, problem, "look for fewer values, or for fewer things at once")])


def _all_values(spec: Spec, name: str) -> tuple[str, ...] | None:
    """All values of a parameter whose type says them without more ado."""
    match spec.params[name].type if name in spec.params else None:
        case BoolT():
            return ("false", "true")
        case EnumT(enum):
            return spec.enums[enum].members
        case _:
            return None
