"""The Jacobian of a timestep equals autograd's, of every cell; so do products over several."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from rnnviz.analysis.gradients.bound import step_bound
from rnnviz.analysis.gradients.jacobian import step_jacobians
from rnnviz.analysis.gradients.jacobian_records import MEAN
from rnnviz.analysis.gradients.layer_spectra import largest_exponent, layer_spectra
from rnnviz.analysis.gradients.lyapunov import lyapunov
from rnnviz.config import ModelConfig
from rnnviz.recurrent.char_rnn import CharRNN, State
from rnnviz.text.reading import TextError
from rnnviz.text.vocabulary import Vocabulary
from tests.networks import CELLS, UNITS, autograd_states, make_network

VOCABULARY = Vocabulary.of("abcdef")
TEXT = "facadeb"


def ids_of(text: str) -> Tensor:
    return torch.tensor(VOCABULARY.encode(text).astype(np.int64))[:, None]


def by_autograd(network: CharRNN, layer: int, before: int, after: int) -> Tensor:
    """d s_after / d s_before (state * unit, state * unit), all rows in one vectorised sweep.

    Autograd's graph begins at s_before, where h and c of every layer are leaves.
    """
    ids, zero = ids_of(TEXT), network.zero_state(1)
    h, c = autograd_states(network, network.parameters, ids[:before], zero)
    begun = State(*(torch.stack([each[-1].detach() for each in states]) for states in (h, c)))
    begun = State(begun.h, None if zero.c is None else begun.c)
    h, c = autograd_states(network, network.parameters, ids[before:after], begun)
    of_state = [h[layer]] if zero.c is None else [h[layer], c[layer]]
    joined = torch.cat([each[-1][0] for each in of_state])
    each = torch.eye(len(joined), dtype=joined.dtype)
    found = torch.autograd.grad(joined, [s[0] for s in of_state], each, is_grads_batched=True)
    return torch.cat([each[:, 0] for each in found], 1)


@pytest.mark.parametrize("cell", CELLS)
def test_every_product_of_timesteps_equals_autograd(cell: tuple[str, str]) -> None:
    network = make_network(cell)
    steps = step_jacobians(network, VOCABULARY, TEXT)
    assert len(steps) == len(TEXT)
    for before in range(len(TEXT)):
        product = torch.eye(steps.size, dtype=torch.float64)
        for t in range(before, len(TEXT)):
            product = steps.times(t, product)
            expected = by_autograd(network, 0, before, t + 1)
            torch.testing.assert_close(product, expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("cell", CELLS)
def test_an_upper_layer_reads_what_lies_below_as_it_was(cell: tuple[str, str]) -> None:
    network = make_network(cell, 2, units=5)
    for layer in (0, 1, -1):
        steps = step_jacobians(network, VOCABULARY, TEXT, layer)
        for t in range(len(TEXT)):
            expected = by_autograd(network, layer, t, t + 1)
            torch.testing.assert_close(steps.of(t), expected, rtol=1e-12, atol=1e-14)


def test_the_mean_is_that_of_all_timesteps() -> None:
    for cell in CELLS:
        steps = step_jacobians(make_network(cell), VOCABULARY, TEXT)
        every = torch.stack([steps.of(t) for t in range(len(steps))])
        torch.testing.assert_close(steps.mean(), every.mean(0))
        assert steps.size == UNITS * (2 if cell[0] == "lstm" else 1)


def test_weights_of_any_precision_are_computed_with_in_float64() -> None:
    precise = make_network(CELLS[3])
    network = CharRNN(precise.config, precise.vocab_size)
    network.flat.copy_(precise.flat)
    precise.flat.copy_(network.flat)
    found = step_jacobians(network, VOCABULARY, TEXT).of(3)
    assert found.dtype == torch.float64
    torch.testing.assert_close(found, step_jacobians(precise, VOCABULARY, TEXT).of(3))


def test_zero_weights_leave_what_the_gates_keep() -> None:
    """Gates are at one half: the GRU and the minGRU keep half of h, the LSTM half of c."""
    for cell, kept in (("rnn", []), *((gated, [0.5] * 3) for gated in ("gru", "lstm", "mingru"))):
        network = CharRNN(ModelConfig(cell=cell, hidden_size=3), 6)  # type: ignore[arg-type]
        matrix = step_jacobians(network, VOCABULARY, TEXT).of(2)
        assert sorted(np.linalg.eigvals(matrix.numpy()).round(12))[-3:] == (kept or [0.0] * 3)


def test_what_cannot_be_read_is_said() -> None:
    network = make_network(CELLS[0])
    with pytest.raises(TextError, match="the text is empty"):
        step_jacobians(network, VOCABULARY, "")
    with pytest.raises(TextError, match="'z'"):
        step_jacobians(network, VOCABULARY, "abz")


@pytest.mark.parametrize("cell", CELLS)
def test_all_of_a_layer_comes_step_by_step(cell: tuple[str, str]) -> None:
    network = make_network(cell, 2, units=5)
    first, *_, last = layer_spectra(network, VOCABULARY, TEXT * 3, 1)
    assert first.lyapunov is None and not first.done and last.done
    steps = step_jacobians(network, VOCABULARY, TEXT * 3, 1)
    assert last.lyapunov is not None
    np.testing.assert_array_equal(last.lyapunov.exponents, lyapunov(steps).exponents)
    gates, bound = network.cell.facts.gates, step_bound(network)
    named = [] if cell[0] == "mingru" else [gate.name for gate in gates] or ["W_hh"]
    assert list(last.matrices) == [*named, MEAN]
    assert last.bound == (None if bound is None else pytest.approx(bound[1]))
    radius = np.abs(np.linalg.eigvals(steps.mean().numpy())).max()
    assert last.matrices[MEAN].radius == pytest.approx(radius)
    few = largest_exponent(network, VOCABULARY, TEXT * 3, 1)
    assert few.by_block.shape[1] == 4
