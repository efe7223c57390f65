"""Pages of strangers do not reach a server that runs on this machine."""

from __future__ import annotations

import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import Serve, Served
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def served(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Served:
    """The dashboard, over no runs."""
    runs: Path = tmp_path_factory.mktemp("runs")
    return serve(ROOT / "dashboard" / "app.py", RNNVIZ_RUNS=str(runs))


def handshake(url: str, host: str, origin: str | None) -> int:
    """The status a websocket is answered with: 101 opens it."""
    port = urlsplit(url).port
    lines = [
        "GET /_stcore/stream HTTP/1.1",
        f"Host: {host}:{port}",
        *([] if origin is None else [f"Origin: http://{origin}:{port}"]),
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]
    with socket.create_connection(("localhost", port), timeout=30) as link:
        link.sendall("\r\n".join([*lines, "", ""]).encode())
        return int(link.recv(1024).split()[1])


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "[::1]"])
def test_this_machine_is_let_in(served: Served, name: str) -> None:
    assert handshake(served.url, name, name) == 101


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("rebound.example", "rebound.example"),  # a name that was turned to this machine
        ("rebound.example", None),
        ("localhost.rebound.example", "localhost.rebound.example"),
        ("localhost", "rebound.example"),
        ("rebound.example", "localhost"),
    ],
)
def test_a_page_of_somebody_else_is_not(served: Served, host: str, origin: str | None) -> None:
    assert handshake(served.url, host, origin) == 403
