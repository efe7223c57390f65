"""Truncated gradients: the windows one by one, a naive loop, and the engine's own."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from rnnviz.analysis.gradients.network_truncation import network_costs
from rnnviz.analysis.gradients.truncation import cost, lengths_to_try, reach, windows
from rnnviz.config import ModelConfig
from rnnviz.lessons.by_hand.small_rnn import SmallRNN, backward, forward, random_network
from rnnviz.lessons.by_hand.truncation import costs, truncated_gradients
from rnnviz.lessons.pages.bptt.small_network import as_small_rnn, train_small
from rnnviz.recurrent.char_rnn import CharRNN
from rnnviz.recurrent.initialization import initialize

IDS = np.random.default_rng(3).integers(0, 5, 24)


def by_window(network: SmallRNN, sequence_length: int) -> np.ndarray:
    """Each window on its own, the state carried from one to the next."""
    h, total = np.zeros(len(network.b_h)), np.zeros_like(network.w_hh)
    for window in windows(len(IDS) - 1, sequence_length):
        ran = forward(network, IDS[window.start : window.stop + 1], h)
        total += backward(network, ran).terms["w_hh"].sum(0)
        h = ran.h[-1]
    return total


@pytest.mark.parametrize("sequence_length", [1, 2, 7, 10, 22, 23, 100])
def test_truncation_is_backpropagation_in_every_window(sequence_length: int) -> None:
    network = random_network(4, 5, seed=0)
    found = truncated_gradients(network, forward(network, IDS), [sequence_length])[0]
    np.testing.assert_allclose(found, by_window(network, sequence_length), atol=1e-12)


def test_the_whole_text_costs_nothing() -> None:
    network = random_network(4, 5, seed=0)
    ran = forward(network, IDS)
    found = costs(network, ran, lengths_to_try(23, 7))
    assert found[-1].sequence_length == 23
    assert found[-1].cosine == pytest.approx(1)
    assert found[-1].relative_error == 0
    assert found[0].relative_error > 0.01


def test_cosine_and_relative_error_by_hand() -> None:
    assert cost(1, np.array([0.0, 2.0]), np.array([0.0, 1.0])).relative_error == 1.0
    assert np.isnan(cost(1, np.zeros(2), np.ones(2)).cosine)
    assert cost(1, np.zeros(2), np.zeros(2)).relative_error == 0.0


@pytest.mark.parametrize("timesteps", [1, 2, 13, 600])
@pytest.mark.parametrize("chosen", [1, 7, 100])
def test_windows_cover_every_timestep_once(timesteps: int, chosen: int) -> None:
    covered = [t for window in windows(timesteps, chosen) for t in window]
    assert covered == list(range(timesteps))
    assert all(reach(t, chosen) <= min(chosen, t + 1) for t in covered)
    tried = lengths_to_try(timesteps, chosen)
    assert tried == sorted(set(tried)) and tried[-1] == timesteps
    assert min(chosen, timesteps) in tried


def network_of(cell: str, num_layers: int) -> CharRNN:
    model = ModelConfig(cell=cell, hidden_size=6, num_layers=num_layers)  # type: ignore[arg-type]
    network = CharRNN(model, 5, dtype=torch.float64)
    initialize(network, torch.Generator().manual_seed(0))
    return network


def cut_by_autograd(network: CharRNN, sequence_length: int) -> np.ndarray:
    """PyTorch's own cell, its state detached at every window's end; by every W_hh."""
    config, weights = network.config, {n: w.clone() for n, w in network.parameters.items()}
    cell = {"rnn": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}[config.cell]
    rnn = cell(5, config.hidden_size, config.num_layers, dtype=torch.float64)
    rnn.load_state_dict({n[4:]: w for n, w in weights.items() if n.startswith("rnn.")})
    ids, state, loss = torch.from_numpy(IDS), None, torch.zeros((), dtype=torch.float64)
    for window in windows(len(IDS) - 1, sequence_length):
        read = torch.nn.functional.one_hot(ids[window.start : window.stop], 5).double()
        h, state = rnn(read, state)
        state = tuple(s.detach() for s in state) if isinstance(state, tuple) else state.detach()
        logits = h @ weights["decoder.weight"].T + weights["decoder.bias"]
        targets = ids[window.start + 1 : window.stop + 1]
        loss = loss + torch.nn.functional.cross_entropy(logits, targets, reduction="sum")
    loss.backward()
    found = [w.grad.flatten() for n, w in rnn.named_parameters() if "weight_hh" in n]
    return torch.cat(found).numpy()


@pytest.mark.parametrize("num_layers", [1, 2])
@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_the_engine_agrees_with_autograd_about_a_cut(cell: str, num_layers: int) -> None:
    network, lengths = network_of(cell, num_layers), [1, 3, 10, 23]
    full = cut_by_autograd(network, len(IDS) - 1)
    for found in network_costs(network, IDS, lengths):
        expected = cost(
            found.sequence_length, cut_by_autograd(network, found.sequence_length), full
        )
        assert found.cosine == pytest.approx(expected.cosine, rel=1e-10)
        assert found.relative_error == pytest.approx(expected.relative_error, rel=1e-9, abs=1e-12)
        assert found.norm_ratio == pytest.approx(expected.norm_ratio, rel=1e-10)
    assert expected.relative_error == 0


def test_the_engine_agrees_with_the_small_network_about_a_cut() -> None:
    network = network_of("rnn", 1)
    small = as_small_rnn(network)
    found, other = network_costs(network, IDS, [3])[0], costs(small, forward(small, IDS), [3])[0]
    assert found.cosine == pytest.approx(other.cosine)
    assert 0 < found.relative_error == pytest.approx(other.relative_error)


def test_a_small_network_learns_its_text() -> None:
    text = "abcabcabd" * 12
    small = train_small(text, hidden_size=12, iterations=60)
    ids = np.array(["abcd".index(character) for character in text])
    untrained = random_network(12, 4, seed=0)
    assert forward(small, ids).loss.mean() < 0.6 * forward(untrained, ids).loss.mean()


def test_only_a_plain_network_is_small() -> None:
    with pytest.raises(ValueError, match="only a tanh RNN"):
        as_small_rnn(CharRNN(ModelConfig(cell="gru", hidden_size=2), 3))
    with pytest.raises(ValueError, match="at least 1"):
        windows(3, 0)
