"""What is led with ranks trained LSTM, GRU and RNN as their curves do."""

from __future__ import annotations

import numpy as np
import pytest

from rnnviz.analysis.gradients.reach import Reach, reaches
from rnnviz.config import Cell, ModelConfig, TrainingConfig
from rnnviz.records import LagNorms
from rnnviz.text.vocabulary import Vocabulary
from rnnviz.training.progress import Iteration
from rnnviz.training.trainer import Trainer

TEXT = 'He said "to be, or not to be" and she: "no".\n' * 12
VOCABULARY = Vocabulary.of(TEXT)
CELLS: tuple[Cell, ...] = ("lstm", "gru", "rnn")


def trained(cell: Cell) -> dict[str, LagNorms]:
    """The probe of a small network after 30 iterations."""
    trainer = Trainer(
        VOCABULARY,
        VOCABULARY.encode(TEXT),
        ModelConfig(cell=cell, hidden_size=12),
        TrainingConfig(iterations=30, sequence_length=16, batch_size=4, learning_rate=0.02),
    )
    while trainer.fraction < 1:
        assert isinstance(trainer.iterate(), Iteration)
    found = dict(trainer.snapshot().measurements["by_passage"])
    losses = np.full(65, int(found.pop("losses")) * found["h"].shape[1])
    return {path: LagNorms(30, path, norms, losses) for path, norms in found.items()}


@pytest.fixture(scope="module")
def curves() -> dict[tuple[Cell, str], tuple[np.ndarray, Reach]]:
    return {
        (cell, path): (norms.mean[-1] / norms.mean[-1, 0], reaches([norms])[30, path])
        for cell in CELLS
        for path, norms in trained(cell).items()
    }


def test_what_is_read_off_is_on_the_curve(
    curves: dict[tuple[Cell, str], tuple[np.ndarray, Reach]],
) -> None:
    for shares, reach in curves.values():
        for fall, share in ((reach.half, 0.5), (reach.hundredth, 0.01)):
            lag = len(shares) if fall.lag is None else fall.lag
            assert (shares[:lag] > share).all() and (shares[lag : lag + 1] <= share).all()
            low, high = fall.interval or (None, None)
            assert (low or 65) <= (fall.lag or 65) <= (high or 65)
        assert reach.edge.value == pytest.approx(shares[-1])
        low_share, high_share = reach.edge.interval or (1.0, 0.0)
        assert low_share <= reach.edge.value <= high_share


def test_no_network_that_keeps_more_at_every_lag_is_ranked_below(
    curves: dict[tuple[Cell, str], tuple[np.ndarray, Reach]],
) -> None:
    """Which a half-life fitted to a bent curve can do."""
    pairs = 0
    for shares, reach in curves.values():
        for others, other in curves.values():
            if reach is not other and (shares[1:] >= others[1:]).all():
                pairs += 1
                for mine, its in ((reach.half, other.half), (reach.hundredth, other.hundredth)):
                    assert (mine.lag or 65) >= (its.lag or 65)
                assert reach.edge.value >= other.edge.value
    assert pairs


def test_the_fit_that_ranked_them_wrongly_is_not_said() -> None:
    """The LSTM's curve falls to 17 % at once, then slowly; the GRU keeps more to lag 64."""
    lags = np.arange(65)
    lstm = np.where(lags, 0.17 * 0.965**lags, 1.0)
    gru = 0.45 * 0.7**lags + 0.55 * 0.975**lags
    norms = (np.tile(curve, (1, 32, 1)) for curve in (lstm, gru))
    first, second = (reaches([LagNorms(1, "h", n, np.full(65, 256))])[1, "h"] for n in norms)
    assert first.half.lag == 1 < (second.half.lag or 65)
    assert first.edge.value < second.edge.value
    assert not first.fit.straight
