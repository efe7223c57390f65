"""What of a network is recorded while it reads, and where each part of it belongs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import DTypeLike, NDArray
from torch import Tensor

from rnnviz.analysis.states.division import Division, Piece
from rnnviz.analysis.states.streams import Streams
from rnnviz.records import Floats
from rnnviz.recurrent.char_rnn import CharRNN, Unroll
from rnnviz.recurrent.layer import LayerUnroll


class Store(Protocol):
    """Where one signal of every layer goes."""

    def put(self, layer: int, piece: Piece, values: Tensor) -> None:
        """Take the values of a piece (time, stream, unit); they are overwritten afterwards."""


class Kept:
    """An array in memory (layer, time, number), filled piece by piece."""

    def __init__(self, layers: int, division: Division, numbers: int, dtype: DTypeLike) -> None:
        """All of it is yet to be filled."""
        self._characters = division.characters
        # NumPy's own memory comes in huge pages where the system has them: torch's takes twice as
        # long to be touched for the first time.
        self._array = np.empty((layers, division.capacity, numbers), dtype)
        self._rows = torch.from_numpy(self._array)

    def put(self, layer: int, piece: Piece, values: Tensor) -> None:
        """See `Store`."""
        piece.of(self._rows[layer]).copy_(values)

    @property
    def array(self) -> NDArray[Any]:
        """What was filled (layer, time, number)."""
        return self._array[:, : self._characters]


def dtype_of(network: CharRNN) -> np.dtype[Any]:
    """The type of a network's states: float32, or float64."""
    return np.dtype(str(network.flat.dtype).removeprefix("torch."))


def signals_of(network: CharRNN) -> tuple[str, ...]:
    """The signals a network has: h, where there is one c, and its gates.

    Example:
        >>> from rnnviz.config import ModelConfig
        >>> signals_of(CharRNN(ModelConfig(cell="gru", hidden_size=2), vocab_size=3))
        ('h', 'r', 'z', 'n')
    """
    facts = network.cell.facts
    cell = ("c",) if facts.has_cell_state else ()
    return ("h", *cell, *(gate.symbol for gate in facts.gates))


def chosen(network: CharRNN, signals: Collection[str] | None) -> tuple[str, ...]:
    """The signals to record: h and those asked for; None asks for all.

    Raises:
        ValueError: the network has no such signal.
    """
    known = signals_of(network)
    if signals is None:
        return known
    if strange := [name for name in signals if name not in known]:
        raise ValueError(f"the signal is {strange[0]!r}; this network has {', '.join(known)}.")
    return tuple(name for name in known if name == "h" or name in signals)


class Recording:
    """Puts of every piece what is wanted where it belongs: what `Streams.read` calls."""

    def __init__(
        self, network: CharRNN, streams: Streams, stores: Mapping[str, Store], alternatives: int = 0
    ) -> None:
        """What is to be recorded.

        Args:
            network: that reads.
            streams: the text it reads.
            stores: by signal.
            alternatives: how many of the likeliest next characters.
        """
        self._network, self._following, self._stores = network, streams.ids.roll(-1), stores
        self._ranks = min(alternatives, network.vocab_size)
        division, dtype = streams.division, dtype_of(network)
        self._loss = Kept(1, division, 1, dtype)
        self._likeliest = Kept(1, division, self._ranks, np.int64)
        self._probability = Kept(1, division, self._ranks, dtype)

    def __call__(self, unroll: Unroll, piece: Piece) -> None:
        """Record a piece."""
        for name, store in self._stores.items():
            for layer, states in enumerate(unroll.layers):
                store.put(layer, piece, _values(states, name))
        log_probability = self._network.logits(unroll.output).log_softmax(-1)
        following = piece.of(self._following).unsqueeze(-1)
        self._loss.put(0, piece, -log_probability.gather(-1, following))
        if self._ranks:
            alike = log_probability.topk(self._ranks)
            self._likeliest.put(0, piece, alike.indices)
            self._probability.put(0, piece, alike.values.exp())

    @property
    def loss(self) -> Floats:
        """Of predicting the next character in nats (time); NaN where nothing follows."""
        found: Floats = self._loss.array[0, :, 0]
        found[-1] = np.nan
        return found

    @property
    def likeliest(self) -> NDArray[np.int64]:
        """Ids of the likeliest next characters, best first (time, rank)."""
        found: NDArray[np.int64] = self._likeliest.array[0]
        return found

    @property
    def likeliest_probability(self) -> Floats:
        """Their probabilities (time, rank)."""
        found: Floats = self._probability.array[0]
        return found


def _values(states: LayerUnroll, name: str) -> Tensor:
    """One signal (time, stream, unit)."""
    if name == "c" and states.c is not None:
        return states.c[1:]
    return states.h[1:] if name == "h" else states.gates[name]
