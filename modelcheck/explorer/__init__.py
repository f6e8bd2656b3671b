"""The page of `modelcheck explore` and the server behind it: for one user, on this machine only."""

from __future__ import annotations
