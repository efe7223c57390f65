"""Truncated gradients: the windows one by one, a naive loop, and the engine's own."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from rnnviz.analysis.gradients.network_truncation import network_costs, truncation
from rnnviz.analysis.gradients.timestep_shares import gradient_terms, timestep_shares
from rnnviz.analysis.gradients.truncation import cost, lengths_to_try, reach, windows
from rnnviz.config import ModelConfig
from rnnviz.lessons.by_hand.small_rnn import SmallRNN, backward, forward, random_network
from rnnviz.lessons.by_hand.truncation import costs, truncated_gradients
from rnnviz.lessons.pages.bptt.small_network import as_small_rnn, train_small
from rnnviz.recurrent.char_rnn import CharRNN, State
from tests.networks import CELLS, autograd_states, gradients_of, make_network

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


def cut_by_autograd(network: CharRNN, sequence_length: int) -> dict[str, np.ndarray]:
    """The plain equations, their state detached at every window's end, by every weight matrix."""
    weights = {n: w.detach().clone().requires_grad_() for n, w in network.parameters.items()}
    state, loss = network.zero_state(1), torch.zeros((), dtype=torch.float64)
    ids = torch.from_numpy(IDS)[:, None]
    for window in windows(len(IDS) - 1, sequence_length):
        h, c = autograd_states(network, weights, ids[window.start : window.stop], state)
        logits = torch.cat(h[-1][1:]) @ weights["decoder.weight"].T + weights["decoder.bias"]
        targets = ids[window.start + 1 : window.stop + 1, 0]
        loss = loss + torch.nn.functional.cross_entropy(logits, targets, reduction="sum")
        last = [torch.stack([layer[-1].detach() for layer in each]) for each in (h, c)]
        state = State(last[0], None if state.c is None else last[1])
    loss.backward()
    found = {n.removeprefix("rnn."): w.grad for n, w in weights.items() if "weight" in n}
    return {name: gradient.numpy() for name, gradient in found.items()}


@pytest.mark.parametrize("num_layers", [1, 2])
@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_the_engine_agrees_with_autograd_about_a_cut(
    cell: tuple[str, str], num_layers: int
) -> None:
    """Of every weight matrix by itself, and of all W_hh."""
    network, lengths = make_network(cell, num_layers), [1, 3, 10, 23]
    found, full = truncation(network, IDS, lengths), cut_by_autograd(network, 23)
    assert (found.timesteps, found.windows, set(found.parameters)) == (23, (1, 3, 10, 23), {*full})
    of_w_hh = network_costs(network, IDS, lengths)
    for place, k in enumerate(lengths):
        cut = cut_by_autograd(network, k)
        groups = {name: [name] for name in full}
        recurrent = [name for name in full if "weight_hh" in name]
        groups |= {"W_hh": recurrent or [name for name in full if "weight_ih" in name]}
        expected = {
            called: cost(k, *(np.concatenate([g[n].ravel() for n in names]) for g in (cut, full)))
            for called, names in groups.items()
        }
        given = dict(zip(found.parameters, found.costs[place], strict=True))
        for called, one in [
            *given.items(),
            ("W_hh", found.recurrent[place]),
            ("W_hh", of_w_hh[place]),
        ]:
            assert one.cosine == pytest.approx(expected[called].cosine, rel=1e-10)
            assert one.norm_ratio == pytest.approx(expected[called].norm_ratio, rel=1e-10)
            error = expected[called].relative_error
            assert one.relative_error == pytest.approx(error, rel=1e-8, abs=1e-12)
        decoder = given["decoder.weight"]  # no gradient goes on from it
        assert (decoder.cosine, decoder.norm_ratio) == (pytest.approx(1), pytest.approx(1))
    assert found.recurrent[-1].relative_error == 0 and found.cosine[0].min() < 0.999


@pytest.mark.parametrize("num_layers", [1, 2])
@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_the_terms_of_all_timesteps_add_up_to_the_gradient_of_training(
    cell: tuple[str, str], num_layers: int
) -> None:
    """As vectors, for windows that cut and that do not; each share is its part along the sum."""
    network, ids = make_network(cell, num_layers), torch.from_numpy(IDS)[:, None]
    _, trained, _, _ = gradients_of(network, ids[:-1], ids[1:], network.zero_state(1))
    for k in (5, 23):
        terms, found = gradient_terms(network, IDS, k), timestep_shares(network, IDS, k)
        cut = cut_by_autograd(network, k)
        assert found.parameters == tuple(cut) and found.sequence_length == k
        for place, (name, own) in enumerate(terms.items()):
            every = torch.einsum("tr,tc->trc", own.left, own.right)
            total = every.sum(0)
            np.testing.assert_allclose(total, cut[found.parameters[place]], atol=1e-12)
            if k == 23:  # the mean over as many losses
                torch.testing.assert_close(total, 23 * trained[name], rtol=1e-10, atol=1e-12)
            np.testing.assert_allclose(found.norm[place], every.flatten(1).norm(dim=1))
            along = (every * total).sum((1, 2)) / total.square().sum()
            np.testing.assert_allclose(found.share[place], along, atol=1e-12)
            assert found.share[place].sum() == pytest.approx(1)


def test_a_text_that_teaches_nothing_has_no_share() -> None:
    found = timestep_shares(CharRNN(ModelConfig("rnn", hidden_size=2), 1), np.zeros(4, int), 2)
    assert not found.share.any() and not found.norm.any()
    with pytest.raises(ValueError, match="1 character; a loss takes 2"):
        truncation(make_network(CELLS[0]), IDS[:1], [1])


def test_the_engine_agrees_with_the_small_network_about_a_cut() -> None:
    network = make_network(CELLS[0])
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
