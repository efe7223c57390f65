"""What is set from Python is checked, and what the browser says is taken over."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from traitlets import TraitError

from rnnviz.plots.text_heatmap.payload import read_header
from rnnviz.records import Trace
from rnnviz.widgets import TextHeatmap
from tests.plots.records import make_trace

UNITS = 3


@pytest.fixture
def trace() -> Trace:
    random = np.random.default_rng(2)
    made = make_trace(random.uniform(-1, 1, size=(2, 5, UNITS)), "abcab")
    return replace(made, bounds={"h": (-1.0, 1.0)})


def shown(heatmap: TextHeatmap) -> dict[str, Any]:
    """The header of what the browser gets."""
    return read_header(heatmap.get_state("payload")["payload"])


def test_it_begins_with_the_hidden_state_of_the_top_layer(trace: Trace) -> None:
    header = shown(TextHeatmap(trace))
    assert (header["signal"], header["layer"]) == ("h", 1)
    assert header["scales"][0]["name"] == "fixed: −1 to 1"


def test_what_has_nothing_to_colour_is_refused_in_a_sentence(trace: Trace) -> None:
    with pytest.raises(TypeError, match=r"of type str; give a Trace, such as that of `run.trace"):
        TextHeatmap("abcab")  # type: ignore[arg-type]
    trace.h[1, 2, 0] = np.nan
    with pytest.raises(ValueError, match="grow until they are no longer finite numbers: choose"):
        TextHeatmap(trace)
    assert shown(TextHeatmap(trace, layer=0))["layer"] == 0


def test_another_signal_and_layer_are_sent(trace: Trace) -> None:
    heatmap = TextHeatmap(trace, layer=0)
    heatmap.signal = "change of h"
    assert (shown(heatmap)["signal"], shown(heatmap)["layer"]) == ("change of h", 0)


def test_characters_that_nobody_told_are_those_of_the_text(trace: Trace) -> None:
    told = TextHeatmap(replace(trace, characters=tuple("zabc")))
    for heatmap, characters in (TextHeatmap(trace), "abc"), (told, "zabc"):
        assert [chr(code) for code, *_ in shown(heatmap)["glyphs"]] == list(characters)


def test_what_is_picked_in_the_browser_is_heard(trace: Trace) -> None:
    heatmap, heard, names = TextHeatmap(trace, unit=2), [], ["unit", "cursor", "selection"]
    assert heatmap.get_state("unit") == {"unit": 2}
    heatmap.observe(lambda change: heard.append((change.name, change.new)), names)
    heatmap.set_state({"unit": 1, "cursor": 4, "selection": [1, 3]})
    assert dict(heard) == {"unit": 1, "cursor": 4, "selection": (1, 3)}
    heatmap.set_state({"selection": None})
    assert heatmap.selection is None


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"unit": 3}, "the unit is 3; the units are 0 to 2"),
        ({"layer": 2}, "the layer is 2; the layers are 0 to 1"),
        ({"cursor": -1}, "the cursor is -1; the characters are 0 to 4"),
        ({"selection": (2, 2)}, "the selection is 2 to 2; give a first character, and one behind"),
        ({"signal": "c"}, "the signal is 'c'; this network has h, change of h"),
    ],
)
def test_what_is_not_there_cannot_be_asked_for(
    trace: Trace, setting: dict[str, Any], message: str
) -> None:
    with pytest.raises(TraitError, match=message):
        TextHeatmap(trace, **setting)
