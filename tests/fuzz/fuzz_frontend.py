"""Mutates specifications and checks that parsing and formatting never fail, and stay fast.

Run it by hand: `python tests/fuzz/fuzz_frontend.py --seconds 300 --seed 7 specs`. It prints the first text that fails.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
import traceback
from pathlib import Path

from modelcheck.diagnostics import InputError
from modelcheck.frontend.format import format_source
from modelcheck.frontend.parse import parse
from modelcheck.frontend.parser import MAX_ERRORS
from modelcheck.frontend.tables import load_tables
from modelcheck.source import Source

SLOWEST_SECONDS = 3.0
SEED_TEXT = """protocol P
network fifo capacity 2 blocks
message M(x: bool, ghost y: 0..3) over set
agent A {
  durable var v: map A -> option 0..2 = all none  # a comment
  initial state S {
    on M(x, y) from p when x and not v[p] == none -> T { v[p] := some(1)  reply M(true, 2) }
    step go(q in A, some r in A) { if q == r { skip } else { send M(false, 0) to {q, r} } }
  }
  final state T
}
invariant i: forall a in A, b in A: a is S | T or count(c in A: c is T) > 1 implies {x in A: x is S} == A
check "c" { A = 2 faults { crash A up to 1 with recovery lose any } expect i, not i in 3 steps, deadlock }
"""
STRANGE = [*"@$\"';\\\0é∀\ufeff\r#{}", "&&", "||", "=>", "<>", "//", "/*"]


def mutate_characters(text: str, rng: random.Random) -> str:
    """Insert, delete, replace or move a few characters."""
    characters = list(text) or [" "]
    for _ in range(rng.randint(1, 6)):
        place = rng.randrange(len(characters) + 1)
        kind = rng.randrange(4)
        if kind == 0:
            characters.insert(place, rng.choice([*STRANGE, chr(rng.randrange(32, 127))]))
        elif kind == 1:
            del characters[place : place + rng.randint(1, 12)]
        elif kind == 2 and place < len(characters):
            characters[place] = chr(rng.choice([rng.randrange(128), rng.randrange(0x2FFF)]))
        else:
            end = place + rng.randint(1, 80)
            piece = characters[place:end]
            del characters[place:end]
            target = rng.randrange(len(characters) + 1)
            characters[target:target] = piece
    return "".join(characters)


def mutate_tokens(text: str, words: list[str], rng: random.Random) -> str:
    """Insert, delete, replace, double or swap a few words."""
    tokens = re.findall(r"\s+|#[^\n]*|\w+|\"[^\"\n]*\"|[:=!<>.?+-]{2}|.", text)
    for _ in range(rng.randint(1, 8)):
        if not tokens:
            break
        place = rng.randrange(len(tokens))
        kind = rng.randrange(5)
        if kind == 0:
            tokens.insert(place, f" {rng.choice(words)} ")
        elif kind == 1:
            del tokens[place : place + rng.choice([1, 1, 1, 2, 10])]
        elif kind == 2:
            tokens[place] = rng.choice(words)
        elif kind == 3:
            tokens[place:place] = tokens[place : place + rng.randint(1, 5)] * rng.choice([1, 1, 2, 300])
        else:
            other = rng.randrange(len(tokens))
            tokens[place], tokens[other] = tokens[other], tokens[place]
    return "".join(tokens)


def check(text: str) -> None:
    """Parse and format one text; raise what is wrong."""
    source = Source("fuzz.mc", text)
    began = time.process_time()
    parsed = parse(source)
    seconds = time.process_time() - began
    assert seconds < SLOWEST_SECONDS, f"{seconds:.1f} s to parse"
    assert parsed.root.rule == "start"
    assert len(parsed.errors) <= 3 * MAX_ERRORS
    for error in parsed.errors:
        assert error.span is not None
        assert 0 <= error.span.start <= error.span.end <= len(text), error
        assert error.problem.isprintable(), error
        assert not re.search(r"__ANON|LBRACE|RPAR", error.problem), error
    for node in parsed.root.walk():
        assert 0 <= node.start <= node.end <= len(text), node.rule
    try:
        formatted = format_source(source)
    except InputError:
        assert parsed.errors
    else:
        assert not parsed.errors
        assert format_source(Source("fuzz.mc", formatted)) == formatted, "formatting is not idempotent"


def main() -> int:
    """Run until the time is up or something fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("folders", nargs="*", type=Path)
    options = parser.parse_args()
    paths = [path for folder in options.folders for path in sorted(folder.rglob("*.mc"))]
    seeds = [SEED_TEXT, *(path.read_text("utf-8") for path in paths)]
    words = sorted(load_tables().names) + STRANGE + ["x", "A", "0", '"s"', "99999999999999999999"]
    rng = random.Random(options.seed)  # noqa: S311 - nothing secret about it
    end = time.monotonic() + options.seconds
    count = 0
    while time.monotonic() < end:
        text = rng.choice(seeds)
        for _ in range(rng.choice([1, 1, 1, 2, 4])):
            text = mutate_characters(text, rng) if rng.random() < 0.4 else mutate_tokens(text, words, rng)
        text = text[:20_000]
        try:
            check(text)
        except Exception:  # noqa: BLE001 - any failure is a finding
            traceback.print_exc()
            sys.stdout.write(f"--- after {count} texts\n{text}\n---\n{text!r}\n")
            return 1
        count += 1
    sys.stdout.write(f"{count} texts, no failure\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
