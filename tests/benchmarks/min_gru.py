"""The minGRU as its paper writes it (Feng et al. 2024): a scan in log space, and a cell."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import linear, softplus


class _Weights(nn.Module):
    """W_z above W_h, by PyTorch's names."""

    def __init__(self, inputs: int, hidden_size: int, end: str) -> None:
        super().__init__()
        self.hidden_size, self._end = hidden_size, end
        bound = hidden_size**-0.5
        weight = torch.empty(2 * hidden_size, inputs).uniform_(-bound, bound)
        self.register_parameter(f"weight_ih{end}", nn.Parameter(weight))
        self.register_parameter(f"bias_ih{end}", nn.Parameter(torch.zeros(2 * hidden_size)))

    def _sums(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The arguments of the gate and of the candidate."""
        weight, bias = (self.get_parameter(f"{n}_ih{self._end}") for n in ("weight", "bias"))
        update, candidate = linear(x, weight, bias).chunk(2, -1)
        return update, candidate


class MinGRU(_Weights):
    """Over whole windows, by the scan of Heinsen (2023) in logarithms; nothing is recorded."""

    def __init__(self, inputs: int, hidden_size: int) -> None:
        super().__init__(inputs, hidden_size, "_l0")

    def forward(self, x: Tensor, state: Tensor | None) -> tuple[Tensor, Tensor]:
        """States (time, batch, unit) of inputs (time, batch, input), and the last of them."""
        update, candidate = self._sums(x)
        before = update.new_zeros(1, *update.shape[1:]) if state is None else state
        values = torch.cat([before.log(), -softplus(-update) + _log_g(candidate)])
        kept = nn.functional.pad(-softplus(update).cumsum(0), (0, 0, 0, 0, 1, 0))
        h = (kept + (values - kept).logcumsumexp(0)).exp()[1:]
        return h, h[-1:]


class MinGRUCell(_Weights):
    """One timestep."""

    def __init__(self, inputs: int, hidden_size: int) -> None:
        super().__init__(inputs, hidden_size, "")

    def forward(self, x: Tensor, h: Tensor) -> Tensor:
        """The next state (batch, unit)."""
        update, candidate = self._sums(x)
        return torch.lerp(h, _g(candidate), torch.sigmoid(update))


def _g(x: Tensor) -> Tensor:
    return torch.where(x >= 0, x + 0.5, torch.sigmoid(x))


def _log_g(x: Tensor) -> Tensor:
    return torch.where(x >= 0, (x.relu() + 0.5).log(), -softplus(-x))
