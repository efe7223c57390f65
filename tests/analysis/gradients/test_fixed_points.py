"""Fixed points stay as they are; in closed form where one is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from rnnviz.analysis.gradients.fixed_points import fixed_points, fixed_points_by_start
from rnnviz.analysis.gradients.jacobian import step_jacobians
from rnnviz.analysis.gradients.layer_spectra import layer_spectra
from rnnviz.analysis.gradients.lyapunov import lyapunov
from rnnviz.analysis.gradients.singular_values import singular_values
from rnnviz.analysis.gradients.stillness import FixedPoint, Plane
from rnnviz.config import ModelConfig
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.char_rnn import CharRNN, State
from rnnviz.text.reading import TextError
from tests.networks import CELLS, VOCAB, autograd_states, make_network

UNITS, LAYERS = 5, 2
TEXT = "facadebeadfeed"


def one_unit(weight: float) -> CharRNN:
    """h = tanh(w h) under "a", which adds nothing; "+" and "-" drive it to either side."""
    network = CharRNN(ModelConfig(cell="rnn", hidden_size=1), 3, dtype=torch.float64)
    network.parameters["rnn.weight_hh_l0"].fill_(weight)
    network.parameters["rnn.weight_ih_l0"].copy_(torch.tensor([[0.0, 9.0, -9.0]]))
    return network


def test_a_unit_that_feeds_itself_three_times_has_three() -> None:
    found = fixed_points(one_unit(3.0), "a+-", "a+aa-aa+", "a")
    low, zero, high = sorted(found.found, key=lambda point: point.state[0])
    assert [low.stable, zero.stable, high.stable] == [True, False, True]
    assert zero.state == 0 and zero.radius == pytest.approx(3.0)
    assert high.state[0] == pytest.approx(math.tanh(3 * high.state[0]), abs=1e-10)
    assert low.state[0] == pytest.approx(-high.state[0], abs=1e-10)
    assert high.radius == pytest.approx(3 * (1 - high.state[0] ** 2))
    assert found.arrived == found.starts == found.all_starts == 18
    (alone,) = fixed_points(one_unit(0.5), "a+-", "a+aa-aa+", "a").found
    assert alone.state[0] == pytest.approx(0.0, abs=1e-9) and alone.stable


def test_how_far_off_one_lies_is_told_by_the_spread_of_states_over_the_text() -> None:
    """h = relu(0.9 h + 1) under "a", and 0 after "-": at rest at 10, over the text at 1 and 0."""
    network = CharRNN(
        ModelConfig(cell="rnn", nonlinearity="relu", hidden_size=1), 2, dtype=torch.float64
    )
    network.parameters["rnn.weight_hh_l0"].fill_(0.9)
    network.parameters["rnn.weight_ih_l0"].copy_(torch.tensor([[1.0, -9.0]]))
    (far,) = fixed_points(network, "a-", "a-a-", "a").found
    assert far.state[0] == pytest.approx(10.0)
    assert far.away == pytest.approx(9 / 0.5) and far.far
    (near,) = fixed_points(network, "a-", "a" * 99 + "-", "a").found
    assert near.away < 0.01 and not near.far


def state_of(network: CharRNN, point: FixedPoint) -> State:
    parts = torch.from_numpy(point.state).view(-1, LAYERS, 1, UNITS)
    return State(parts[0], parts[1] if len(parts) > 1 else None)


def joined(h: list[Tensor], c: list[Tensor], network: CharRNN) -> Tensor:
    has_c = network.cell.facts.has_cell_state
    return torch.cat([each.flatten() for each in (*h, *(c if has_c else []))])


@pytest.mark.parametrize("cell", CELLS)
def test_one_more_of_the_character_changes_nothing_there(cell: tuple[str, str]) -> None:
    network = make_network(cell, LAYERS, units=UNITS)
    found = fixed_points(network, "abcdef", TEXT, "c", starts=7)
    assert found.found and found.starts == 6
    for point in found.found:
        ids = torch.full((9, 1), 2)
        if point.stable:
            unroll = network.unroll(ids, state_of(network, point), Arena(network.flat))
            for layer in unroll.layers:
                torch.testing.assert_close(layer.h[1:], layer.h[:-1], rtol=0, atol=1e-8)
        assert point.residual <= 1e-10
        state = state_of(network, point)
        h, c = autograd_states(network, network.parameters, ids[:1], state)
        has_c = network.cell.facts.has_cell_state
        leaves = [each[0] for each in (*h, *(c if has_c else []))]
        after = joined([each[1] for each in h], [each[1] for each in c], network)
        torch.testing.assert_close(after.detach(), torch.from_numpy(point.state), atol=1e-9, rtol=0)
        rows = [
            torch.cat(
                [
                    g.flatten()
                    for g in torch.autograd.grad(
                        number, leaves, retain_graph=True, materialize_grads=True
                    )
                ]
            )
            for number in after
        ]
        expected = np.sort(np.abs(np.linalg.eigvals(torch.stack(rows).numpy())))[::-1]
        np.testing.assert_allclose(np.abs(point.eigenvalues), expected, atol=1e-7)


def test_they_come_start_by_start_beside_the_states_of_the_text() -> None:
    network = make_network(CELLS[3], LAYERS, units=UNITS)
    parts = list(fixed_points_by_start(network, "abcdef", TEXT, "e", starts=4))
    assert [part.starts for part in parts] == [1, 2, 3, 4]
    last = parts[-1]
    assert last.states.shape == (len(TEXT), 2) and last.places.shape == (len(last.found), 2)
    assert last.after.tolist() == [each == "e" for each in TEXT]
    reached = [point.reached for point in last.found]
    assert reached == sorted(reached, reverse=True)
    with pytest.raises(TextError, match="'z'"):
        fixed_points(network, "abcdef", TEXT, "z")


def test_where_there_is_none_none_is_found() -> None:
    """relu(h + 1) grows by one with every character."""
    network = CharRNN(ModelConfig(cell="rnn", nonlinearity="relu", hidden_size=2), VOCAB)
    network.parameters["rnn.weight_hh_l0"].copy_(torch.eye(2))
    network.parameters["rnn.bias_ih_l0"].fill_(1.0)
    found = fixed_points(network, "abcdef", TEXT, "a")
    assert not found.found and found.arrived == 0 and found.places.shape == (0, 2)


def test_states_that_are_no_numbers_are_said() -> None:
    network = make_network(CELLS[1])
    network.parameters["rnn.weight_hh_l0"].fill_(1e200)
    for looked in (
        lambda: fixed_points(network, "abcdef", TEXT, "a"),
        lambda: next(layer_spectra(network, "abcdef", TEXT, 0)),
    ):
        with pytest.raises(ValueError, match="no longer finite numbers: choose an earlier"):
            looked()
    lost = step_jacobians(network, "abcdef", TEXT)
    assert np.isnan(singular_values(lost, [1, 9]).values[-1]).all()
    assert np.isnan(lyapunov(lost).exponents).any()


def test_principal_components_hold_the_variance_that_they_say() -> None:
    random = np.random.default_rng(3)
    states = random.normal(size=(200, 4)) * [5.0, 2.0, 0.5, 0.1] + [1.0, 2.0, 3.0, 4.0]
    plane = Plane.of(states)
    places = plane.places(states)
    np.testing.assert_allclose(places.var(0) / states.var(0).sum(), plane.shares)
    np.testing.assert_allclose(plane.axes @ plane.axes.T, np.eye(2), atol=1e-12)
    assert plane.shares[0] > plane.shares[1] > 0.05
    assert not Plane.of(np.ones((3, 1))).shares.any()
