"""Letting a network write: each character it draws is the next one it reads."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from rnnviz.config import SamplingConfig
from rnnviz.records import Held, Sample
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.char_rnn import CharRNN, State
from rnnviz.recurrent.holding import hold_of
from rnnviz.text.vocabulary import Vocabulary

ALTERNATIVES = 5


def first_prompt(vocabulary: Vocabulary, prompt: str) -> str:
    r"""The prompt itself; for "" a newline, or the first character known where there is none.

    Example:
        >>> first_prompt(Vocabulary.of("a\nb"), "")
        '\n'
        >>> first_prompt(Vocabulary.of("hello"), "")
        'e'
    """
    if prompt:
        return prompt
    known = [each for each in vocabulary.characters if each != _rare_symbol(vocabulary)]
    return "\n" if "\n" in known else known[0]


def _rare_symbol(vocabulary: Vocabulary) -> str | None:
    return None if vocabulary.rare is None else vocabulary.rare.symbol


def probabilities(logits: Tensor, temperature: float, top_k: int | None) -> Tensor:
    """softmax(logits / temperature) over the top_k likeliest (vocab); temperature 0 is argmax.

    Example:
        >>> probabilities(torch.tensor([0.0, 1.0, 1.0]), temperature=0.0, top_k=None)
        tensor([0., 1., 0.])
    """
    if temperature == 0:
        chosen = torch.zeros_like(logits)
        chosen[logits.argmax()] = 1.0
        return chosen
    scaled = (logits.double() - logits.max()) / temperature
    if top_k is not None and top_k < len(logits):
        kept = scaled.topk(top_k)
        scaled = torch.full_like(scaled, -torch.inf).scatter(0, kept.indices, kept.values)
    return scaled.softmax(0)


def sample(
    network: CharRNN, vocabulary: Vocabulary, config: SamplingConfig, held: Sequence[Held] = ()
) -> Sample:
    """Write text from the zero state; draws come from a generator of its own.

    The symbol that stands for rare characters is not drawn, unless `config.rare` is set.

    A network whose states grow without bound (relu can) stops where they are no longer finite:
    the text is then shorter than asked for.

    Args:
        network: that writes.
        vocabulary: its characters.
        config: the prompt, how many characters, and how they are drawn.
        held: units that are held while it reads the prompt and writes. The same seed gives every
            place the same random numbers, whatever is held: two samples part only where the
            network's probabilities differ enough for these to choose another character.

    Raises:
        TextError: the prompt has a character the network does not know.
        ValueError: the network has no such unit, see `check_held`.

    Example:
        >>> from rnnviz.config import ModelConfig
        >>> network = CharRNN(ModelConfig(cell="rnn", hidden_size=3), vocab_size=4)
        >>> network.parameters["decoder.bias"][2] = 50.0
        >>> sample(network, Vocabulary.of("hello"), SamplingConfig(prompt="he", length=3)).text
        'lll'
    """
    prompt = first_prompt(vocabulary, config.prompt)
    read = torch.from_numpy(vocabulary.encode(prompt).astype(np.int64))
    symbol = None if config.rare else _rare_symbol(vocabulary)
    never = None if symbol is None else vocabulary.characters.index(symbol)
    ids, probability, logits = _write(network, read, config, never, held)
    alike = logits.double().softmax(1).topk(min(ALTERNATIVES, len(vocabulary)), dim=1)
    return Sample(
        prompt=prompt,
        text=vocabulary.decode(ids),
        probability=np.array(probability),
        likeliest=alike.indices.numpy(),
        likeliest_probability=alike.values.numpy(),
    )


@torch.inference_mode()
def _write(
    network: CharRNN,
    read: Tensor,
    config: SamplingConfig,
    never: int | None,
    held: Sequence[Held],
) -> tuple[list[int], list[float], Tensor]:
    """The ids drawn, their probabilities, and the logits they were drawn from (time, vocab).

    The id `never` is not drawn: the others share its probability.
    """
    generator, reader = torch.Generator().manual_seed(config.seed), _Reader(network, held)
    logits = torch.zeros(config.length, network.vocab_size)
    ids: list[int] = []
    probability: list[float] = []
    for place in range(config.length):
        logits[place] = network.logits(reader.read(read))
        if not bool(logits[place].isfinite().all()):
            break
        allowed = logits[place].clone()
        if never is not None:
            allowed[never] = -torch.inf
        p = probabilities(allowed, config.temperature, config.top_k)
        read = torch.multinomial(p, 1, generator=generator)
        ids.append(int(read))
        probability.append(float(p[read]))
    return ids, probability, logits[: len(ids)]


class _Reader:
    """Reads character after character, units held, and gives what the decoder then reads."""

    def __init__(self, network: CharRNN, held: Sequence[Held]) -> None:
        self._network, self._hold = network, hold_of(network, [held])
        self._arena, self._weights = Arena(network.flat), network.ready()
        self._state: State = network.zero_state(1)

    def read(self, ids: Tensor) -> Tensor:
        """Read ids (time), one at least: the output (unit) after the last."""
        inputs = ids.to(self._network.flat.device).unsqueeze(1)
        # Within a window units run on as they are: where some are held, it is one character.
        for window in [inputs] if self._hold is None else inputs.split(1):
            self._arena.reset()
            unroll = self._network.unroll(
                window, self._state, self._arena, weights=self._weights, hold=self._hold
            )
            self._state = unroll.state
        return unroll.output[-1, 0]
