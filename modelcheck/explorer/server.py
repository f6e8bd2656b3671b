"""The server: one page, and one address that takes requests as JSON."""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from modelcheck.diagnostics import bug_report
from modelcheck.explorer.answers import Answer, Explorer
from modelcheck.explorer.guard import Admission, Guard, TooLargeError
from modelcheck.explorer.html import page
from modelcheck.explorer.requests import Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request as HttpRequest
    from starlette.types import ASGIApp

_DECODER = msgspec.json.Decoder(Request)

IDLE_SECONDS = 5
"""How long a connection is kept on which nothing comes."""


def application(explorer: Explorer, admission: Admission) -> ASGIApp:
    """The application, behind its guard."""

    async def show_page(_request: HttpRequest) -> Response:
        html, policy = page()
        return HTMLResponse(html, headers={"content-security-policy": policy})

    async def answer(request: HttpRequest) -> Response:
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            return _told(415, "requests are JSON")
        try:
            asked = _DECODER.decode(await request.body())
        except TooLargeError:
            return _told(413, "the request is too large")
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            return _told(400, f"this is no request: {error}")
        try:
            return _json(200, await _beside(partial(explorer.answer, asked)))
        except Exception as error:  # noqa: BLE001 - no traceback ever reaches a user
            return _told(500, bug_report(error))

    routes = [Route("/", show_page, methods=["GET"]), Route("/api", answer, methods=["POST"])]
    return Guard(Starlette(routes=routes), admission)


async def _beside(work: Callable[[], Answer]) -> Answer:
    """The result of work that may take long, done in a thread that nobody waits for once the server ends."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Answer] = loop.create_future()

    def settle(answer: Answer | Exception) -> None:
        if done.done():
            # Whoever asked has gone.
            return
        if isinstance(answer, Exception):
            done.set_exception(answer)
        else:
            done.set_result(answer)

    def run() -> None:
        answer: Answer | Exception
        try:
            answer = work()
        except Exception as error:  # noqa: BLE001 - it is raised where it is waited for
            answer = error
        # A loop that is closed takes no answers any more.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(settle, answer)

    threading.Thread(target=run, daemon=True).start()
    return await done


def _told(status: int, problem: str) -> Response:
    return _json(status, Answer(problem=problem))


def _json(status: int, answer: Answer) -> Response:
    return Response(msgspec.json.encode(answer), status, media_type="application/json")


def listen(port: int) -> socket.socket:
    """A socket on the loopback interface; port 0 takes one that is free. Raises `OSError` where none can be had."""
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(("127.0.0.1", port))
        found.listen()
    except OSError:
        found.close()
        raise
    return found


def server(app: ASGIApp) -> uvicorn.Server:
    """A server of an application, to be run on a socket."""
    config = uvicorn.Config(
        app,
        http="h11",
        loop="asyncio",
        ws="none",
        lifespan="off",
        interface="asgi3",
        access_log=False,
        log_level="critical",
        log_config=None,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_keep_alive=IDLE_SECONDS,
        # Ctrl-C ends it at once, whatever a page is waiting for.
        timeout_graceful_shutdown=1,
        limit_concurrency=100,
    )
    return uvicorn.Server(config)
