"""A server on a free port, in a thread, and requests to it without any library in between."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from modelcheck.environment.instantiate import Overrides
from modelcheck.explorer.answers import Explorer
from modelcheck.explorer.guard import Admission
from modelcheck.explorer.server import application, listen, server
from modelcheck.frozen import Frozen
from modelcheck.kernel.task import Limits
from modelcheck.pipeline import load
from modelcheck.source import Source

SPEC = """protocol Pair
message Ping(n: 0..1)
agent Left {
  initial state Start { step hail -> Waiting { send Ping(1) to Right } }
  state Waiting { step give_up -> Done }
  final state Done
}
agent Right {
  var heard: 0..1 = 0
  initial state Idle { on Ping(n) -> Done { heard := n } }
  final state Done
}
invariant quiet: Right[0].heard == 0
check "first" { faults { lose up to 1 } expect not quiet in 2 steps, deadlock }
check "second" { expect not quiet, 5 states }
"""


class Reply(Frozen):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:  # noqa: ANN401 - JSON
        return json.loads(self.body)


class Client(Frozen):
    """Talks to the server as a page would, unless a test says otherwise."""

    admission: Admission

    def send(self, method: str, path: str, body: bytes | None = None, **headers: str | None) -> Reply:
        """`headers` replace the usual ones; None leaves one out."""
        port = self.admission.port
        usual = {
            "Host": f"127.0.0.1:{port}",
            "X-Modelcheck-Token": self.admission.token,
            "Content-Type": "application/json",
        }
        wanted = {**usual, **{name.replace("_", "-").title(): value for name, value in headers.items()}}
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        for name, value in wanted.items():
            if value is not None:
                connection.putheader(name, value)
        connection.endheaders(body)
        reply = connection.getresponse()
        found = Reply(reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read())
        connection.close()
        return found

    def ask(self, do: str, **fields: Any) -> Any:  # noqa: ANN401 - JSON
        """A request of the page; its answer."""
        reply = self.send("POST", "/api", json.dumps({"do": do, **fields}).encode())
        assert reply.status == 200, reply.body
        return reply.json()


Serve = Callable[[str], Client]


@contextmanager
def serving(text: str) -> Iterator[Client]:
    """Serves a specification, given as text."""
    explorer = Explorer(load(Source("pair.mc", text)), None, Overrides(), Limits(seconds=20))
    listening = listen(0)
    admission = Admission("a-token", listening.getsockname()[1])
    running = server(application(explorer, admission))
    thread = threading.Thread(target=running.run, args=([listening],), daemon=True)
    thread.start()
    try:
        yield Client(admission)
    finally:
        running.should_exit = True
        thread.join(10)
        explorer.close()
        assert not thread.is_alive()


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serves specifications until the end of the test."""
    with ExitStack() as stack:
        yield lambda text: stack.enter_context(serving(text))


@pytest.fixture
def client() -> Iterator[Client]:
    with serving(SPEC) as found:
        yield found
