"""Which types fit where."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Said = Callable[..., list[str]]

DECLARED = """
    enum settings { on_, off_ }
    record R { a: 0..3, b: option Idle }
    ids Value
    shared var b: bool = true
    shared var n: 0..3 = 0
    shared var s: set of 0..3 = {}
    shared var q: seq of 0..3 max 2 = []
    shared var m: map Idle -> set of 0..3 = all {}
    shared var o: option 0..3 = none
    shared var r: R = R(a: 1, b: none)
    shared var e: settings = on_
    invariant i: %s
    check "c" { Value = 2  expect i }
"""


@pytest.mark.parametrize(
    "expression",
    [
        "s == {} and q == [] and o == none and m == all_empty",
        "(if b then {} else s) == {1} union {}",
        "(o ?? 1) + n == 1",
        "{none, some(1)} == {o}",
        "[[], [1]] == [q]",
        "let x = {}: x == s and {1} == x",
        "size(q) + size(s) + size(settings) == 0",
        "m[Idle[0]] subset 0..3",
        "forall p, p2 in Idle, x in m[p]: index(p) < x",
        "r with { a: 2, b: some(Idle[0]) } != r",
        "(map p in Idle: {1}) == m",
        "q + [n] + [] != q and q[0..0] == [1]",
        "{x + 1 for x in s: x > 1} == {}",
        "min(1, 2, n) == max(x in s: x)",
        "the(x in s: x == n) == sum(x in s: 1)",
        "-n - -1 == 1 % 2 / 3 * 4",
        "on_ in settings and e == off_",
        "subsets(s) == {{}} and {} in subsets(s)",
    ],
)
def test_well_typed(said_of: Said, expression: str) -> None:
    text = DECLARED % expression + "\ndef all_empty = map p in Idle: {}"
    assert said_of(text) == []


@pytest.mark.parametrize(
    ("expression", "codes"),
    [
        ("n", ["MC301"]),
        ("size(e) == 1", ["MC301"]),
        ("size(m) == 1", ["MC301"]),
        ("forall k in m: true", ["MC301"]),
        ("forall x in q: true", ["MC301"]),
        ("Idle[0] < Idle[0]", ["MC301", "MC301"]),
        ("Value[0] == Idle[0]", ["MC303"]),
        ("o == 1", ["MC303"]),
        ("{o, 1} == {}", ["MC301"]),
        ("e == 1 and e == b", ["MC303", "MC303"]),
        ("r.c == 1", ["MC304"]),
        ("Value[0].x == 1", ["MC304"]),
        ("Value[0] is S", ["MC301"]),
        ("q.value == 1", ["MC304"]),
        ("none.value.x == 1", ["MC301"]),
        ("[].first[0] == 1", ["MC301"]),
        ("R(a: 1) == r", ["MC302"]),
        ("Idle(0) == Idle[0]", ["MC301"]),
        ("n(1) == 1", ["MC301"]),
        ("size == 1", ["MC302"]),
    ],
)
def test_ill_typed_is_told_once(said_of: Said, expression: str, codes: list[str]) -> None:
    assert said_of(DECLARED % expression) == codes


@pytest.mark.parametrize("type_", ["bool", "0..3", "settings", "Idle", "Value", "set of bool", "option Value", "R"])
def test_any_gives_every_value_of_a_type(said_of: Said, type_: str) -> None:
    agents = "agent A { initial final state S { step go { x := any } } }\nagent Idle { initial final state S }"
    assert said_of(f"{DECLARED % 'true'}\nshared var x: {type_} = any\n{agents}") == []


def test_a_parameter_of_a_message_is_ghost_where_the_field_is(said_of: Said) -> None:
    text = """
        message M(ghost g: 0..3)
        agent A { initial final state S { step go { send M(1) to A }  on M(x) when x == 1 { skip } } }
    """
    assert said_of(text) == ["MC305"]


@pytest.mark.parametrize("size", ["-1", "65", "9999999"])
def test_a_size_outside_0_to_64_is_refused(said_of: Said, size: str) -> None:
    assert said_of("", Idle=size) == ["MC401"]


@pytest.mark.parametrize("size", ["0", "1", "64"])
def test_a_size_from_0_to_64_is_accepted(said_of: Said, size: str) -> None:
    assert said_of("", Idle=size) == []
