"""A page with a text heatmap of planted values, for the browser tests to look at."""

from __future__ import annotations

import json
from dataclasses import asdict

import numpy as np
import streamlit as st

from dashboard.components.text_heatmap import text_heatmap
from rnnviz.plots.text_heatmap.payload import Guesses, Track, heatmap_payload
from rnnviz.records import Floats, Scale, Trace
from rnnviz.text.vocabulary import Vocabulary

HOSTILE = '<img src=x onerror="throw 1"><script>throw 2</script>&lt;'
# Written as one, though several characters: a family, flags, a skin tone, Indic syllables, a mark.
CLUSTERS = (
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\U0001f1e9\U0001f1ea",
    "\U0001f44d\U0001f3fd",
    "\u0915\u094d\u0937\u093f",
    "\u0e01\u0e33",
    "e\u0301\u0323",
)
TEXT = "\n".join(
    [
        "plain text that stands on one line",
        "한국어는 두 칸을 차지한다 and English follows",
        "combining: e\u0301a\u0308o\u0302 done; zero\u200dwidth \u202eturned\u202c back",
        "日本語 Ж é “quoted” — שלום عربي 😀👍🏽 ☺ 𝒜 end",
        "\ttab a\tb\tc",
        HOSTILE,
        "word after word " * 20 + "x" * 300,
        *(cluster * 60 for cluster in CLUSTERS),
        "",
        *("one of many lines" for _ in range(60)),
    ]
)
UNITS, RANKS, START = 7, 5, 1000
VOCABULARY = Vocabulary.of(TEXT)


def planted_trace() -> Trace:
    """Values, losses and probabilities drawn at random, the same every time."""
    random = np.random.default_rng(5)
    time = len(TEXT)
    probability = np.sort(random.dirichlet(np.ones(RANKS + 3), size=time))[:, ::-1][:, :RANKS]
    orders = np.argsort(random.uniform(size=(time, len(VOCABULARY))), axis=1)
    return Trace(
        text=TEXT,
        ids=VOCABULARY.encode(TEXT),
        h=np.tanh(1.5 * random.normal(size=(1, time, UNITS))),
        c=None,
        gates={},
        loss=np.append(random.exponential(size=time - 1), np.nan),
        likeliest=orders[:, :RANKS],
        likeliest_probability=probability,
    )


def planted_scales(values: Floats) -> list[Scale]:
    """The whole range, and half of it, where some values are clipped."""
    units = values.shape[1]
    return [
        Scale("fixed: -1 to 1", 0.0, np.ones(units)),
        Scale("half: -0.5 to 0.5", 0.0, np.full(units, 0.5)),
    ]


PLANTED = np.arange(len(TEXT)) % 5
TRACK = Track("fifths", PLANTED, (0.0, 4.0), "truth", "Bars: where it stands among five.")


def planted_payload(trace: Trace, signal_name: str = "h", track: Track | None = None) -> bytes:
    """What the heatmap gets."""
    values = trace.h[0] if signal_name == "h" else trace.h[0] / 2
    return heatmap_payload(
        trace.text,
        values,
        Guesses.after(trace),
        signal_name=signal_name,
        layer=0,
        scales=planted_scales(values),
        orders={"index": np.arange(UNITS), "reversed": np.arange(UNITS)[::-1]},
        vocabulary=VOCABULARY,
        start=START,
        track=track,
    )


def payload_of_many() -> bytes:
    """A layer of 300 units, none of them ever below zero, as of a gate."""
    values = np.abs(np.sin(np.arange(300) * np.arange(len(TEXT))[:, None]))
    return heatmap_payload(
        TEXT,
        values,
        Guesses.after(planted_trace()),
        signal_name="h",
        scales=planted_scales(values),
        vocabulary=VOCABULARY,
    )


def heatmap_page() -> None:
    """One heatmap or two, what is picked in the first, and ways to change what is asked.

    With another number, all is as on a page just opened.
    """
    st.set_page_config(layout="wide")
    own = st.number_input("number", 0)
    signal = st.radio("signal", ["h", "half of h"], horizontal=True, key=f"signal{own}")
    unit = st.number_input("wanted unit", 0, UNITS - 1, 3, key=f"unit{own}")
    st.button("again")
    if st.toggle("shown", True, key=f"shown{own}"):
        trace = planted_trace()
        payload = planted_payload(trace, signal)
        picked = text_heatmap(payload, key=f"one{own}", unit=unit, height=420)
        st.text(json.dumps(asdict(picked)))
        if "many" in st.query_params:
            text_heatmap(payload_of_many(), key="many", unit=0, height=200)
        if "two" in st.query_params:
            text_heatmap(planted_payload(trace, track=TRACK), key="two", unit=5, height=200)


if __name__ == "__main__":
    heatmap_page()
