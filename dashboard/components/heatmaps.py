"""What the text heatmap shows of a trace, of a sample, and of what is known of a text."""

from __future__ import annotations

import numpy as np

from dashboard.components.text_heatmap.payload import Guesses, heatmap_payload
from rnnviz.analysis.states.signals import bounds, scales, signal
from rnnviz.analysis.units.order import ORDERS, unit_order
from rnnviz.notation import significant
from rnnviz.records import Sample, Scale, Trace
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


def sample_payload(written: Sample, vocabulary: Vocabulary) -> bytes:
    """The probability each character of a sample was drawn with, and what else could have come."""
    return heatmap_payload(
        written.text,
        written.probability[:, np.newaxis],
        Guesses.instead_of(written),
        signal_name="probability",
        scales=[Scale("probability drawn with: 0 to 1", 0.0, np.ones(1))],
        vocabulary=vocabulary,
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
