"""What every cell has in common: one layer unrolled over a window, forward and backward."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import torch
from torch import Tensor

from rnnviz.cells import CellFacts, Nonlinearity
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.product import Factor, Ways

# Half a megabyte of float32.
_CACHED_NUMBERS = 131_072

# Which numbers of (batch, unit): some, by their places, or one unit of every sequence.
Units = tuple[Tensor, Tensor] | tuple[slice, int]


class Reads(NamedTuple):
    """What a layer over one-hot characters adds up ahead of the recurrence: rows of a table.

    Attributes:
        ids: the characters (time, batch).
        table: W_ih x + b of every character (vocab, gates * unit), doubled where tanh follows.
    """

    ids: Tensor
    table: Tensor


@dataclass(frozen=True, slots=True)
class LayerWeights:
    """One layer's weights as its unroll uses them: made once, good until the weights change.

    tanh a is computed as 2 sigma(2a) - 1, an exact identity: torch's vectorised sigmoid is five
    times faster than its tanh. So the rows that belong to tanh gates are doubled here, which is
    exact in binary floating point.

    Attributes:
        weight_ih: (gates * unit, inputs), doubled where tanh follows.
        bias: (gates * unit), what can be added ahead of the recurrence; doubled likewise.
        weight_hh: (unit, gates * unit), transposed and doubled likewise.
        bias_hh: (gates * unit), as in torch.nn.
        back: (gates * unit, unit): W_hh as in torch.nn, for the way back.
        units: of the layer.
    """

    weight_ih: Tensor
    bias: Tensor
    weight_hh: Factor
    bias_hh: Tensor
    back: Factor
    units: int


@dataclass(frozen=True, slots=True)
class LayerGradients:
    """Derivatives of a scalar loss, kept for every timestep of one layer.

    Attributes:
        h: dL/dh_t (time + 1, batch, unit); index 0 is the state before the window.
        c: dL/dc_t likewise, through h_t and through c_{t+1}; None where the cell has no c.
        from_input: dL/d(W_ih x_t + b_ih) (time, batch, gates * unit).
        from_state: dL/d(W_hh h_{t-1} + b_hh) (time, batch, gates * unit).
    """

    h: Tensor
    c: Tensor | None
    from_input: Tensor
    from_state: Tensor


class LayerUnroll(ABC):
    """One layer over one window: its recorded states, and the sweep back through them.

    A subclass says which cell it is (`facts`, `nonlinearity`) and runs forward in its constructor,
    from `x` = W_ih x_t + b, keeping every h_t, c_t and gate. `backward` takes any number of
    cotangents at once: where the unroll has one sequence, its local derivatives are shared by all
    of them.

    Attributes:
        h: hidden states (time + 1, batch, unit); index 0 is the state before the window.
        c: cell states likewise, or None.
        gates: each gate by name (time, batch, unit).
    """

    facts: ClassVar[CellFacts]
    nonlinearity: ClassVar[Nonlinearity] = "tanh"

    h: Tensor
    c: Tensor | None = None

    @abstractmethod
    def __init__(self, x: Tensor, reads: Reads | None, weights: LayerWeights, arena: Arena) -> None:
        """Run forward.

        Args:
            x: (time + 1, batch, gates * unit): x[0] begins with h_0, then c_0; x[1:] is W_ih x_t +
                b, doubled where tanh follows, unless that is still to be read. It is consumed.
            reads: what x[1:] is to be filled with, a few timesteps at a time, so that they are
                still in cache when used.
            weights: the layer's weights, ready.
            arena: where buffers come from.
        """

    @property
    @abstractmethod
    def gates(self) -> Mapping[str, Tensor]:
        """Each gate by name (time, batch, unit)."""

    @abstractmethod
    def backward(self, dh: Tensor, dc: Tensor | None, arena: Arena) -> LayerGradients:
        """Sweep back through the recorded timesteps.

        Args:
            dh: (time + 1, batch, unit): what reaches each h_t from outside the layer, zero at
                index 0. It is completed in place. Fewer timesteps than recorded may be given.
            dc: what reaches the last c from outside (batch, unit), or None.
            arena: where buffers come from.
        """

    def hold(self, signal: str, units: Units, values: Tensor) -> None:
        """Put values in place of what units have after the last timestep.

        Args:
            signal: "h"; "c" where the cell has one, and then h is what follows from it.
            units: which, as an index into (batch, unit).
            values: of a shape that fits.

        Raises:
            ValueError: the cell has no such signal.
        """
        if signal != "h":
            raise ValueError(f"the signal {signal!r} is to be held; of this cell that can be h.")
        self.h[-1][units] = values

    @classmethod
    def ready(
        cls, ways: Ways, weight_ih: Tensor, weight_hh: Tensor, bias_ih: Tensor, bias_hh: Tensor
    ) -> LayerWeights:
        """The weights of `torch.nn` in the form the unroll uses, for products by these ways."""
        return LayerWeights(
            weight_ih=cls._double(weight_ih),
            bias=cls._double(cls._join(bias_ih, bias_hh)),
            weight_hh=Factor(cls._double(weight_hh).t(), ways),
            bias_hh=bias_hh,
            back=Factor(weight_hh, ways),
            units=weight_hh.shape[1],
        )

    @classmethod
    def _double(cls, weights: Tensor) -> Tensor:
        doubled = weights.clone()
        for block, rows in zip(cls.facts.blocks, doubled.chunk(len(cls.facts.blocks)), strict=True):
            if cls.facts.function(block, cls.nonlinearity) == "tanh":
                rows.mul_(2)
        return doubled

    @classmethod
    def _join(cls, bias_ih: Tensor, bias_hh: Tensor) -> Tensor:
        """The bias that can be added to W_ih x_t ahead of the recurrence."""
        return bias_ih + bias_hh


def minus_one(like: Tensor) -> Tensor:
    """The scalar -1 as a tensor: torch.add(minus_one, s, alpha=2) is 2s - 1 in one pass."""
    return torch.full((), -1.0, dtype=like.dtype, device=like.device)


def sigmoid_backward(d: Tensor, s: Tensor, out: Tensor) -> None:
    """d s (1 - s) into `out`, in one pass: the derivative through s = sigma(a)."""
    torch.ops.aten.sigmoid_backward(d, s, grad_input=out)


def tanh_backward(d: Tensor, s: Tensor, out: Tensor) -> None:
    """d (1 - s^2) into `out`, in one pass: the derivative through s = tanh(a)."""
    torch.ops.aten.tanh_backward(d, s, grad_input=out)


def block_of(states: Tensor) -> int:
    """How many timesteps of (time, batch, ...) states fit the cache together.

    Example:
        >>> block_of(torch.zeros(5, 1, 60_000))
        2
    """
    return max(1, _CACHED_NUMBERS * len(states) // states.numel())


def fill(x: Tensor, begin: int, end: int, ids: Tensor | None, table: Tensor) -> None:
    """Put W_ih x_t + b of the timesteps from `begin` to `end` into x, unless they are there."""
    if ids is not None:
        rows = x[begin:end].flatten(0, 1).flatten(1)
        torch.index_select(table, 0, ids[begin:end].flatten(), out=rows)
