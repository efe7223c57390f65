"""The LSTM learns to recall, the plain RNN does not; the gradient through c arrives."""

from __future__ import annotations

from rnnviz.lessons.tasks.recall import learn_to_recall
from rnnviz.lessons.tasks.settings import GAP, RECALLED


def test_the_lstm_recalls_what_the_plain_rnn_does_not() -> None:
    """From one seed here; the benchmark has all that the page speaks of."""
    found, plain = (learn_to_recall(cell, seed=2) for cell in ("lstm", "rnn"))
    assert found.accuracy >= RECALLED
    assert plain.accuracy < 0.6
    assert found.c is not None
    assert found.c[GAP] > 0.01 * found.c[0]


def test_untrained_networks_are_measured_too() -> None:
    found = learn_to_recall("rnn", iterations=0)
    assert found.c is None and found.h.shape == (GAP + 3,)
    assert found.accuracy < 0.6
    assert (found.h > 0).all()
