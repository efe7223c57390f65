"""Every derivative of a real network on the way back, against torch's autograd."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from rnnviz.lessons.by_hand.unrolled_backward import NetworkBackward, Terms, network_backward
from rnnviz.lessons.by_hand.unrolled_check import SAMPLE, check_network
from rnnviz.lessons.by_hand.unrolled_network import UnrolledNetwork, read
from rnnviz.recurrent.char_rnn import CharRNN
from tests.networks import READING, UNITS, VOCAB, autograd_states, make_network

IDS = np.array([0, 3, 1, 1, 5, 2, 0, 4])
TIMESTEPS = len(IDS) - 1
COUNTED = [None, np.ones(TIMESTEPS), np.eye(TIMESTEPS)[-1], np.eye(TIMESTEPS)[2]]


def of(network: CharRNN) -> UnrolledNetwork:
    weights = {name: weight.numpy() for name, weight in network.parameters.items()}
    return read(network.config, weights, IDS[:-1])


def autograd(network: CharRNN, counted: np.ndarray | None) -> tuple[dict[str, Tensor], Tensor]:
    """The weights and L as leaves and root of autograd's graph, states kept as `h` and `c`."""
    weights = {name: w.clone().requires_grad_() for name, w in network.parameters.items()}
    inputs = torch.from_numpy(IDS[:-1, np.newaxis])
    h, c = autograd_states(network, weights, inputs, network.zero_state(1))
    logits = torch.cat(h[-1][1:]) @ weights["decoder.weight"].t() + weights["decoder.bias"]
    loss = torch.nn.functional.cross_entropy(logits, torch.from_numpy(IDS[1:]), reduction="none")
    nodes = {f"h {layer} {t}": node for layer, own in enumerate(h) for t, node in enumerate(own)}
    if network.config.cell == "lstm":
        nodes |= {f"c {k} {t}": node for k, own in enumerate(c) for t, node in enumerate(own)}
    every = weights | {name: node for name, node in nodes.items() if not name.endswith(" 0")}
    return every, loss.sum() if counted is None else loss @ torch.from_numpy(counted)


@pytest.mark.parametrize("counted", COUNTED)
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("cell", READING)
def test_every_derivative_is_that_of_autograd(
    cell: tuple[str, str], layers: int, counted: np.ndarray | None
) -> None:
    network = make_network(cell, layers)
    nodes, loss = autograd(network, counted)
    right = torch.autograd.grad(loss, list(nodes.values()), allow_unused=True)
    exact = {
        name: np.zeros(node.shape) if one is None else one.numpy()
        for (name, node), one in zip(nodes.items(), right, strict=True)
    }
    found = network_backward(of(network), IDS[1:], counted)
    assert set(found.terms) == set(network.parameters)
    for name, terms in found.terms.items():
        total = terms.total[:, 0] if "bias" in name else terms.total
        np.testing.assert_allclose(total, exact[name], atol=1e-12)
        every = list(range(terms.left.shape[1])), list(range(terms.right.shape[1]))
        each = terms.block(*every)
        np.testing.assert_allclose(each.sum(0), terms.total, atol=1e-12)
        np.testing.assert_allclose(np.linalg.norm(each, axis=(1, 2)), terms.norms)
    for layer, own in enumerate(found.layers):
        states = {"h": own.dh} | ({} if own.dc is None else {"c": own.dc})
        assert ("c" in states) == (network.config.cell == "lstm")
        for letter, gradient in states.items():
            for t in range(TIMESTEPS):
                node = exact[f"{letter} {layer} {t + 1}"][0]
                np.testing.assert_allclose(gradient[t], node, atol=1e-12)


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("cell", READING)
def test_the_parts_of_a_states_gradient_are_the_losses_that_they_name(
    cell: tuple[str, str], layers: int
) -> None:
    """In the top layer from_above is what l_t alone sends to h_t, from_next what later ones do."""
    network = make_network(cell, layers)
    every = [network_backward(of(network), IDS[1:], one) for one in np.eye(TIMESTEPS)]
    whole = network_backward(of(network), IDS[1:])
    top = whole.layers[-1]
    for t in range(TIMESTEPS):
        np.testing.assert_allclose(top.from_above[t], every[t].layers[-1].dh[t], atol=1e-12)
        later = sum(every[s].layers[-1].dh[t] for s in range(t + 1, TIMESTEPS))
        np.testing.assert_allclose(top.from_next[t], later, atol=1e-12)
    by_logits = whole.terms["decoder.bias"].left
    np.testing.assert_allclose(top.from_above, by_logits @ of(network).decoder, atol=1e-12)
    assert not top.from_next[-1].any()
    for own in whole.layers:
        if own.dc is not None and own.dc_from_next is not None:
            assert not own.dc_from_next[-1].any() and own.dc_from_next[:-1].any()


@pytest.mark.parametrize("counted", COUNTED)
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("cell", READING)
def test_central_differences_agree(
    cell: tuple[str, str], layers: int, counted: np.ndarray | None
) -> None:
    network = of(make_network(cell, layers, units=9))
    found = network_backward(network, IDS[1:], counted)
    checks = check_network(network, IDS, found, counted)
    assert set(checks) == set(found.terms)
    for name, check in checks.items():
        assert check.analytic.size == min(SAMPLE, found.terms[name].total.size)
        assert check.passed, (name, check.relative_error)


@pytest.mark.parametrize("cell", READING)
def test_a_wrong_gradient_is_found_even_where_it_is_zero(cell: tuple[str, str]) -> None:
    network = of(make_network(cell, 2))
    right = network_backward(network, IDS[1:])
    for wrong in right.terms:
        terms = right.terms[wrong]
        nothing = right.terms | {wrong: Terms(0 * terms.left, terms.right)}
        found = NetworkBackward(right.loss, right.probability, right.layers, nothing)
        checks = check_network(network, IDS, found)
        assert [name for name, check in checks.items() if not check.passed] == [wrong]


def test_targets_must_fit() -> None:
    network = of(make_network(("rnn", "tanh"), units=UNITS))
    assert network.probability.shape == (TIMESTEPS, VOCAB)
    with pytest.raises(ValueError, match="one for each"):
        network_backward(network, IDS)
