"""A network's states over a text of any length, on the disk."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from rnnviz.analysis.states.coding import Coding, Precision
from rnnviz.analysis.states.division import Division
from rnnviz.analysis.states.growing import Growing
from rnnviz.analysis.states.recording import Recording, chosen, dtype_of
from rnnviz.analysis.states.streams import Streams
from rnnviz.analysis.states.trace import opened
from rnnviz.cells import Bounds
from rnnviz.models.torch_modules import TorchModule
from rnnviz.notation import significant
from rnnviz.records import Floats, Ids, Reading
from rnnviz.recurrent.char_rnn import CharRNN
from rnnviz.showing import Record
from rnnviz.storage import speaking_of
from rnnviz.text.vocabulary import Vocabulary

_ALL = slice(None)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class StoredSignal(Record):
    """One signal on the disk.

    Attributes:
        codes: as written (layer, time, unit), mapped into memory: read where it is looked at.
        coding: what number a code stands for.
        off: how far a number read back may be from the one recorded.
    """

    codes: NDArray[Any]
    coding: Coding
    off: float

    def values(self, layer: int, times: slice = _ALL, units: slice | int = _ALL) -> Floats:
        """Numbers of one layer as float32 (time, unit); (time) of a single unit."""
        return self.coding.decode(self.codes[layer, times, units])

    def written(self, values: Floats) -> NDArray[Any]:
        """Other numbers (...), written as these are."""
        return self.coding.encode(torch.from_numpy(values)).numpy()


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class StoredTrace(Record):
    """What a network did over a long text; its signals are on the disk, and gone with the record.

    Attributes:
        text: the characters read.
        ids: their ids (time).
        signals: h, c and gates, as they were asked for, by name.
        loss: of predicting the next character in nats (time); NaN at the end.
        bounds: between which values each signal must stay; None where nothing bounds it.
        reading: how the text was read, and how far off the recorded states may be for it.
    """

    text: str
    ids: Ids
    signals: Mapping[str, StoredSignal]
    loss: Floats
    bounds: Mapping[str, Bounds | None]
    reading: Reading


def stored_trace(
    module: CharRNN | TorchModule,
    vocabulary: Vocabulary | Sequence[str],
    text: str,
    *,
    signals: Collection[str] | None = None,
    precision: Precision = "int8",
    exact: bool = False,
    beside: Path | None = None,
) -> StoredTrace:
    """The states over a text on the disk: in memory, a character takes about 30 bytes.

    As int8, what bounds hold is written in 254 steps from one to the other (h of tanh units to
    1/254, gates to 1/508), and what nothing bounds, as c, as float16.

    Args:
        module: as `trace` takes it.
        vocabulary: likewise.
        text: likewise.
        signals: likewise; None records all.
        precision: how numbers are written.
        exact: read character by character, however long the text.
        beside: a path in whose folder files without a name are made, and of which errors speak; by
            default they are made where the system keeps what is temporary.

    Raises:
        TextError: as in `trace`.
        ValueError: likewise, or a state is larger than float16 can hold.
        StorageError: the disk refuses.

    Example:
        >>> from rnnviz.config import ModelConfig
        >>> network = CharRNN(ModelConfig(cell="lstm", hidden_size=3), vocab_size=4)
        >>> found = stored_trace(network, "helo", "hole", signals=["f"])
        >>> found.signals["f"].values(layer=0, units=2).round(3)
        array([0.5, 0.5, 0.5, 0.5], dtype=float32)
    """
    network, ids = opened(module, vocabulary, text)
    config, streams = network.config, Streams(network, ids, Division.of(len(ids), exact=exact))
    shape = config.num_layers, len(ids), config.hidden_size
    bounds = network.cell.facts.bounds(config.nonlinearity)
    codings = {
        name: Coding.of(precision, dtype_of(network), bounds[name])
        for name in chosen(network, signals)
    }
    beside = beside or Path(tempfile.gettempdir(), "trace")
    with speaking_of(beside), ExitStack() as stack:
        growing = {
            name: stack.enter_context(closing(Growing(shape, coding, beside.parent)))
            for name, coding in codings.items()
        }
        recording = Recording(network, streams, growing)
        reading = streams.read(recording)
        found = {name: _finished(name, one) for name, one in growing.items()}
    return StoredTrace(text, ids, found, recording.loss, bounds, reading)


def _finished(name: str, growing: Growing) -> StoredSignal:
    most = float(np.finfo(np.float16).max)
    if growing.coding.dtype == np.float16 and not growing.largest <= most:
        raise ValueError(
            f"{name} of this network reaches {significant(growing.largest)}, and float16 holds at "
            f'most {most:,.0f}; store it in "full" precision.'
        )
    return StoredSignal(growing.mapped(), growing.coding, growing.coding.off(growing.largest))
