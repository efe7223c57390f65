"""What the text heatmap shows of a trace, of a sample, and of what is known of a text."""

from __future__ import annotations

import numpy as np

from dashboard.components.text_heatmap.payload import Guesses, heatmap_payload
from rnnviz.analysis.states.signals import bounds, scales, signal
from rnnviz.analysis.units.order import ORDERS, unit_order
from rnnviz.notation import bits, significant
from rnnviz.plots.coloured_text import SURPRISE_BITS
from rnnviz.records import Scale, Surprise, Trace
from rnnviz.runs.truth import Truth
from rnnviz.text.vocabulary import Vocabulary


def signal_payload(
    trace: Trace, name: str, layer: int, vocabulary: Vocabulary, start: int = 0
) -> bytes:
    """One signal in one layer, every unit of it.

    Args:
        trace: of the signal.
        name: of the signal.
        layer: which.
        vocabulary: the network's characters.
        start: position of the trace's first character in the whole text.
    """
    values = signal(trace, name, layer)
    return heatmap_payload(
        trace.text,
        values,
        Guesses.after(trace),
        signal_name=name,
        layer=layer,
        scales=scales(values, bounds(trace, name)),
        orders={by: unit_order(values, by) for by in ORDERS},
        vocabulary=vocabulary,
        start=start,
    )


def surprise_payload(written: Surprise, vocabulary: Vocabulary) -> bytes:
    """What each character of a sample cost, and what else could have come in its place."""
    return heatmap_payload(
        written.text,
        bits(written.loss)[:, np.newaxis],
        Guesses.instead_of(written),
        signal_name="surprise",
        scales=[Scale(f"fixed: 0 to {significant(SURPRISE_BITS)}", 0.0, np.full(1, SURPRISE_BITS))],
        vocabulary=vocabulary,
        surprising=True,
    )


def truth_payload(
    truth: Truth, known: str, trace: Trace, vocabulary: Vocabulary, start: int
) -> bytes:
    """A known property of the text, beside a trace: white at 0, full colour at the most.

    That is the largest value of the whole text, so that a colour means the same in every passage.
    """
    largest = float(np.abs(truth[known]).max()) or 1.0
    values = truth[known][start : start + len(trace.text)]
    return heatmap_payload(
        trace.text,
        values[:, np.newaxis].astype(np.float64),
        Guesses.after(trace),
        signal_name=known,
        scales=[Scale(f"fixed: 0 to {significant(largest)}", 0.0, np.full(1, largest))],
        vocabulary=vocabulary,
        start=start,
    )
