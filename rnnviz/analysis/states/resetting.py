"""What a network loses when it is reset so many characters before it predicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from rnnviz.analysis.gradients.bootstrap import block_draws, ends
from rnnviz.records import Array, Ids
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.char_rnn import CharRNN, State
from rnnviz.recurrent.softmax import next_character_loss
from rnnviz.showing import Record

DISTANCES = (1, 2, 4, 8, 16, 32, 64, 128, 256)

_NUMBERS = 4_000_000  # before the nonlinearity, of what is unrolled at once
_NEIGHBOURS = 4  # places drawn again together, because neighbours are alike


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ResetLosses(Record):
    """The losses of predicting some characters, each with only so many read before it.

    Attributes:
        distances: how many characters were read from the zero state, in rising order (distance).
        losses: in nats (distance, place).
        right: whether the likeliest character was the one that came, likewise; None where that is
            not asked, as of a difference between two networks.
    """

    distances: tuple[int, ...]
    losses: Array
    right: NDArray[np.bool_] | None = None

    @property
    def mean(self) -> Array:
        """Over the places, in nats (distance)."""
        found: Array = self.losses.mean(1)
        return found

    @property
    def accuracy(self) -> Array | None:
        """At which share of the places the likeliest character was right (distance), or None.

        Example:
            >>> right = np.array([[True, False]])
            >>> ResetLosses((1,), np.array([[1.0, 2.0]]), right).accuracy
            array([0.5])
        """
        return None if self.right is None else self.right.mean(1)

    def gains(self) -> list[tuple[float, tuple[float, float]]]:
        """By how much each mean is above that with the most characters, and 95 % of redrawn ones.

        Example:
            >>> ResetLosses((1, 2), np.array([[2.0, 3.0], [1.0, 1.0]])).gains()
            [(1.5, (1.0, 2.0)), (0.0, (0.0, 0.0))]
        """
        above = self.losses - self.losses[-1]
        places = above.shape[1]
        draws = block_draws(places, min(_NEIGHBOURS, places)) / places if places > 2 else None
        found = []
        for each in above:
            drawn = each if draws is None else draws @ each
            found.append((float(each.mean()), ends(drawn)))
        return found

    def beside(self, other: ResetLosses) -> ResetLosses:
        """By how much each loss is above another network's, which was reset at the same places.

        Raises:
            ValueError: it was not.

        Example:
            >>> one, other = (ResetLosses((1, 2), np.full((2, 4), loss)) for loss in (3.0, 2.0))
            >>> one.beside(other).mean.tolist()
            [1.0, 1.0]
        """
        if self.distances != other.distances or self.losses.shape != other.losses.shape:
            raise ValueError("the two were not reset at the same distances before as many places.")
        return ResetLosses(self.distances, self.losses - other.losses)

    def used(self) -> int | None:
        """Beyond how many characters back nothing is seen to help any more.

        It is the first distance whose gain is no more than chance; None where reading the most
        still helps, beside the distance before.

        Example:
            >>> ResetLosses((1, 2, 4), np.array([[2.0, 3.0], [1.0, 1.0], [1.0, 1.0]])).used()
            2
        """
        shared = [
            at for at, (_, (low, _)) in zip(self.distances, self.gains(), strict=True) if low <= 0
        ]
        return shared[0] if shared and shared[0] != self.distances[-1] else None


@torch.inference_mode()
def reset_losses(
    network: CharRNN,
    ids: Ids,
    places: NDArray[np.int64],
    distances: Sequence[int] = DISTANCES,
) -> ResetLosses:
    """Losses of predicting characters after so many others, from the zero state, in one batch.

    All rows that read the most begin together; those that read fewer join them, at the zero state,
    as many characters before the place as they read. So every loss is that of a network that was
    reset there, and nothing is read twice by one row.

    Args:
        network: the network.
        ids: of a text (time).
        places: of the characters to predict; before each there must be as many as are read.
        distances: how many are read before each.

    Raises:
        ValueError: a place or a distance is out of range.

    Example:
        >>> from rnnviz.config import ModelConfig
        >>> network = CharRNN(ModelConfig(hidden_size=3), vocab_size=4)
        >>> found = reset_losses(network, np.array([0, 1, 2, 3, 0]), np.array([3, 4]), [1, 2])
        >>> found.losses.round(4).tolist(), found.used()
        ([[1.3863, 1.3863], [1.3863, 1.3863]], 1)
    """
    asked = tuple(sorted(set(distances)))
    _check(ids, places, asked)
    text, state = torch.from_numpy(ids.astype(np.int64)), network.zero_state(0)
    weights, arena = network.ready(), Arena(network.flat)
    for far, near in zip(asked[::-1], (*asked[-2::-1], 0), strict=True):
        state = _joined(network.zero_state(len(places)), state)
        rows = np.tile(places, state.h.shape[1] // len(places))
        for offsets in np.array_split(np.arange(-far, -near), _pieces(network, rows, far - near)):
            arena.reset()
            inputs = text[torch.from_numpy(rows + offsets[:, None])].to(network.flat.device)
            unroll = network.unroll(inputs, state, arena, weights=weights)
            state, output = unroll.state, unroll.output[-1:].clone()
    targets = text[torch.from_numpy(rows)][None].to(network.flat.device)
    logits = network.logits(output)
    losses, right = next_character_loss(logits, targets), logits.argmax(-1) == targets
    shape = len(asked), len(places)
    return ResetLosses(
        asked, losses.view(shape).double().cpu().numpy(), right.view(shape).cpu().numpy()
    )


def _check(ids: Ids, places: NDArray[np.int64], distances: Sequence[int]) -> None:
    if not len(places) or not distances or distances[0] < 1:
        raise ValueError(
            f"{len(places)} places and distances {list(distances)}; give one place at least, and "
            "distances of one character or more."
        )
    if places.min() < distances[-1] or places.max() >= len(ids):
        raise ValueError(
            f"the places go from {places.min():,} to {places.max():,}; before each there must be "
            f"{distances[-1]:,} characters, and the text has {len(ids):,}."
        )


def _joined(new: State, old: State) -> State:
    """Rows that begin now before those that have read already: the fewest read come first."""
    c = None if new.c is None or old.c is None else torch.cat([new.c, old.c], 1)
    return State(torch.cat([new.h, old.h], 1), c)


def _pieces(network: CharRNN, rows: NDArray[np.int64], timesteps: int) -> int:
    """Into how many parts a stretch is cut, so that memory stays small."""
    each = len(network.parameters["rnn.bias_ih_l0"]) * len(rows)
    return max(1, min(timesteps, -(-timesteps * each // _NUMBERS)))
