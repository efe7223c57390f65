"""Many to one: is a sentence positive or negative? "Not" and "but" make word order matter."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import torch
from torch import Tensor, nn

from rnnviz.lessons.tasks.score import Score, accuracy, judge
from rnnviz.lessons.tasks.task_network import AlignedNetwork, Reading, padded, train
from rnnviz.lessons.tasks.words import Words, words_of

POSITIVE = ("good", "lovely", "funny", "clever", "warm", "bright", "fresh", "gentle")
NEGATIVE = ("bad", "awful", "boring", "silly", "cold", "dull", "stale", "rude")
THINGS = ("film", "food", "room", "story", "song", "game", "hotel", "teacher")
WORDS = Words(("the", "was", "is", "not", "very", "but", "and", *POSITIVE, *NEGATIVE, *THINGS))
ANSWERS = ("negative", "positive")
_UNITS = 32
_SENTENCES = 3000
_HELD_OUT = 500
_ITERATIONS = 350


def sentence(random: Random) -> tuple[list[str], int]:
    """A sentence and its label: what comes after "but" decides; "not" turns one word around.

    Example:
        >>> words, label = sentence(Random(3))
        >>> " ".join(words), ANSWERS[label]
        ('the story was bad but clever', 'positive')
    """
    words = ["the", random.choice(THINGS), random.choice(("was", "is"))]
    label = random.randrange(2)
    form = random.randrange(3)
    if form == 0:
        return words + _opinion(label, random), label
    first = label if form == 1 else 1 - label
    joined = "and" if form == 1 else "but"
    return [*words, *_opinion(first, random), joined, *_opinion(label, random)], label


def _opinion(label: int, random: Random) -> list[str]:
    """An opinion: "good", "very good" or "not bad"."""
    turned = random.random() < 0.4
    words = (NEGATIVE, POSITIVE)[label ^ turned]
    before = ["not"] if turned else ["very"] if random.random() < 0.3 else []
    return [*before, random.choice(words)]


class SentimentNetwork(nn.Module):
    """A GRU; of what its hidden states say, only the last counts."""

    def __init__(self) -> None:
        super().__init__()
        self.aligned = AlignedNetwork(len(WORDS), _UNITS, len(ANSWERS))

    def forward(self, ids: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Hidden states (time, batch, unit), and logits (batch, 2) from the last of each."""
        h, logits = self.aligned(ids)
        return h, logits[lengths - 1, torch.arange(len(lengths))]


@dataclass(frozen=True, slots=True, eq=False)
class Sentiment:
    """A trained network with its score."""

    network: SentimentNetwork
    score: Score

    @torch.inference_mode()
    def read(self, text: str) -> Reading:
        """Read a sentence and answer at its end.

        Raises:
            UnknownInputError: a word is new to it, or there is none.
        """
        words = words_of(text)
        ids = torch.tensor(WORDS.ids(words))[:, None]
        h, logits = self.network(ids, torch.tensor([len(words)]))
        probability, best = logits[0].softmax(-1).max(-1)
        silent = len(words) - 1
        outputs = (*[""] * silent, ANSWERS[int(best)])
        sure = torch.tensor([*[float("nan")] * silent, float(probability)])
        return Reading(tuple(words), outputs, h[:, 0].numpy(), sure.numpy())


def learn(seed: int = 0) -> Sentiment:
    """Train on generated sentences; those held out are not among them."""
    random = Random(seed)
    made = {tuple(words): label for words, label in (sentence(random) for _ in range(6000))}
    examples = list(made.items())[: _SENTENCES + _HELD_OUT]
    ids = padded([WORDS.ids(words) for words, _ in examples])
    lengths = torch.tensor([len(words) for words, _ in examples])
    labels = torch.tensor([label for _, label in examples])
    network = SentimentNetwork()
    count = len(examples) - _HELD_OUT

    def loss(rows: Tensor) -> Tensor:
        return nn.functional.cross_entropy(network(ids[:, rows], lengths[rows])[1], labels[rows])

    train(network, loss, count, seed=seed, iterations=_ITERATIONS)
    with torch.inference_mode():
        answers = network(ids[:, count:], lengths[count:])[1].argmax(-1).tolist()
    score = judge(answers, labels[count:].tolist(), labels[:count].tolist(), seed)
    shuffled = _shuffled(network, examples[count:], random)
    return Sentiment(network, score.beside("the same words in any order", shuffled))


@torch.inference_mode()
def _shuffled(
    network: SentimentNetwork, examples: list[tuple[tuple[str, ...], int]], random: Random
) -> float:
    """Its accuracy where every sentence's words are shuffled: what order was worth."""
    rows = [WORDS.ids(random.sample(words, len(words))) for words, _ in examples]
    answers = network(padded(rows), torch.tensor([len(row) for row in rows]))[1].argmax(-1)
    return accuracy(answers.tolist(), [label for _, label in examples])
