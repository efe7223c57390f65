"""Match says what the library finds of a selection, wherever that was made, and what it lacks."""

from __future__ import annotations

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.finding.ongoing import Ongoing, Stand
from rnnviz.analysis.units.coincidence import coincidence
from rnnviz.analysis.units.following import followers
from rnnviz.analysis.units.matching import Place, matching
from rnnviz.analysis.units.matching_words import chance_words, in_context, place_words, sentence
from rnnviz.analysis.units.stretches import Stretch
from rnnviz.analysis.units.switching import switching
from rnnviz.runs.network import long_text
from rnnviz.runs.network.long_text import read_long
from rnnviz.runs.run import Run
from tests.dashboard.conftest import TEXT, Open, words

HERE = {"view": "match", "text": "beginning", "from": "2000", "length": "300"}


def said(app: AppTest) -> dict[str, str]:
    """What the address says."""
    return {name: "".join(value) for name, value in app.query_params.items()}


def look_among_all_units(app: AppTest, place: Place) -> None:
    """See that Hidden units opens at a place, however far from where it begins."""
    next(one for one in app.button if one.label.startswith("Look at this place")).click().run()
    assert not app.exception and app.title[0].value == "Hidden units"
    shown = said(app)
    assert shown["selection"] == f"{place.start}-{place.end - 1}"
    assert shown["unit"] == str(place.on[0].unit) and shown["signal"] == "c"
    assert int(shown["from"]) == place.start - 456
    assert TEXT[int(shown["top"]) - 1] == "\n" and 0 < place.start - int(shown["top"]) < 160


def test_the_page_shows_what_the_library_finds(finished_run: Run, open_app: Open) -> None:
    *_, read = read_long(finished_run, 12, "c")
    own = switching(read.trace.signals["c"].codes[0], 0.4)
    stretch = Stretch(2_050, 2_053, before=1)
    found = followers(own, stretch)
    sides = [one.side for one in found][:3]
    matched, chance = matching(own, sides, stretch), coincidence(own, sides, stretch)
    number, far = max(enumerate(matched.places, 1), key=lambda each: each[1].start)
    app = open_app(
        "find_units",
        run=finished_run.id,
        iteration="12",
        **HERE,
        signal="c",
        selection="2050-2052",
        outer="40",
        before="1",
        place=str(number),
    )
    assert not app.exception and not app.warning
    assert sentence(matched, ("c", 0), TEXT[2_050:2_053], TEXT) in words(app)
    assert chance_words(matched, chance) in words(app)
    assert "Read: 11,700 characters, all of the run's text." in words(app)
    units, places = (table.value for table in app.dataframe)
    assert list(units["unit"]) == [one.side.unit for one in found]
    assert list(units["places elsewhere"]) == [one.runs for one in found]
    assert list(places["position"]) == [one.start for one in matched.places]
    first = matched.places[0]
    assert places["in the text"][0] == in_context(TEXT, first.start, first.end)
    shown = [one for one in app.number_input if one.label.startswith("Look at place")]
    assert [one.value for one in shown] == [number]
    assert place_words(far, matched.sides, TEXT) in words(app)
    (chosen,) = app.multiselect
    assert chosen.value == sides and len(found) > 1
    chosen.set_value(sides[1:2]).run()
    alone = matching(own, sides[1:2], stretch)
    assert sentence(alone, ("c", 0), TEXT[2_050:2_053], TEXT) in words(app)
    assert chance_words(alone, None) in words(app)
    assert said(app)["set"] == str(sides[1]).replace(" (low)", "-low")
    chosen.set_value([]).run()
    assert "Choose at least one of them" in words(app) and not app.exception
    chosen.set_value(sides).run()
    look_among_all_units(app, far)


def test_a_selection_on_hidden_units_leads_to_who_follows_it(
    finished_run: Run, open_app: Open
) -> None:
    there = {"text": "beginning", "from": "2000", "selection": "2050-2052"}
    app = open_app("hidden_units", run=finished_run.id, signal="change-of-h", **there)
    next(one for one in app.button if one.label.startswith("Find units that")).click().run()
    assert not app.exception and app.title[0].value == "Find units"
    assert there.items() <= said(app).items() and said(app)["view"] == "match"
    assert "high or low throughout" in words(app)
    assert "signal" not in said(app)  # the change of h is not stored: h is shown


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({}, "Drag over some characters of the text above"),
        ({"selection": "2000-2299"}, "No unit is high throughout “"),
        ({"text": "your-own-text", "own": 'to be "no"', "selection": "1-1"}, "is no part of what"),
    ],
    ids=["nothing selected", "all of it selected", "a text of one's own"],
)
def test_what_cannot_be_answered_as_usual_is_said(
    asked: dict[str, str], says: str, finished_run: Run, open_app: Open
) -> None:
    app = open_app("find_units", run=finished_run.id, **{**HERE, **asked})
    assert not app.exception and not app.error
    assert says in words(app)


def test_a_long_text_is_answered_of_its_end_first(
    finished_run: Run, open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_text, "_SOON", 1_000)
    monkeypatch.setattr(long_text, "MOST_CHARACTERS", 10_000)
    soon, whole = read_long(finished_run, 12, "h")
    assert (soon.start, whole.start, soon.whole, whole.whole) == (10_700, 1_700, False, True)
    assert soon.words == "the last 1,000 characters of the run's text, which has 11,700"
    stages = [Stand(), Stand(1, soon), Stand(2, whole)]
    monkeypatch.setattr(Ongoing, "look", lambda ongoing, seconds=0.0: stages[0])
    asked = {**HERE, "selection": "2050-2052", "outer": "45"}
    *_, usual = followers(switching(whole.trace.signals["h"].codes[0], 0.45), Stretch(350, 353))
    asked["set"] = str(usual.side).replace(" (low)", "-low")
    app = open_app("find_units", run=finished_run.id, **asked)
    assert "The network reads the run's text" in words(app) and not app.dataframe
    stages.pop(0)
    app.run()
    assert "So far of the last 1,000 characters" in words(app) and len(app.dataframe) == 1
    assert "comes once the rest of the text is read" in words(app) and not app.multiselect
    stages.pop(0)
    app.run()
    assert "in 10,000 characters" in words(app) and "So far" not in words(app)
    assert app.multiselect[0].value == [usual.side]  # which the address said all the while
    values = whole.trace.signals["h"]
    again = values.written(values.values(0))
    assert (again == values.codes[0]).all() and again.dtype == np.int8
