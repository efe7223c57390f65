"""What every cell has in common: one layer unrolled over a window, forward and backward."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, replace
from typing import ClassVar, NamedTuple, Self

import torch
from torch import Tensor

from rnnviz.cells import CellFacts, Nonlinearity
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.fused.layer import Fused, Window
from rnnviz.recurrent.product import Factor, Ways

# Half a megabyte of float32.
_CACHED_NUMBERS = 131_072

# Some of (batch, unit): one unit of every sequence, or each at its own place.
Units = tuple[slice, int] | tuple[Tensor, Tensor]


class Reads(NamedTuple):
    """What a layer over one-hot characters adds up ahead of the recurrence: rows of a table.

    Attributes:
        ids: the characters (time, batch).
        table: W_ih x + b of every character (vocab, gates * unit), doubled as the weights are.
    """

    ids: Tensor
    table: Tensor


@dataclass(frozen=True, slots=True)
class LayerWeights:
    """One layer's weights as its unroll uses them: made once, good until the weights change.

    PyTorch computes tanh a as 2 sigma(2a) - 1, an exact identity: its vectorised sigmoid is five
    times faster than its tanh. So the rows that belong to tanh gates are doubled here, which is
    exact in binary floating point, unless a function of our own runs the layer.

    Attributes:
        weight_ih: (gates * unit, inputs), doubled where tanh follows.
        bias: (gates * unit), what can be added ahead of the recurrence; doubled likewise.
        weight_hh: (unit, gates * unit), transposed and doubled likewise.
        bias_hh: (gates * unit), as in torch.nn.
        back: (gates * unit, unit): W_hh as in torch.nn, for the way back. Of a cell whose gates do
            not read the state it has no rows, and bias_hh none either.
        units: of the layer.
        fused: what runs the layer instead of PyTorch's operations, or None.
    """

    weight_ih: Tensor
    bias: Tensor
    weight_hh: Factor
    bias_hh: Tensor
    back: Factor
    units: int
    fused: Fused | None

    def prepare(self, batch: int) -> None:
        """Bring the weights into order for so many streams, for all threads that will use them."""
        if self.fused is None:
            self.weight_hh.of(batch), self.back.of(batch)
        else:
            _ = self.fused.forth, self.fused.back


@dataclass(frozen=True, slots=True)
class LayerGradients:
    """Derivatives of a scalar loss, kept for every timestep of one layer.

    Attributes:
        h: dL/dh_t (time + 1, batch, unit); index 0 is the state before the window.
        c: dL/dc_t likewise, through h_t and through c_{t+1}; None where the cell has no c.
        from_input: dL/d(W_ih x_t + b_ih) (time, batch, gates * unit).
        from_state: dL/d(W_hh h_{t-1} + b_hh) likewise; None where the cell has no W_hh.
    """

    h: Tensor
    c: Tensor | None
    from_input: Tensor
    from_state: Tensor | None


class LayerUnroll(ABC):
    """One layer over one window: its recorded states, and the sweep back through them.

    A subclass says which cell it is (`facts`, `nonlinearity`, and its `window` in code of our own,
    if there is one)
    and runs forward in its constructor, from `x` = W_ih x_t + b, keeping every h_t, c_t and gate.
    `backward` takes any number of cotangents at once: where the unroll has one sequence, its local
    derivatives are shared by all of them.

    Attributes:
        h: hidden states (time + 1, batch, unit); index 0 is the state before the window.
        c: cell states likewise, or None.
        gates: each gate by name (time, batch, unit).
    """

    facts: ClassVar[CellFacts]
    nonlinearity: ClassVar[Nonlinearity] = "tanh"
    window: ClassVar[Window | None] = None

    h: Tensor
    c: Tensor | None = None
    _weights: LayerWeights

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

    def put(self, signal: str, units: Units, values: Tensor, read: Tensor) -> None:
        """Put values in the place of what units did at the last timestep.

        What a unit does there after that is computed anew from it: of an LSTM's i, say, its c and
        its h. Other units are as they were, for they read no more of it than its h.

        Args:
            signal: "h", "c" or a gate.
            units: which, in which sequences.
            values: of each.
            read: W_ih x + b of the timestep, doubled where tanh follows (batch, gates * unit).
        """
        self.h[-1][units] = values

    def unmixed(self) -> Self:
        """The same states, on whose way back W_hh is zero: what is left are units' own ways."""
        found, own = copy(self), self._weights
        nothing = Factor(self.h.new_zeros(len(own.bias), own.units), Ways())
        found._weights = replace(own, back=nothing, fused=None)
        return found

    @classmethod
    def ready(
        cls,
        ways: Ways,
        arena: Arena,
        weight_ih: Tensor,
        weight_hh: Tensor,
        bias_ih: Tensor,
        bias_hh: Tensor,
    ) -> LayerWeights:
        """The weights of `torch.nn` in the form the unroll uses, computed with in these ways."""
        fused = None
        if cls.window is not None and ways.steps == "fused" and Fused.serves(weight_hh):
            fused = Fused(cls.window, cls.nonlinearity, weight_hh, arena)
        doubled = cls._double if fused is None else lambda weights: weights
        return LayerWeights(
            weight_ih=doubled(weight_ih),
            bias=doubled(cls._join(bias_ih, bias_hh)),
            weight_hh=Factor(doubled(weight_hh).t(), ways),
            bias_hh=bias_hh,
            back=Factor(weight_hh, ways),
            units=weight_hh.shape[1],
            fused=fused,
        )

    def _fused_for(self, dh: Tensor) -> Fused | None:
        """What sweeps back at once; nothing does where cotangents share one sequence."""
        alike = dh.shape[1] == self.h.shape[1] and dh.is_contiguous()
        return self._weights.fused if alike else None

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
        return bias_ih + bias_hh if cls.facts.reads_state else bias_ih


class GatedUnroll(LayerUnroll):
    """A layer of a cell with gates, which are computed where W_ih x_t + b stood.

    Attributes:
        _gates: one beside the other (time, batch, gate, unit).
    """

    _gates: Tensor

    @property
    def gates(self) -> Mapping[str, Tensor]:
        """Each by the symbol that the cell's facts have for it (time, batch, unit)."""
        return dict(zip(self.facts.blocks, self._gates.unbind(2), strict=True))

    def _begin(self, x: Tensor, weights: LayerWeights, arena: Arena) -> None:
        """Take the weights, give the gates their place, and h its first state."""
        self._weights = weights
        self._gates = x[1:].unflatten(-1, (len(self.facts.blocks), weights.units))
        self.h = arena.empty(len(x), x.shape[1], weights.units)
        self.h[0] = x[0, :, : weights.units]


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


def rows_read(x: Tensor, reads: Reads | None) -> tuple[Tensor, Tensor]:
    """The table and which of its rows are read (time, batch); x itself where it is filled."""
    if reads is not None:
        return reads.table, reads.ids
    return x[1:], torch.arange(x[1:, :, 0].numel()).view(x[1:].shape[:2])


def fill(x: Tensor, begin: int, end: int, ids: Tensor | None, table: Tensor) -> None:
    """Put W_ih x_t + b of some timesteps into x (time, batch, gate, unit), unless they are there.

    Args:
        x: where they belong.
        begin: the first timestep.
        end: the one after the last.
        ids: the characters (time, batch); None where x is filled.
        table: W_ih x + b of every character (vocab, gates * unit).
    """
    if ids is not None:
        rows = x[begin:end].flatten(0, 1).flatten(1)
        torch.index_select(table, 0, ids[begin:end].flatten(), out=rows)
