"""The sentence that Hidden units ends in is made of the recorded values."""

from __future__ import annotations

import re

import numpy as np
import pytest

from rnnviz.analysis.units.unit_words import CAVEAT
from rnnviz.runs.run import Run
from tests.dashboard.conftest import Open, words


@pytest.mark.parametrize("signal", ["f", "c"])
def test_the_last_sentence_holds_of_the_trace(
    signal: str, finished_run: Run, open_app: Open
) -> None:
    address = {"from": "40", "length": "90", "unit": "7", "signal": signal, "text": "beginning"}
    scale = "per-unit-largest-value"
    app = open_app("hidden_units", run=finished_run.id, iteration="12", scale=scale, **address)
    assert not app.exception and not app.warning
    trace = finished_run.trace(text := finished_run.characters[40:130], 12)
    every = {"c": trace.c, "f": trace.gates["f"]}[signal]
    assert every is not None
    values, said = every[0, :, 7], words(app).replace("−", "-")
    assert "Over these 90 characters" in said
    least, most, mean = map(float, re.findall(r"-?\d+\.\d{3}\b", _sentence(said))[:3])
    assert (least, most) == pytest.approx((values.min(), values.max()), abs=6e-4)
    assert mean == pytest.approx(values.mean(), abs=6e-4)
    high, low = (int(place) for place in re.findall(r"at position (\d+)", _sentence(said)))
    assert (high, low) == (40 + np.argmax(values), 40 + np.argmin(values))
    assert f"▸{text[high - 40]}◂".replace("\n", "↵").replace("▸ ", "▸␣") in said
    assert "On the scale shown, none of its values is clipped." in said
    assert "counts is known all the same" not in said
    assert ("saturated" in _sentence(said)) == (signal != "c")
    assert said.rstrip().count(CAVEAT) == 1


def test_a_passage_is_as_long_as_its_field_says_where_the_text_ends(
    finished_run: Run, open_app: Open
) -> None:
    end = finished_run.description.text_characters
    app = open_app("hidden_units", run=finished_run.id, length="90")
    for left, read in ((100, 90), (70, 70)):
        first = next(field for field in app.number_input if field.label == "From position")
        first.set_value(end - left).run()
        assert not app.exception and not app.warning
        assert next(f for f in app.number_input if f.label == "Characters").value == read
        assert f"Over these {read} characters" in words(app)


def test_every_signal_is_explained_where_one_is_chosen(finished_run: Run, open_app: Open) -> None:
    app = open_app("hidden_units", run=finished_run.id)
    (asked,) = (group for group in app.button_group if group.label == "Signal")
    for name in ("Hidden state h: ", "Cell state c: ", "Change of h: ", "Forget gate f: "):
        assert name in asked.help
    assert "Positions, units and layers are counted from 0." in words(app)


def _sentence(said: str) -> str:
    return said[said.index("lies between") :].split(CAVEAT)[0]
