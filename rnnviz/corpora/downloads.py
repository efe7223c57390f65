"""Texts from the internet: only when asked, checked against their hash, kept in a cache."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import IO

from rnnviz.storage import write_whole

MAX_BYTES = 100_000_000
TIMEOUT_SECONDS = 15.0
DEADLINE_SECONDS = 600.0

_PIECE = 1 << 16
_LOOPBACK = ("127.0.0.1", "localhost", "::1")

Report = Callable[[int, int], None]
"""Takes the bytes that have come, and how many there will be."""


class DownloadError(Exception):
    """A text cannot be fetched; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Download:
    """A file on the internet, known to the last byte.

    Attributes:
        name: of the file in the cache.
        url: where it is.
        bytes: how many it has.
        sha256: of its bytes.
    """

    name: str
    url: str
    bytes: int
    sha256: str


def cache_folder() -> Path:
    """Where downloads are kept: $RNNVIZ_CACHE, else .cache/rnnviz in the home folder."""
    given = os.environ.get("RNNVIZ_CACHE")
    return Path(given) if given else Path.home() / ".cache" / "rnnviz"


def cached(download: Download, folder: Path | None = None) -> Path | None:
    """The file, if it was fetched before (its size is looked at, not its hash)."""
    try:
        path = (folder or cache_folder()) / download.name
        return path if path.stat().st_size == download.bytes else None
    except (OSError, RuntimeError):  # no home folder
        return None


def fetch(
    download: Download,
    folder: Path | None = None,
    *,
    report: Report | None = None,
    timeout: float = TIMEOUT_SECONDS,
    loopback: bool = False,
) -> bytes:
    """The bytes: from the cache, else from the internet, and then kept.

    Args:
        download: what to fetch.
        folder: the cache; by default `cache_folder()`.
        report: told how far it is, about every 64 kB.
        timeout: seconds of silence after which the server is given up.
        loopback: allow http to this machine itself, for tests.

    Raises:
        DownloadError: no connection, no answer, an answer that is not the file, or a cache that
            cannot be written.
    """
    path = cached(download, folder)
    if path is not None:
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() == download.sha256:
            return data
    _check_url(download.url, loopback)
    data = _received(download, report or (lambda done, total: None), timeout, loopback)
    if hashlib.sha256(data).hexdigest() != download.sha256:
        raise DownloadError(
            f"{download.url} is not the file it was (its sha256 differs); not kept."
        )
    _keep(download, data, folder)
    return data


def _keep(download: Download, data: bytes, folder: Path | None) -> None:
    try:
        folder = folder or cache_folder()
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / download.name, data)
    except (OSError, RuntimeError) as error:
        raise DownloadError(
            f"the cache {folder or ''} cannot be written ({error}); set RNNVIZ_CACHE to a folder "
            "that can."
        ) from error


def _received(download: Download, report: Report, timeout: float, loopback: bool) -> bytes:
    from http.client import HTTPException
    from urllib.error import HTTPError
    from urllib.request import HTTPRedirectHandler, build_opener

    class Redirects(HTTPRedirectHandler):
        def redirect_request(self, *arguments: object) -> object:  # type: ignore[override]
            _check_url(str(arguments[-1]), loopback)
            return super().redirect_request(*arguments)  # type: ignore[arg-type]

    try:
        with build_opener(Redirects).open(download.url, timeout=timeout) as answer:
            return _body(answer, download, report)
    except HTTPError as error:
        raise DownloadError(f"{download.url} was refused ({error.code} {error.reason}).") from error
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise DownloadError(
            f"{download.url} cannot be reached ({reason}). Check the connection and try again, or "
            "give a text file of your own."
        ) from error


def _body(answer: IO[bytes], download: Download, report: Report) -> bytes:
    """At most the bytes that are expected, and one to see whether there are more."""
    begun, data, limit = monotonic(), bytearray(), min(download.bytes, MAX_BYTES)
    while len(data) <= limit:
        piece = answer.read(min(_PIECE, limit + 1 - len(data)))
        if not piece:
            break
        data += piece
        report(min(len(data), limit), download.bytes)
        if monotonic() - begun > DEADLINE_SECONDS:
            raise DownloadError(f"{download.url} took over {DEADLINE_SECONDS:g} s; given up.")
    if len(data) != download.bytes:
        more = "more than" if len(data) > limit else f"{len(data):,} of"
        raise DownloadError(
            f"{download.url} gave {more} {download.bytes:,} bytes; not kept. Try again later."
        )
    return bytes(data)


def _check_url(url: str, loopback: bool) -> None:
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    if parts.scheme == "https" or (
        loopback and parts.scheme == "http" and parts.hostname in _LOOPBACK
    ):
        return
    raise DownloadError(f"{url} is not fetched; only https is.")
