"""How losses depend on the characters read: against autograd, and what must not change it."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from rnnviz.analysis.gradients import flow as flow_module
from rnnviz.analysis.gradients import input_reach as module
from rnnviz.analysis.gradients.input_reach import input_reach, reach_by_distance
from tests.networks import CELLS, autograd_states, make_network

VOCABULARY = "abcdef"
IDS = np.random.default_rng(2).integers(6, size=50)

cells_and_layers = pytest.mark.parametrize(
    ("cell", "layers"), [(cell, layers) for cell in CELLS for layers in (1, 2)]
)


@cells_and_layers
def test_every_entry_equals_autograd(cell: tuple[str, str], layers: int) -> None:
    """Where each character occurs once, the derivative by its input weights is that by its sum.

    Times W_ih that is the derivative by x; its part along (1, ..., 1) is left out.
    """
    network, ids = make_network(cell, layers), torch.arange(6)[:, None]
    weights = {name: w.clone() for name, w in network.parameters.items()}
    into = weights["rnn.weight_ih_l0"].requires_grad_()
    h, _ = autograd_states(network, weights, ids[:-1], network.zero_state(1))
    losses = nn.functional.cross_entropy(
        network.logits(torch.cat(h[-1][1:])), ids[1:, 0], reduction="none"
    )
    expected = np.zeros((5, 5))
    for t in range(5):
        (by_column,) = torch.autograd.grad(losses[t], into, retain_graph=True)
        by_x = (by_column.t() @ into.detach())[:5]  # (k, vocab)
        expected[t] = (by_x - by_x.mean(1, keepdim=True)).norm(dim=1)
    found = input_reach(network, VOCABULARY, VOCABULARY).norm
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-13)
    assert np.all(np.triu(found, 1) == 0) and np.all(found[np.tril_indices(5)] > 0)


def test_it_is_what_exchanging_characters_a_little_does() -> None:
    """|d l / d x| is the steepest of all directions that lead from characters to others."""
    network, ids = make_network(CELLS[0]), torch.tensor(IDS[:5])[:, None]
    direction = torch.randn(6, 500, generator=torch.Generator().manual_seed(0)).double()
    direction = (direction - direction.mean(0)) / (direction - direction.mean(0)).norm(dim=0)
    w, b = network.parameters, [network.parameters[f"rnn.bias_{n}_l0"] for n in ("ih", "hh")]

    def loss(step: torch.Tensor) -> torch.Tensor:
        """At the last timestep, x at the second one moved (direction)."""
        h = torch.zeros(len(step), 11, dtype=torch.float64)
        for t, x in enumerate(nn.functional.one_hot(ids[:-1, 0], 6).double()):
            read = x + step if t == 1 else x.expand(len(step), 6)
            h = (read @ w["rnn.weight_ih_l0"].T + h @ w["rnn.weight_hh_l0"].T + sum(b)).tanh()
        return nn.functional.cross_entropy(
            network.logits(h), ids[-1].expand(len(h)), reduction="none"
        )

    slope = (loss(1e-6 * direction.t()) - loss(-1e-6 * direction.t())) / 2e-6
    text = "".join(VOCABULARY[i] for i in IDS[:5])
    norm = input_reach(network, VOCABULARY, text).norm[3, 1]
    assert 0.9 * norm < slope.abs().max() <= norm * (1 + 1e-6)


@cells_and_layers
def test_numbers_that_bias_and_input_weights_can_exchange_change_nothing(
    cell: tuple[str, str], layers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The network does the same, so it depends on its text in the same way; nor do blocks."""
    network, text = make_network(cell, layers), "".join(VOCABULARY[i] for i in IDS)
    before = input_reach(network, VOCABULARY, text).norm
    moved = torch.linspace(-1, 1, len(network.parameters["rnn.weight_ih_l0"])).double()
    network.parameters["rnn.weight_ih_l0"].add_(moved[:, None])
    network.parameters["rnn.bias_ih_l0"].sub_(moved)
    monkeypatch.setattr(flow_module, "_LOSSES", 7)
    after = input_reach(network, VOCABULARY, text).norm
    np.testing.assert_allclose(after, before, rtol=1e-8, atol=1e-15)


@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_by_distance_it_is_the_last_row_of_each_passage(
    cell: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    network, places = make_network(cell, 2), np.array([9, 20, 21, 33, 49])
    text = "".join(VOCABULARY[i] for i in IDS)
    for numbers in (10**7, 500):
        monkeypatch.setattr(module, "_NUMBERS", numbers)
        found = reach_by_distance(network, IDS, places, 9)
        for place, own in zip(places, found, strict=True):
            row = input_reach(network, VOCABULARY, text[place - 9 : place + 1]).norm[-1]
            np.testing.assert_allclose(own, row[::-1], rtol=1e-10)
    for wrong in ([8], [50]):
        with pytest.raises(ValueError, match="before each there must be 9"):
            reach_by_distance(network, IDS, np.array(wrong), 9)
