"""Many to many: a number in Korean or English words in, its digits out (encoder and decoder)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

import numpy as np
import torch
from torch import Tensor, nn

from rnnviz.lessons.tasks.score import Score, judge
from rnnviz.lessons.tasks.task_network import (
    Reading,
    loss_at_every_timestep,
    padded,
    to_write,
    train,
    write,
)
from rnnviz.lessons.tasks.words import UnknownInputError, Words
from rnnviz.text.korean_numbers import KOREAN_DIGITS, korean_words

LARGEST = 999
_ONES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen")
_UNDER_TWENTY = (*_ONES, *_TEENS, "eighteen", "nineteen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
WORDS = Words((*_UNDER_TWENTY, *_TENS, "hundred", "and", *KOREAN_DIGITS, "십", "백"))
DIGITS = Words((*"0123456789", "<end>", "<start>"))
_UNITS = 64
_LONGEST = 6
_ITERATIONS = 500
_HELD_OUT = 200


def english(number: int) -> str:
    """A number from 0 to 999 in English.

    Example:
        >>> english(320), english(45), english(119)
        ('three hundred and twenty', 'forty-five', 'one hundred and nineteen')
    """
    if number >= 100:
        rest = f" and {english(number % 100)}" if number % 100 else ""
        return f"{_ONES[number // 100]} hundred{rest}"
    if number < 20:
        return _UNDER_TWENTY[number]
    return _TENS[number // 10 - 2] + (f"-{_ONES[number % 10]}" if number % 10 else "")


def spoken_words(text: str) -> list[str]:
    """What the encoder reads: English words, Korean syllables.

    Example:
        >>> spoken_words("Forty-five"), spoken_words("삼백 이십")
        (['forty', 'five'], ['삼', '백', '이', '십'])
    """
    return re.findall(r"[가-힣]|[^\s가-힣,\-]+", text.lower())


def number_of(text: str) -> int | None:
    """The number a numeral says in either language, with or without *and*; None if it says none.

    Example:
        >>> number_of("삼백 이십"), number_of("Three hundred twenty"), number_of("two two")
        (320, 320, None)
    """
    spoken = _without_and(text)
    both = ((number, speak) for number in range(LARGEST + 1) for speak in (english, korean_words))
    return next((number for number, speak in both if _without_and(speak(number)) == spoken), None)


def _without_and(text: str) -> list[str]:
    return [word for word in spoken_words(text) if word != "and"]


class NumeralNetwork(nn.Module):
    """A GRU reads all words; its last state is where another GRU begins to write digits."""

    def __init__(self) -> None:
        super().__init__()
        self.word = nn.Embedding(len(WORDS), _UNITS)
        self.encoder = nn.GRU(_UNITS, _UNITS)
        self.digit = nn.Embedding(len(DIGITS), _UNITS)
        self.decoder = nn.GRU(_UNITS, _UNITS)
        self.out = nn.Linear(_UNITS, len(DIGITS))

    def forward(self, ids: Tensor, lengths: Tensor, said: Tensor) -> Tensor:
        """Logits (time, batch, digit) from words (time, batch) and digits said (time, batch)."""
        h, _ = self.encoder(self.word(ids))
        last = h[lengths - 1, torch.arange(len(lengths))]
        written, _ = self.decoder(self.digit(said), last.unsqueeze(0))
        logits: Tensor = self.out(written)
        return logits

    @torch.inference_mode()
    def translate(self, text: str) -> Reading:
        """Read a numeral to its end, then write digits."""
        words = spoken_words(text)
        ids = torch.tensor(WORDS.ids(words))[:, None]
        if len(words) > 12:
            raise UnknownInputError(f"a numeral has at most 12 words here; these are {len(words)}.")
        read, h = self.encoder(self.word(ids))
        said = write(DIGITS, self.digit, self.decoder, self.out, h, _LONGEST)
        return Reading(
            (*words, *said.inputs),
            (*[""] * len(words), *said.outputs),
            np.concatenate([read[:, 0].numpy(), said.h]),
            np.concatenate([np.full(len(words), np.nan), said.sure]),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Numerals:
    """A trained network with its score, and the numbers it never met in either language."""

    network: NumeralNetwork
    score: Score
    held_out: tuple[int, ...]

    def read(self, text: str) -> Reading:
        """Read a numeral to its end, then write digits, each the next input.

        Raises:
            UnknownInputError: a word is new to it, or there is none, or there are over 12.
        """
        return self.network.translate(text)


def learn(seed: int = 0) -> Numerals:
    """Train on 800 of the 1,000 numbers in both languages; 200 are held out in both."""
    numbers = list(range(LARGEST + 1))
    Random(seed).shuffle(numbers)
    held_out, known = numbers[:_HELD_OUT], numbers[_HELD_OUT:]
    pairs = [(speak(number), number) for number in known for speak in (korean_words, english)]
    ids = padded([WORDS.ids(spoken_words(text)) for text, _ in pairs])
    lengths = torch.tensor([len(spoken_words(text)) for text, _ in pairs])
    said, target = to_write(DIGITS, [str(number) for _, number in pairs])
    network = NumeralNetwork()

    def loss(rows: Tensor) -> Tensor:
        logits = network(ids[:, rows], lengths[rows], said[:, rows])
        return loss_at_every_timestep(logits, target[:, rows])

    train(network, loss, len(pairs), seed=seed, iterations=_ITERATIONS)
    return _scored(network, held_out, [str(number) for _, number in pairs], seed)


def _scored(network: NumeralNetwork, held_out: list[int], known: list[str], seed: int) -> Numerals:
    tests = [
        (speak(number), str(number)) for number in held_out for speak in (korean_words, english)
    ]
    answers = ["".join(network.translate(text).said) for text, _ in tests]
    truth = [digits for _, digits in tests]
    return Numerals(network, judge(answers, truth, known, seed), tuple(held_out))
