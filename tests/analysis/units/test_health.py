"""Planted units are found; shares, gates and memories are those of real networks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from rnnviz.analysis.states.signals import bounds, signal
from rnnviz.analysis.states.stored import stored_trace
from rnnviz.analysis.states.summary import unit_summary
from rnnviz.analysis.states.trace import trace
from rnnviz.analysis.units.copies import Group
from rnnviz.analysis.units.health import health
from rnnviz.analysis.units.keeping import half_life
from rnnviz.cells import CELLS
from rnnviz.config import ModelConfig
from rnnviz.records import Trace
from tests import networks

LETTERS = "abcdef"
TEXT = "".join(np.random.default_rng(1).choice(list(LETTERS), 9_001))


def traced(cell: tuple[str, str], layers: int) -> tuple[Trace, ModelConfig]:
    network = networks.make_network(cell, layers)
    return trace(network, LETTERS, TEXT[:301]), network.config


def planted(h: np.ndarray, nonlinearity: str) -> tuple[Trace, ModelConfig]:
    """One layer of an RNN that did what is given (time, unit)."""
    known, _ = traced(("rnn", "tanh"), 1)
    model = ModelConfig("rnn", nonlinearity, h.shape[1])  # type: ignore[arg-type]
    return replace(known, text=TEXT[: len(h)], h=h[np.newaxis].astype(np.float32)), model


@pytest.mark.parametrize("nonlinearity", ["relu", "tanh"])
def test_planted_units_are_named(nonlinearity: str) -> None:
    generator = np.random.default_rng(2)
    h = np.maximum(generator.normal(size=(9_001, 9)), 0)
    h[:, 1] = 0  # dead, where it is a relu
    h[:, 4] = 0.7 + 9e-5 * generator.random(9_001)  # still
    h[:, 7] = h[:, 2] + 0.05 * h[:, 0]  # a copy
    h[:, 8] = 3 - 0.5 * h[:, 2]  # the same upside down
    (found,) = health(*planted(h, nonlinearity))
    assert found.dead == ((1,) if nonlinearity == "relu" else ())
    assert found.still == ((4,) if nonlinearity == "relu" else (1, 4))
    (group,) = found.groups
    assert (group.units, found.copying) == ((2, 7, 8), 2)
    assert group.correlations == pytest.approx(
        (1, np.corrcoef(h[:, 2], h[:, 7])[0, 1], -1), abs=1e-5
    )
    assert (found.units, found.characters, found.half_life, dict(found.gates)) == (
        9,
        9_001,
        None,
        {},
    )
    if nonlinearity == "relu":
        assert found.saturated == pytest.approx((h == 0).mean(0))


def test_units_of_a_network_that_writes_two_of_them_alike_are_copies() -> None:
    network = networks.make_network(("lstm", "tanh"), 2)
    known = network.parameters
    for name in ("weight_ih_l1", "weight_hh_l1", "bias_ih_l1", "bias_hh_l1"):
        blocks = known[f"rnn.{name}"].unflatten(0, (4, networks.UNITS))
        blocks[:, 9] = blocks[:, 5]
    below, found = health(trace(network, LETTERS, TEXT[:301]), network.config)
    assert [group.units for group in found.groups] == [(5, 9)]
    assert found.groups[0] == Group((5, 9), (1.0, pytest.approx(1)))  # type: ignore[arg-type]
    assert below.groups == ()


@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("cell", networks.CELLS)
def test_shares_are_counted_over_every_character(cell: tuple[str, str], layers: int) -> None:
    record, model = traced(cell, layers)
    found = health(record, model)
    assert [one.layer for one in found] == list(range(layers))
    for one in found:
        h = signal(record, "h", one.layer)
        assert one.moved == pytest.approx(np.ptp(h, axis=0))
        if cell[0] == "mingru":  # its h has no end
            assert not one.saturated.any()
        elif cell[1] != "relu":
            own = [unit_summary(unit, bounds(record, "h")).saturated for unit in h.T]
            assert one.saturated == pytest.approx(own)
        sigmoid = {"rnn": "", "gru": "rz", "lstm": "ifo", "mingru": "z"}[cell[0]]
        assert list(one.gates) == list(sigmoid)
        for name, shares in one.gates.items():
            gate = signal(record, name, one.layer)
            assert shares.closed == pytest.approx((gate < 0.1).mean(0))
            assert shares.open == pytest.approx((gate > 0.9).mean(0))


@pytest.mark.parametrize("cell", ["gru", "lstm", "mingru"])
def test_the_gate_that_keeps_is_the_share_of_the_old_state_in_the_new(cell: str) -> None:
    record, model = traced((cell, "tanh"), 2)
    keeping = CELLS[model.cell].keeping
    assert keeping is not None
    for one in health(record, model):
        kept = keeping.kept(signal(record, keeping.symbol, one.layer))
        state = signal(record, "c" if cell == "lstm" else "h", one.layer)
        gate = {name: signal(record, name, one.layer) for name in record.gates}
        new = gate["i"] * gate["g"] if cell == "lstm" else (1 - kept) * gate["n"]
        assert state[1:] == pytest.approx(kept[1:] * state[:-1] + new[1:], abs=1e-9)
        assert one.half_life == pytest.approx([half_life(unit) for unit in kept.T])


def test_a_network_without_weights_has_the_memory_of_its_bias() -> None:
    network = networks.make_network(("lstm", "tanh"))
    network.flat.zero_()
    network.parameters["rnn.bias_ih_l0"][networks.UNITS : 2 * networks.UNITS] = 2.0
    (found,) = health(trace(network, LETTERS, TEXT[:301]), network.config)
    kept = float(torch.sigmoid(torch.tensor(2.0)))
    assert found.half_life == pytest.approx(np.full(networks.UNITS, np.log(0.5) / np.log(kept)))
    assert found.still == tuple(range(networks.UNITS)) and found.groups == ()


def test_a_dead_unit_learns_nothing_and_a_still_one_could_stand_in_the_biases() -> None:
    network = networks.make_network(("rnn", "relu"))
    weights = network.parameters
    weights["rnn.weight_hh_l0"].mul_(0.3)  # so that it forgets how it began
    weights["rnn.bias_ih_l0"].fill_(1.0)
    weights["rnn.bias_hh_l0"][[4, 6]] = torch.tensor([-99.0, 2.0], dtype=torch.float64)
    for name in ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0"):
        weights[f"rnn.{name}"][6] = 0.0
    before = trace(network, LETTERS, TEXT[:301])
    (found,) = health(before, network.config)
    assert (found.dead, found.still) == ((4,), (6,))
    _, gradients, *_ = networks.gradients_of(
        network, *networks.make_ids(), network.zero_state(networks.BATCH)
    )
    assert not gradients["rnn.weight_ih_l0"][4].any() and gradients["rnn.weight_ih_l0"][5].any()
    for name in ("rnn.weight_hh_l0", "decoder.weight"):
        bias = weights[name.replace("weight", "bias")]
        bias += 2.0 * weights[name][:, 6]
        weights[name][:, 6] = 0.0
    after = trace(network, LETTERS, TEXT[:301])
    assert after.loss[50:-1] == pytest.approx(before.loss[50:-1])


def test_smaller_weights_saturate_less() -> None:
    network = networks.make_network(("rnn", "tanh"))
    (often,) = health(trace(network, LETTERS, TEXT[:301]), network.config)
    network.flat.mul_(0.5)
    (seldom,) = health(trace(network, LETTERS, TEXT[:301]), network.config)
    assert seldom.saturated.mean() < 0.5 * often.saturated.mean()


def test_a_trace_on_the_disk_has_the_same_health() -> None:
    network = networks.make_network(("gru", "tanh"), 2)
    stored = stored_trace(network, LETTERS, TEXT[:9_001], precision="full")
    known = health(trace(network, LETTERS, TEXT[:9_001]), network.config)
    for one, other in zip(known, health(stored, network.config), strict=True):
        assert np.array_equal(one.saturated, other.saturated)
        assert one.half_life == pytest.approx(other.half_life, rel=1e-5)  # float32 on the disk
        assert (one.groups, one.still) == (other.groups, other.still)
        for name, shares in one.gates.items():
            assert np.array_equal(shares.open, other.gates[name].open)


def test_what_cannot_be_told_is_said() -> None:
    values = np.zeros((5, 3))
    with pytest.raises(ValueError, match="has 1 character; whether a unit moves takes 2"):
        health(*planted(values[:1], "relu"))
    values[3] = np.inf
    with pytest.raises(ValueError, match="no longer finite"):
        health(*planted(values, "relu"))
