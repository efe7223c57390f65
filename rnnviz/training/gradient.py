"""The gradient of one window: the streams of a batch in parts, each a thread's work."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from rnnviz.records import Floats
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.char_rnn import CharRNN, State
from rnnviz.recurrent.layer import LayerGradients, LayerWeights
from rnnviz.recurrent.parameters import Parameters
from rnnviz.recurrent.softmax import decoder_backward
from rnnviz.text.windows import Window

# A part has so many streams at least: what fewer would gain, reading all weights again takes.
LEAST_STREAMS = 4


@dataclass(frozen=True, slots=True)
class Found:
    """What one window gave.

    Attributes:
        loss: mean in nats per character; of a part, its share of that.
        norms: by path, |d (sum of l_t) / d state_k| of every stream (layer, time, batch).
        state: after the window.
    """

    loss: float
    norms: dict[str, Tensor]
    state: State

    def mean_norms(self) -> dict[str, Floats]:
        """By path, the mean over the batch (layer, time)."""
        return {path: norms.mean(2).cpu().numpy() for path, norms in self.norms.items()}


class Gradient:
    """Computes the gradients of all weights over a window, into `total`.

    The batch is divided into parts of neighbouring streams. Each part is unrolled in memory of its
    own, and the gradients of parts are added in their order, so that the bits depend on how many
    there are, and not on which is ready first, nor on how many threads they take. Where the parts
    are shared out among processes, those of others are left to them.

    Attributes:
        total: the gradients.
        threads: how many parts are computed side by side.
    """

    def __init__(self, network: CharRNN, streams: int, seed: int) -> None:
        """For windows of so many streams; `seed` of the dropout."""
        self._network, self._streams, self._seed = network, streams, seed
        self.total = network.parameters.zeros_like()
        self._arena = Arena(network.flat)
        self.threads = 1
        self._pool: tuple[int, ThreadPoolExecutor] | None = None
        self._dropout: list[torch.Generator] = []  # of every part there has been
        self._division: tuple[int, int | None] | None = None
        self.divide(1)

    @property
    def most_parts(self) -> int:
        """How many parts the batch can have."""
        on_cpu = self.total.flat.device.type == "cpu"
        return max(1, self._streams // LEAST_STREAMS) if on_cpu else 1

    @property
    def sizes(self) -> list[int]:
        """How many streams each part has."""
        return [ends.stop - ends.start for ends in self._ends]

    def divide(self, parts: int, only: int | None = None) -> None:
        """Divide the batch anew; each part's dropout goes on where it last was.

        Args:
            parts: how many.
            only: the one that is computed here; None computes all of them.
        """
        if (parts, only) == self._division:
            return
        self._division = parts, only
        borders = [number * self._streams // parts for number in range(parts + 1)]
        self._ends = [slice(*ends) for ends in pairwise(borders)]
        for number in range(len(self._dropout), parts):
            generator = torch.Generator(self.total.flat.device)
            self._dropout.append(generator.manual_seed(self._seed + number))
        numbers = range(parts) if only is None else [only]
        self._parts = [self._part(number, first=number == numbers[0]) for number in numbers]

    def __call__(self, window: Window, state: State) -> Found:
        """Forward and back over a window, from a state."""
        self._arena.reset()
        weights = self._network.ready(self._arena)
        for size in {*self.sizes}:
            for layer in weights:
                layer.prepare(size)
        found = self._all(window, state, weights)
        for part in self._parts[1:]:
            self.total.flat.add_(part.gradients.flat)
        return joined(found)

    def close(self) -> None:
        """End the threads; the next window starts new ones where it needs any."""
        if self._pool is not None:
            self._pool[1].shutdown()
            self._pool = None

    def dropout_states(self) -> dict[str, Tensor]:
        """Where each part's dropout stands, by name."""
        return {name: dropout.get_state() for name, dropout in self._named()}

    def restore_dropout(self, states: Mapping[str, Tensor]) -> None:
        """Go on from what `dropout_states` gave."""
        for name, dropout in self._named():
            dropout.set_state(states[name])

    def _named(self) -> list[tuple[str, torch.Generator]]:
        dropout = self._dropout[: len(self._ends)]
        return [(_name(number), generator) for number, generator in enumerate(dropout)]

    def _part(self, number: int, *, first: bool) -> _Part:
        gradients = self.total if first else self._network.parameters.zeros_like()
        arena = Arena(self.total.flat)
        return _Part(self._network, self._ends[number], gradients, arena, self._dropout[number])

    def _all(self, window: Window, state: State, weights: tuple[LayerWeights, ...]) -> list[Found]:
        """Of each part, in their order."""
        if self.threads == 1 or len(self._parts) == 1:
            return [part.compute(window, state, weights) for part in self._parts]
        beside = self._threads()
        others = [beside.submit(part.compute, window, state, weights) for part in self._parts[1:]]
        try:
            first = self._parts[0].compute(window, state, weights)
        finally:
            wait(others)
        return [first, *(other.result() for other in others)]

    def _threads(self) -> ThreadPoolExecutor:
        """So many threads beside the one that calls, each with one thread of torch."""
        beside = self.threads - 1
        if self._pool is not None and self._pool[0] != beside:
            self.close()
        if self._pool is None:
            one = (1,)
            pool = ThreadPoolExecutor(
                beside, "part", initializer=torch.set_num_threads, initargs=one
            )
            self._pool = beside, pool
        return self._pool[1]


