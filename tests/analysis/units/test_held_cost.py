"""Holding units: what nothing reads changes no bit, what is held at its own values next to none."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rnnviz.analysis.states.trace import trace
from rnnviz.analysis.units.held_cost import BLOCK, held_at, mean_rise, rise_by_character
from rnnviz.analysis.units.holding import cost_of_holding, held_losses, losses_while_held
from rnnviz.config import SamplingConfig
from rnnviz.records import Held
from rnnviz.recurrent.char_rnn import CharRNN
from rnnviz.recurrent.holding import signals_held
from rnnviz.recurrent.sampling import sample
from tests.analysis.units.test_cause import (
    STRETCHES,
    TEXT,
    UNIT,
    VOCABULARY,
    traced,
    without,
)
from tests.networks import CELLS, UNITS, make_network

LSTM = ("lstm", "tanh")


def writing(value: float, layer: int = 0) -> CharRNN:
    """An LSTM whose gates put a value into the cell state of the unit at every timestep."""
    network = make_network(LSTM, 2)
    for gate, bias in ((0, 40.0), (1, -40.0), (2, math.atanh(value))):  # open, closed, the value
        row = gate * UNITS + UNIT
        for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
            network.parameters[f"rnn.{name}_l{layer}"][row] = 0.0
        network.parameters[f"rnn.bias_ih_l{layer}"][row] = bias
    return network


@pytest.mark.parametrize("cell", CELLS)
def test_what_nothing_reads_is_held_without_changing_a_bit(cell: tuple[str, str]) -> None:
    network = without(make_network(cell), 0, 0.0)
    for signal in signals_held(network.config):
        cost = cost_of_holding(network, traced(network, TEXT), [UNIT], 0.7, signal=signal)
        assert (cost.change[:-1] == 0).all() and math.isnan(cost.change[-1])
        assert (cost.rise.nats, cost.rise.between) == (0.0, (0.0, 0.0))
        config = SamplingConfig(prompt="abc", length=40)
        free = sample(network, VOCABULARY, config)
        bound = sample(network, VOCABULARY, config, [Held(UNIT, 0.7, signal=signal)])
        assert bound.text == free.text
        np.testing.assert_array_equal(bound.probability, free.probability)


def test_a_cell_state_held_at_its_own_values_changes_nothing() -> None:
    network = make_network(LSTM)
    record = traced(network)
    assert record.c is not None
    own = {UNIT: record.c[0, STRETCHES.places, UNIT]}
    found = held_losses(network, record, STRETCHES, 0, own, "c")
    np.testing.assert_allclose(found, record.loss[STRETCHES.places], rtol=1e-9)
    other = {UNIT: own[UNIT][:, ::-1]}
    assert np.abs(held_losses(network, record, STRETCHES, 0, other, "c") - found).max() > 1e-3


@pytest.mark.parametrize("layer", [0, 1])
def test_holding_a_cell_state_is_what_gates_do_that_always_write_it(layer: int) -> None:
    network, value = make_network(LSTM, 2), 0.6
    record = traced(network)
    found = cost_of_holding(network, record, [UNIT], value, layer=layer, signal="c")
    expected = traced(writing(value, layer)).loss
    np.testing.assert_allclose(found.held_loss, expected, rtol=1e-9)
    assert np.nanmax(np.abs(found.change)) > 1e-3


@pytest.mark.parametrize("cell", CELLS)
def test_writing_with_units_held_draws_with_the_probabilities_of_reading_so(
    cell: tuple[str, str],
) -> None:
    network, held = make_network(cell, 2), [Held(UNIT, 0.4), Held(1, -0.3, layer=1)]
    config = SamplingConfig(prompt="ab", length=30, temperature=1.0, seed=3)
    written = sample(network, VOCABULARY, config, held)
    ids = VOCABULARY.encode("ab" + written.text)
    loss = losses_while_held(network, ids, [held, ()])[1:]
    np.testing.assert_allclose(np.exp(-loss[:, 0]), written.probability, rtol=1e-6)
    assert np.abs(np.exp(-loss[:, 1]) - written.probability).max() > 1e-3
    assert written.text != sample(network, VOCABULARY, config).text
    assert network.flat.equal(make_network(cell, 2).flat)


def test_the_mean_of_a_unit_that_stands_still_costs_nothing() -> None:
    network = writing(0.25)
    cost = cost_of_holding(network, traced(network), [UNIT], signal="c")
    assert cost.held[0].value == pytest.approx(0.25)
    np.testing.assert_allclose(cost.held_loss, cost.loss, rtol=1e-9)


def test_the_cost_stands_beside_others_of_like_variance_and_adds_up() -> None:
    network = make_network(("gru", "tanh"))
    record = traced(network, TEXT)
    cost = cost_of_holding(network, record, [UNIT, 2], others=4)
    np.testing.assert_allclose(cost.loss, record.loss, rtol=1e-9)
    assert cost.held == held_at(record, [UNIT, 2])
    taken = [one.unit for control in cost.alike for one in control.held]
    assert len(cost.alike) == 4 and len({*taken, UNIT, 2}) == 10
    spread = record.h[0].var(0)
    nearest = np.argsort(np.abs(spread - spread[UNIT]))
    assert taken[0] == next(unit for unit in nearest if unit not in (UNIT, 2))
    alone = cost_of_holding(network, record, taken[:2]).rise
    assert cost.alike[0].rise.nats == pytest.approx(alone.nats)
    by_character = rise_by_character(cost)
    assert sum(one.share for one in by_character) == pytest.approx(cost.rise.nats)
    assert sum(one.places for one in by_character) == len(TEXT) - 1
    low, high = cost.rise.between
    assert low < cost.rise.nats < high


def test_an_interval_holds_the_truth_as_often_as_it_says_where_neighbours_are_alike() -> None:
    random, block = np.random.default_rng(4), BLOCK // 4
    inside = 0
    for _ in range(200):
        change = np.repeat(random.exponential(1.0, 40 * 4), block)
        low, high = mean_rise(np.append(change, np.nan)).between
        inside += low <= 1.0 <= high
    assert 0.88 <= inside / 200 <= 0.98


@pytest.mark.parametrize(
    ("held", "says"),
    [
        (Held(UNITS, 0.0), f"unit {UNITS} is to be held; layer 0 has units 0 to {UNITS - 1}"),
        (Held(-1, 0.0), "unit -1 is to be held"),
        (Held(0, math.nan), "unit 0 is to be held at nan; give a finite number"),
        (Held(0, 0.0, layer=2), "layer 2 is to be held; this network has layers 0 to 1"),
        (Held(0, 0.0, signal="c"), "the signal 'c' is to be held; of this network that can be h"),
    ],
)
def test_what_cannot_be_held_is_refused_in_a_sentence(held: Held, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        sample(make_network(("gru", "tanh"), 2), VOCABULARY, SamplingConfig(length=1), [held])


def test_a_unit_is_held_once_and_a_text_has_two_characters() -> None:
    network = make_network(LSTM)
    with pytest.raises(ValueError, match="unit 3 of layer 0 is held twice"):
        sample(network, VOCABULARY, SamplingConfig(length=1), [Held(3, 0.0), Held(3, 1.0)])
    both = [Held(3, 0.0), Held(3, 1.0, signal="c")]
    assert sample(network, VOCABULARY, SamplingConfig(length=5), both).text
    with pytest.raises(ValueError, match="one character"):
        cost_of_holding(network, trace(network, VOCABULARY, "a"), [0])
    with pytest.raises(ValueError, match="unit 99 is to be held; layer 0"):
        cost_of_holding(network, traced(network), [99])
