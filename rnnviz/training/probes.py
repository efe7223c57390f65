"""What a snapshot measures besides its loss: each probe has a name and gives arrays by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from rnnviz.analysis.gradients.flow import gradient_flow
from rnnviz.records import Floats
from rnnviz.recurrent.char_rnn import CharRNN
from rnnviz.text.vocabulary import Vocabulary
from rnnviz.text.windows import Split

TIMESTEPS = 128

Arrays = Mapping[str, Floats]
Probe = Callable[[CharRNN, Vocabulary, str], Arrays]


def probe_text(split: Split, vocabulary: Vocabulary) -> str:
    """What all probes read, the same at every snapshot: 129 characters, held out if any are.

    Example:
        >>> vocabulary = Vocabulary.of("hello")
        >>> probe_text(Split.of(vocabulary.encode("hello")), vocabulary)
        'hello'
    """
    source = split.held_out if len(split.held_out) else split.training
    return vocabulary.decode(source[: TIMESTEPS + 1])


def measure(network: CharRNN, vocabulary: Vocabulary, text: str) -> dict[str, Arrays]:
    """What every probe finds, by its name."""
    return {name: probe(network, vocabulary, text) for name, probe in PROBES.items()}


def by_lag(network: CharRNN, vocabulary: Vocabulary, text: str) -> Arrays:
    """Mean over t of |d l_t / d state_{t-lag}| (layer, lag), by path: "h" and, if any, "c".

    This is definition C of gradient flow.
    """
    flow = gradient_flow(network, vocabulary, text)
    paths = {"h": flow.h, "c": flow.c}
    return {name: path.by_lag for name, path in paths.items() if path is not None}


# A further measurement is a function and a line here: it is recorded under its name, in any shape.
PROBES: Mapping[str, Probe] = MappingProxyType({"by_lag": by_lag})
