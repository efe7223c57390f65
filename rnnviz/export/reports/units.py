"""Which unit follows what, beside what would explain it without the unit."""

from __future__ import annotations

from functools import partial

from rnnviz.analysis.states.reading_words import reading_words
from rnnviz.analysis.units.conclusions import headline, use_words
from rnnviz.analysis.units.finding import Finding
from rnnviz.analysis.units.finding_words import found_in, number, score_words
from rnnviz.export.reports.markup import Section, chart, paragraphs, says, table
from rnnviz.export.reports.reported import Reported
from rnnviz.notation import NOTHING
from rnnviz.plots.findings import findings, unit_name
from rnnviz.plots.still.ink import Palette
from rnnviz.runs.network.unit_search import UnitSearch, find_units, numbers_each, passage_of
from rnnviz.text.marks import marked

# Numbers of a trace that are searched in some seconds.
_QUICKLY = 15_000_000
_LEAST = 4_000
_SHOWN = 10
_HEADS = (
    "property",
    "its best unit",
    "score",
    "untrained",
    "character alone",
    "last two",
    "chance",
    "found in",
)


def search(one: Reported) -> UnitSearch | str:
    """Which unit follows what; of a long text its end alone is read. Or why nobody knows."""
    most = max(_LEAST, _QUICKLY // numbers_each(one.run.model_config))
    try:
        *_, found = find_units(one.run, one.iteration, most=most)
    except ValueError as error:
        return f"Units were not looked for: {error}"
    return found


def units(one: Reported, found: UnitSearch | str, palette: Palette) -> Section:
    """The findings, the clearest first, beside their controls."""
    key, title = f"units-{one.place}", "What units follow"
    if isinstance(found, str):
        return Section(key, title, paragraphs([found]))
    layers, shown = one.run.model_config.num_layers, found.found.findings[:_SHOWN]
    notes = [_basis(one, found)]
    if len(found.found.findings) > _SHOWN:
        notes.append(f"The clearest {_SHOWN} of {len(found.found.findings)} properties are shown.")
    body = paragraphs(notes, "note")
    if shown:
        body += chart(partial(findings, shown, layers=layers), palette)
        body += table(_HEADS, [_row(each, layers) for each in shown], "findings")
    clearest = found.found.clearest
    used = use_words(clearest) if clearest is not None and clearest.stands else ""
    return Section(key, title, body + says(headline(found.found), used))


def _basis(one: Reported, found: UnitSearch) -> str:
    """What was read, how, and what reads more."""
    whole = len(passage_of(one.run).text)
    read = len(found.passage.text)
    more = (
        f" These are the last of {whole:,} that “python -m rnnviz units {one.run.id}” looks at, "
        "which takes longer."
    )
    parts = found.found.parts
    return (
        f"Looked for over {found.passage.words}.{more * (read < whole)} Units are chosen on the "
        f"first part of it, scores measured on the second and units held on the third, with "
        f"{parts.gap:,} characters between. {reading_words(found.trained.reading)}"
    )


def _row(one: Finding, layers: int) -> tuple[str, ...]:
    chance = one.chance_95_table
    controls = (one.untrained, one.current_character, one.two_characters, chance)
    return (
        marked(one.followed),
        unit_name(one.place, layers),
        score_words(one, one.score),
        *(NOTHING if each != each else number(one, each) for each in controls),
        found_in(one),
    )
