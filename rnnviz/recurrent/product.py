"""The matrix products of a network: which of two ways computes each.

torch   PyTorch's own: `addmm_` and `mm`.
onednn  oneDNN's, through operators that PyTorch keeps private: they stand in this file alone. A
        matrix that many rows are multiplied by, timestep after timestep, is packed once.

On an AMD EPYC (Zen 5), one thread: rows of a batch of 16 through 256 units and four gates take 115
microseconds one way and 52 the other, at 64 units 8 and 13; the weight gradients of 1,024 rows
5.7 and 3.0 milliseconds.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any, Literal, Self

import torch
from torch import Tensor

Way = Literal["torch", "onednn"]
Steps = Literal["fused", "torch"]
Shape = tuple[int, int, int]  # rows, what is summed over, columns

# From so many multiply-adds a product on, oneDNN's takes less: its preparation takes 13 us.
_WORTH_ONEDNN = 500_000

# Where ways are timed: calls of each, seconds at most, and how much of a side is enough to tell.
_TIMED, _TIMED_SECONDS, _LONGEST_TIMED = 5, 0.002, 256


@dataclass(frozen=True, slots=True)
class Ways:
    """By which way each product is computed; the last bits of its result depend on it.

    Attributes:
        chosen: by shape, what was found quickest. Other shapes go by a rule: oneDNN from 500,000
            multiply-adds on.
        steps: what runs the timesteps of a layer: a function of our own where it can, with the
            products that belong to it, or PyTorch's operations.

    Example:
        >>> ways = Ways({(1, 2, 1): "onednn"})
        >>> out = ways.multiply(torch.tensor([[1.0, 2.0]]), torch.tensor([[3.0], [4.0]]))
        >>> out
        tensor([[11.]])
        >>> Ways.from_json(ways.to_json(), ways.steps) == ways
        True
        >>> print(ways.words)
        oneDNN for all: the quicker for each size, timed at the start and kept since.
    """

    chosen: Mapping[Shape, Way] = field(default_factory=lambda: MappingProxyType({}))
    steps: Steps = "fused"

    def of(self, shape: Shape, like: Tensor) -> Way:
        """How a product (rows, inner, columns) is computed, of tensors like this one."""
        if not _onednn_serves(like.dtype, like.device.type):
            return "torch"
        rows, inner, columns = shape
        by_rule: Way = "onednn" if rows * inner * columns >= _WORTH_ONEDNN else "torch"
        return self.chosen.get(shape, by_rule)

    def multiply(self, a: Tensor, b: Tensor, out: Tensor | None = None) -> Tensor:
        """A (rows, inner) @ b (inner, columns), written into `out` if that is given."""
        if self.of((*a.shape, b.shape[1]), a) == "torch":
            return torch.mm(a, b, out=out)
        # A long result of two factors read by columns is made quicker the other way round.
        direct = a.is_contiguous() or len(a) <= b.shape[1]
        found = _linear(a, b.t(), None) if direct else _linear(b.t(), a, None).t()
        return found if out is None else out.copy_(found)

    def affine(self, x: Tensor, weight: Tensor, bias: Tensor, out: Tensor | None = None) -> Tensor:
        """X @ weight^T + bias (rows, outputs), written into `out` if that is given."""
        if self.of((*x.shape, len(weight)), x) == "torch":
            return torch.addmm(bias, x, weight.t(), out=out)
        found = _linear(x, weight, bias)
        return found if out is None else out.copy_(found)

    @property
    def words(self) -> str:
        """Which ways they are, and how they were chosen, in a sentence."""
        if not self.chosen:
            return (
                f"oneDNN for those of {_WORTH_ONEDNN:,} multiply-adds and more, PyTorch's own for "
                "smaller ones: by size alone, so that the same settings give the same bits."
            )
        count, onednn = len(self.chosen), [*self.chosen.values()].count("onednn")
        mixed = f"oneDNN for {onednn} sizes of them, PyTorch's own for {count - onednn}"
        ways = {0: "PyTorch's own for all", count: "oneDNN for all"}.get(onednn, mixed)
        return f"{ways}: the quicker for each size, timed at the start and kept since."

    def to_json(self) -> list[list[Any]]:
        """As JSON values."""
        return [[*shape, way] for shape, way in self.chosen.items()]

    @classmethod
    def from_json(cls, values: Iterable[tuple[int, int, int, Way]], steps: Steps) -> Self:
        """What `to_json` gave, and what ran the timesteps."""
        return cls(MappingProxyType({(r, i, c): way for r, i, c, way in values}), steps)


class Factor:
    """A matrix that rows are multiplied by, again and again.

    Example:
        >>> factor, target = Factor(torch.eye(2), Ways()), torch.ones(1, 2)
        >>> accumulate(target, torch.tensor([[3.0, 4.0]]), *factor.of(1))
        >>> target
        tensor([[4., 5.]])
    """

    def __init__(self, weight: Tensor, ways: Ways) -> None:
        """`weight` (inputs, outputs) must not change from now on."""
        self._weight, self._ways = weight, ways
        self._plain: Tensor | None = None
        self._onednn: Tensor | None = None

    def of(self, rows: int) -> tuple[Tensor, bool]:
        """What `accumulate` takes for so many rows at once, and whether that is for oneDNN."""
        if self._ways.of((rows, *self._weight.shape), self._weight) == "torch":
            if self._plain is None:
                self._plain = self._weight.contiguous()
            return self._plain, False
        if self._onednn is None:
            self._onednn = _pack(self._weight.t())
        return self._onednn, True


def accumulate(target: Tensor, rows: Tensor, factor: Tensor, onednn: bool) -> None:
    """Target += rows @ factor; it becomes part of the compiled loops that call it.

    oneDNN could add within the product, but into a new tensor: with 16 rows of 256 units and four
    gates that took 6 microseconds longer.
    """
    if onednn:
        target.add_(torch.ops.mkldnn._linear_pointwise(rows, factor, None, "none", [], ""))
    else:
        target.addmm_(rows, factor)


def timed_ways(repeated: Iterable[Shape], single: Iterable[Shape], like: Tensor) -> Ways:
    """The quickest way for each shape, by trying both: about 30 milliseconds for a usual network.

    Args:
        repeated: shapes of products with the same factor, timestep after timestep.
        single: of those made once. Of long ones a part is timed.
        like: a tensor of their dtype and device.
    """
    if not _onednn_serves(like.dtype, like.device.type):
        return Ways()
    chosen = {shape: _quickest(shape, like, _add) for shape in repeated}
    for shape in single:
        chosen[shape] = _quickest(_part_of(shape), like, _multiply)
    return Ways(MappingProxyType(chosen))


def _part_of(shape: Shape) -> Shape:
    """As much of a product as takes less than a millisecond."""
    if math.prod(shape) <= _LONGEST_TIMED**3:
        return shape
    rows, inner, columns = (min(size, _LONGEST_TIMED) for size in shape)
    return rows, inner, columns


_Product = Callable[[Ways, Tensor, Tensor, Tensor], Callable[[], object]]


def _add(ways: Ways, a: Tensor, b: Tensor, out: Tensor) -> Callable[[], object]:
    factor, onednn = Factor(b, ways).of(len(a))
    return lambda: accumulate(out, a, factor, onednn)


def _multiply(ways: Ways, a: Tensor, b: Tensor, out: Tensor) -> Callable[[], object]:
    return lambda: ways.multiply(a, b, out)


def _quickest(shape: Shape, like: Tensor, product: _Product) -> Way:
    rows, inner, columns = shape
    a, b = like.new_ones(rows, inner), like.new_ones(inner, columns)
    out = like.new_zeros(rows, columns)
    ways: tuple[Way, Way] = ("torch", "onednn")
    calls = {way: product(Ways({shape: way}), a, b, out) for way in ways}
    return min(ways, key=lambda way: _seconds(calls[way]))


def _seconds(call: Callable[[], object]) -> float:
    """What a call takes at its best, after a first one."""
    call()
    begun, least = time.perf_counter(), math.inf
    for _ in range(_TIMED):
        started = time.perf_counter()
        call()
        now = time.perf_counter()
        least = min(least, now - started)
        if now - begun > _TIMED_SECONDS:
            break
    return least


def _linear(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """X @ weight^T + bias, by oneDNN."""
    found: Tensor = torch.ops.mkldnn._linear_pointwise(x, weight, bias, "none", [], "")
    return found


def _pack(weight: Tensor) -> Tensor:
    """A matrix (outputs, inputs) in oneDNN's own order; itself where it lies transposed.

    At 256 units and four gates packing takes 150 microseconds and spares 64 products 17 each; of
    what lies transposed it takes 300 and spares 3.
    """
    if not weight.is_contiguous():
        return weight
    packed: Tensor = torch.ops.mkldnn._reorder_linear_weight(weight)
    return packed


def _onednn_serves(dtype: torch.dtype, device: str) -> bool:
    return dtype == torch.float32 and device == "cpu" and _onednn_works()


@cache
def _onednn_works() -> bool:
    """Whether the private operators are there, and do what they are taken for."""
    x, weight = torch.tensor([[1.0, 2.0]]), torch.tensor([[3.0], [4.0]])
    try:
        product = _linear(x, weight.t(), None)
        packed = _linear(x, _pack(weight.t()), None)
    except (AttributeError, RuntimeError, TypeError):
        return False
    return bool(product == 11) and bool(packed == 11)
