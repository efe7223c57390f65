"""What the gradient at one timestep is made of: the part of each later loss, and how they agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch

from rnnviz.analysis.gradients.flow import itemised_gradients, network_and_ids
from rnnviz.models.torch_modules import TorchModule
from rnnviz.records import Array
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.char_rnn import CharRNN
from rnnviz.showing import Record
from rnnviz.text.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Itemised(Record):
    """The gradient of the window at one state, taken apart by the loss it comes from.

    Attributes:
        timestep: k, from 0; losses are those from timestep k on.
        norm: |d l_t / d state_k| (loss).
        share: how much of the sum's own length a loss adds along it, below zero where it points
            against it (loss). They add up to 1; all are 0 where the sum is zero,
            and NaN where it is not finite.
        cosine: of the angle between any two of them (loss, loss); NaN where one is zero.
        total: |sum of d l_t / d state_k|, the window gradient at k.
    """

    timestep: int
    norm: Array
    share: Array
    cosine: Array
    total: float

    @property
    def agreement(self) -> float:
        """|sum| / sum of sizes: 1 where all point the same way, 0 where they cancel; NaN of zeros.

        Example:
            >>> one, other = np.array([3.0, 0.0]), np.array([0.0, 4.0])
            >>> found = take_apart(0, np.stack([one, other]))
            >>> found.total, round(found.agreement, 4), found.share.tolist()
            (5.0, 0.7143, [0.36, 0.64])
        """
        sizes = float(self.norm.sum())
        return self.total / sizes if sizes else float("nan")

    @property
    def at_right_angles(self) -> float:
        """What the agreement would be if any two were at right angles; NaN of zeros."""
        sizes = float(self.norm.sum())
        return float(np.linalg.norm(self.norm)) / sizes if sizes else float("nan")


@torch.inference_mode()
def itemised(
    module: CharRNN | TorchModule,
    vocabulary: Vocabulary | Sequence[str],
    text: str,
    timestep: int,
    *,
    path: Literal["h", "c"] = "h",
    layer: int = -1,
) -> Itemised:
    """What each later loss adds to the gradient at one state, over a text from the zero state.

    Args:
        module: as in `rnnviz.analysis.states.trace.trace`.
        vocabulary: the characters in the order of the module's ids; a string will do.
        text: 2 to 2,049 characters, all in the vocabulary.
        timestep: k, from 0: the state after reading text[k].
        path: through h or, where the cell has it, c.
        layer: which; -1 is the top layer.

    Raises:
        TextError: the text is too short, too long, or has a character the vocabulary lacks.
        ValueError: there is no such timestep or path.
    """
    network, ids = network_and_ids(module, vocabulary, text)
    if not 0 <= timestep < len(ids) - 1:
        raise ValueError(f"the timestep is {timestep}; this text has 0 to {len(ids) - 2}.")
    if path == "c" and not network.cell.facts.has_cell_state:
        raise ValueError("the path is 'c'; this network has h alone.")
    # What came before k has no part in it, but for the state that k is read with.
    state, arena = network.zero_state(1), Arena(network.flat)
    if timestep:
        state = network.unroll(ids[:timestep, None], state, arena).state
    unroll = network.unroll(ids[timestep:-1, None], state, Arena(network.flat))
    found = [
        (block.h if path == "h" else block.c or ())[layer][1].clone()
        for block in itemised_gradients(network, unroll, ids[timestep + 1 :])
    ]
    return take_apart(timestep, torch.cat(found).cpu().numpy())


def take_apart(timestep: int, vectors: Array) -> Itemised:
    """The record of gradients at one state, one a loss (loss, unit).

    Example:
        >>> found = take_apart(0, np.array([[3.0, 0.0], [0.0, 4.0]]))
        >>> found.norm.tolist(), found.cosine.tolist(), found.total
        ([3.0, 4.0], [[1.0, 0.0], [0.0, 1.0]], 5.0)
    """
    parts = np.asarray(vectors, np.float64)
    with np.errstate(over="ignore", invalid="ignore"):  # of a network that has exploded
        norm, whole = np.linalg.norm(parts, axis=1), parts.sum(0)
        square, size = whole @ whole, np.outer(norm, norm)
        cosine = np.divide(parts @ parts.T, size, out=np.full_like(size, np.nan), where=size > 0)
        return Itemised(
            timestep,
            norm,
            np.zeros_like(norm) if square == 0 else parts @ whole / square,
            cosine.clip(-1, 1),
            float(np.linalg.norm(whole)),
        )