@dataclass(slots=True)
class _Part:
    """Some streams of the batch, and what computing them takes."""

    network: CharRNN
    streams: slice
    gradients: Parameters
    arena: Arena
    dropout: torch.Generator

    @torch.inference_mode()
    def compute(self, window: Window, state: State, weights: tuple[LayerWeights, ...]) -> Found:
        self.arena.reset()
        inputs, targets = self._of(window.inputs), self._of(window.targets)
        counted = None if window.counted is None else self._of(window.counted)
        c = None if state.c is None else state.c[:, self.streams]
        unroll = self.network.unroll(
            inputs,
            State(state.h[:, self.streams], c),
            self.arena,
            dropout=self.dropout,
            weights=weights,
        )
        loss, d_output = decoder_backward(
            self.network, unroll, targets, counted, self.gradients, self.arena, window.characters
        )
        found = self.network.backward(unroll, d_output, self.arena, gradients=self.gradients)
        return Found(float(loss), _norms(found, window.characters), unroll.state)

    def _of(self, array: NDArray[Any]) -> Tensor:
        own = np.ascontiguousarray(array[:, self.streams])
        return torch.from_numpy(own).to(self.gradients.flat.device)


def _norms(found: tuple[LayerGradients, ...], characters: int) -> dict[str, Tensor]:
    """|d (sum of l_t) / d state_k| (layer, time, batch), stream by stream.

    What was swept back is the derivative of the mean over all characters: times their number it
    is that of the sum.
    """
    paths = {"h": [layer.h for layer in found]}
    if found[0].c is not None:
        paths["c"] = [layer.c for layer in found if layer.c is not None]
    return {
        path: torch.stack([torch.linalg.vector_norm(state[1:], dim=2) for state in layers])
        * characters
        for path, layers in paths.items()
    }


def joined(found: list[Found]) -> Found:
    """All parts, in their order."""
    if len(found) == 1:
        return found[0]
    norms = {path: torch.cat([one.norms[path] for one in found], 2) for path in found[0].norms}
    cells = [one.state.c for one in found if one.state.c is not None]
    h = torch.cat([one.state.h for one in found], 1)
    state = State(h, torch.cat(cells, 1) if cells else None)
    return Found(sum(one.loss for one in found), norms, state)


def _name(number: int) -> str:
    return f"dropout.{number}" if number else "dropout"
