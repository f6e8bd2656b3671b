"""The page: one document with its style and its program inside, and the policy that allows just these."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files

SCRIPTS = ("dom.js", "client.js", "choices.js", "walk.js", "state.js", "asking.js", "main.js")
"""In the order in which they are needed."""


@cache
def page() -> tuple[str, str]:
    """The document and its Content-Security-Policy. It holds no data: these come as JSON."""
    folder = files(__package__).joinpath("page")
    style = folder.joinpath("explore.css").read_text("utf-8")
    scripts = [folder.joinpath(name).read_text("utf-8") for name in SCRIPTS]
    html = folder.joinpath("explore.html").read_text("utf-8")
    html = html.replace("<!-- style -->", f"<style>{style}</style>")
    html = html.replace("<!-- scripts -->", "\n".join(f"<script>{script}</script>" for script in scripts))
    policy = {
        "default-src": "'none'",
        "script-src": " ".join(map(_hash, scripts)),
        "style-src": _hash(style),
        "connect-src": "'self'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return html, "; ".join(f"{name} {value}" for name, value in policy.items())


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
