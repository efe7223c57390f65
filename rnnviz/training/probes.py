"""What a snapshot measures besides its loss: each probe has a name and gives arrays by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import torch

from rnnviz.analysis.gradients.passages import cut_passages, norms_by_passage
from rnnviz.config import SNAPSHOT_SAMPLING, SamplingConfig
from rnnviz.records import Floats, Ids
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.char_rnn import CharRNN
from rnnviz.text.vocabulary import Vocabulary
from rnnviz.text.windows import Split

Arrays = Mapping[str, Floats]
Probe = Callable[[CharRNN, Ids], Arrays]


def probe_passages(split: Split) -> Ids:
    """What all probes read, the same at every snapshot: passages (passage, time) of the text.

    They come from the held-out part, or from all of the text where nothing is held out.

    Example:
        >>> probe_passages(Split(np.arange(90_000), np.arange(10_000))).shape
        (32, 73)
    """
    return cut_passages(split.held_out if len(split.held_out) else split.training)


def snapshot_sampling(vocabulary: Vocabulary, ids: Ids) -> SamplingConfig:
    """How a snapshot's sample is drawn, the same at each: it begins with a newline.

    Where the text has none, with its first character.

    Example:
        >>> vocabulary = Vocabulary.of("hello")
        >>> snapshot_sampling(vocabulary, vocabulary.encode("hello")).prompt
        'h'
    """
    first = vocabulary.decode(ids[:1])
    prompt = "\n" if "\n" in vocabulary.characters else first
    return replace(SNAPSHOT_SAMPLING, prompt=prompt)


def measure(network: CharRNN, passages: Ids) -> dict[str, Arrays]:
    """What every probe finds on passages (passage, time), by its name."""
    return {name: probe(network, passages) for name, probe in PROBES.items()}


def by_passage(network: CharRNN, passages: Ids) -> Arrays:
    """Mean over a passage's losses of |d l_t / d state_{t-lag}|, by path (layer, passage, lag).

    The mean over passages is definition C of gradient flow; how far it may be off is seen in how
    passages differ. "losses" says how many each passage has.
    """
    found = norms_by_passage(network, passages)
    losses = np.array(next(iter(found.values())).shape[2])
    return {"losses": losses.astype(np.float32)} | {
        path: norms.mean(axis=2) for path, norms in found.items()
    }


@torch.inference_mode()
def moved(network: CharRNN, passages: Ids) -> Arrays:
    """How far each unit moved: the largest less the smallest h over all passages (layer, unit).

    "characters" says how many were read.
    """
    ids = torch.from_numpy(passages[:, :-1].T.astype(np.int64)).to(network.flat.device)
    unroll = network.unroll(ids, network.zero_state(ids.shape[1]), Arena(network.flat))
    reach = [layer.h[1:].amax((0, 1)) - layer.h[1:].amin((0, 1)) for layer in unroll.layers]
    return {
        "h": torch.stack(reach).float().cpu().numpy(),
        "characters": np.array(ids.numel(), np.float32),
    }


# A further measurement is a function and a line here: it is recorded under its name, in any shape.
PROBES: Mapping[str, Probe] = MappingProxyType({"by_passage": by_passage, "moved": moved})
