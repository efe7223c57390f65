"""Reading on from states of a trace while some units are held at values of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from rnnviz.records import Array, Floats, Trace
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.char_rnn import CharRNN, Held, State
from rnnviz.recurrent.softmax import next_character_loss


@dataclass(frozen=True, slots=True, eq=False)
class Stretches:
    """Places of a text that are read side by side, each from the state the network had there.

    Attributes:
        starts: the first character of each, after the text's first (stretch).
        length: characters of each; the one that follows is predicted too.
    """

    starts: NDArray[np.intp]
    length: int

    @property
    def places(self) -> NDArray[np.intp]:
        """Which character of the text each is (time, stretch)."""
        return self.starts + np.arange(self.length)[:, np.newaxis]


@torch.inference_mode()
def held_losses(
    network: CharRNN,
    trace: Trace,
    stretches: Stretches,
    layer: int = 0,
    values: Mapping[int, Floats] | None = None,
    signal: str = "h",
) -> Array:
    """The loss of every next character in nats, while units are held (time, stretch).

    After each character the signal is replaced, and with it what the unit's later signals are at
    that timestep, before the layers above, the decoder and the next timestep read any of it. A c
    that is held is also what the next c is made of; where h is held, the cell state runs on, and
    nothing but that unit's own h reads it.

    Args:
        network: whose trace it is.
        trace: over the text; the stretches begin from its states.
        stretches: what is read.
        layer: of the units that are held.
        values: by unit, what it is held at, each of a shape that fits (time, stretch).
        signal: what of them is held: "h", "c" or a gate.
    """
    inputs = _tensor(trace.ids[stretches.places], network).long()
    following = _tensor(trace.ids[stretches.places + 1], network).long()
    shape = (stretches.length, len(stretches.starts))
    held = {
        unit: _tensor(np.broadcast_to(each, shape), network).to(network.flat.dtype)
        for unit, each in (values or {}).items()
    }
    state, arena, weights = _state(network, trace, stretches), Arena(network.flat), network.ready()
    found = []
    with _one_thread():
        for timestep, read in enumerate(inputs):
            arena.reset()
            now = Held(layer, signal, {unit: each[timestep] for unit, each in held.items()})
            unroll = network.unroll(read.unsqueeze(0), state, arena, weights=weights, hold=now)
            state = unroll.state
            found.append(unroll.output[0].clone())
    losses = next_character_loss(network.logits(torch.cat(found)), following.flatten())
    return np.asarray(losses.view(shape).cpu().numpy(), np.float64)


@contextmanager
def _one_thread() -> Iterator[None]:
    """A timestep is too small to be shared: a second thread would only be waited for."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _state(network: CharRNN, trace: Trace, stretches: Stretches) -> State:
    """What the network had read before each stretch."""
    before = stretches.starts - 1
    c = None if trace.c is None else _tensor(trace.c[:, before], network)
    return State(_tensor(trace.h[:, before], network), c)


def _tensor(values: NDArray[np.generic], network: CharRNN) -> Tensor:
    return torch.from_numpy(np.array(values)).to(network.flat.device)
