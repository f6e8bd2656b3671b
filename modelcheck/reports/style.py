"""Colour, where the reader's terminal has it."""

from __future__ import annotations

from modelcheck.frozen import Frozen

_CODES = {"red": "31", "green": "32", "yellow": "33", "cyan": "36", "bold": "1", "dim": "2"}


class Style(Frozen):
    """Paints text, or leaves it alone."""

    colour: bool = False

    def paint(self, text: str, *names: str) -> str:
        """The text in the given colours and weights."""
        if not self.colour or not text:
            return text
        codes = ";".join(_CODES[name] for name in names)
        return f"\x1b[{codes}m{text}\x1b[0m"


PLAIN = Style()
