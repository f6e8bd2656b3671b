"""No two words that compiled code and Python share are the same."""

from __future__ import annotations

from modelcheck.engines.native import slots

WORKERS = slots.MOST_WORKERS

CTX = {
    **dict.fromkeys(("TABLE", "MASK", "LIMIT", "CEILING", "TOTAL", "WORKERS", "LEVEL", "LOG"), 1),
    **dict.fromkeys(("LAST_LEVEL", "MOST_STATES", "STARTS", "PLAN", "COUNTED"), 1),
    **dict.fromkeys(("STOP", "PAUSE", "CURSOR", "STORED"), 1),
    "TOLD": 3,
    **dict.fromkeys(("ARENAS", "BEGINS", "PREFIXES", "NEXTS", "EDGE_LOGS"), WORKERS),
    "COUNTS": slots.LINE * WORKERS,
}

OWN = [
    *("ME", "OUT", "CAPACITY", "INFO", "COUNT", "HASHES", "POSITION", "END", "ANSWERED", "STEPS", "OTHERS"),
    *("EDGES", "EDGE", "EDGE_LIMIT", "SCRATCH", "RECENT", "TRANSITIONS", "CUT", "FIRED"),
]


def test_words_of_the_search_do_not_overlap() -> None:
    taken: dict[int, str] = {}
    for name, width in CTX.items():
        first = getattr(slots, name)
        for word in range(first, first + width):
            assert word not in taken, (name, taken[word])
            assert word < slots.CTX_WORDS
            taken[word] = name


def test_words_of_a_worker_do_not_overlap() -> None:
    words = [getattr(slots, name) for name in OWN]
    assert len(set(words)) == len(words)
    assert max(words) == slots.FIRED
    assert [name for name in OWN if getattr(slots, name) >= slots.COUNTERS] == OWN[-3:]
