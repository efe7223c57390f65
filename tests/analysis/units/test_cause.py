"""Holding a unit is what weights that read a constant in its place do, and costs what it costs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from rnnviz.analysis.states.signals import signal
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
SIGNALS = [
    ("rnn", "h"),
    *(("gru", name) for name in "hrzn"),
    *(("lstm", name) for name in "hcifgo"),
    *(("mingru", name) for name in "hzn"),
]


def traced(network: CharRNN, text: str = TEXT[:90]) -> Trace:
    return trace(network, VOCABULARY, text)


def without(network: CharRNN, layer: int, value: float) -> CharRNN:
    """The same network, but what read the unit reads `value`, and adds it to its biases."""
    weights = network.parameters
    reads_state = network.cell.facts.reads_state
    readers = [(f"rnn.weight_hh_l{layer}", f"rnn.bias_hh_l{layer}")] * reads_state
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


@pytest.mark.parametrize("layer", [0, 1])
@pytest.mark.parametrize(("cell", "name"), SIGNALS)
def test_a_signal_held_at_what_it_is_changes_nothing_and_at_another_what_the_cell_says(
    cell: str, name: str, layer: int
) -> None:
    network = make_network((cell, "tanh"), 2)
    record = traced(network)
    own = signal(record, name, layer)[STRETCHES.places, UNIT]
    found = held_losses(network, record, STRETCHES, layer, {UNIT: own}, name)
    np.testing.assert_allclose(found, record.loss[STRETCHES.places], rtol=1e-9)
    other = own[:, ::-1]
    found = held_losses(network, record, STRETCHES, layer, {UNIT: other}, name)
    expected = plainly_held(network, record, layer, name, other)
    np.testing.assert_allclose(found, expected, rtol=1e-9)
    assert np.abs(found - record.loss[STRETCHES.places]).max() > 1e-4


def plainly_held(
    network: CharRNN, record: Trace, layer: int, name: str, values: np.ndarray
) -> np.ndarray:
    """The losses of two layers with one signal of UNIT held, from the cells' equations alone."""
    ids = torch.from_numpy(record.ids[STRETCHES.places].astype(np.int64))
    following = torch.from_numpy(record.ids[STRETCHES.places + 1].astype(np.int64))
    before = STRETCHES.starts - 1
    h = list(torch.from_numpy(record.h[:, before]))
    c = [torch.zeros_like(h[0])] * 2 if record.c is None else list(torch.from_numpy(record.c))
    c = c if record.c is None else [each[before] for each in c]
    losses = []
    for read, targets, now in zip(ids, following, torch.from_numpy(values.copy()), strict=True):
        x = torch.nn.functional.one_hot(read, network.vocab_size).double()
        for each in range(2):
            held = (name, now) if each == layer else ("", now)
            h[each], c[each] = one_step(network, each, x, h[each], c[each], held)
            x = h[each]
        logits = x @ network.parameters["decoder.weight"].T + network.parameters["decoder.bias"]
        losses.append(torch.nn.functional.cross_entropy(logits, targets, reduction="none"))
    return torch.stack(losses).numpy()


def one_step(
    network: CharRNN, layer: int, x: Tensor, h: Tensor, c: Tensor, held: tuple[str, Tensor]
) -> tuple[Tensor, Tensor]:
    """h_t and c_t of a layer by its equations, each value replaced where it is the one held."""

    def kept(name: str, values: Tensor) -> Tensor:
        if name == held[0]:
            values[:, UNIT] = held[1]
        return values

    own = {kind: network.parameters[f"rnn.{kind}_l{layer}"] for kind in ("weight_ih", "bias_ih")}
    below = (x @ own["weight_ih"].T + own["bias_ih"]).split(UNITS, 1)
    if network.config.cell == "mingru":
        z = kept("z", torch.sigmoid(below[0]))
        n = kept("n", torch.where(below[1] >= 0, below[1] + 0.5, torch.sigmoid(below[1])))
        return kept("h", (1 - z) * h + z * n), c
    state = {kind: network.parameters[f"rnn.{kind}_l{layer}"] for kind in ("weight_hh", "bias_hh")}
    beside = (h @ state["weight_hh"].T + state["bias_hh"]).split(UNITS, 1)
    if network.config.cell == "rnn":
        return kept("h", torch.tanh(below[0] + beside[0])), c
    if network.config.cell == "gru":
        r, z = (
            kept(name, torch.sigmoid(a + b))
            for name, a, b in zip("rz", below, beside, strict=False)
        )
        n = kept("n", torch.tanh(below[2] + r * beside[2]))
        return kept("h", (1 - z) * n + z * h), c
    i, f, g, o = (
        kept(name, torch.tanh(a + b) if name == "g" else torch.sigmoid(a + b))
        for name, a, b in zip("ifgo", below, beside, strict=True)
    )
    c = kept("c", f * c + i * g)
    return kept("h", o * torch.tanh(c)), c


