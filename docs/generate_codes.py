"""Write `docs/codes.md` from the explanations in `modelcheck/codes`; a test keeps the two in step."""  # noqa: INP001 - a program, not a package

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "codes.md"

_HEAD = """# Error codes

`modelcheck explain CODE` prints these explanations. The page is made from them: see `docs/generate_codes.py`.
"""


def page() -> str:
    """The whole page: one section a code, headings moved one level down."""
    sections = [
        _section(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "modelcheck" / "codes").glob("MC*.md"))
    ]
    return "\n".join([_HEAD, *sections])


def _section(text: str) -> str:
    lines, fenced = [], False
    for line in text.rstrip("\n").split("\n"):
        fenced ^= line.startswith("```")
        # `#` begins a comment inside a block of code.
        lines.append(f"#{line}" if line.startswith("#") and not fenced else line)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
