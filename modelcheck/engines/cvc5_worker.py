"""The process that asks cvc5: `python -m modelcheck.engines.cvc5_worker BYTES`, where BYTES of memory are enough.

It reads questions and writes answers, a line of JSON each. In a process of its own the solver can be stopped at any
time, and take as much memory as it may without that of anybody else.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
from typing import Any

import cvc5

try:
    import resource
except ImportError:  # Not on every system.
    resource = None  # type: ignore[assignment]


LOOK_MILLISECONDS = 100
"""How long it may take until the end of the solver is noticed. That of whoever asks is noticed at once."""


def main() -> None:
    """Answer until there are no more questions."""
    # Whoever asks decides when to stop.
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    if hasattr(os, "fork"):
        _guard()
    allowed = int(sys.argv[1])
    if resource is not None and allowed:
        resource.setrlimit(resource.RLIMIT_AS, (allowed, allowed))
    for line in sys.stdin.buffer:
        question = json.loads(line)
        sys.stdout.write(json.dumps(answer(question["script"], question["milliseconds"])) + "\n")
        sys.stdout.flush()


def _guard() -> None:
    """Goes on in a copy of this process, which is ended as soon as nobody is there to ask, however that came.

    The solver holds Python's lock while it works, so that it cannot look itself.
    """
    solver = os.fork()
    if not solver:
        return
    # What is written there is the solver's, and whoever reads must see its end.
    os.close(1)
    hung_up = select.poll()
    hung_up.register(0, 0)
    while not os.waitpid(solver, os.WNOHANG)[0]:
        if hung_up.poll(LOOK_MILLISECONDS):
            os.kill(solver, signal.SIGKILL)
            os.waitpid(solver, 0)
            break
    os._exit(0)


def answer(script: str, milliseconds: int) -> dict[str, str]:
    """What cvc5 says to a script with one question: `unsat`, `sat`, or `unknown` with the reason."""
    solver: Any = cvc5.Solver()
    solver.setOption("tlimit-per", str(milliseconds))
    # All formulas are of bit vectors alone: to write them out as bits at once is faster by orders of magnitude.
    solver.setOption("bitblast", "eager")
    said = []
    try:
        parser = cvc5.InputParser(solver)
        parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, script, "script")
        symbols = parser.getSymbolManager()
        while not (command := parser.nextCommand()).isNull():
            said.append(command.invoke(solver, symbols))
    except RuntimeError as error:  # What cvc5 raises.
        return {"answer": "unknown", "reason": str(error)}
    found = "".join(said).strip()
    if found in {"sat", "unsat"}:
        return {"answer": found, "reason": ""}
    return {"answer": "unknown", "reason": "the time limit was reached" if "TIMEOUT" in found else found}


if __name__ == "__main__":
    main()
