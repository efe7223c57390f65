"""What processes that train one network together tell each other at every iteration."""

from __future__ import annotations

import torch
from torch import Tensor

from rnnviz.recurrent.char_rnn import CharRNN, State
from rnnviz.text.windows import Windows
from rnnviz.training.gradient import Found, Gradient, joined
from rnnviz.training.ranks import Ranks

_PRIME = 16_777_213  # single precision holds all its remainders exactly


class Exchange:
    """Makes what this rank found in its streams what all have found in the whole batch.

    One sum over all ranks does it: of the flat vector of the gradients, and after it a place for
    each rank, in which all others leave zeros. There stands what the iteration was like for its
    streams (loss, norms, state, where their dropout stands), so that rank 0 can write it.
    """

    def __init__(
        self, ranks: Ranks, network: CharRNN, gradient: Gradient, windows: Windows
    ) -> None:
        """Of ranks that each have as many streams of the windows as every other."""
        self._ranks, self._network, self._gradient = ranks, network, gradient
        flat, state = network.flat, network.zero_state(windows.batch_size // ranks.count)
        layers, streams, _ = state.h.shape
        norms = flat.new_zeros(layers, windows.sequence_length, streams)
        paths = {"h": norms} if state.c is None else {"h": norms, "c": norms}
        place = sum(each.numel() for each in self._said(Found(0.0, paths, state), 0.0))
        room = ranks.room(len(flat) + ranks.count * place, like=flat)
        self._gradients = room[: len(flat)]
        self._places = room[len(flat) :].view(ranks.count, place)

    def __call__(self, found: Found, seconds: float) -> tuple[Found, float]:
        """What all have found, and the seconds that rank 0 has trained.

        The gradients of this rank's streams become those of all.

        Raises:
            DismissedError: rank 0 has ended.
            RankError: a rank is gone, or has other weights than this one.
        """
        total, said = self._gradient.total.flat, self._said(found, seconds)
        sizes = [each.numel() for each in said]
        self._gradients.copy_(total)
        self._places.zero_()
        self._places[self._ranks.rank, : sum(sizes)] = torch.cat([each.flatten() for each in said])
        self._ranks.meet()
        total.copy_(self._gradients)
        heard = [
            [piece.view_as(own) for piece, own in zip(place.split(sizes), said, strict=True)]
            for place in self._places[:, : sum(sizes)]
        ]
        losses, clocks, sums = zip(*(head.tolist() for head, *_ in heard), strict=True)
        if len(set(sums)) > 1:
            raise self._ranks.error("processes that train together have come to different weights")
        if self._network.config.dropout:
            self._follow_dropout([rest[-1] for rest in heard])
        parts = [_read(loss, found, rest) for loss, (_, *rest) in zip(losses, heard, strict=True)]
        return joined(parts), clocks[0]

    def _said(self, found: Found, seconds: float) -> list[Tensor]:
        """Loss, clock and a checksum of the weights; state; norms; where the dropout stands."""
        flat, state = self._network.flat, found.state
        checksum = int(flat.view(torch.int32).sum()) % _PRIME
        head = flat.new_tensor([found.loss, seconds, checksum])
        states = [state.h] if state.c is None else [state.h, state.c]
        said = [head, *states, *found.norms.values()]
        if self._network.config.dropout:
            stands = [*self._gradient.dropout_states().values()][self._ranks.rank]
            said.append(stands.to(flat))  # byte by byte
        return said

    def _follow_dropout(self, heard: list[Tensor]) -> None:
        """Keep where the dropout of each rank's streams stands."""
        names = self._gradient.dropout_states()
        stands = (each.to("cpu", torch.uint8) for each in heard)
        self._gradient.restore_dropout(dict(zip(names, stands, strict=True)))


def _read(loss: float, like: Found, pieces: list[Tensor]) -> Found:
    """What a rank said, in the shapes of what this one did."""
    h, *rest = pieces
    c = None if like.state.c is None else rest.pop(0)
    return Found(loss, dict(zip(like.norms, rest, strict=False)), State(h, c))
