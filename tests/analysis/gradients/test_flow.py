"""|d l_t / d h_k| against autograd, its sum rule, and closed forms."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from rnnviz.analysis.gradients import flow as flow_module
from rnnviz.analysis.gradients.decay import fit_decay
from rnnviz.analysis.gradients.flow import gradient_flow, itemised_gradients
from rnnviz.analysis.states.trace import trace
from rnnviz.analysis.units.keeping import characters_kept
from rnnviz.config import ModelConfig
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.char_rnn import CharRNN
from rnnviz.text.reading import TextError
from rnnviz.text.vocabulary import Vocabulary
from tests.networks import CELLS, UNITS, autograd_states, gradients_of, make_network

VOCABULARY = Vocabulary.of("abcdef")
TEXT = "facadebead"
T = len(TEXT) - 1

cells_and_layers = pytest.mark.parametrize(
    ("cell", "layers"), [(cell, layers) for cell in CELLS for layers in (1, 2)]
)


def ids_of(text: str) -> torch.Tensor:
    return torch.tensor(VOCABULARY.encode(text).astype(np.int64))[:, None]


@cells_and_layers
def test_every_entry_equals_autograd(cell: tuple[str, str], layers: int) -> None:
    """The full matrix of both paths, and definitions A, B and C, by one backward pass a loss."""
    network, ids = make_network(cell, layers), ids_of(TEXT)
    flow = gradient_flow(network, VOCABULARY, TEXT)
    h, c = autograd_states(network, network.parameters, ids[:-1], network.zero_state(1))
    losses = nn.functional.cross_entropy(
        network.logits(torch.cat(h[-1][1:])), ids[1:, 0], reduction="none"
    )
    for states, path in ((h, flow.h), (c, flow.c)):
        if path is None:
            continue
        for layer in range(layers):
            nodes = states[layer][1:]
            item = np.zeros((T, T, UNITS))
            for t in range(T):
                found = torch.autograd.grad(losses[t], nodes, retain_graph=True, allow_unused=True)
                for k, gradient in enumerate(found):
                    if gradient is not None:
                        item[t, k] = gradient[0].numpy()
            norms = np.linalg.norm(item, axis=2)
            np.testing.assert_allclose(path.matrix[layer], norms, rtol=1e-10, atol=1e-14)
            np.testing.assert_allclose(path.last_loss[layer], norms[-1], rtol=1e-10)
            summed = np.linalg.norm(item.sum(0), axis=1)
            np.testing.assert_allclose(path.window[layer], summed, rtol=1e-10)
            by_lag = [np.mean([norms[t, t - d] for t in range(d, T)]) for d in range(T)]
            np.testing.assert_allclose(path.by_lag[layer], by_lag, rtol=1e-10)


@cells_and_layers
def test_itemised_gradients_add_up_to_the_window_gradient(
    cell: tuple[str, str], layers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sum rule, as vectors, whatever the losses are cut into."""
    network, ids = make_network(cell, layers), ids_of(TEXT)
    state = network.zero_state(1)
    _, _, d_h, d_c = gradients_of(network, ids[:-1], ids[1:], state)
    unroll = network.unroll(ids[:-1], state, Arena(network.flat))
    signals = len(network.cell.facts.blocks) + 2
    monkeypatch.setattr(flow_module, "_NUMBERS", 4 * T * UNITS * signals * layers)
    total = [torch.zeros(T + 1, UNITS, dtype=torch.float64) for _ in range(2 * layers)]
    cuts = []
    for block in itemised_gradients(network, unroll, ids[1:, 0]):
        cuts.append(block.losses)
        for layer in range(layers):
            total[layer][: len(block.h[layer])] += block.h[layer].sum(1)
            if block.c is not None:
                total[layers + layer][: len(block.c[layer])] += block.c[layer].sum(1)
    assert [cut.stop - cut.start for cut in cuts] == [4, 4, 1]
    for layer in range(layers):
        torch.testing.assert_close(total[layer], T * d_h[layer][:, 0], rtol=1e-10, atol=1e-13)
        if (cells := d_c[layer]) is not None:
            torch.testing.assert_close(
                total[layers + layer], T * cells[:, 0], rtol=1e-10, atol=1e-13
            )


