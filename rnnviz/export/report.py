"""Runs as one HTML file that anyone can open: no server, no network, no Python."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rnnviz.export.reports import colouring
from rnnviz.export.reports.comparison import Compared, compared, comparison
from rnnviz.export.reports.document import colours, document, file, title_of
from rnnviz.export.reports.gradients import gradients
from rnnviz.export.reports.heatmap import heatmap
from rnnviz.export.reports.heatmap import parts as parts_of_heatmaps
from rnnviz.export.reports.known import known_of
from rnnviz.export.reports.markup import Section, words
from rnnviz.export.reports.reported import MOST_CHARACTERS, Reported, reported
from rnnviz.export.reports.settings import definitions, settings
from rnnviz.export.reports.training import leading, losses, samples, summary
from rnnviz.export.reports.units import search, units
from rnnviz.notation import counted
from rnnviz.plots.still.ink import Palette
from rnnviz.plots.text_heatmap.parts import program, style
from rnnviz.runs.run import Run
from rnnviz.runs.verdicts.verdict import verdict_of
from rnnviz.storage import followed, speaking_of, write_whole
from rnnviz.version import __version__

Tell = Callable[[str], None]

_FOOT = (
    "Made {made:%Y-%m-%d %H:%M} UTC by rnnviz {version}, from what was recorded in training and by "
    "reading texts with the trained network. This file holds all it shows: it loads nothing from "
    "anywhere."
)


def report(
    runs: Run | Sequence[Run],
    *,
    iteration: int | None = None,
    text: str | None = None,
    tell: Tell = lambda said: None,
) -> bytes:
    """One HTML file, in UTF-8, about a run, or about several side by side.

    It loads nothing and runs nothing but the script that it brings, which its
    Content-Security-Policy names by its digest; whatever stands in names, texts and samples is text
    there. Every section ends in sentences that can be repeated.

    Args:
        runs: one, or up to eight, the first of which comes first.
        iteration: of the snapshot that is looked at, in all of them; None takes the best of each.
        text: what the networks read, as a person sees it; None takes the held-out part of each
            run's text, the beginning where nothing is held out. 3,000 characters are shown, shared
            among the runs; what a network does not know is left out, which the page says.
        tell: is told what is being done, in a few words.

    Raises:
        RunError: a run has no snapshot, not that one, or is damaged.
        ValueError: no run is given, one twice or too many, or the text has characters that a
            network does not know.
    """
    given = [runs] if isinstance(runs, Run) else list(runs)
    _check(given)
    most = MOST_CHARACTERS // len(given)
    shown = [reported(place, run, iteration, text, most) for place, run in enumerate(given)]
    palette, found = Palette(), compared(shown) if len(shown) > 1 else None
    parts = list(_parts(shown, found, palette, tell))
    tell("writing")
    return _document(shown, found, parts, palette)


def save_report(runs: Run | Sequence[Run], path: Path, **how: Any) -> int:
    """Write a report to a file, whole or not at all; how many bytes it has.

    Args:
        runs: as `report` takes them.
        path: the .html file.
        how: what else it takes.

    Raises:
        StorageError: it cannot be written; what was there before stays as it was.
    """
    with speaking_of(path):
        followed(path).parent.stat()  # where there is no place for it, nothing is computed
    data = report(runs, **how)
    with speaking_of(path):
        write_whole(followed(path), data)
    return len(data)


def _check(runs: Sequence[Run]) -> None:
    if not runs:
        raise ValueError("no run is given; name one or several.")
    ids = [run.id for run in runs]
    if twice := [run_id for run_id in ids if ids.count(run_id) > 1]:
        raise ValueError(f"run {twice[0]} is given twice; give different runs.")


def _parts(
    shown: Sequence[Reported],
    found: Compared | None,
    palette: Palette,
    tell: Tell,
) -> Iterator[Section | str]:
    """The sections in order, between them the name of each run where there are several."""
    if found is not None:
        tell("comparing")
        yield comparison(found, palette)
    for one in shown:
        of = f" of {one.run.id}" * (len(shown) > 1)
        if found is not None:
            yield _name(one, found.labels[one.place])
        yield losses(one, palette)
        tell(f"reading samples{of}")
        yield samples(one)
        tell(f"looking for units{of}, which takes some seconds")
        looked = search(one)
        tell(f"reading {counted(len(one.passage), 'character')}{of}")
        yield heatmap(one, looked)
        yield units(one, looked, palette)
        tell(f"reading gradients{of}, and what resets cost")
        yield gradients(one, palette)
        yield settings(one)
    yield definitions(one.run.model_config.cell for one in shown)


def _name(one: Reported, label: str) -> str:
    name = f"<small>{words(one.run.description.name)}</small>"
    return f'<h2 class="run" id="run-{one.place}">{words(label)} {name}</h2>{summary(one)}'


def _document(
    shown: Sequence[Reported],
    found: Compared | None,
    parts: Sequence[Section | str],
    palette: Palette,
) -> bytes:
    title, made = _title(shown), datetime.now(UTC)
    verdict = verdict_of(shown[0].run).headline if found is None else found.verdict
    levels = colouring.style(palette)  # first: it adds to the palette
    return document(
        words(title_of(title)),
        known_of(shown, title, verdict, made.isoformat(timespec="seconds")).block,
        f"{_header(shown, title, verdict)}\n{_navigation(found, parts)}\n"
        f"{parts_of_heatmaps()}<main>{''.join(map(_html, parts))}</main>\n"
        f"<footer><p>{words(_FOOT.format(made=made, version=__version__))}</p></footer>",
        styles=(colours(palette) + levels, file("report.css")),
        script="\n".join([program(), file("heatmaps.js"), file("report.js")]),
        allowed=(style(),),
    )


def _html(part: Section | str) -> str:
    return part if isinstance(part, str) else part.html


def _title(shown: Sequence[Reported]) -> str:
    if len(shown) == 1:
        return shown[0].run.description.name
    texts = dict.fromkeys(one.run.description.text_name for one in shown)
    return f"{len(shown)} runs on {' and '.join(texts)}" if len(texts) < 3 else f"{len(shown)} runs"


def _header(shown: Sequence[Reported], title: str, verdict: str) -> str:
    about = [one.run.description for one in shown]
    kicker = f"What {'a recurrent network' if len(shown) == 1 else 'recurrent networks'} learned"
    text = (
        about[0].text_words if len({each.text_sha256 for each in about}) == 1 else "several texts"
    )
    how = "Learned from" if all(each.imported is None for each in about) else "Read here:"
    lead = summary(shown[0]) if len(shown) == 1 else leading(verdict)
    return (
        f'<header><p class="kicker">{words(kicker)}</p><h1>{words(title)}</h1>'
        f'<p class="note">{words(f"{how} {text}")}</p>{lead}</header>'
    )


def _navigation(found: Compared | None, parts: Sequence[Section | str]) -> str:
    """Links to the sections; of several runs, to each run."""
    links = [
        (part.key, part.link or part.title)
        for part in parts
        if isinstance(part, Section) and not (found and part.key[-1].isdigit())
    ]
    labels = [] if found is None else found.labels
    runs = [(f"run-{place}", label) for place, label in enumerate(labels)]
    listed = "".join(
        f'<li><a href="#{key}">{words(name)}</a></li>'
        for key, name in [*links[:1], *runs, *links[1:]]
    )
    return f'<nav aria-label="Sections"><ul>{listed}</ul></nav>'
