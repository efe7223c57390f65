"""The text heatmap of a report: all units of a passage, in the browser; one of them on paper."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnnviz.analysis.states.signals import bounds, scales, signal
from rnnviz.analysis.states.trace import trace as read
from rnnviz.analysis.units.conclusions import shown_findings
from rnnviz.analysis.units.finding import Finding, Place
from rnnviz.analysis.units.finding_words import sentence
from rnnviz.analysis.units.unit_words import (
    CAVEAT,
    GROWN,
    caveat,
    names_of,
    over_text,
    signal_titles,
)
from rnnviz.export.reports.colouring import values
from rnnviz.export.reports.document import bytes_block, json_block
from rnnviz.export.reports.markup import Section, paragraphs, says, words
from rnnviz.export.reports.reported import Reported
from rnnviz.notation import capitalised, counted, significant
from rnnviz.plots.text_heatmap.parts import markup, style
from rnnviz.plots.text_heatmap.shown import signal_payload
from rnnviz.records import Trace
from rnnviz.runs.network.unit_search import UnitSearch

_ABOUT = (
    "One unit's value stands behind each character, as it was after the network had read it: blue "
    "is negative, red positive. Choose another unit with the keys [ and ], or in the raster of all "
    "units; point at a character for its numbers, and for what the network expected next."
)
_PAPER = (
    "{called} of unit {unit} in layer {layer}: blue is below {centre}, red above it, the darkest "
    "{limit} and more from there. The file itself, opened in a browser, shows all {units} units."
)


def heatmap(one: Reported, found: UnitSearch | str) -> Section:
    """The section: the clearest unit first, or unit 0 of the top layer's h."""
    key, title = f"heatmap-{one.place}", "Hidden units over a text"
    trace = read(one.subject.network(), one.run.vocabulary, one.passage)
    clear = [] if isinstance(found, str) else shown_findings(found.found.findings)
    places = [place for place in _places(one, clear) if _is_finite(trace, place)]
    if not places:
        return Section(key, title, paragraphs([GROWN]))
    notes = [_basis(one), one.left_out]
    body = paragraphs(notes, "note") + _live(one, trace, places, clear)
    body += _on_paper(one, trace, places[0])
    first, origin = places[0], one.subject.origin
    shown = first.signal, first.layer
    did = over_text(one.run.model_config.cell, origin.at, trace, one.start, shown, first.unit)
    evidence = [sentence(each) for each in clear if each.place == first]
    said = caveat(evidence, begun=False) if evidence else CAVEAT
    return Section(key, title, body + says(did, said), "Units over a text")


def parts() -> str:
    """What every heatmap of a page is made of, once."""
    return json_block("heatmap-parts", {"markup": markup(), "style": style()})


def _places(one: Reported, clear: Sequence[Finding]) -> list[Place]:
    """The signals shown, each with the unit that comes first: that of the clearest finding, and h.

    Which is one signal where the clearest unit is one of h of the top layer.
    """
    top = Place("h", one.run.model_config.num_layers - 1, 0)
    if not clear:
        return [top]
    first = clear[0].place
    same = (first.signal, first.layer) == (top.signal, top.layer)
    return [first] if same else [first, top]


def _is_finite(trace: Trace, place: Place) -> bool:
    return bool(np.isfinite(signal(trace, place.signal, place.layer)).all())


def _basis(one: Reported) -> str:
    where = f", from position {one.start:,} on" if one.start else ""
    return (
        f"{counted(len(one.passage), 'character')} of {one.of}{where}, read from the zero state by "
        f"the network {one.subject.origin.at}."
    )


def _live(one: Reported, trace: Trace, places: Sequence[Place], clear: Sequence[Finding]) -> str:
    """The place of the live heatmap, and behind it what it shows of each signal."""
    titles, blocks, choices = signal_titles(one.run.model_config.cell), "", ""
    for number, place in enumerate(places):
        named = names_of(clear, place.signal, place.layer)
        data = signal_payload(
            trace, place.signal, place.layer, one.run.vocabulary, one.start, named=named
        )
        key = f"payload-{one.place}-{number}"
        blocks += bytes_block(key, data)
        title = f"{capitalised(titles[place.signal])}, layer {place.layer}"
        choices += f'<option value="{key}" data-unit="{place.unit}">{words(title)}</option>'
    hidden = " hidden" if len(places) < 2 else ""
    ask = f'<label class="signal"{hidden}>Signal <select>{choices}</select></label>'
    return (
        f'<div class="live-only">{paragraphs([_ABOUT], "note")}{ask}<div class="heat"></div></div>'
        f"{blocks}"
    )


def _on_paper(one: Reported, trace: Trace, place: Place) -> str:
    """The first unit's values behind the text, without a script."""
    every = signal(trace, place.signal, place.layer)
    scale = scales(every, bounds(trace, place.signal))[0]
    shares = (every[:, place.unit].astype(np.float64) - scale.centre) / scale.limit[place.unit]
    titles = signal_titles(one.run.model_config.cell)
    about = _PAPER.format(
        called=capitalised(titles[place.signal]),
        unit=place.unit,
        layer=place.layer,
        centre=significant(scale.centre),
        limit=significant(float(scale.limit[place.unit])),
        units=f"{every.shape[1]:,}",
    )
    text = values(one.passage, shares)
    return f'<div class="still-only">{paragraphs([about], "note")}<pre>{text}</pre></div>'
