"""Reading a long text in parallel streams, and what that costs in truth.

A text is cut into streams that are read side by side, as the rows of one product. The first begins
at the zero state; each other one has read some characters before its own part, its warm-up, from
the zero state. What a network forgets within the warm-up is missed by nobody, and whether it does
is measured: where a stream ends and the next began, both have a state after the same character, and
their difference is the error. While it is too large, all is read again, each stream from the state
at which the one before it ended: that lengthens every warm-up by a whole stream. A network that
remembers further back than that is read character by character.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from rnnviz.analysis.states.division import WARM_UP, Division, Piece
from rnnviz.records import EXACT, Ids, Reading
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.char_rnn import CharRNN, State, Unroll

TOLERANCE = 1e-4

_READINGS = 3  # each takes about a seventh of the time of the exact one

# What is unrolled at once: so many timesteps at most, and so many numbers before the nonlinearity.
BLOCK = 4096
_NUMBERS = 4_000_000

Record = Callable[[Unroll, Piece], None]


class Streams:
    """A network over a text, in any division of it.

    Attributes:
        ids: the text's (capacity), those behind its end 0.
        division: into streams, one where the text is short enough to be read exactly.
    """

    def __init__(self, network: CharRNN, ids: Ids, division: Division) -> None:
        """The division may be `Division.of(len(ids))`, or any other of as many characters."""
        self._network, self._weights = network, network.ready()
        padded = np.pad(ids.astype(np.int64), (0, division.capacity - len(ids)))
        self.ids = torch.from_numpy(padded).to(network.flat.device)
        self.division = division

    def read(self, record: Record) -> Reading:
        """Read all of the text; what is recorded last of a place is what holds.

        Args:
            record: gets every piece as it is unrolled, in no order, from several threads: the
                unroll's memory is overwritten once it returns.
        """
        if self.division.streams == 1:
            self._run(self._network.zero_state(1), record=record)
            return EXACT
        found = self._read_side_by_side(record)
        if found.error < TOLERANCE:
            return found
        self.division = Division(self.division.characters, 1)
        self._run(self._network.zero_state(1), record=record)
        return Reading(refused=found)

    def _read_side_by_side(self, record: Record) -> Reading:
        streams, length = self.division.streams, self.division.length
        warm_up = min(WARM_UP, length)
        ended = self._run(self._network.zero_state(streams), slice(length - warm_up, length))
        for reading in range(_READINGS):
            begun = _handed_on(ended)
            ended = self._run(begun, record=record)
            error = _largest_difference(ended, begun)
            found = Reading(streams, warm_up + reading * length, error)
            if error < TOLERANCE:
                break
        return found

    def _run(self, state: State, times: slice | None = None, record: Record | None = None) -> State:
        """Read some times of every stream, all by default; the state after them."""
        times = times or slice(0, self.division.length)
        lanes = _lanes(self.division.streams, state.h.device)
        run = partial(self._run_lane, times=times, record=record)
        states = [_part(state, lane) for lane in lanes]
        if len(lanes) == 1:
            return run(lanes[0], states[0])
        threads = torch.get_num_threads()
        try:
            with ThreadPoolExecutor(
                len(lanes), initializer=torch.set_num_threads, initargs=(1,)
            ) as pool:
                return _joined(list(pool.map(run, lanes, states)))
        finally:
            torch.set_num_threads(threads)  # of threads that are yet to come, too

    @torch.inference_mode()
    def _run_lane(self, streams: slice, state: State, times: slice, record: Record | None) -> State:
        arena = Arena(self._network.flat)
        numbers = len(self._weights[0].bias) * (streams.stop - streams.start)
        timesteps = min(BLOCK, max(1, _NUMBERS // numbers))
        for piece in self.division.pieces(streams, times, timesteps):
            arena.reset()
            inputs = piece.of(self.ids)
            unroll = self._network.unroll(inputs, state, arena, weights=self._weights)
            state = unroll.state
            if record is not None:
                record(unroll, piece)
        return state


def _lanes(streams: int, device: torch.device) -> list[slice]:
    """Streams that one thread reads: in a thread each, products take no turns with each other."""
    count = min(streams, torch.get_num_threads() if device.type == "cpu" else 1)
    edges = [streams * lane // count for lane in range(count + 1)]
    return [slice(*edge) for edge in pairwise(edges)]


def _part(state: State, streams: slice) -> State:
    return State(state.h[:, streams], None if state.c is None else state.c[:, streams])


def _joined(states: Sequence[State]) -> State:
    cells = [state.c for state in states if state.c is not None]
    return State(
        torch.cat([state.h for state in states], 1), torch.cat(cells, 1) if cells else None
    )


def _handed_on(ended: State) -> State:
    """The state with which each stream begins: that at the end of the one before, at first zero."""
    return State(_after_zero(ended.h), None if ended.c is None else _after_zero(ended.c))


def _after_zero(states: Tensor) -> Tensor:
    return torch.cat([torch.zeros_like(states[:, :1]), states[:, :-1]], 1)


def _largest_difference(ended: State, begun: State) -> float:
    """Where streams meet, of any h or c; NaN where a state is."""
    pairs = [(ended.h, begun.h), (ended.c, begun.c)]
    found = [
        (a[:, :-1] - b[:, 1:]).abs().max() for a, b in pairs if a is not None and b is not None
    ]
    return float(torch.stack(found).max())
