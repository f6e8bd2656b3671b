"""Colours and line styles of pictures, for a light and a dark ground.

The colours of faults, forgeries and sides are from the palette of Okabe and Ito (2008), darkened or lightened until
text in them has a contrast of 4.5 to 1. Nothing is told by colour alone.
"""

from __future__ import annotations

from typing import Literal

Theme = Literal["auto", "light", "dark"]
"""`auto` follows the reader's system; the others are fixed, for what cannot ask it."""

LIGHT = {
    "ground": "#ffffff",
    "ink": "#1b1f24",
    "muted": "#59636e",
    "line": "#7d8792",
    "grid": "#e9ecef",
    "panel": "#f3f5f7",
    "fault": "#b34400",
    "forged": "#9b3b74",
    "good": "#00664b",
    "copy": "#005f99",
    "side-a": "#0072b2",
    "side-b": "#b37a00",
}
DARK = {
    "ground": "#0f1419",
    "ink": "#e6edf3",
    "muted": "#9aa5b1",
    "line": "#6b7682",
    "grid": "#222931",
    "panel": "#1a2028",
    "fault": "#ff8f4d",
    "forged": "#e598c2",
    "good": "#3fcf9f",
    "copy": "#63b8ee",
    "side-a": "#56b4e9",
    "side-b": "#e69f00",
}

FONT = "Arial, 'Liberation Sans', Arimo, Helvetica, sans-serif"

RULES = """
.mc-diagram text{fill:$ink;font-family:$font}
.mc-ground{fill:$ground}
.mc-grid{stroke:$grid;stroke-width:1}
.mc-life{stroke:$line;stroke-width:1.5}
.mc-down{stroke-dasharray:2 5}
.mc-life-byzantine{stroke:$forged;stroke-dasharray:8 3 2 3}
.mc-break{stroke:$fault;stroke-width:2.5}
.mc-rule{stroke:$line;stroke-width:1;stroke-dasharray:1 3}
.mc-agent{fill:$panel;stroke:$line}
.mc-byzantine .mc-agent{stroke:$forged;stroke-width:2;stroke-dasharray:5 3}
.mc-diagram .mc-head,.mc-diagram .mc-small{fill:$muted}
.mc-text,.mc-note,.mc-loop-text{paint-order:stroke;stroke:$ground;stroke-width:3px;stroke-linejoin:round}
.mc-plate{fill:$ground;fill-opacity:.8}
.mc-diagram .mc-note{fill:$muted;font-style:italic}
.mc-diagram .mc-fault-text{fill:$fault}
.mc-diagram .mc-change{fill:$muted}
.mc-diagram .mc-error{fill:$fault}
.mc-outline{fill:$ground;stroke:$ink;stroke-width:1.5}
.mc-own .mc-outline{fill:$ink}
.mc-diagram .mc-own .mc-number{fill:$ground}
.mc-environment .mc-outline{stroke:$muted;stroke-width:1}
.mc-fault .mc-outline,.mc-crash .mc-outline{fill:$fault;stroke:$fault}
.mc-diagram .mc-fault .mc-number,.mc-diagram .mc-crash .mc-number{fill:$ground}
.mc-recover .mc-outline{stroke:$good;stroke-width:2.5}
.mc-state{fill:$panel;stroke:$line}
.mc-way{fill:none;stroke:$ink;stroke-width:1.3}
.mc-head-full{fill:$ink}
.mc-lost{stroke:$fault;stroke-dasharray:6 4}
.mc-loss{stroke:$fault;stroke-width:2.2}
.mc-open{fill:$ground;stroke:$ink;stroke-width:1.3}
.mc-double{stroke-width:4}
.mc-gap{fill:none;stroke:$ground;stroke-width:1.6}
.mc-copy .mc-way{stroke:$copy}
.mc-copy .mc-head-full{fill:$copy}
.mc-corrupted .mc-way{stroke:$fault}
.mc-corrupted .mc-head-full{fill:$fault}
.mc-zigzag{fill:none;stroke:$fault;stroke-width:1.5}
.mc-forged .mc-way{stroke:$forged;stroke-dasharray:8 3 2 3}
.mc-forged .mc-head-full,.mc-seal{fill:$forged}
.mc-band{fill:$muted;fill-opacity:.07;stroke:$muted;stroke-dasharray:4 4}
.mc-side{fill:$side-a;fill-opacity:.28}
.mc-track{fill:$side-b}
.mc-loop{fill:none;stroke:$copy;stroke-width:2}
.mc-loop-head{fill:$copy}
.mc-diagram .mc-loop-text{fill:$copy}
.mc-verdict{fill:$panel}
.mc-verdict-bar{fill:$line}
.mc-violated{fill:$fault}
.mc-reached{fill:$good}
.mc-ring{fill:none;stroke:$fault;stroke-width:2.5}
.mc-pale .mc-way{stroke:$line}
.mc-pale .mc-head-full{fill:$line}
.mc-pale .mc-outline{fill:$ground;stroke:$line}
.mc-diagram .mc-pale .mc-number{fill:$muted}
.mc-diagram .mc-pale text{fill:$muted}
"""


def stylesheet(theme: Theme, rules: str = RULES) -> str:
    """The rules of a kind of pictures, with variables for both grounds or the values of one.

    What knows no variables, as many programs that draw SVG into documents, gets the light ground.
    """
    if theme != "auto":
        return _filled(rules, LIGHT if theme == "light" else DARK)
    names = {name: f"var(--mc-{name})" for name in LIGHT}
    light, dark = (
        ".mc-diagram{" + ";".join(f"--mc-{name}:{value}" for name, value in colours.items()) + "}"
        for colours in (LIGHT, DARK)
    )
    variables = f"{light}\n@media (prefers-color-scheme: dark){{{dark}}}{_coloured(_filled(rules, names))}"
    return f"{_filled(rules, LIGHT)}@supports (--any:0){{\n{variables}}}\n"


def _coloured(rules: str) -> str:
    """Only what the variables change."""
    return "\n".join(line for line in rules.splitlines() if "var(" in line) + "\n"


def _filled(rules: str, values: dict[str, str]) -> str:
    text = rules.replace("$font", FONT)
    # The longest first: one name may begin another.
    for name in sorted(values, key=len, reverse=True):
        text = text.replace(f"${name}", values[name])
    return text
