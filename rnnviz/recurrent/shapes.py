"""Names and shapes of a network's weights, known without torch."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple, Protocol

from rnnviz.cells import CELLS
from rnnviz.config import ModelConfig

Shapes = Mapping[str, tuple[int, ...]]


class Product(NamedTuple):
    """The sizes of a matrix product: (rows, inner) by (inner, columns)."""

    rows: int
    inner: int
    columns: int


class Shaped(Protocol):
    """A tensor or an array."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Its sizes."""


def parameter_shapes(config: ModelConfig, vocab_size: int) -> Shapes:
    """The shape of every weight by name, matrices before biases.

    Gate order, names and the two biases are those of `torch.nn`, so weights move to and from
    `torch.nn.RNN`, `GRU` and `LSTM` unchanged; a cell whose gates do not read the state has neither
    `weight_hh` nor `bias_hh`. The input of layer 0 is a one-hot character.

    Example:
        >>> shapes = parameter_shapes(ModelConfig(cell="gru", hidden_size=5), vocab_size=4)
        >>> shapes["rnn.weight_ih_l0"], shapes["decoder.weight"]
        ((15, 4), (4, 5))
    """
    units, reads_state = config.hidden_size, CELLS[config.cell].reads_state
    rows = len(CELLS[config.cell].blocks) * units
    layers = range(config.num_layers)
    shapes: dict[str, tuple[int, ...]] = {}
    for layer in layers:
        shapes[f"rnn.weight_ih_l{layer}"] = (rows, units if layer else vocab_size)
        if reads_state:
            shapes[f"rnn.weight_hh_l{layer}"] = (rows, units)
    shapes["decoder.weight"] = (vocab_size, units)
    for layer in layers:
        shapes[f"rnn.bias_ih_l{layer}"] = (rows,)
        if reads_state:
            shapes[f"rnn.bias_hh_l{layer}"] = (rows,)
    shapes["decoder.bias"] = (vocab_size,)
    return shapes


def parameter_count(config: ModelConfig, vocab_size: int) -> int:
    """How many weights and biases that is.

    Example:
        >>> parameter_count(ModelConfig("rnn", hidden_size=2), vocab_size=3)
        23
    """
    return sum(map(math.prod, parameter_shapes(config, vocab_size).values()))


def product_shapes(
    config: ModelConfig, vocab_size: int, batch: int, timesteps: int
) -> tuple[list[Product], list[Product]]:
    """The products of a training iteration: made at every timestep, and made once.

    Example:
        >>> every, once = product_shapes(ModelConfig("rnn", hidden_size=5), 4, batch=2, timesteps=9)
        >>> every[0]
        Product(rows=2, inner=5, columns=5)
        >>> [tuple(shape) for shape in once]  # weight gradient, logits, through and of the decoder
        [(5, 18, 5), (18, 5, 4), (18, 4, 5), (4, 18, 5)]
    """
    units, many = config.hidden_size, batch * timesteps
    facts = CELLS[config.cell]
    gates = len(facts.blocks) * units
    every = [Product(batch, units, gates), Product(batch, gates, units)] * facts.reads_state
    once = [
        *[Product(gates, many, units)] * (facts.reads_state or config.num_layers > 1),
        Product(many, units, vocab_size),
        Product(many, vocab_size, units),
        Product(vocab_size, many, units),
    ]
    if config.num_layers > 1:  # from the layer below, and back to it
        once += [Product(many, units, gates), Product(many, gates, units)]
    return list(dict.fromkeys(every)), list(dict.fromkeys(once))


def check_shapes(weights: Mapping[str, Shaped], shapes: Shapes) -> None:
    """Refuse weights that are not those of a network.

    Raises:
        ValueError: a name is missing or unknown, or a shape differs.
    """
    if set(weights) != set(shapes):
        odd = ", ".join(sorted(set(weights) ^ set(shapes)))
        raise ValueError(f"the weights do not fit this network: {odd} missing or unknown.")
    for name, needed in shapes.items():
        if (given := tuple(weights[name].shape)) != needed:
            raise ValueError(f"{name} has shape {given}; this network needs {needed}.")
