"""What the commands exit with, beside 0, 1 and 3, which a report decides on."""

from __future__ import annotations

USAGE = 2
INTERNAL_ERROR = 70
INTERRUPTED = 130
CLOSED_PIPE = 141
"""What a shell reports of a program that a closed pipe ended: no verdict, so none of the other codes."""
