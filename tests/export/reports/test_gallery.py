"""A gallery leads to the reports of a folder, and to nothing else, whatever they are called."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote

import pytest

from rnnviz.export.gallery import INDEX, save_gallery
from rnnviz.export.reports.known import KEY, Known
from rnnviz.storage import StorageError
from tests.export.reports.page import Page

HOSTILE = "</script><img src=x onerror=throw> & \u202e"


def write_report(folder: Path, name: str, title: str, day: int = 1) -> None:
    """As much of a report as a gallery reads."""
    made = f"2026-01-{day:02}T00:00:00+00:00"
    known = Known(title, (title, "b"), "GRU, 8 units", "a text", f"{title} ended.", 1.0, made)
    (folder / name).write_text(f"<!DOCTYPE html><html><head>{known.block}</head></html>\n")


def test_the_newest_report_comes_first_and_what_is_none_is_named(tmp_path: Path) -> None:
    write_report(tmp_path, "a.html", "first", day=1)
    write_report(tmp_path, 'b"><script>.HTM', HOSTILE, day=2)
    (tmp_path / "c.html").write_text("<p>hello</p>")
    (tmp_path / "d.html").write_text(
        f'<script type="application/json" id="{KEY}">{{"a": 1}}</script></html>'
    )
    os.mkfifo(tmp_path / "e.html")
    (tmp_path / "g.html").symlink_to(tmp_path / "a.html")
    (tmp_path / "h.html").write_text(
        (tmp_path / "a.html").read_text().replace('"loss": 1.0', f'"loss": 1{"0" * 400}')
    )
    (tmp_path / "f.txt").write_text("not even HTML")
    (tmp_path / "i.html").write_bytes((tmp_path / "a.html").read_bytes()[:-5])
    found = save_gallery(tmp_path)
    assert list(found.reports) == ['b"><script>.HTM', "a.html"]
    assert found.skipped["c.html"] == "is no report of rnnviz"
    assert found.skipped["d.html"] == "is damaged, or no report of rnnviz"
    assert found.skipped["g.html"] == "is a link, which is not followed"
    assert found.skipped["i.html"] == "is a report that ends too soon; make or copy it again"
    assert list(found.skipped) == [f"{name}.html" for name in "cdeghi"]
    page = Page((tmp_path / INDEX).read_bytes())
    links = [str(held["href"]) for held in page.elements_of("a")]
    assert [unquote(link) for link in links] == ["./" + name for name in found.reports]
    assert all(set(link) <= set("./%") | set(map(chr, range(48, 123))) for link in links)
    assert not {"script", "img"} & {*page.inside}
    assert "</script><img src=x onerror=throw> & �" in page.text
    assert "2 reports" in page.text and "1.443 bits/char (1.000 nats)" in page.text


def test_a_name_that_is_no_text_is_led_to_by_its_bytes(tmp_path: Path) -> None:
    write_report(tmp_path, os.fsdecode(b"\xff.html"), "first")
    save_gallery(tmp_path)
    (link,) = Page((tmp_path / INDEX).read_bytes()).elements_of("a")
    assert link["href"] == "./%FF.html"


def test_a_gallery_is_made_again_and_nobody_elses_page_is_lost(tmp_path: Path) -> None:
    assert not save_gallery(tmp_path).reports
    write_report(tmp_path, "a.html", "first")
    assert [*save_gallery(tmp_path).reports] == ["a.html"]
    (tmp_path / INDEX).write_text("<h1>My own page</h1>")
    with pytest.raises(StorageError, match="a page that is no gallery of rnnviz"):
        save_gallery(tmp_path)
    assert (tmp_path / INDEX).read_text() == "<h1>My own page</h1>"
    with pytest.raises(StorageError, match="there is no such folder"):
        save_gallery(tmp_path / "gone")
    with pytest.raises(StorageError, match="xxx: the name is too long; choose a shorter one"):
        save_gallery(tmp_path / ("x" * 300))
