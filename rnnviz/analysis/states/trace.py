"""A network's states over one text."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rnnviz.analysis.states.division import Division
from rnnviz.analysis.states.recording import Kept, Recording, chosen, dtype_of
from rnnviz.analysis.states.streams import Streams
from rnnviz.models.torch_modules import TorchModule, as_char_rnn
from rnnviz.records import Ids, Trace
from rnnviz.recurrent.char_rnn import CharRNN
from rnnviz.recurrent.sampling import ALTERNATIVES
from rnnviz.text.reading import TextError
from rnnviz.text.vocabulary import Vocabulary


def trace(
    module: CharRNN | TorchModule,
    vocabulary: Vocabulary | Sequence[str],
    text: str,
    *,
    signals: Collection[str] | None = None,
    alternatives: bool = True,
    exact: bool = False,
) -> Trace:
    """Every state, gate and loss over a text, from the zero state.

    A text of more than 20,000 characters is read in parallel streams, about seven times as fast:
    `reading` says how many, and how far off its states may be, which is less than 1e-4.

    Args:
        module: a `CharRNN`, or any `torch.nn.Module` that holds one `torch.nn.RNN`, `GRU` or
            `LSTM` over one-hot or embedded characters and one `torch.nn.Linear` decoder.
        vocabulary: the characters in the order of the module's ids; a string will do.
        text: at least one character, all in the vocabulary.
        signals: what to record beside h: names of `c` and of gates; None records all.
        alternatives: whether to record the likeliest next characters.
        exact: read character by character, however long the text.

    Raises:
        TextError: the text is empty or has a character the vocabulary lacks.
        ValueError: the module is of another kind, or has no such signal.

    Example:
        >>> from rnnviz.config import ModelConfig
        >>> network = CharRNN(ModelConfig(cell="lstm", hidden_size=3), vocab_size=4)
        >>> record = trace(network, Vocabulary.of("hello"), "hole")
        >>> record.h.shape, sorted(record.gates), record.loss.round(3)
        ((1, 4, 3), ['f', 'g', 'i', 'o'], array([1.386, 1.386, 1.386,   nan], dtype=float32))
        >>> trace(network, "helo", "hole", signals=["c"]).gates
        {}
    """
    vocabulary = Vocabulary.from_any(vocabulary)
    network, ids = opened(module, vocabulary, text)
    config, dtype = network.config, dtype_of(network)
    streams = Streams(network, ids, Division.of(len(ids), exact=exact))
    kept = {
        name: Kept(config.num_layers, streams.division, config.hidden_size, dtype)
        for name in chosen(network, signals)
    }
    recording = Recording(network, streams, kept, ALTERNATIVES if alternatives else 0)
    reading = streams.read(recording)
    found = {name: one.array for name, one in kept.items()}
    return Trace(
        text=vocabulary.with_rare(text),
        ids=ids,
        h=found.pop("h"),
        c=found.pop("c", None),
        gates=found,
        loss=recording.loss,
        likeliest=recording.likeliest,
        likeliest_probability=recording.likeliest_probability,
        bounds=network.cell.facts.bounds(config.nonlinearity),
        reading=reading,
        characters=vocabulary.characters,
    )


def opened(
    module: CharRNN | TorchModule, vocabulary: Vocabulary | Sequence[str], text: str
) -> tuple[CharRNN, Ids]:
    """The network, and the ids (time) of a text that it can read; see `trace`."""
    vocabulary = Vocabulary.from_any(vocabulary)
    network = as_char_rnn(module, len(vocabulary))
    if not text:
        raise TextError("the text to trace is empty; give at least one character.")
    return network, vocabulary.encode(text)
