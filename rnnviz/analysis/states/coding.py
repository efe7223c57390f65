"""How numbers are written to be small: as they are, in half precision, or in 254 equal steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from rnnviz.cells import Bounds
from rnnviz.records import Floats

Precision = Literal["full", "float16", "int8"]

_CODES = 127  # to each side of the centre


@dataclass(frozen=True, slots=True)
class Coding:
    """A number is `centre + step * code` where it is written in steps, else its code itself.

    Attributes:
        dtype: of the codes.
        centre: the number with code 0.
        step: between neighbouring codes; None where the code is the number, rounded.
    """

    dtype: np.dtype[Any]
    centre: float = 0.0
    step: float | None = None

    @classmethod
    def of(cls, precision: Precision, full: np.dtype[Any], bounds: Bounds | None) -> Self:
        """How a signal is written; as int8 only where bounds hold it, else as float16.

        Args:
            precision: what is wished for.
            full: what the signal is computed in.
            bounds: between which it must stay; None where nothing bounds it.

        Example:
            >>> full = np.dtype(np.float32)
            >>> Coding.of("int8", full, (0.0, 1.0)).centre, Coding.of("int8", full, None).dtype
            (0.5, dtype('float16'))
        """
        if precision == "full":
            return cls(full)
        if precision == "float16" or bounds is None:
            return cls(np.dtype(np.float16))
        low, high = bounds
        return cls(np.dtype(np.int8), (low + high) / 2, (high - low) / (2 * _CODES))

    def encode(self, values: Tensor) -> Tensor:
        """The codes of numbers.

        Example:
            >>> Coding(np.dtype(np.int8), 0.0, 1 / 127).encode(torch.tensor([-1.0, 0.0, 0.503]))
            tensor([-127,    0,   64], dtype=torch.int8)
        """
        kind: torch.dtype = getattr(torch, self.dtype.name)
        if self.step is None:
            return values.to(kind)
        return values.sub(self.centre).mul_(1 / self.step).round_().to(kind)

    def decode(self, codes: NDArray[Any]) -> Floats:
        """The numbers of codes (...), as float32."""
        found = codes.astype(np.float32)
        return (
            found if self.step is None else found * np.float32(self.step) + np.float32(self.centre)
        )

    def off(self, largest: float) -> float:
        """How far a number read back may be from the one recorded.

        Args:
            largest: of all numbers, without its sign.

        Example:
            >>> Coding(np.dtype(np.float16)).off(3.0), Coding(np.dtype(np.int8), 0.0, 0.25).off(1.0)
            (0.0009765625, 0.125)
        """
        if self.step is not None:
            return self.step / 2
        return float(np.spacing(np.float16(largest))) / 2 if self.dtype == np.float16 else 0.0
