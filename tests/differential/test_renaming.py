"""What the lowering calls interchangeable is: renaming ids is an automorphism of the program."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from modelcheck.diagnostics import InputError
from modelcheck.ir.constructs.agents import IndexOf
from modelcheck.ir.lowered import roles
from modelcheck.ir.values import Id
from modelcheck.kernel.codes import Code, Plain
from modelcheck.kernel.program import Program
from modelcheck.kernel.symmetry import Applied, Symmetry
from tests.differential.generators.styles import styled
from tests.differential.renaming import PartialityError, compare_renamed, programs, small_programs
from tests.differential.small_specs import SPECS
from tests.differential.symmetric_specs import SPECS as SYMMETRIC

SHIPPED = sorted((Path(__file__).parents[2] / "specs").glob("**/*.mc"))
GENERATED = 60
"""Seeds that are looked at in every run; about one in three has interchangeable ids."""


def symmetric(text: str) -> Iterator[tuple[Program, Symmetry]]:
    """The programs of those checks of a text in which ids are interchangeable, and that are reduced by it."""
    # What infinite runs owe differs between ids: there everything is explored.
    for _, program, reduction in programs(text, fair=False):
        if isinstance(reduction, Applied):
            yield program, reduction.facts


@pytest.mark.parametrize("name", SYMMETRIC)
def test_renaming_ids_wherever_they_are_is_an_automorphism(name: str) -> None:
    found = list(symmetric(SYMMETRIC[name]))
    assert found
    for program, symmetry in found:
        compare_renamed(program, symmetry, max_states=40)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_renaming_is_an_automorphism_of_a_shipped_specification(path: Path) -> None:
    for program, symmetry in symmetric(path.read_text(encoding="utf-8")):
        compare_renamed(program, symmetry, max_states=8)


@pytest.mark.parametrize("name", SPECS)
def test_renaming_is_an_automorphism_of_a_small_specification(name: str) -> None:
    for model, program, reduction in small_programs(name):
        if isinstance(reduction, Applied) and not model.is_fair:
            compare_renamed(program, reduction.facts, max_states=30)


@pytest.mark.parametrize("block", range(4))
def test_renaming_is_an_automorphism_of_a_generated_specification(block: int) -> None:
    _compare_generated(range(GENERATED * block // 4, GENERATED * (block + 1) // 4), max_states=6)


@pytest.mark.slow
@pytest.mark.parametrize("block", range(10))
def test_renaming_is_an_automorphism_of_many_generated_specifications(block: int) -> None:
    _compare_generated(range(GENERATED + 300 * block, GENERATED + 300 * (block + 1)), max_states=10)


def _compare_generated(seeds: range, max_states: int) -> None:
    for seed in seeds:
        text = styled(seed)
        try:
            for program, symmetry in symmetric(text):
                compare_renamed(program, symmetry, max_states)
        except InputError:
            continue
        except PartialityError as error:
            error.add_note(text)
            raise


# ------------------------------------------------------------------------------------- mistakes that must be noticed

ORDERED = """
protocol Ordered
shared var first: option Node = none
agent Node {
  initial final state Run {
    step lead when first == none and forall q in others: index(self) < index(q) { first := some(self) }
  }
}
invariant nobody: first == none
check "three" { Node = 3  expect not nobody }
"""


def test_a_hidden_comparison_of_ids_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not list(symmetric(ORDERED))
    monkeypatch.setattr(IndexOf, "favours", lambda _self, _model: ())
    (found,) = symmetric(ORDERED)
    with pytest.raises(PartialityError):
        compare_renamed(*found, max_states=5)


@pytest.mark.parametrize("network", ["bag", "set", "soup"])
def test_a_renaming_that_forgets_the_senders_of_packets_is_noticed(
    network: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    code_of_agents = roles.code_of_agents

    def forgetful(calls: list[object], forgotten: int, agents: tuple[Id, ...]) -> Code:
        code = code_of_agents(agents)
        calls.append(code)
        return Plain(code.size) if len(calls) % 2 == forgotten else code

    # Packets have their targets, then their senders; a bitmap asks for the senders first.
    for forgotten in (0, 1):
        calls: list[object] = []
        with monkeypatch.context() as patch:
            for place in ("modelcheck.ir.lowered.roles", "modelcheck.ir.lowered.api", "modelcheck.ir.lowered"):
                patch.setattr(f"{place}.code_of_agents", partial(forgetful, calls, forgotten))
            ((program, symmetry),) = symmetric(SYMMETRIC[network])
            with pytest.raises(PartialityError):
                compare_renamed(program, symmetry, max_states=40)


def test_a_renaming_that_forgets_between_whom_a_queue_is_is_noticed() -> None:
    ((program, symmetry),) = symmetric(SYMMETRIC["fifo"])
    queues = next(at for at, array in enumerate(program.arrays) if array.role == "network")
    role = symmetry.roles[queues]
    pairs, room = role.index
    blind = type(role)((Plain(pairs.size), room), role.content)
    broken = Symmetry(symmetry.sorts, tuple(blind if at == queues else r for at, r in enumerate(symmetry.roles)))
    with pytest.raises(PartialityError):
        compare_renamed(program, broken, max_states=40)
    compare_renamed(program, symmetry, max_states=40)
