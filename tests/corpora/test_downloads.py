"""Only the right bytes are kept; everything else is one sentence. Served by this machine alone."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest

from rnnviz.corpora import downloads
from rnnviz.corpora.downloads import Download, DownloadError, cache_folder, cached, fetch

DATA = bytes(range(256)) * 700  # three pieces
RELEASED = Event()


class Handler(BaseHTTPRequestHandler):
    """Each path is another kind of trouble."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.path == "/silent":
            RELEASED.wait(60)
        elif self.path == "/refused":
            self.send_error(403)
        elif self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "http://example.invalid/right")
            self.end_headers()
        elif self.path == "/nearby":
            self.send_response(302)
            self.send_header("Location", "/right")
            self.end_headers()
        else:
            self._answer()

    def _answer(self) -> None:
        body = {"/short": DATA[:-9], "/long": DATA + b"!", "/other": DATA[::-1]}
        self.send_response(200)
        if self.path == "/short":
            self.send_header("Content-Length", str(len(DATA)))
        self.end_headers()
        self.wfile.write(body.get(self.path, DATA))

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - as inherited
        """Keep quiet."""


@pytest.fixture
def asked() -> list[str]:
    """The paths that were asked for."""
    return []


@pytest.fixture
def server(asked: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a server on this machine."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    RELEASED.clear()
    handler = type("Counting", (Handler,), {"asked": asked})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as serving:
        thread = Thread(target=serving.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{serving.server_address[1]}"
        RELEASED.set()
        serving.shutdown()
        thread.join()


def download(url: str) -> Download:
    return Download("text.txt", url, len(DATA), hashlib.sha256(DATA).hexdigest())


def get(url: str, folder: Path, timeout: float = 30.0) -> bytes:
    return fetch(download(url), folder, timeout=timeout, loopback=True)


@pytest.mark.parametrize("path", ["/right", "/nearby"])
def test_the_right_bytes_come_and_are_kept(
    server: str, asked: list[str], tmp_path: Path, path: str
) -> None:
    folder, told = tmp_path / "new" / "cache", list[tuple[int, int]]()
    wanted = download(server + path)
    assert cached(wanted, folder) is None
    found = fetch(wanted, folder, report=lambda *so_far: told.append(so_far), loopback=True)
    assert found == DATA
    assert [path.name for path in folder.iterdir()] == ["text.txt"]
    assert cached(wanted, folder) == folder / "text.txt"
    assert told == sorted(told)
    assert told[-1] == (len(DATA), len(DATA))
    assert len(told) >= 3
    before = len(asked)
    assert get(server + path, folder) == DATA
    assert len(asked) == before  # from the cache


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/other", "its sha256 differs"),
        ("/short", f"gave {len(DATA) - 9:,} of {len(DATA):,} bytes|cannot be reached"),
        ("/long", f"gave more than {len(DATA):,} bytes"),
        ("/refused", r"was refused \(403 Forbidden\)"),
        ("/moved", "http://example.invalid/right is not fetched; only https is"),
    ],
)
def test_anything_else_is_not_kept(server: str, tmp_path: Path, path: str, message: str) -> None:
    with pytest.raises(DownloadError, match=message):
        get(server + path, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_silent_server_is_given_up(server: str, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match=r"cannot be reached .*timed out"):
        get(f"{server}/silent", tmp_path, timeout=0.05)


def test_a_server_that_never_ends_is_given_up(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "DEADLINE_SECONDS", 0.0)
    with pytest.raises(DownloadError, match="took over 0 s; given up"):
        get(f"{server}/right", tmp_path)


def test_without_a_network_it_says_what_to_do(tmp_path: Path) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as serving:
        port = serving.server_address[1]  # free again once closed
    with pytest.raises(
        DownloadError, match=r"cannot be reached .*Check the connection and try again"
    ):
        get(f"http://127.0.0.1:{port}/right", tmp_path)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/x", "file:///etc/passwd", "ftp://localhost/x"])
def test_only_https_is_fetched(tmp_path: Path, url: str) -> None:
    with pytest.raises(DownloadError, match="only https is"):
        fetch(download(url), tmp_path)


@pytest.mark.parametrize("url", ["http://192.0.2.1/x", "http://127.0.0.1.example.invalid/x"])
def test_http_is_for_this_machine_alone(tmp_path: Path, url: str) -> None:
    with pytest.raises(DownloadError, match="only https is"):
        get(url, tmp_path)


def test_a_spoilt_file_is_fetched_again(server: str, asked: list[str], tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_bytes(DATA[::-1])
    assert get(f"{server}/right", tmp_path) == DATA
    assert asked == ["/right"]
    assert (tmp_path / "text.txt").read_bytes() == DATA


def test_a_cache_that_cannot_be_written_is_said(server: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DownloadError, match=r"cannot be written .*set RNNVIZ_CACHE"):
        get(f"{server}/right", tmp_path / "file" / "cache")


def test_a_part_of_the_file_does_not_count_as_cached(tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_bytes(DATA[:-1])
    assert cached(download("https://example.invalid/x"), tmp_path) is None
    whole = replace(download("https://example.invalid/x"), bytes=len(DATA) - 1)
    assert cached(whole, tmp_path) == tmp_path / "text.txt"


def test_the_cache_is_where_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RNNVIZ_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.delenv("RNNVIZ_CACHE")
    assert re.search(r"\.cache.rnnviz$", str(cache_folder()))
