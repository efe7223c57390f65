"""The LSTM learns to recall, from any seed; its gradient through c arrives where it must."""

from __future__ import annotations

import pytest

from rnnviz.lessons.tasks.recall import CHANCE, learn_to_recall
from rnnviz.lessons.tasks.settings import GAP


@pytest.mark.parametrize("seed", range(5))
def test_the_lstm_recalls_from_any_seed(seed: int) -> None:
    found = learn_to_recall("lstm", seed)
    assert found.accuracy >= 0.95 > CHANCE
    assert found.c is not None
    assert found.c[GAP] > 0.01 * found.c[0]


def test_untrained_networks_are_measured_too() -> None:
    found = learn_to_recall("rnn", iterations=0)
    assert found.c is None and found.h.shape == (GAP + 3,)
    assert found.accuracy < 0.6
    assert (found.h > 0).all()
