"""Holding a unit is what weights that read a constant in its place do, and costs what it costs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from rnnviz.analysis.states.trace import trace
from rnnviz.analysis.units.cause import SETTLING, Holding, stretches_of
from rnnviz.analysis.units.holding import Stretches, held_losses
from rnnviz.analysis.units.parts import Parts
from rnnviz.analysis.units.scores import Question
from rnnviz.records import Trace
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.char_rnn import CharRNN
from rnnviz.text.vocabulary import Vocabulary
from tests.networks import CELLS, UNITS, make_network

VOCABULARY = Vocabulary.of("abcdef")
TEXT = "".join(np.random.default_rng(2).choice(list("abcdef"), 700))
STRETCHES = Stretches(np.array([1, 20, 60]), 17)
PARTS = Parts(slice(0, 300), slice(300, 400), slice(400, 700), 0, 1)
UNIT = 4


def traced(network: CharRNN, text: str = TEXT[:90]) -> Trace:
    return trace(network, VOCABULARY, text)


def without(network: CharRNN, layer: int, value: float) -> CharRNN:
    """The same network, but what read the unit reads `value`, and adds it to its biases."""
    weights = network.parameters
    readers = [(f"rnn.weight_hh_l{layer}", f"rnn.bias_hh_l{layer}")]
    above = f"l{layer + 1}"
    readers += (
        [(f"rnn.weight_ih_{above}", f"rnn.bias_ih_{above}")]
        if f"rnn.weight_ih_{above}" in weights
        else [("decoder.weight", "decoder.bias")]
    )
    for weight, bias in readers:
        weights[bias].add_(value * weights[weight][:, UNIT])
        weights[weight][:, UNIT] = 0.0
    return network


@pytest.mark.parametrize("cell", CELLS)
def test_what_is_read_from_the_states_of_a_trace_costs_what_it_did(cell: tuple[str, str]) -> None:
    network = make_network(cell, 2)
    record = traced(network)
    found = held_losses(network, record, STRETCHES)
    np.testing.assert_allclose(found, record.loss[STRETCHES.places], rtol=1e-9)


@pytest.mark.parametrize("layer", [0, 1])
@pytest.mark.parametrize("cell", CELLS)
def test_holding_a_unit_is_reading_a_constant_in_its_place(
    cell: tuple[str, str], layer: int
) -> None:
    record, value = traced(make_network(cell, 2)), 0.3
    h = record.h.copy()
    h[layer, :, UNIT] = value
    held = {UNIT: np.array(value)}
    found = held_losses(make_network(cell, 2), replace(record, h=h), STRETCHES, layer, held)
    changed = without(make_network(cell, 2), layer, value)
    np.testing.assert_allclose(found, held_losses(changed, record, STRETCHES), rtol=1e-9)
    assert np.abs(found - record.loss[STRETCHES.places]).max() > 1e-3


def test_values_may_change_with_time_and_stretch() -> None:
    network = make_network(("lstm", "tanh"))
    record = traced(network)
    own = {UNIT: record.h[0, STRETCHES.places, UNIT]}
    found = held_losses(network, record, STRETCHES, 0, own)
    np.testing.assert_allclose(found, record.loss[STRETCHES.places], rtol=1e-9)
    other = {UNIT: own[UNIT][:, ::-1]}
    assert np.abs(held_losses(network, record, STRETCHES, 0, other) - found).max() > 1e-3


@pytest.mark.parametrize("cell", CELLS)
def test_holding_a_unit_that_nothing_reads_changes_nothing_exactly(cell: tuple[str, str]) -> None:
    network = without(make_network(cell), 0, 0.0)
    holding = Holding(network, traced(network, TEXT), PARTS)
    labels = Question("", True, (np.arange(700) % 3 == 0).astype(float))
    cause = holding.cause(labels, 0, [UNIT])
    for rise in (cause.at_mean, cause.elsewhere):
        assert (rise.labelled, rise.other) == (0.0, 0.0)
        assert rise.labelled_between == rise.other_between == (0.0, 0.0)
    assert len(cause.alike) == 5
    assert cause.together == {}


def test_the_cost_is_the_mean_over_labelled_and_other_characters() -> None:
    network = make_network(("gru", "tanh"))
    record = traced(network, TEXT)
    values = np.where(np.arange(700) % 5 == 0, np.nan, np.arange(700) % 7)
    cause = Holding(network, record, PARTS).cause(Question("", False, values), 0, [UNIT, 2, 7])
    stretches = stretches_of(PARTS.cause, 700)
    mean = record.h[0, PARTS.discovery, UNIT].mean()
    held = held_losses(network, record, stretches, 0, {UNIT: mean})
    rise = (held - held_losses(network, record, stretches))[SETTLING:]
    asked = values[stretches.places[SETTLING:]]
    assert cause.at_mean.labelled == pytest.approx(rise[asked > 5].mean())
    assert cause.at_mean.other == pytest.approx(rise[asked <= 5].mean())
    low, high = cause.at_mean.labelled_between
    assert low < cause.at_mean.labelled < high
    assert list(cause.together) == [2]
    assert cause.characters == rise.size
    spread = record.h[0, PARTS.discovery].var(0)
    alike = np.argsort(np.abs(spread - spread[UNIT]))
    expected = next(unit for unit in alike if unit not in (UNIT, 2, 7))
    held = held_losses(
        network, record, stretches, 0, {expected: record.h[0, PARTS.discovery, expected].mean()}
    )
    alone = (held - held_losses(network, record, stretches))[SETTLING:]
    assert cause.alike[0].other == pytest.approx(alone[asked <= 5].mean())


def test_where_nothing_is_labelled_there_is_no_cost() -> None:
    network = make_network(("rnn", "tanh"))
    nowhere = Question("", True, np.zeros(700))
    rise = Holding(network, traced(network, TEXT), PARTS).cause(nowhere, 0, [1]).at_mean
    assert np.isnan(rise.labelled) and np.isfinite(rise.other)


def test_units_are_held_one_timestep_at_a_time() -> None:
    network = make_network(("rnn", "tanh"))
    ids = torch.zeros(2, 1, dtype=torch.long)
    with pytest.raises(ValueError, match="held over a window of 2 timesteps"):
        network.unroll(
            ids, network.zero_state(1), Arena(network.flat), hold=lambda layer, states: None
        )
    with pytest.raises(ValueError, match="100 characters are kept for holding units"):
        stretches_of(slice(0, 100), 100)
    assert UNITS > UNIT
