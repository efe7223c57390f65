"""Reading while some units are held at values of their own: what the next characters cost then."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from rnnviz.analysis.states.signals import signal as signal_of
from rnnviz.analysis.units.held_cost import (
    ALIKE,
    At,
    Control,
    HeldCost,
    alike_units,
    held_at,
    mean_rise,
)
from rnnviz.records import Array, Floats, Held, Ids, Trace
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.char_rnn import CharRNN, Put, State
from rnnviz.recurrent.holding import hold_of
from rnnviz.recurrent.softmax import next_character_loss
from rnnviz.showing import Record

_TOGETHER = 256  # timesteps that the decoder reads at once


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Stretches(Record):
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

    What that means is said in `rnnviz.recurrent.holding`; here the values may change with time.

    Args:
        network: whose trace it is.
        trace: over the text; the stretches begin from its states.
        stretches: what is read.
        layer: of the units that are held.
        values: by unit, what it is held at, each of a shape that fits (time, stretch).
        signal: what of them is held: "h", "c" or a gate.
    """
    shape = (stretches.length, len(stretches.starts))
    held = {
        unit: _tensor(np.broadcast_to(each, shape), network).to(network.flat.dtype)
        for unit, each in (values or {}).items()
    }

    def holds(timestep: int) -> list[Put]:
        every = slice(None)
        return [Put(layer, signal, (every, unit), each[timestep]) for unit, each in held.items()]

    inputs = _tensor(trace.ids[stretches.places], network).long()
    following = _tensor(trace.ids[stretches.places + 1], network).long()
    return _losses(network, inputs, following, _state(network, trace, stretches), holds)


@torch.inference_mode()
def losses_while_held(network: CharRNN, ids: Ids, held: Sequence[Sequence[Held]]) -> Array:
    """The loss of every next character of a text in nats, from the zero state (time, reading).

    Args:
        network: that reads.
        ids: of the text, two at least (time + 1).
        held: in each reading of the text, side by side; () for one in which none is.

    Raises:
        ValueError: the network has no such unit, see `check_held`.
    """
    hold = hold_of(network, held)
    every = _tensor(ids, network).long().unsqueeze(1).expand(-1, len(held))
    state = network.zero_state(len(held))
    return _losses(network, every[:-1], every[1:], state, lambda timestep: hold)


def _losses(
    network: CharRNN,
    inputs: Tensor,
    following: Tensor,
    state: State,
    holds: Callable[[int], list[Put] | None],
) -> Array:
    """The losses of what follows inputs (time, batch), read a timestep at a time."""
    arena, weights, found = Arena(network.flat), network.ready(), np.empty(inputs.shape)
    with _one_thread():
        for begin in range(0, len(inputs), _TOGETHER):
            end, outputs = min(begin + _TOGETHER, len(inputs)), []
            for timestep in range(begin, end):
                arena.reset()
                now, hold = inputs[timestep : timestep + 1], holds(timestep)
                unroll = network.unroll(now, state, arena, weights=weights, hold=hold)
                state = unroll.state
                outputs.append(unroll.output[0].clone())
            logits = network.logits(torch.stack(outputs))
            losses = next_character_loss(logits.flatten(0, 1), following[begin:end].flatten())
            found[begin:end] = losses.view(end - begin, -1).cpu().numpy()
    return found


def cost_of_holding(
    network: CharRNN,
    trace: Trace,
    units: Sequence[int],
    at: At = "mean",
    *,
    layer: int = 0,
    signal: str = "h",
    others: int = ALIKE,
) -> HeldCost:
    """Read a text as it is, with units held, and with others of like variance held instead.

    All begin at the zero state and go character by character; what it means to hold a unit is said
    in `rnnviz.recurrent.holding`.

    Args:
        network: whose trace it is.
        trace: over the text, two characters at least.
        units: of one layer.
        at: the value they are held at, or "mean": each at its own mean over the text.
        layer: from 0.
        signal: "h", "c" or a gate.
        others: how many times others are held to compare with.

    Raises:
        ValueError: the text is too short, or there is no such layer, signal or unit.

    Example:
        >>> from rnnviz.analysis.states.trace import trace
        >>> from rnnviz.config import ModelConfig
        >>> network = CharRNN(ModelConfig(cell="gru", hidden_size=3), vocab_size=4)
        >>> network.parameters["decoder.weight"][0, 2] = 1.0  # unit 2 speaks for one character
        >>> network.parameters["rnn.bias_ih_l0"][8] = 1.0
        >>> found = cost_of_holding(network, trace(network, "aelh", "hell"), [2], 0.0)
        >>> found.held_loss.round(3)  # without it, all four are as likely: ln 4
        array([1.386, 1.386, 1.386,   nan])
    """
    if len(trace.text) < 2:
        raise ValueError("the text to hold units over has one character; give two or more.")
    held = held_at(trace, units, at, layer, signal)
    spread = signal_of(trace, signal, layer).var(0, dtype=np.float64)
    others_held = [
        held_at(trace, one, at, layer, signal) for one in alike_units(spread, units, others)
    ]
    every = [held, *others_held]
    # Each reading is compared with one in the same place of the batch: what changes nothing then
    # changes no bit.
    losses = _of_text(network, trace, [()] * len(every))
    found = _of_text(network, trace, every)
    rise, *rises = map(mean_rise, found - losses)
    alike = tuple(map(Control, others_held, rises))
    return HeldCost(trace.text, held, losses[0], found[0], rise, alike)


def _of_text(network: CharRNN, trace: Trace, held: Sequence[Sequence[Held]]) -> Array:
    """The loss of predicting the next character (reading, time); NaN at the end."""
    found = np.full((len(held), len(trace.ids)), np.nan)
    found[:, :-1] = losses_while_held(network, trace.ids, held).T
    return found


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
