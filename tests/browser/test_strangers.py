"""Strangers: their pages do not reach the server, and their runs do nothing but be seen."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from rnnviz.notation import bits_words
from rnnviz.runs.run import Run
from tests.browser.conftest import APP, Serve, Served, Visit, expect
from tests.dashboard.hostile import SHOWN, hostile_run

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return hostile_run(tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def served(serve: Serve, hostile: Run) -> Served:
    """The dashboard, over a run that somebody else made."""
    runs = hostile.folder.path.parent
    return serve(APP, RNNVIZ_RUNS=str(runs))


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


@pytest.mark.parametrize("name", ["", "hidden_units", "samples", "learn_cell", "learn_tanh"])
def test_what_a_run_says_is_text(
    served: Served, hostile: Run, page: Page, visit: Visit, name: str
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    visit(f"{served.url}/{name}?run={hostile.id}")
    assert [url for url in asked if "third.example" in url] == []
    assert page.locator("img[src*='third.example'], a[href*='third.example']").count() == 0
    if not name:  # the name as a heading, and the notice
        expect(page.get_by_role("heading", name="HOSTILE")).to_be_visible()
        for part in page.get_by_text("HOSTILE").all():
            said = part.inner_text().replace("\u2060", "")
            if not part.is_visible():  # what a screen reader alone is told
                said = (part.text_content() or "").replace("\u2060", "")
            assert said == SHOWN or said.startswith(_beginnings(hostile)), said
        assert page.get_by_text("HOSTILE").count() >= 2


def _beginnings(run: Run) -> tuple[str, str]:
    """What the name, or that of its text, stands before: in the picker, and among the settings."""
    loss = run.status.validation_loss
    standing = run.status.state if loss is None else f"{bits_words(loss)}/char"
    return f"{SHOWN} · {standing} · ", run.description.text_name
