"""Letting a network write: each character it draws is the next one it reads."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from rnnviz.config import SamplingConfig
from rnnviz.records import Sample
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.char_rnn import CharRNN
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


def sample(network: CharRNN, vocabulary: Vocabulary, config: SamplingConfig) -> Sample:
    """Write text from the zero state; draws come from a generator of its own.

    The symbol that stands for rare characters is not drawn, unless `config.rare` is set.

    A network whose states grow without bound (relu can) stops where they are no longer finite:
    the text is then shorter than asked for.

    Raises:
        TextError: the prompt has a character the network does not know.

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
    ids, probability, logits = _write(network, read, config, never)
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
    network: CharRNN, read: Tensor, config: SamplingConfig, never: int | None
) -> tuple[list[int], list[float], Tensor]:
    """The ids drawn, their probabilities, and the logits they were drawn from (time, vocab).

    The id `never` is not drawn: the others share its probability.
    """
    generator = torch.Generator().manual_seed(config.seed)
    arena, state, weights = Arena(network.flat), network.zero_state(1), network.ready()
    logits = torch.zeros(config.length, network.vocab_size)
    ids: list[int] = []
    probability: list[float] = []
    for place in range(config.length):
        arena.reset()
        inputs = read.to(network.flat.device).unsqueeze(1)
        unroll = network.unroll(inputs, state, arena, weights=weights)
        state = unroll.state
        logits[place] = network.logits(unroll.output[-1, 0])
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
