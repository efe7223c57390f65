"""Holding units at values of their own, whatever the network computes for them.

What is held is replaced after every character, before anything reads it:

* **h held at v**: h_t = v. The layer's next timestep, the layer above and the decoder read v. The
  cell state of an LSTM's unit runs on, and is read by nothing but its own h.
* **c held at v** (LSTM): c_t = v, and so h_t = o_t tanh(v), where the output gate o_t is the
  network's own: it still opens and closes.
* **a gate held at v**: the gate is v, and what the cell makes of it follows: c_t and h_t.

Before the first character the state is zero, as ever. Weights are never touched.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch

from rnnviz.cells import CELLS
from rnnviz.config import ModelConfig
from rnnviz.records import Held
from rnnviz.recurrent.char_rnn import CharRNN, Put


def check_held(held: Sequence[Held], model: ModelConfig) -> None:
    """See that a network has what is to be held.

    Raises:
        ValueError: there is no such unit, layer or signal, a value is no finite number, or a unit
            is held twice.

    Example:
        >>> check_held([Held(15, 0.0)], ModelConfig(hidden_size=12))
        Traceback (most recent call last):
        ValueError: unit 15 is to be held; layer 0 has units 0 to 11.
    """
    for one in held:
        _check(one, model)
    places = [(one.layer, one.signal, one.unit) for one in held]
    if twice := [place for place in places if places.count(place) > 1]:
        raise ValueError(f"unit {twice[0][2]} of layer {twice[0][0]} is held twice; say one value.")


def hold_of(network: CharRNN, held: Sequence[Sequence[Held]]) -> list[Put] | None:
    """What `CharRNN.unroll` takes to hold units; None where none is held.

    Args:
        network: whose units they are.
        held: in each sequence of the batch.

    Raises:
        ValueError: see `check_held`.

    Example:
        >>> from rnnviz.recurrent.arena import Arena
        >>> network = CharRNN(ModelConfig(cell="lstm", hidden_size=3), vocab_size=4)
        >>> hold = hold_of(network, [[Held(1, 0.5)], [Held(2, 9.0, signal="c")]])
        >>> ids, arena = torch.zeros(1, 2, dtype=torch.long), Arena(network.flat)
        >>> unroll = network.unroll(ids, network.zero_state(2), arena, hold=hold)
        >>> unroll.output[0]  # all gates are 1/2 where all weights are zero
        tensor([[0.0000, 0.5000, 0.0000],
                [0.0000, 0.0000, 0.5000]])
    """
    for sequence in held:
        check_held(sequence, network.config)
    every = [(row, one) for row, sequence in enumerate(held) for one in sequence]
    puts = []
    for layer in range(network.config.num_layers):
        for signal in signals_held(network.config):
            here = [(row, one) for row, one in every if (one.layer, one.signal) == (layer, signal)]
            if here:
                rows = torch.tensor([row for row, _ in here])
                units = torch.tensor([one.unit for _, one in here])
                values = network.flat.new_tensor([one.value for _, one in here])
                puts.append(Put(layer, signal, (rows, units), values))
    return puts or None


def signals_held(model: ModelConfig) -> tuple[str, ...]:
    """What of a unit can be held, in the order in which one follows from the other.

    Example:
        >>> signals_held(ModelConfig(cell="lstm")), signals_held(ModelConfig(cell="rnn"))
        (('i', 'f', 'g', 'o', 'c', 'h'), ('h',))
    """
    facts = CELLS[model.cell]
    gates = tuple(gate.symbol for gate in facts.gates)
    return (*gates, *(("c",) if facts.has_cell_state else ()), "h")


def _check(one: Held, model: ModelConfig) -> None:
    if not 0 <= one.layer < model.num_layers:
        last = model.num_layers - 1
        there = f"layers 0 to {last}" if last else "layer 0 alone"
        raise ValueError(f"a unit of layer {one.layer} is to be held; this network has {there}.")
    if not 0 <= one.unit < model.hidden_size:
        raise ValueError(
            f"unit {one.unit} is to be held; layer {one.layer} has units 0 to "
            f"{model.hidden_size - 1}."
        )
    signals = signals_held(model)[::-1]
    if one.signal not in signals:
        raise ValueError(
            f"the signal {one.signal!r} is to be held; of this network that can be "
            f"{', '.join(signals)}."
        )
    if not math.isfinite(one.value):
        raise ValueError(f"unit {one.unit} is to be held at {one.value}; give a finite number.")
