"""One to one: the next character, guessed from one character and nothing before it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn

from rnnviz.lessons.tasks.score import Score, accuracy, judge
from rnnviz.lessons.tasks.task_network import Reading, answered, train
from rnnviz.lessons.tasks.words import Words

_UNITS = 32
_ITERATIONS = 150


class CharacterNetwork(nn.Module):
    """y = softmax(W_hy tanh(W_xh x + b) + c): nothing is carried on."""

    def __init__(self, characters: int) -> None:
        super().__init__()
        self.hidden = nn.Embedding(characters, _UNITS)  # W_xh x + b for a one-hot x
        self.out = nn.Linear(_UNITS, characters)

    def forward(self, ids: Tensor) -> tuple[Tensor, Tensor]:
        """Hidden states (..., unit) and logits (..., character)."""
        h = torch.tanh(self.hidden(ids))
        return h, self.out(h)


@dataclass(frozen=True, slots=True, eq=False)
class NextCharacter:
    """A trained network with its score."""

    network: CharacterNetwork
    characters: Words
    score: Score

    @torch.inference_mode()
    def read(self, text: str) -> Reading:
        """Its guess after every character, each made without the others.

        Raises:
            UnknownInputError: a character is new to it, or the text is empty.
        """
        h, logits = self.network(torch.tensor(self.characters.ids(list(text))))
        return answered(text, h, logits, self.characters.known)


def learn(text: str, seed: int = 0) -> NextCharacter:
    """Train on the first nine tenths of a text; the last tenth is held out.

    Args:
        text: at least 20 characters.
        seed: of the weights.
    """
    characters = Words(tuple(sorted(set(text))))
    ids = torch.tensor(characters.ids(list(text)))
    split, count = len(ids) * 9 // 10, len(characters)
    pairs = torch.bincount(ids[: split - 1] * count + ids[1:split], minlength=count * count)
    share = (pairs / pairs.sum()).view(count, count)
    network = CharacterNetwork(count)

    def loss(_: Tensor) -> Tensor:
        """The mean over all pairs at once: what follows depends on one character alone."""
        _, logits = network(torch.arange(count))
        return -torch.sum(share * torch.log_softmax(logits, -1))

    train(network, loss, 1, seed=seed, iterations=_ITERATIONS, batch_size=1, learning_rate=3e-2)
    return NextCharacter(network, characters, _score(network, ids, split, seed))


@torch.inference_mode()
def _score(network: CharacterNetwork, ids: Tensor, split: int, seed: int) -> Score:
    answers = network(ids[split:-1])[1].argmax(-1).tolist()
    truth, known = ids[split + 1 :].tolist(), ids[:split].tolist()
    return judge(answers, truth, known, seed)


def best_without_memory(text: str) -> float:
    """The accuracy of counting pairs: after each character, its commonest follower in training.

    Nothing that sees one character alone can be expected to do better.

    Example:
        >>> best_without_memory("ab" * 50)
        1.0
    """
    split = len(text) * 9 // 10
    pairs = Counter(pairwise(text[:split]))
    follower = {first: second for (first, second), _ in reversed(pairs.most_common())}
    answers = [follower.get(character, "") for character in text[split:-1]]
    return accuracy(answers, text[split + 1 :])
