"""Who may talk to the server, and what becomes of requests that are none."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest

from modelcheck.explorer.requests import MOST_BYTES

from .conftest import SPEC, Client, serving

LOOK = b'{"do": "look"}'


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    """One server for all these tests: nothing here may change the walk."""
    with serving(SPEC) as found:
        yield found


def test_the_page_is_served_to_whoever_has_the_address(client: Client) -> None:
    reply = client.send("GET", "/?token=a-token", X_Modelcheck_Token=None)
    assert (reply.status, reply.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert b"<!doctype html>" in reply.body
    assert client.ask("look")["view"]["protocol"] == "Pair"


@pytest.mark.parametrize(
    "path", ["/", "/?token=", "/?token=A-token", "/?token=a-token2", "/?token=a-toke", "/?token=%ff"]
)
@pytest.mark.parametrize("given", [None, "", "a-token ", "x", "ä"])
def test_nothing_is_served_without_the_token(client: Client, path: str, given: str | None) -> None:
    header = None if given is None else given.encode().decode("latin-1")
    if header == "a-token ":
        header = "a-token-"
    assert client.send("GET", path, X_Modelcheck_Token=header).status == 403
    assert client.send("POST", path.replace("/", "/api", 1), LOOK, X_Modelcheck_Token=header).status == 403


@pytest.mark.parametrize("path", ["/nothing", "/favicon.ico", "/static/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd"])
def test_also_what_is_not_there_is_told_to_the_token_only(client: Client, path: str) -> None:
    assert client.send("GET", path, X_Modelcheck_Token=None).status == 403
    reply = client.send("GET", path)
    assert reply.status == 404
    assert b"root:" not in reply.body


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "localhost.evil:{port}", "", None]
)
def test_a_foreign_host_is_refused(client: Client, host: str | None) -> None:
    given = None if host is None else host.format(port=client.admission.port)
    # The HTTP of 1.1 demands a host: without one the request is bad before anybody asks.
    assert client.send("POST", "/api", LOOK, Host=given).status in ({403} if given is not None else {400, 403})


def test_localhost_is_this_machine_too(client: Client) -> None:
    assert client.send("POST", "/api", LOOK, Host=f"localhost:{client.admission.port}").status == 200


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "https://127.0.0.1:{port}", "http://127.0.0.1:1", ""]
)
def test_a_foreign_origin_is_refused(client: Client, origin: str) -> None:
    given = origin.format(port=client.admission.port)
    assert client.send("POST", "/api", LOOK, Origin=given).status == 403


def test_its_own_origin_is_let_in(client: Client) -> None:
    assert client.send("POST", "/api", LOOK, Origin=f"http://127.0.0.1:{client.admission.port}").status == 200


def test_no_answer_allows_other_origins_or_is_kept(client: Client) -> None:
    for reply in (client.send("POST", "/api", LOOK), client.send("GET", "/"), client.send("OPTIONS", "/api")):
        assert "access-control-allow-origin" not in reply.headers
        assert reply.headers["cache-control"] == "no-store"
        assert reply.headers["referrer-policy"] == "no-referrer"
        assert reply.headers["x-content-type-options"] == "nosniff"


def test_the_policy_allows_what_is_in_the_page_and_nothing_else(client: Client) -> None:
    policy = client.send("GET", "/").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"look"',
        b'{"do": "no such thing"}',
        b'{"do": 7}',
        b"{}",
        b'{"do": "take"}',
        b'{"do": "take", "revision": 1, "action": "0", "digits": []}',
        b'{"do": "take", "revision": 1, "action": 1e400, "digits": []}',
        b'{"do": "take", "revision": 1, "action": 99999999999999999999, "digits": []}',
        b'{"do": "go", "revision": 1, "position": 1, "more": 2}',
        b'{"do": "look", "do": "look", "x": 1}',
        b'{"do": "ask", "text": "\xff"}',
        b'{"do": "ask", "text": ' + b"[" * 200_000 + b"]" * 200_000 + b"}",
        b"[" * 1_000_000,
    ],
)
def test_what_is_no_request_is_bad_and_told_without_a_traceback(client: Client, body: bytes) -> None:
    reply = client.send("POST", "/api", body)
    assert reply.status == 400
    assert "this is no request" in reply.json()["problem"]
    assert b"Traceback" not in reply.body
    assert client.ask("look")["view"]["position"] == 0


def test_a_huge_request_is_not_read(client: Client) -> None:
    text = json.dumps({"do": "ask", "text": "x" * (MOST_BYTES + 1)}).encode()
    assert client.send("POST", "/api", text).status == 413
    assert client.ask("look")["view"]["position"] == 0


def test_a_request_without_an_end_is_not_read_for_ever(client: Client) -> None:
    with socket.create_connection(("127.0.0.1", client.admission.port), timeout=20) as connection:
        head = f"POST /api HTTP/1.1\r\nHost: 127.0.0.1:{client.admission.port}\r\nX-Modelcheck-Token: a-token\r\n"
        connection.sendall(f"{head}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
        try:
            for _ in range(9):
                connection.sendall(chunk)
            answer = connection.recv(1000)
        except (ConnectionResetError, BrokenPipeError):
            answer = b"HTTP/1.1 413"
    assert answer.startswith(b"HTTP/1.1 413")
    assert client.ask("look")["view"]["position"] == 0


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", None])
def test_a_form_of_a_foreign_page_is_no_request(client: Client, kind: str | None) -> None:
    assert client.send("POST", "/api", LOOK, Content_Type=kind).status == 415


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_other_methods_do_nothing(client: Client, method: str) -> None:
    assert client.send(method, "/api", LOOK).status == 405


def test_the_server_listens_on_the_loopback_interface_only(client: Client) -> None:
    name = socket.gethostbyname(socket.gethostname())
    if name.startswith("127."):
        pytest.skip("this machine has no other address")
    with pytest.raises(OSError, match=r".*"):
        socket.create_connection((name, client.admission.port), timeout=2).close()
