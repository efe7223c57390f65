"""All weights of a network in one flat tensor, under PyTorch's names."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from rnnviz.records import Floats
from rnnviz.recurrent.shapes import Shapes, check_shapes


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

    def norms(self) -> Floats:
        """The L2 norm of each, in the order of the names.

        Example:
            >>> parameters = Parameters({"weight": (2, 2), "bias": (1,)})
            >>> parameters["weight"].fill_(1.5), parameters.norms().tolist()
            (tensor([[1.5000, 1.5000],
                    [1.5000, 1.5000]]), [3.0, 0.0])
        """
        return torch.stack([torch.linalg.vector_norm(view) for view in self.values()]).numpy(
            force=True
        )

    def load(self, weights: Mapping[str, Tensor] | Mapping[str, NDArray[Any]]) -> None:
        """Copy weights of the same names and shapes, from tensors or arrays.

        Raises:
            ValueError: a name is missing or unknown, or a shape differs.
        """
        check_shapes(weights, self.shapes)
        for name, view in self._views.items():
            view.copy_(torch.as_tensor(weights[name]))
