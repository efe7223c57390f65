"""A text read once, whose windows are swept back side by side, as long as one likes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from rnnviz.analysis.gradients.truncation import windows
from rnnviz.notation import counted
from rnnviz.records import Ids
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.char_rnn import CharRNN, State, Unroll


@dataclass(frozen=True, slots=True)
class Windows:
    """Windows of one length, as streams of one batch.

    Attributes:
        unroll: the network over each from the state carried into it.
        targets: what follows each character (time, window).
        arena: where buffers of the sweep back come from.
    """

    unroll: Unroll
    targets: Tensor
    arena: Arena


class CutText:
    """A network's states over a text, from the zero state, to be cut into windows.

    What carries the state into a window does not depend on where gradients are cut. So the text is
    read once; each window begins with the state recorded there.

    Args:
        network: the network.
        ids: the text (time + 1); the last is only predicted.

    Raises:
        ValueError: there is no character to predict.

    Example:
        >>> from rnnviz.config import ModelConfig
        >>> network = CharRNN(ModelConfig("rnn", hidden_size=3), vocab_size=4)
        >>> text = CutText(network, np.array([0, 1, 2, 3, 0, 1]))
        >>> [tuple(windows.targets.shape) for windows in text.windows(2)]
        [(2, 2), (1, 1)]
    """

    def __init__(self, network: CharRNN, ids: Ids) -> None:
        if len(ids) < 2:
            raise ValueError(
                f"the text has {counted(len(ids), 'character')}; a loss takes 2 at least."
            )
        self.network, self.timesteps = network, len(ids) - 1
        self._weights = network.ready()
        self._ids = torch.from_numpy(ids.astype(np.int64)).to(network.flat.device)
        self._read = self._unroll(self._ids[:-1, None], network.zero_state(1), Arena(network.flat))

    def windows(self, sequence_length: int) -> Iterator[Windows]:
        """All windows of so many timesteps together, then the last, where that is shorter.

        Their timesteps are those of the text in order, window after window.
        """
        every = windows(self.timesteps, sequence_length)
        whole = [window for window in every if len(window) == len(every[0])]
        for alike in (whole, every[len(whole) :]):
            if alike:
                yield self._of(alike)

    def _of(self, alike: list[range]) -> Windows:
        starts = torch.tensor([window.start for window in alike], device=self._ids.device)
        places = starts + torch.arange(len(alike[0]), device=starts.device)[:, None]
        arena = Arena(self.network.flat)
        unroll = self._unroll(self._ids[places], self._states(starts), arena)
        return Windows(unroll, self._ids[places + 1], arena)

    @torch.inference_mode()
    def _unroll(self, inputs: Tensor, state: State, arena: Arena) -> Unroll:
        return self.network.unroll(inputs, state, arena, weights=self._weights)

    def _states(self, starts: Tensor) -> State:
        """The states before some timesteps, each that of a stream (layer, stream, unit)."""
        h = [layer.h[starts, 0] for layer in self._read.layers]
        c = [layer.c[starts, 0] for layer in self._read.layers if layer.c is not None]
        return State(torch.stack(h), torch.stack(c) if c else None)
