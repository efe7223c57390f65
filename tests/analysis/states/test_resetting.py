"""Reset so many characters before, a network loses what the naive loop says."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from rnnviz.analysis.states import resetting
from rnnviz.analysis.states.resetting import DISTANCES, ResetLosses, reset_losses
from rnnviz.recurrent.char_rnn import CharRNN
from tests.networks import CELLS, VOCAB, make_network, make_torch

TEXT = np.random.default_rng(3).integers(VOCAB, size=60)
PLACES = np.array([20, 21, 33, 48, 59])


def naively(network: CharRNN, place: int, distance: int) -> tuple[float, bool]:
    """The loss at one place of a network that reads one character after the other from zero.

    And whether the character that came was the likeliest.
    """
    modules, state = make_torch(network), None
    with torch.inference_mode():
        for character in TEXT[place - distance : place]:
            read = torch.nn.functional.one_hot(torch.tensor([[character]]), VOCAB).double()
            output, state = modules["rnn"](read, state)
        chances = torch.log_softmax(modules["decoder"](output[-1, 0]), -1)
    return -float(chances[TEXT[place]]), int(chances.argmax()) == TEXT[place]


@pytest.mark.parametrize("numbers", [10**7, 100], ids=["at once", "in pieces"])
@pytest.mark.parametrize("cell", [("rnn", "tanh"), ("gru", "tanh"), ("lstm", "tanh")], ids=str)
def test_every_loss_is_that_of_the_naive_loop(
    cell: tuple[str, str], numbers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resetting, "_NUMBERS", numbers)
    network = make_network(cell, layers=2)
    found = reset_losses(network, TEXT, PLACES, [7, 1, 20, 2])
    assert found.distances == (1, 2, 7, 20) and found.losses.shape == (4, len(PLACES))
    expected = [[naively(network, place, far) for place in PLACES] for far in found.distances]
    losses, right = np.moveaxis(np.array(expected), 2, 0)
    assert found.losses == pytest.approx(losses, abs=1e-10)
    assert found.mean == pytest.approx(losses.mean(1))
    assert found.accuracy == pytest.approx(right.mean(1)) and 0 < right.mean() < 1


def test_what_a_network_does_not_hold_helps_nobody() -> None:
    """Without recurrent weights, only the last character counts."""
    network = make_network(CELLS[0])
    network.parameters["rnn.weight_hh_l0"].zero_()
    found = reset_losses(network, TEXT, PLACES, (1, 4, 16))
    assert found.losses[1] == pytest.approx(found.losses[0])
    assert found.used() == 1 and found.gains()[0][0] == pytest.approx(0)


def test_how_far_back_helps_is_found_where_it_is_planted() -> None:
    noise = np.random.default_rng(1).normal(size=(len(DISTANCES), 400)) * 0.01
    planted = ResetLosses(DISTANCES, noise + np.where(np.array(DISTANCES) < 16, 1.0, 0.0)[:, None])
    assert planted.used() == 16
    gains = planted.gains()
    assert [gain > 0.9 for gain, _ in gains] == [at < 16 for at in DISTANCES]
    assert all(low <= gain <= high for gain, (low, high) in gains)
    falling = ResetLosses(DISTANCES, np.linspace(2, 1, len(DISTANCES))[:, None] + 0 * noise)
    assert falling.used() is None


def test_what_is_out_of_range_is_refused() -> None:
    network = make_network(CELLS[0])
    for places, distances in (([3], [4]), ([60], [4]), ([20], [0]), ([], [1])):
        with pytest.raises(ValueError, match="places"):
            reset_losses(network, TEXT, np.array(places, np.int64), distances)


def test_a_network_that_exploded_has_losses_that_are_no_numbers() -> None:
    network = make_network(CELLS[0])
    network.parameters["decoder.bias"][0] = np.nan
    assert np.isnan(reset_losses(network, TEXT, PLACES, [1, 2]).losses).all()