@pytest.mark.parametrize(("cell", "name"), SIGNALS)
def test_holding_a_unit_that_nothing_reads_changes_nothing_exactly(cell: str, name: str) -> None:
    network = without(make_network((cell, "tanh")), 0, 0.0)
    holding = Holding(network, traced(network, TEXT), PARTS)
    labels = Question("", True, (np.arange(700) % 3 == 0).astype(float))
    cause = holding.cause(labels, (name, 0), [UNIT])
    for rise in (cause.at_mean, cause.elsewhere):
        assert (rise.labelled, rise.other) == (0.0, 0.0)
        assert rise.labelled_between == rise.other_between == (0.0, 0.0)
    assert len(cause.alike) == 5
    assert cause.together == {}


def test_the_cost_is_the_mean_over_labelled_and_other_characters() -> None:
    network = make_network(("gru", "tanh"))
    record = traced(network, TEXT)
    values = np.where(np.arange(700) % 5 == 0, np.nan, np.arange(700) % 7)
    asked, where = Question("", False, values), ("z", 0)
    cause = Holding(network, record, PARTS).cause(asked, where, [UNIT, 2, 7])
    stretches = stretches_of(PARTS.cause, 700)
    of_part = record.gates["z"][0, PARTS.discovery]
    held = held_losses(network, record, stretches, 0, {UNIT: of_part[:, UNIT].mean()}, "z")
    rise = (held - held_losses(network, record, stretches))[SETTLING:]
    labels = values[stretches.places[SETTLING:]]
    assert cause.at_mean.labelled == pytest.approx(rise[labels > 5].mean())
    assert cause.at_mean.other == pytest.approx(rise[labels <= 5].mean())
    low, high = cause.at_mean.labelled_between
    assert low < cause.at_mean.labelled < high
    assert list(cause.together) == [2]
    assert cause.characters == rise.size
    spread = of_part.var(0)
    alike = np.argsort(np.abs(spread - spread[UNIT]))
    expected = next(unit for unit in alike if unit not in (UNIT, 2, 7))
    mean = of_part[:, expected].mean()
    held = held_losses(network, record, stretches, 0, {expected: mean}, "z")
    alone = (held - held_losses(network, record, stretches))[SETTLING:]
    assert cause.alike[0].other == pytest.approx(alone[labels <= 5].mean())


def test_where_nothing_is_labelled_there_is_no_cost() -> None:
    network = make_network(("rnn", "tanh"))
    nowhere = Question("", True, np.zeros(700))
    rise = Holding(network, traced(network, TEXT), PARTS).cause(nowhere, ("h", 0), [1]).at_mean
    assert np.isnan(rise.labelled) and np.isfinite(rise.other)


def test_units_are_held_one_timestep_at_a_time() -> None:
    network = make_network(("rnn", "tanh"))
    ids = torch.zeros(2, 1, dtype=torch.long)
    with pytest.raises(ValueError, match="held over a window of 2 timesteps"):
        network.unroll(ids, network.zero_state(1), Arena(network.flat), hold=[])
    with pytest.raises(ValueError, match="100 characters are kept for holding units"):
        stretches_of(slice(0, 100), 100)
    assert UNITS > UNIT
