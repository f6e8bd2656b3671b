"""The explanations of codes: the first example has the mistake, the second has not."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from modelcheck.diagnostics import Diagnostic, InputError
from modelcheck.pipeline import Options, load, verify_specs
from modelcheck.pipeline.allowance import Allowance
from modelcheck.pipeline.lint import lint
from modelcheck.source import Source

EXPLANATIONS = {
    entry.name.removesuffix(".md"): entry.read_text("utf-8")
    for entry in files("modelcheck").joinpath("codes").iterdir()
    if re.fullmatch(r"MC[2-59]\d\d[.]md", entry.name)
}
WITHOUT_EXAMPLE = {"MC409", "MC412", "MC413", "MC414", "MC508", "MC513", "MC514", "MC529"}
"""The mistake is on the command line, or there is none."""
FROM_A_SOLVER = re.compile(r"MC52\d")


def said_of(text: str, code: str) -> tuple[Diagnostic, ...]:
    if FROM_A_SOLVER.fullmatch(code):
        pytest.importorskip("z3")
        return lint(Source("example.mc", text), Allowance(), errors=code in {"MC526", "MC527"})
    try:
        report = verify_specs([load(Source("example.mc", text))], Options(engine="interpreter"))
    except InputError as error:
        return error.diagnostics
    assert report.ok
    return report.specs[0].warnings


@pytest.mark.parametrize("code", sorted(EXPLANATIONS.keys() - WITHOUT_EXAMPLE))
def test_the_examples_of_a_code_show_it_and_how_to_mend_it(code: str) -> None:
    wrong, right = re.findall(r"^```mc\n(.*?)^```", EXPLANATIONS[code], re.MULTILINE | re.DOTALL)
    # A message that nobody sends leaves a transition that is never taken.
    assert {found.code for found in said_of(wrong, code)} - ({"MC505"} if code == "MC501" else set()) == {code}
    assert not said_of(right, code)


def test_every_kind_of_mistake_is_explained() -> None:
    assert {code[:3] for code in EXPLANATIONS} == {"MC2", "MC3", "MC4", "MC5", "MC9"}
