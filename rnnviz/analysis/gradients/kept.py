"""What gates alone say of a gradient's way back, where they do not read the state.

Of a minGRU, d h_t / d h_{t-d} is diagonal: the product of (1 - z) over the d timesteps between. So
|d l_t / d h_{t-d}| of the top layer is the norm of d l_t / d h_t times that product, unit by unit.
"""

from __future__ import annotations

import numpy as np
import torch

from rnnviz.analysis.gradients.flow import loss_by_output
from rnnviz.analysis.gradients.passages import losses_of
from rnnviz.records import Array, Ids
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.char_rnn import CharRNN


@torch.inference_mode()
def kept_by_lag(network: CharRNN, passages: Ids) -> Array | None:
    """The mean of |d l_t / d h_{t-lag}| of the top layer by its gates, nothing swept back (lag).

    None where gates read the state: the way back then leads through W_hh too.

    Args:
        network: the network; it reads every passage from the zero state.
        passages: ids (passage, time), as `passages.norms_by_passage` takes them.

    Example:
        >>> from rnnviz.config import ModelConfig
        >>> network = CharRNN(ModelConfig("mingru", hidden_size=2), vocab_size=3)
        >>> network.parameters["decoder.weight"][0] = 1.0
        >>> found = kept_by_lag(network, np.array([[0, 1, 2, 0, 1, 2, 1]]))
        >>> (found / found[0]).tolist()  # every gate is 1/2 where all weights are zero
        [1.0, 0.5, 0.25, 0.125]
    """
    keeping = network.cell.facts.keeping
    if keeping is None or network.cell.facts.reads_state:
        return None
    ids = torch.from_numpy(passages.T.astype(np.int64)).to(network.flat.device)
    timesteps, count = len(ids) - 1, ids.shape[1]
    unroll = network.unroll(ids[:-1], network.zero_state(count), Arena(network.flat))
    losses = losses_of(timesteps)
    lags = timesteps - losses + 1
    gate = unroll.layers[-1].gates[keeping.symbol]
    kept = gate if keeping.keeps == 1 else 1 - gate
    total = gate.new_zeros(lags)
    for t, d_loss in enumerate(loss_by_output(network, unroll.output[-losses:], ids[-losses:])):
        now = timesteps - losses + t
        products = kept[now - lags + 2 : now + 1].flip(0).cumprod(0)
        reached = torch.cat([d_loss[None], d_loss * products])
        total += torch.linalg.vector_norm(reached, dim=2).mean(1)
    found: Array = (total / losses).double().cpu().numpy()
    return found
