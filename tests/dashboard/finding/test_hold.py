"""Hold units says what the library measured of the units named, and the address keeps all of it."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from dashboard.finding import searches
from dashboard.finding.hold_choices import units_in
from dashboard.finding.hold_words import chances, cost_sentences, parting, parting_words
from dashboard.inspection.held import units_key
from rnnviz.analysis.units.finding import Place
from rnnviz.analysis.units.held_cost import Control, HeldCost, MeanRise
from rnnviz.analysis.units.holding import cost_of_holding
from rnnviz.config import SamplingConfig
from rnnviz.records import Held
from rnnviz.runs.run import Run
from tests.dashboard.conftest import Open, words
from tests.plots.records import make_findings

BITS = math.log(2)


def cost(rise: float, between: tuple[float, float], change: float = 1.0) -> HeldCost:
    loss = np.array([1.0, 1.0, math.nan])
    control = Control((Held(3, 0.0),), MeanRise(0.01 * BITS, (0.0, 0.02)))
    low, high = (end * BITS for end in between)
    rises = MeanRise(rise * BITS, (low, high))
    return HeldCost("ab\n", (Held(15, 0.123),), loss, loss + change * BITS, rises, (control,))


def test_the_page_shows_what_holding_costs_and_what_is_written_then(
    finished_run: Run, open_app: Open
) -> None:
    asked = {
        "view": "hold-units",
        "units": "3,5-6",
        "held": "value",
        "value": "-0.5",
        "signal": "c",
    }
    more = {"text": "beginning", "length": "700", "prompt": "she said", "seed": "4"}
    app = open_app("find_units", run=finished_run.id, **asked, **more)
    assert not app.exception
    network, text = finished_run.model(), finished_run.characters[:700]
    found = cost_of_holding(network, finished_run.trace(text), [3, 5, 6], -0.5, signal="c")
    said = words(app)
    for sentence in cost_sentences(found, -0.5, 1):
        assert sentence in said
    assert chances(found, "units 3, 5 and 6 (c)") in said
    config = SamplingConfig(prompt="she said", length=400, seed=4)
    free = finished_run.sample(config).text
    bound = finished_run.sample(config, held=found.held).text
    assert free != bound and parting_words(free, bound) in said
    kept = {name: "".join(value) for name, value in app.query_params.items()}
    assert asked.items() | more.items() <= kept.items()


def test_the_first_unit_is_that_of_the_clearest_finding_and_pages_lead_here(
    finished_run: Run, open_app: Open
) -> None:
    app = open_app("hidden_units", run=finished_run.id, unit="7", length="200")
    app.button(key="hold the unit").click().run()
    assert not app.exception and app.title[0].value == "Find units"
    assert "unit 7 (h)" in words(app) and "".join(app.query_params["units"]) == "7"
    clear = replace(make_findings()[0], place=Place("c", 0, 9))
    searches._known()[finished_run.subject().key] = (replace(clear, p=0.5), clear)
    app.switch_page("app_pages/find_units.py").run()
    app.text_input(key=units_key(finished_run.subject())).set_value("").run()
    assert "unit 9 (c)" in words(app) and "".join(app.query_params["units"]) == "9"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("12", "there is no unit 12: a layer of this network has units 0 to 11"),
        ("nan", "“nan” names no unit; give numbers from 0 to 11"),
        ("0, -3", "names no unit"),
        ("7-3", "names no unit; give a range from low to high"),
    ],
)
def test_units_that_cannot_be_held_are_refused_in_a_sentence(typed: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        units_in(typed, 12)


def test_three_hundred_units_are_too_many() -> None:
    with pytest.raises(ValueError, match="300 units are named; 32 at most are held here"):
        units_in("0-299", 512)
    assert units_in(" 3 – 5, 4;9 ", 12) == (3, 4, 5, 9)


def test_sentences_claim_no_more_than_was_measured() -> None:
    said = cost_sentences(cost(0.08, (0.05, 0.11)), "mean", 1)
    assert said == [
        "Held at its mean of 0.12, unit 15 (h) costs 0.080 bits/char (0.055 nats) over these 3 "
        "characters, most where “b” comes: 1.000 bits at a single place.",
        "In 95 of 100 draws of the text’s blocks, of 64 characters each, that lies between 0.050 "
        "and 0.110 bits/char.",
        "Of 1 other unit of like variance, held in the same way, the costliest costs 0.010 "
        "bits/char: unit 3 (h).",
    ]
    unsure = cost_sentences(cost(0.08, (-0.05, 0.11)), "mean", 2)[0]
    assert "changes the loss by 0.080 bits/char (0.055 nats), which may be nothing, over" in unsure
    assert "unit 15 (h, layer 0)" in unsure and "most where" not in unsure
    saves = cost_sentences(cost(-0.08, (-0.11, -0.05)), 0.5, 1)
    assert "Held at 0.5, unit 15 (h) saves 0.080 bits/char" in saves[0]
    assert chances(cost(0.08, (0.05, 0.11), change=1.0), "unit 15 (h)").endswith(
        "a chance of 36.8 % before it read it (a geometric mean over these 3 characters); with "
        "unit 15 (h) held, 18.4 %."
    )
    assert "too short" in cost_sentences(cost(0.08, (math.nan, math.nan)), "mean", 1)[1]
    nothing = cost_sentences(cost(0.0, (0.0, 0.0), change=0.0), "mean", 1)
    assert nothing[0].endswith("changes nothing over these 3 characters: not one loss differs.")
    alone = cost_sentences(replace(cost(0.08, (0.05, 0.11)), alike=()), "mean", 1)
    assert alone[-1] == "There are no other units to compare with."


def test_where_samples_part_is_said_as_it_is() -> None:
    assert parting("ab\n", "ab") == 2
    assert "then one writes “↵” as it is, and nothing with units held" in parting_words(
        "ab\n", "ab"
    )
    assert parting_words("x", "y").startswith("They part at the first character: one writes “x”")
    assert parting_words("ax", "ay").startswith("Both begin with the same character; then")
