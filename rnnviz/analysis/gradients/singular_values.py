"""What d s_t / d s_{t-d} does to vectors: its singular values, by the lag d."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch

from rnnviz.analysis.gradients.jacobian_records import RESOLVED, SingularValues
from rnnviz.analysis.gradients.lyapunov import Steps
from rnnviz.records import Array, Ids

LAGS = (1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 40, 50)

# Of passages so many are looked at, fewer where states are large: of 256 numbers eight take half a
# second, of 512 two.
_MOST_PASSAGES = 8
_MULTIPLY_ADDS = 2**28


@torch.inference_mode()
def singular_values(steps: Steps, lags: Sequence[int] = LAGS) -> SingularValues:
    """Singular values of d s_t / d s_{t-d} = J_t J_{t-1} ... J_{t-d+1}.

    They are measured in up to eight passages, which lie evenly in the text. Where a Jacobian is no
    finite number they are NaN.

    Args:
        steps: the Jacobians.
        lags: distances d, from 1; those longer than the text are left out.

    Raises:
        ValueError: none is left.

    Example:
        >>> from rnnviz.analysis.gradients.jacobian import step_jacobians
        >>> from rnnviz.config import ModelConfig
        >>> from rnnviz.recurrent.char_rnn import CharRNN
        >>> network = CharRNN(ModelConfig(cell="rnn", nonlinearity="relu", hidden_size=3), 2)
        >>> network.parameters["rnn.bias_ih_l0"].fill_(1.0)
        tensor([1., 1., 1.])
        >>> network.parameters["rnn.weight_hh_l0"].copy_(torch.diag(torch.tensor([2.0, 1.0, 0.5])))
        tensor([[2.0000, 0.0000, 0.0000],
                [0.0000, 1.0000, 0.0000],
                [0.0000, 0.0000, 0.5000]])
        >>> singular_values(step_jacobians(network, "ab", "abba"), [1, 2, 50]).values
        array([[2.  , 1.  , 0.5 ],
               [4.  , 1.  , 0.25]])
    """
    kept = np.array(sorted(lag for lag in set(lags) if 1 <= lag <= len(steps)), np.int64)
    if not kept.size:
        raise ValueError(
            f"the lags are {list(lags)}, but the text has {len(steps)} characters; give lags from "
            "1 to that number."
        )
    starts = _starts(len(steps) - int(kept[-1]), steps.size)
    logs = np.array([_of_passage(steps, start, kept) for start in starts])
    with np.errstate(over="ignore"):
        return SingularValues(kept, np.exp(logs.mean(0)), len(starts))


def _starts(last: int, size: int) -> Ids:
    """The timesteps before which passages begin, not at the zero state where there is room."""
    count = min(_MOST_PASSAGES, last + 1, max(1, _MULTIPLY_ADDS // size**3))
    places: Ids = ((np.arange(count) + 0.5) / count * (last + 1)).astype(np.int64)
    return places


def _of_passage(steps: Steps, start: int, lags: Ids) -> Array:
    """Logarithms of the three at each lag (lag, 3); the product is kept at a size of one."""
    product, size, found = torch.eye(steps.size, dtype=torch.float64), 0.0, []
    for t in range(start, start + int(lags[-1])):
        product = steps.times(t, product)
        largest = float(product.abs().max())
        if not math.isfinite(largest):
            break
        if largest > 0:
            product, size = product / largest, size + math.log(largest)
        if t + 1 - start in lags:
            values = np.linalg.svd(product.numpy(), compute_uv=False)
            three = np.array([values[0], np.median(values), values[-1]])
            known = (three > RESOLVED * values[0]) | (values[0] == 0)
            with np.errstate(divide="ignore"):
                found.append(np.log(np.where(known, three, np.nan)) + size)
    lost = np.full((len(lags) - len(found), 3), np.nan)
    logs: Array = np.concatenate([np.reshape(found, (-1, 3)), lost])
    return logs
