"""A network's states over one text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from rnnviz.models.torch_modules import TorchModule, as_char_rnn
from rnnviz.records import Floats, Ids, Trace
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.char_rnn import CharRNN, Unroll
from rnnviz.recurrent.sampling import ALTERNATIVES
from rnnviz.text.reading import TextError
from rnnviz.text.vocabulary import Vocabulary

# Characters unrolled at once: what bounds the memory, whatever the text's length.
BLOCK = 4096


def trace(
    module: CharRNN | TorchModule, vocabulary: Vocabulary | Sequence[str], text: str
) -> Trace:
    """Every state, gate and loss over a text, from the zero state.

    Args:
        module: a `CharRNN`, or any `torch.nn.Module` that holds one `torch.nn.RNN`, `GRU` or
            `LSTM` over one-hot or embedded characters and one `torch.nn.Linear` decoder.
        vocabulary: the characters in the order of the module's ids; a string will do.
        text: at least one character, all in the vocabulary.

    Raises:
        TextError: the text is empty or has a character the vocabulary lacks.
        ValueError: the module is of another kind.

    Example:
        >>> from rnnviz.config import ModelConfig
        >>> network = CharRNN(ModelConfig(cell="lstm", hidden_size=3), vocab_size=4)
        >>> record = trace(network, Vocabulary.of("hello"), "hole")
        >>> record.h.shape, sorted(record.gates), record.loss.round(3)
        ((1, 4, 3), ['f', 'g', 'i', 'o'], array([1.386, 1.386, 1.386,   nan], dtype=float32))
    """
    blocks = list(trace_blocks(module, vocabulary, text))
    if len(blocks) == 1:
        return blocks[0]
    cells = [block.c for block in blocks if block.c is not None]
    return Trace(
        text=text,
        ids=np.concatenate([block.ids for block in blocks]),
        h=np.concatenate([block.h for block in blocks], axis=1),
        c=np.concatenate(cells, axis=1) if cells else None,
        gates={
            name: np.concatenate([block.gates[name] for block in blocks], axis=1)
            for name in blocks[0].gates
        },
        loss=np.concatenate([block.loss for block in blocks]),
        likeliest=np.concatenate([block.likeliest for block in blocks]),
        likeliest_probability=np.concatenate([block.likeliest_probability for block in blocks]),
        bounds=blocks[0].bounds,
    )


@torch.inference_mode()
def trace_blocks(
    module: CharRNN | TorchModule, vocabulary: Vocabulary | Sequence[str], text: str
) -> Iterator[Trace]:
    """The same trace in pieces of 4,096 characters, so that any length fits in memory."""
    vocabulary = Vocabulary.from_any(vocabulary)
    network = as_char_rnn(module, len(vocabulary))
    if not text:
        raise TextError("the text to trace is empty; give at least one character.")
    ids = vocabulary.encode(text)
    arena, state, weights = Arena(network.flat), network.zero_state(1), network.ready()
    for start in range(0, len(ids), BLOCK):
        arena.reset()
        piece = ids[start : start + BLOCK]
        inputs = torch.from_numpy(piece.astype(np.int64)).to(network.flat.device)
        unroll = network.unroll(inputs.unsqueeze(1), state, arena, weights=weights)
        state = unroll.state
        log_probability = network.logits(unroll.output[:, 0]).log_softmax(-1)
        alike = log_probability.topk(min(ALTERNATIVES, len(vocabulary)), dim=1)
        yield Trace(
            text=text[start : start + BLOCK],
            ids=piece,
            h=_recording([layer.h[1:] for layer in unroll.layers]),
            c=_cell_states(unroll),
            gates=_gates(network, unroll),
            loss=_losses(log_probability, ids[start + 1 : start + 1 + len(piece)]),
            likeliest=alike.indices.cpu().numpy(),
            likeliest_probability=alike.values.exp().cpu().numpy(),
            bounds=network.cell.facts.bounds(network.config.nonlinearity),
        )


def _recording(layers: list[Tensor]) -> Floats:
    """(layer, time, unit) of a batch of one, as a copy of its own."""
    return np.stack([layer[:, 0].cpu().numpy() for layer in layers])


def _cell_states(unroll: Unroll) -> Floats | None:
    cells = [layer.c[1:] for layer in unroll.layers if layer.c is not None]
    return _recording(cells) if cells else None


def _gates(network: CharRNN, unroll: Unroll) -> dict[str, Floats]:
    symbols = [gate.symbol for gate in network.cell.facts.gates]
    return {name: _recording([layer.gates[name] for layer in unroll.layers]) for name in symbols}


def _losses(log_probability: Tensor, following: Ids) -> Floats:
    """Nats (time); NaN where nothing follows."""
    places = torch.arange(len(following), device=log_probability.device)
    targets = torch.from_numpy(following.astype(np.int64)).to(log_probability.device)
    found = -log_probability[places, targets].cpu().numpy()
    return np.pad(found, (0, len(log_probability) - len(found)), constant_values=np.nan)
