"""What the text heatmap shows of a trace, of a sample, and of a change."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rnnviz.analysis.states.signals import bounds, scales, signal
from rnnviz.analysis.units.finding import Place
from rnnviz.analysis.units.order import FINDING, ORDERS, found_first, unit_order
from rnnviz.notation import bits, significant
from rnnviz.plots.coloured_text import SURPRISE_BITS
from rnnviz.plots.text_heatmap.payload import Guesses, Track, heatmap_payload
from rnnviz.records import Floats, Scale, Surprise, Trace
from rnnviz.text.vocabulary import Vocabulary

CHANGE_BITS = 2.0
REACHED = 0.01  # of the largest norm: what has as much is reached
_FAINT = (
    " What is only a few per cent of the upper end has no colour that can be seen; the line under "
    "the characters marks it too, from 1 % of the largest value for the character clicked on."
)
_ABSOLUTE = f"One scale for all predictions of this text.{_FAINT}"
_OWN = f"Up to the largest of the character clicked: another scale for each.{_FAINT}"
_LARGEST = "Amber: less expected than it was, teal: more; up to the largest change in this text."
_CHANGE = (
    "Amber: the character is less expected than it was, teal: more. 1 bit more is half the "
    "probability, 2 bits more a quarter; no colour is no change. The first character is not "
    "predicted."
)


def signal_payload(
    trace: Trace,
    name: str,
    layer: int,
    vocabulary: Vocabulary,
    start: int = 0,
    track: Track | None = None,
    named: Mapping[int, str] | None = None,
) -> bytes:
    """One signal in one layer, every unit of it.

    Args:
        trace: of the signal.
        name: of the signal.
        layer: which.
        vocabulary: the network's characters.
        start: position of the trace's first character in the whole text.
        track: what stands under its characters.
        named: what units were found to follow, the clearest first.
    """
    values = signal(trace, name, layer)
    orders = {by: unit_order(values, by) for by in ORDERS}
    if named:
        orders[FINDING] = found_first(values.shape[1], list(named))
    return heatmap_payload(
        trace.text,
        values,
        Guesses.after(trace),
        signal_name=name,
        layer=layer,
        scales=scales(values, bounds(trace, name)),
        orders=orders,
        vocabulary=vocabulary,
        start=start,
        track=track,
        named=named,
    )


def unit_payload(
    trace: Trace,
    place: Place,
    vocabulary: Vocabulary,
    start: int = 0,
    track: Track | None = None,
) -> bytes:
    """One unit of it alone."""
    values = signal(trace, place.signal, place.layer)[:, [place.unit]]
    return heatmap_payload(
        trace.text,
        values,
        Guesses.after(trace),
        signal_name=f"{place.signal} of unit {place.unit}",
        layer=place.layer,
        scales=scales(values, bounds(trace, place.signal)),
        vocabulary=vocabulary,
        start=start,
        track=track,
    )


def surprise_payload(
    written: Surprise, vocabulary: Vocabulary, track: Track | None = None
) -> bytes:
    """What each character of a sample cost, and what else could have come in its place."""
    return heatmap_payload(
        written.text,
        bits(written.loss)[:, np.newaxis],
        Guesses.instead_of(written),
        signal_name="surprise",
        scales=[Scale(f"fixed: 0 to {significant(SURPRISE_BITS)}", 0.0, np.full(1, SURPRISE_BITS))],
        vocabulary=vocabulary,
        hues="surprise",
        track=track,
    )


def change_payload(trace: Trace, change: Floats, vocabulary: Vocabulary, start: int = 0) -> bytes:
    """By how much the surprise of each character of a text has changed.

    Args:
        trace: over the text, as the network is.
        change: of the loss of predicting the next character, in nats (time).
        vocabulary: the network's characters.
        start: position of the trace's first character in the whole text.
    """
    # Of the first character, which is not predicted, it is 0.
    values = bits(np.concatenate([[0.0], change[:-1]]))[:, np.newaxis]
    usual = f"fixed: {significant(-CHANGE_BITS)} to {significant(CHANGE_BITS)}"
    return heatmap_payload(
        trace.text,
        values,
        Guesses.after(trace),
        signal_name="change of surprise",
        scales=[
            Scale(usual, 0.0, np.full(1, CHANGE_BITS), _CHANGE),
            Scale("largest change", 0.0, np.full(1, np.abs(values).max() or 1.0), _LARGEST),
        ],
        vocabulary=vocabulary,
        start=start,
        hues="change",
    )


def dependence_payload(
    trace: Trace,
    norm: Floats,
    vocabulary: Vocabulary,
    start: int,
    predicted: int,
    *,
    name: str = "|d log p / d x|",
) -> bytes:
    """How one prediction depends on each character before it, or on the state after each.

    What has 1 % or more of the largest norm is underlined.

    Args:
        trace: over the text.
        norm: |d l_t / d x_k|, or by the states, of all its predictions (t, k).
        vocabulary: the network's characters.
        start: position of the trace's first character in the whole text.
        predicted: index of the character whose prediction it is, 1 at least.
        name: what the norms are of.
    """
    values = np.zeros((len(trace.text), 1))
    values[: len(norm), 0] = norm[predicted - 1]
    most = float(np.quantile(norm.max(1), 0.75)) or 1.0
    own = float(values.max()) or most
    return heatmap_payload(
        trace.text,
        values,
        Guesses.after(trace),
        signal_name=name,
        scales=[
            Scale(f"fixed: 0 to {significant(most)}", 0.0, np.full(1, most), _ABSOLUTE),
            Scale("its own largest", 0.0, np.full(1, own), _OWN),
        ],
        vocabulary=vocabulary,
        start=start,
        track=_reached(values[:, 0]),
    )


def _reached(norm: Floats) -> Track:
    """Which characters have 1 % or more of the largest norm."""
    reached = (norm >= REACHED * norm.max()) & (norm > 0)
    means = "The line under the characters: those with 1 % or more of the largest value."
    values, words = reached.astype(np.float64), ("no", "yes")
    return Track("reached", values, (0.0, 1.0), "copied", means, height=4, words=words)
