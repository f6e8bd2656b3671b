"""What a format cannot write for a reason that its user can do something about."""

from __future__ import annotations


class RefusalError(Exception):
    """The message says why a format cannot be written, and what to do."""