@pytest.mark.parametrize("w", [0.2, 0.9, 1.0, 3.0])
def test_a_linear_recurrence_decays_as_w_to_the_lag(w: float) -> None:
    """A relu unit kept open is linear: |d l_t / d h_k| = |d l_t / d h_t| w^(t-k)."""
    network = CharRNN(ModelConfig("rnn", "relu", 1), len(VOCABULARY), dtype=torch.float64)
    network.parameters["rnn.weight_hh_l0"].fill_(w)
    network.parameters["rnn.bias_ih_l0"].fill_(0.3)
    network.parameters["decoder.weight"].copy_(torch.linspace(-1e-9, 2e-9, 6)[:, None])
    flow = gradient_flow(network, VOCABULARY, TEXT)
    lags = np.arange(T)
    for t in range(T):
        row = flow.h.matrix[0, t, : t + 1][::-1]
        np.testing.assert_allclose(row / row[0], w ** lags[: t + 1], rtol=1e-10)
    fit = fit_decay(flow.h.matrix[0, -1][::-1])
    np.testing.assert_allclose(fit.factor, w, rtol=1e-9)
    if w < 1:
        np.testing.assert_allclose(fit.half_life, np.log(0.5) / np.log(w), rtol=1e-9)
    elif w > 1:
        assert fit.half_life == np.inf
    np.testing.assert_allclose(flow.bound, [w])


@pytest.mark.parametrize(
    ("bias", "half_life"), [(0.0, "1.0"), (1.0, "2.2"), (2.0, "5.5"), (3.0, "14.3"), (5.0, "103")]
)
def test_an_lstm_without_weights_forgets_as_the_bias_of_its_forget_gate_says(
    bias: float, half_life: str
) -> None:
    """dl/dc falls by f = sigma(bias) a character; h carries nothing; a unit keeps 1 / (1 - f)."""
    network = CharRNN(ModelConfig("lstm", hidden_size=UNITS), len(VOCABULARY), dtype=torch.float64)
    network.parameters["rnn.bias_ih_l0"][UNITS : 2 * UNITS] = bias
    network.parameters["decoder.weight"].normal_(generator=torch.Generator().manual_seed(0))
    flow, kept = gradient_flow(network, VOCABULARY, TEXT), 1 / (1 + np.exp(-bias))
    assert flow.c is not None and not flow.h.by_lag[0, 1:].any()
    fit = fit_decay(flow.c.last_loss[0, ::-1])
    np.testing.assert_allclose([fit.factor, fit.most_off], [kept, 1], rtol=1e-9)
    assert f"{fit.half_life:.1f}".startswith(half_life)
    gate = trace(network, VOCABULARY, TEXT).gates["f"][0]
    np.testing.assert_allclose(characters_kept(gate), 1 / (1 - kept), rtol=1e-6)


@pytest.mark.parametrize(("cell", "slope"), [(CELLS[0], 1.0), (CELLS[1], 1.0), (CELLS[2], 0.25)])
def test_the_bound_holds_step_by_step(cell: tuple[str, str], slope: float) -> None:
    """|d l_t / d h_k| <= (largest singular value of W_hh times slope)^(t-k) |d l_t / d h_t|."""
    network = make_network(cell)
    flow = gradient_flow(network, VOCABULARY, TEXT)
    largest = torch.linalg.svdvals(network.parameters["rnn.weight_hh_l0"])[0]
    assert flow.bound is not None
    np.testing.assert_allclose(flow.bound, [slope * largest])
    for t in range(T):
        row = flow.h.matrix[0, t, : t + 1][::-1]
        assert np.all(row <= row[0] * flow.bound[0] ** np.arange(t + 1) * (1 + 1e-12))


def test_gated_cells_have_no_such_bound() -> None:
    assert gradient_flow(make_network(CELLS[3]), VOCABULARY, TEXT).bound is None


def test_losses_do_not_reach_later_states() -> None:
    flow = gradient_flow(make_network(CELLS[4], 2), VOCABULARY, TEXT)
    assert flow.c is not None
    for path in (flow.h, flow.c):
        assert np.all(np.triu(path.matrix, 1) == 0)
        assert np.all(path.matrix[:, np.arange(T), np.arange(T)] > 0)


def test_two_characters_give_one_loss_and_one_is_too_few() -> None:
    assert gradient_flow(make_network(CELLS[0]), VOCABULARY, "ab").h.matrix.shape == (1, 1, 1)
    with pytest.raises(TextError, match="has 1 character; gradient flow takes 2 to 2,049"):
        gradient_flow(make_network(CELLS[0]), VOCABULARY, "a")
