"""HTML from Python: whatever is no `Markup` yet is escaped."""

from __future__ import annotations

import html
from collections.abc import Iterable

from modelcheck.reports.diagnostics import visible

_VOID = frozenset({"br", "col", "hr", "link", "meta"})


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Content = str | int | None | Iterable["Content"]
"""What stands inside an element; nothing stands for None."""


def element(tag: str, /, *content: Content, **attributes: str | int | bool | None) -> Markup:
    """An element. `class_` and `data_step` are the attributes `class` and `data-step`; None and False leave one out."""
    names = {name: name.rstrip("_").replace("_", "-") for name in attributes}
    written = "".join(
        f" {names[name]}" if value is True else f' {names[name]}="{text(str(value))}"'
        for name, value in attributes.items()
        if value is not None and value is not False
    )
    return Markup(f"<{tag}{written}>" + ("" if tag in _VOID else f"{markup(content)}</{tag}>"))


def markup(content: Content) -> Markup:
    """Content one after the other."""
    if isinstance(content, Markup):
        return content
    if content is None:
        return Markup("")
    if isinstance(content, str | int):
        return text(str(content))
    return Markup("".join(map(markup, content)))


def text(value: str) -> Markup:
    """A text, with what no reader could see made visible, so that it can be no markup and turn no line around."""
    return Markup(html.escape(visible(value)))
