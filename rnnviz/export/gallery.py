"""A folder of reports as one page that leads to each of them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from rnnviz.export.reports.document import colours, document, file
from rnnviz.export.reports.known import Known, read_known
from rnnviz.export.reports.markup import words
from rnnviz.notation import NOTHING, counted, loss_words
from rnnviz.plots.still.ink import Palette
from rnnviz.storage import StorageError, followed, is_file, speaking_of, write_whole

INDEX = "index.html"


@dataclass(frozen=True, slots=True)
class Gallery:
    """What stands in a folder.

    Attributes:
        reports: by the names of their files, the newest first.
        skipped: other HTML files, and why each is none, in words that go on from its name.
    """

    reports: Mapping[str, Known]
    skipped: Mapping[str, str]


def save_gallery(folder: Path) -> Gallery:
    """Write `index.html` into a folder: a line for each report that lies in it.

    Only what each report says of itself is read, and nothing in it is run. A file that is none is
    left out.

    Raises:
        StorageError: there is no such folder, the page cannot be written, or there is an
            index.html that is no gallery.
    """
    with speaking_of(folder):
        there = folder.is_dir()
    if not there:
        raise StorageError(f"{folder}: there is no such folder; name one that has reports in it.")
    found = gallery_of(folder)
    index = folder / INDEX
    _check_replaceable(index)
    with speaking_of(index):
        write_whole(followed(index), page(found))
    return found


def gallery_of(folder: Path) -> Gallery:
    """The reports of a folder, and its other HTML files."""
    reports: dict[str, Known] = {}
    skipped: dict[str, str] = {}
    with speaking_of(folder):
        paths = sorted(
            path for path in folder.iterdir() if path.suffix.lower() in (".html", ".htm")
        )
    for path in paths:
        if path.name.lower() == INDEX:
            continue
        if path.is_symlink():
            skipped[path.name] = "is a link, which is not followed"
            continue
        try:
            reports[path.name] = read_known(path)
        except ValueError as error:
            skipped[path.name] = str(error)
        except OSError as error:
            skipped[path.name] = f"cannot be read: {error.strerror or error}"
    order = sorted(reports, key=lambda name: (reports[name].made, name), reverse=True)
    return Gallery({name: reports[name] for name in order}, skipped)


def page(found: Gallery) -> bytes:
    """The HTML file, without a script.

    Example:
        >>> b"There is no report" in page(Gallery({}, {}))
        True
    """
    listed = "".join(_entry(name, known) for name, known in found.reports.items())
    none = "<p>There is no report in this folder yet.</p>" * (not found.reports)
    count = counted(len(found.reports), "report")
    return document(
        "Reports of rnnviz",
        f'<meta name="generator" content="{_MARK}">',
        f'<header><p class="kicker">rnnviz</p><h1>{count}</h1></header>'
        f'<main>{none}<ol class="gallery">{listed}</ol></main>',
        styles=(colours(Palette()), file("report.css")),
    )


_MARK = "rnnviz gallery"


def _entry(name: str, known: Known) -> str:
    """A report: its title leads to its file, by nothing but the name of that."""
    loss = NOTHING if known.loss is None else loss_words(known.loss)
    about = f"{known.network} · {known.text} · {loss} · {known.made[:10]}"
    runs = f"Runs: {', '.join(dict.fromkeys(known.runs))}" if len(known.runs) > 1 else ""
    more = f'<p class="note">{words(runs)}</p>' if runs else ""
    return (
        f'<li><h2><a href="./{quote(os.fsencode(name))}">{words(known.title)}</a></h2>'
        f'<p class="note">{words(about)}</p><p>{words(known.verdict)}</p>{more}</li>'
    )


def _check_replaceable(index: Path) -> None:
    """Nothing of anybody's is replaced but a gallery of before.

    Raises:
        StorageError: there is another page.
    """
    if not is_file(index):
        return
    with speaking_of(index), index.open("rb") as there:
        head = there.read(4_000)
    if _MARK.encode() not in head:
        raise StorageError(
            f"{index}: there is a page that is no gallery of rnnviz, and it is not replaced; move "
            "it, or choose another folder."
        )
