"""All weights of a network in one flat tensor, under PyTorch's names."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from rnnviz.cells import CELLS
from rnnviz.config import ModelConfig

Shapes = Mapping[str, tuple[int, ...]]


def parameter_shapes(config: ModelConfig, vocab_size: int) -> Shapes:
    """The shape of every weight by name, matrices before biases.

    Gate order, names and the two biases are those of `torch.nn`, so weights move to and from
    `torch.nn.RNN`, `GRU` and `LSTM` unchanged. The input of layer 0 is a one-hot character.
    """
    units = config.hidden_size
    rows = len(CELLS[config.cell].blocks) * units
    layers = range(config.num_layers)
    shapes: dict[str, tuple[int, ...]] = {}
    for layer in layers:
        shapes[f"rnn.weight_ih_l{layer}"] = (rows, units if layer else vocab_size)
        shapes[f"rnn.weight_hh_l{layer}"] = (rows, units)
    shapes["decoder.weight"] = (vocab_size, units)
    for layer in layers:
        shapes[f"rnn.bias_ih_l{layer}"] = shapes[f"rnn.bias_hh_l{layer}"] = (rows,)
    shapes["decoder.bias"] = (vocab_size,)
    return shapes


def _view(name: str, piece: Tensor, shape: tuple[int, ...]) -> Tensor:
    # A one-hot input reads one column of these weights: kept transposed, a column is contiguous.
    if name == "rnn.weight_ih_l0":
        return piece.view(shape[::-1]).t()
    return piece.view(shape)


class Parameters(Mapping[str, Tensor]):
    """Named views into one flat tensor, so that norm, clipping and update are one pass each.

    Attributes:
        flat: all numbers, in the order of the names.

    Example:
        >>> parameters = Parameters({"weight": (2, 3), "bias": (2,)})
        >>> parameters["bias"].fill_(1.0).sum() == parameters.flat.sum()
        tensor(True)
    """

    def __init__(
        self,
        shapes: Shapes,
        *,
        dtype: torch.dtype = torch.float32,
        device: torch.device | str = "cpu",
    ) -> None:
        sizes = {name: math.prod(shape) for name, shape in shapes.items()}
        self.shapes = dict(shapes)
        self.flat = torch.zeros(sum(sizes.values()), dtype=dtype, device=device)
        pieces = self.flat.split(list(sizes.values()))
        self._views = {
            name: _view(name, piece, shapes[name])
            for name, piece in zip(sizes, pieces, strict=True)
        }

    def __getitem__(self, name: str) -> Tensor:
        return self._views[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._views)

    def __len__(self) -> int:
        return len(self._views)

    def zeros_like(self) -> Parameters:
        """Room for the gradients: same names, all zero."""
        return Parameters(self.shapes, dtype=self.flat.dtype, device=self.flat.device)

    def load(self, weights: Mapping[str, Tensor] | Mapping[str, NDArray[Any]]) -> None:
        """Copy weights of the same names and shapes, from tensors or arrays.

        Raises:
            ValueError: a name is missing or unknown, or a shape differs.
        """
        if set(weights) != set(self):
            odd = ", ".join(sorted(set(weights) ^ set(self)))
            raise ValueError(f"the weights do not fit this network: {odd} missing or unknown.")
        for name, view in self._views.items():
            given = tuple(weights[name].shape)
            if given != self.shapes[name]:
                raise ValueError(
                    f"{name} has shape {given}; this network needs {self.shapes[name]}."
                )
            view.copy_(torch.as_tensor(weights[name]))
