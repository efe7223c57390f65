"""How little a network expected each character of a text, its own or another's."""

from __future__ import annotations

from collections.abc import Sequence

from rnnviz.analysis.states.trace import trace
from rnnviz.models.torch_modules import TorchModule
from rnnviz.records import Surprise
from rnnviz.recurrent.char_rnn import CharRNN
from rnnviz.text.reading import TextError
from rnnviz.text.vocabulary import Vocabulary


def surprise(
    module: CharRNN | TorchModule,
    vocabulary: Vocabulary | Sequence[str],
    prompt: str,
    text: str,
) -> Surprise:
    """What each character of a text cost a network that has read the prompt and all before it.

    The probabilities are the network's own, at temperature 1, however the text came about.

    Args:
        module: a network as `trace` takes it, from the zero state.
        vocabulary: its characters in the order of its ids; a string will do.
        prompt: what it reads first; at least one character.
        text: what is measured.

    Raises:
        TextError: the prompt is empty, or a character is not in the vocabulary.
        ValueError: the module is of another kind.

    Example:
        >>> from rnnviz.config import ModelConfig
        >>> network = CharRNN(ModelConfig(cell="rnn", hidden_size=3), vocab_size=4)
        >>> network.parameters["decoder.weight"][:] = 0.0
        >>> surprise(network, "helo", "h", "ello").loss.round(3)
        array([1.386, 1.386, 1.386, 1.386], dtype=float32)
    """
    if not prompt:
        raise TextError("the prompt is empty; give at least one character to be read first.")
    found = trace(module, vocabulary, prompt + text, signals=())
    places = slice(len(prompt) - 1, -1)
    return Surprise(
        text, found.loss[places], found.likeliest[places], found.likeliest_probability[places]
    )
