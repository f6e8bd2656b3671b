"""Mutates specifications and checks that typing, instantiation and a short search never fail, and stay fast.

Run it by hand: `python tests/fuzz/fuzz_meaning.py --seconds 300 --seed 7 specs tests/broken/semantic`.
It prints what fails.
"""

from __future__ import annotations

import argparse
import random
import re
import signal
import sys
import time
import traceback
from pathlib import Path

from modelcheck.diagnostics import Diagnostics, InputError
from modelcheck.engines.base import Request
from modelcheck.engines.interpreter import explore
from modelcheck.environment.instantiate import instantiate
from modelcheck.frontend.parse import parse
from modelcheck.frontend.typecheck import typecheck
from modelcheck.frontend.unused import warn_about_unused
from modelcheck.kernel.task import Limits
from modelcheck.pipeline.expectations import compare
from modelcheck.source import Source

WORD = re.compile(r"[A-Za-z_]\w*|\d+|:=|->|\?\?|\.\.|[<>=!]=|\S|\s+")
PIECES = [
    "self",
    "others",
    "none",
    "true",
    "{}",
    "[]",
    "0",
    "1",
    "-1",
    "7",
    "any",
    "all",
    "inbox",
    "messages",
    "next(x)",
    "size",
    "index",
    "some(",
    ".value",
    ".first",
    ".from",
    ".to",
    "set",
    "of",
    "map",
    "option",
    "seq",
    "max",
    "record",
    "bool",
    "0..3",
    "with",
    "in",
    "union",
    "minus",
    "and",
    "or",
    "not",
    "implies",
    "forall",
    "exists",
    "count(",
]
SIGNS = [
    "+",
    "-",
    "*",
    "/",
    "%",
    "==",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "and",
    "or",
    "implies",
    "in",
    "subset",
    "union",
    "minus",
    "intersect",
    "??",
    "..",
    ":=",
    "+=",
    "-=",
]
SLOWEST_SECONDS = 8


def mutate(text: str, others: list[str], rng: random.Random) -> str:
    """Exchange a few words for words of the same kind, mostly: what does not even parse shows little."""
    words = WORD.findall(re.sub(r"#[^\n]*", "", text))
    for _ in range(rng.randint(1, 4)):
        place = rng.choice([i for i, word in enumerate(words) if word.strip()])
        kind = rng.randrange(12)
        if kind < 8 and words[place][0].isalnum():
            same = [w for w in words if w and w[0].isalpha() == words[place][0].isalpha() and w[0].isalnum()]
            words[place] = rng.choice(same)
        elif kind < 8:
            words[place] = rng.choice(SIGNS) if words[place] in SIGNS else words[place]
        elif kind == 8:
            words[place] = rng.choice(PIECES)
        elif kind == 9:
            words[place] = ""
        elif kind == 10:
            words[place] += "\n" + rng.choice(rng.choice(others).split("\n")) + "\n"
        else:
            words[place] = f"({rng.choice(PIECES)} {rng.choice(SIGNS)} {words[place]})"
    return "".join(words)


def look(text: str) -> str:
    """Go as far as the text allows; returns how far that was. Raises whatever is our mistake."""
    diagnostics = Diagnostics()
    source = Source("fuzz.mc", text)
    parsed = parse(source)
    diagnostics.extend(parsed.errors)
    spec = typecheck(parsed.root, source, diagnostics, parsed.skipped_names)
    if parsed.errors:
        return "syntax"
    if diagnostics.errors:
        return "types"
    warn_about_unused(spec, Diagnostics())
    for check in spec.checks[:2]:
        try:
            properties = [spec.properties[e.subject] for e in check.expectations if e.subject in spec.properties]
            model = instantiate(spec, check, properties)
            found = explore(model, Request(Limits(states=60, seconds=1.0)))
            compare(model, check, found, judged=True, only=())
        except InputError:
            return "instance"
    return "search"


def _too_slow(_signal: int, _frame: object) -> None:
    raise TimeoutError


def main() -> int:
    """Fuzz until the time is up; the exit status is 1 if anything failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)  # noqa: S311 - not for secrets
    files = (file for path in arguments.paths for file in sorted(path.rglob("*.mc")))
    texts = [text for file in files if "protocol" in (text := file.read_text("utf-8", "ignore"))]
    deadline, count, failures = time.monotonic() + arguments.seconds, 0, 0
    reached: dict[str, int] = {}
    signal.signal(signal.SIGALRM, _too_slow)
    seen: set[str] = set()
    while time.monotonic() < deadline:
        text = mutate(rng.choice(texts), texts, rng)
        count += 1
        signal.alarm(SLOWEST_SECONDS)
        try:
            stage = look(text)
            reached[stage] = reached.get(stage, 0) + 1
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            place = str(traceback.extract_tb(error.__traceback__)[-1])
            if f"{type(error).__name__} {place}" not in seen:
                seen.add(f"{type(error).__name__} {place}")
                failures += 1
                report = "".join(traceback.format_exception(error)[-6:])
                sys.stdout.write(f"---- {type(error).__name__}\n{text}\n{report}\n")
        finally:
            signal.alarm(0)
    sys.stdout.write(f"{count} texts, {failures} failures, {reached}\n")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
