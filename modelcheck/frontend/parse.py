"""From text to a syntax tree, with every syntax error of the text and a tree of all that could be understood."""

from __future__ import annotations

import hashlib

from modelcheck.frontend import cache
from modelcheck.frontend.parsed import Parsed
from modelcheck.frontend.reading import read_source
from modelcheck.frontend.stored import decode, encode
from modelcheck.frontend.tables import grammar_hash
from modelcheck.source import Source
from modelcheck.version import __version__

__all__ = ["Parsed", "parse", "read_source"]


def parse(source: Source) -> Parsed:
    """Parse, or take the tree from the cache if this text was parsed before. Never raises for bad text.

    Limits: a tree of `MAX_DEPTH` nested nodes (MC114), numbers of 18 digits (MC115), `MAX_ERRORS` errors (MC118).
    """
    key = _cache_key(source)
    root = decode(cache.load(key), len(source.text))
    if root is not None:
        return Parsed(root, (), frozenset())
    from modelcheck.frontend.parser import parse_text  # noqa: PLC0415 - a tree from the cache needs no parser

    parsed = parse_text(source)
    if not parsed.errors:
        # Trees with errors are not kept: diagnostics would have to be stored as well, and such texts are short-lived.
        cache.store(key, encode(parsed.root))
    return parsed


def _cache_key(source: Source) -> str:
    identity = f"{__version__}\n{grammar_hash()}\n{source.text}"
    return f"tree-{hashlib.sha256(identity.encode('utf-8', 'surrogatepass')).hexdigest()}"
