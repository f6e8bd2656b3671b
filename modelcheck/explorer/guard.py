"""Who may talk to the server: pages that it served itself, with the token that was printed when it started.

A server on the loopback interface is within reach of every page that the user's browser shows. So each request must
carry a secret; `Host` must be a name of the loopback interface, or a foreign name that was made to resolve to it would
do (DNS rebinding); and `Origin`, where a browser sends it, must be this server.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse

from modelcheck.explorer.requests import MOST_BYTES
from modelcheck.frozen import Frozen

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOKEN_HEADER = "x-modelcheck-token"  # noqa: S105 - the name of a header

HEADERS = {
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    # The address holds the token.
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


class Admission(Frozen):
    """What a request must carry to be let in."""

    token: str
    port: int

    @property
    def url(self) -> str:
        """The address of the page."""
        return f"http://127.0.0.1:{self.port}/?token={self.token}"

    def refusal(self, headers: Headers, query: bytes) -> str | None:
        """Why a request is refused, if it is."""
        hosts = {f"{name}:{self.port}" for name in ("127.0.0.1", "localhost")}
        if headers.getlist("host") not in [[host] for host in hosts]:
            return "this server answers to 127.0.0.1 only"
        origin = headers.get("origin")
        if origin is not None and origin not in {f"http://{host}" for host in hosts}:
            return "this server answers its own pages only"
        given = headers.get(TOKEN_HEADER) or next(iter(parse_qs(query.decode("latin-1")).get("token", [])), "")
        if not secrets.compare_digest(given.encode("utf-8", "surrogateescape"), self.token.encode()):
            return "the token is missing or wrong: open the address that was printed when the server started"
        return None


class TooLargeError(Exception):
    """A request has more bytes than are read."""


class Guard:
    """Lets in what may come in, and no more bytes than that; adds headers to every answer."""

    def __init__(self, app: ASGIApp, admission: Admission) -> None:
        self._app, self._admission = app, admission

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        headers = Headers(scope=scope)
        refusal = self._admission.refusal(headers, scope["query_string"])
        if refusal is not None:
            await PlainTextResponse(refusal + "\n", 403)(scope, receive, send_guarded)
            return
        left = MOST_BYTES

        async def receive_guarded() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise TooLargeError
            return message

        await self._app(scope, receive_guarded, send_guarded)
