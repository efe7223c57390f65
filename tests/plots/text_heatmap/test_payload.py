"""What is sent to the heatmap holds what was recorded."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from rnnviz.plots.text_heatmap.payload import (
    STEPS,
    Guesses,
    Track,
    heatmap_payload,
    json_block,
    quantise,
    read_header,
)
from rnnviz.plots.text_heatmap.shown import change_payload
from rnnviz.plots.text_heatmap.tracks import copied_track, truth_track
from rnnviz.plots.theme import THEMES
from rnnviz.records import Floats, Scale, Trace
from rnnviz.text.copied import Copied
from rnnviz.text.vocabulary import Vocabulary
from tests.plots.records import make_trace

HOSTILE = '</pre><script>alert("1")</script>\u202e\ud800\n\t한́😀\0'
TIME, UNITS, RANKS = len(HOSTILE), 7, 5
VOCABULARY = Vocabulary.of(HOSTILE)


@pytest.fixture
def trace() -> Trace:
    random = np.random.default_rng(3)
    h = np.tanh(random.normal(size=(2, TIME, UNITS)))
    return Trace(
        text=HOSTILE,
        ids=VOCABULARY.encode(HOSTILE),
        h=h,
        c=None,
        gates={},
        loss=np.append(random.exponential(size=TIME - 1), np.nan),
        likeliest=random.integers(len(VOCABULARY), size=(TIME, RANKS)),
        likeliest_probability=random.uniform(size=(TIME, RANKS)),
    )


def made(trace: Trace, values: Floats | None = None, **changed: Any) -> bytes:
    given_ = {
        "signal_name": "h",
        "layer": 1,
        "scales": [
            Scale("fixed: -1 to 1", 0.0, np.ones(UNITS)),
            Scale("other", 0.5, np.arange(1.0, 8.0), "half way"),
        ],
        "orders": {"index": np.arange(UNITS), "reversed": np.arange(UNITS)[::-1]},
        "vocabulary": VOCABULARY,
        "start": 1200,
    }
    shown = trace.h[1] if values is None else values
    return heatmap_payload(trace.text, shown, Guesses.after(trace), **(given_ | changed))


def read_arrays(payload: bytes) -> dict[str, NDArray[Any]]:
    """The arrays of a payload by name, flat."""
    first = 4 + int.from_bytes(payload[:4], "little")
    return {
        name: np.frombuffer(payload, np.dtype(kind).newbyteorder("<"), count, first + offset)
        for name, (kind, count, offset) in read_header(payload)["arrays"].items()
    }


def test_values_come_back_to_within_a_step(trace: Trace) -> None:
    sent = read_arrays(made(trace))
    peak = np.abs(trace.h[1]).max(axis=0)
    back = sent["values"].reshape(UNITS, TIME).T * (sent["peak"] / STEPS)
    assert np.all(np.abs(back - trace.h[1]) <= peak / STEPS)
    np.testing.assert_allclose(sent["peak"], peak, rtol=1e-6)


def test_everything_else_comes_back_as_it_was(trace: Trace) -> None:
    sent = read_arrays(made(trace))
    np.testing.assert_array_equal(sent["ids"], trace.ids)
    np.testing.assert_array_equal(sent["likeliest"].reshape(TIME, RANKS), trace.likeliest)
    np.testing.assert_array_equal(sent["loss"], trace.loss.astype(np.float32))
    np.testing.assert_allclose(
        sent["probability"].reshape(TIME, RANKS), trace.likeliest_probability, rtol=1e-6
    )
    np.testing.assert_array_equal(sent["orders"].reshape(2, UNITS)[1], np.arange(UNITS)[::-1])
    np.testing.assert_array_equal(sent["limits"].reshape(2, UNITS)[1], np.arange(1.0, 8.0))


def test_header_says_what_is_shown(trace: Trace) -> None:
    header = read_header(made(trace))
    assert (header["signal"], header["layer"], header["start"]) == ("h", 1, 1200)
    assert header["scales"][1] == {"name": "other", "centre": 0.5, "means": "half way"}
    assert header["orders"] == ["index", "reversed"]
    assert [chr(code) for code, *_ in header["glyphs"]] == list(VOCABULARY.characters)
    assert header["themes"]["dark"]["negative"] == THEMES["dark"].negative
    assert (header["surprise"], header["hues"]) == (8.0, "value")


def test_a_change_stands_at_the_character_that_it_is_the_surprise_of() -> None:
    record = make_trace(np.zeros((1, 4, 1)), "abca")
    change = np.log(2) * np.array([1.0, -2.0, 0.5, np.nan])
    payload = change_payload(record, change, Vocabulary.of("abc"), 7)
    header, sent = read_header(payload), read_arrays(payload)
    found = sent["values"] * (sent["peak"] / 32767)
    np.testing.assert_allclose(found, [0, 1, -2, 0.5], atol=1e-4)
    assert (header["hues"], header["start"], header["scales"][0]["name"]) == (
        "change",
        7,
        "fixed: −2 to 2",
    )


def test_arrays_begin_at_multiples_of_four(trace: Trace) -> None:
    payload = made(trace)
    assert int.from_bytes(payload[:4], "little") % 4 == 0
    assert all(offset % 4 == 0 for *_, offset in read_header(payload)["arrays"].values())
    assert len(payload) % 4 == len(json_block({"key": "é"})) % 4 == 0


def test_a_track_comes_back_and_must_fit(trace: Trace) -> None:
    track = Track("depth", np.arange(TIME) % 3, (0.0, 2.0), "truth", "how many are open")
    payload = made(trace, track=track)
    assert read_arrays(payload)["track"].tolist() == (np.arange(TIME) % 3).tolist()
    under = read_header(payload)["under"]
    assert (under["name"], under["ends"], under["colour"]) == ("depth", [0.0, 2.0], "truth")
    assert THEMES["dark"].truth == read_header(payload)["themes"]["dark"][under["colour"]]
    assert read_header(made(trace))["under"] is None
    with pytest.raises(ValueError, match="the track has shape"):
        made(trace, track=replace(track, values=np.zeros(3)))


def test_a_bar_is_as_high_in_every_passage() -> None:
    depth = np.array([0, 1, 2, 4, 0, -1])
    track = truth_track("depth", depth, 1, 2, "how many are open")
    assert (track.values.tolist(), track.ends) == ([1, 2], (-1.0, 4.0))
    assert "depth (how many are open); no bar is −1, the highest 4" in track.means
    assert truth_track("own", depth[:4], 0, 2).ends == (0.0, 4.0)
    assert "characters: own; no bar" in truth_track("own", depth, 0, 2).means


def test_what_was_copied_is_marked_in_the_network_s_characters() -> None:
    copied = Copied(4, 2, ((1, 3),), longest=2)
    track = copied_track(copied, np.array([1, 3, 1, 2]))
    assert track is not None
    assert track.values.tolist() == [0, 1, 1, 1, 1, 0, 0]
    assert [track.words[int(value)] for value in track.values[:2]] == ["no", "yes"]
    assert copied_track(Copied(4, 2, (), longest=0), np.ones(4, int)) is None


def test_same_content_same_bytes(trace: Trace) -> None:
    assert made(trace) == made(trace)
    other = made(trace, trace.h[1] * 0.5)
    assert read_header(other)["digest"] != read_header(made(trace))["digest"]
    assert read_header(other)["text"] == read_header(made(trace))["text"]


@given(arrays.arrays(np.float32, (5, 3), elements=st.floats(-1e6, 1e6, width=32)))
def test_steps_are_a_32767th_of_the_largest(values: Floats) -> None:
    steps, peak = quantise(values)
    assert np.abs(steps.astype(int)).max(initial=0) <= STEPS
    assert np.all(np.abs(steps.T * (peak.astype(float) / STEPS) - values) <= peak / STEPS)


def test_text_of_one_character(trace: Trace) -> None:
    one = replace(
        trace,
        text="a",
        ids=trace.ids[:1],
        loss=np.array([np.nan]),
        likeliest=trace.likeliest[:1],
        likeliest_probability=trace.likeliest_probability[:1],
    )
    assert read_arrays(made(one, np.zeros((1, UNITS))))["peak"].tolist() == [0.0] * UNITS


@pytest.mark.parametrize(
    ("values", "changed", "message"),
    [
        (np.zeros((3, UNITS)), {}, "shape"),
        (np.full((TIME, UNITS), np.nan), {}, "finite"),
        (np.zeros((TIME, 2)), {}, "limit for all 2 units"),
        (None, {"scales": []}, "at least one scale"),
        (None, {"orders": {}}, "at least one order"),
        (None, {"orders": {"index": np.zeros(UNITS, dtype=int)}}, "each with all 7 units once"),
    ],
)
def test_what_cannot_be_shown(
    trace: Trace, values: Floats | None, changed: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        made(trace, values, **changed)


def test_too_long_a_text(trace: Trace) -> None:
    with pytest.raises(ValueError, match="50,001 characters"):
        made(replace(trace, text="a" * 50_001), np.zeros((50_001, UNITS)))
