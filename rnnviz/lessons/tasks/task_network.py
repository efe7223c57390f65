"""What the networks of the sequence tasks share: words, training, a score beside chance."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from rnnviz.records import Floats

IGNORED = -100  # as a target: no output at this timestep
_SHUFFLES = 20


class UnknownInputError(ValueError):
    """Something was given that the network never met; the sentence says what, and what it knows."""


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A network while it reads one input.

    Attributes:
        inputs: what it reads at each timestep; "" where nothing.
        outputs: what it answers at each timestep; "" where nothing.
        h: hidden states (time, unit).
        sure: the probability of each answer; NaN where there is none (time).
    """

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    h: Floats
    sure: Floats


@dataclass(frozen=True, slots=True)
class Score:
    """How often a network is right on examples it was not trained on, beside chance.

    Attributes:
        accuracy: share of right answers.
        held_out: how many it was judged on.
        controls: the same share for answers that cannot know better, each measured on the same
            held-out examples, by what it is.
    """

    accuracy: float
    held_out: int
    controls: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Words:
    """The words a network knows, by id.

    Example:
        >>> Words(("not", "good")).ids(["good", "not"])
        [1, 0]
        >>> Words(("not", "good")).ids(["nice"])
        Traceback (most recent call last):
        UnknownInputError: the network has never read “nice”; it knows: good, not.
    """

    known: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.known)

    def ids(self, words: Sequence[str]) -> list[int]:
        """The ids of words.

        Raises:
            UnknownInputError: there is a word it does not know, or none at all.
        """
        place = {word: number for number, word in enumerate(self.known)}
        listed = ", ".join(sorted(word for word in self.known if not word.startswith("<")))
        if not words:
            raise UnknownInputError(f"there is nothing to read; the network knows: {listed}.")
        unknown = list(dict.fromkeys(word for word in words if word not in place))
        if unknown:
            named = ", ".join(f"“{word}”" for word in unknown[:5])
            raise UnknownInputError(f"the network has never read {named}; it knows: {listed}.")
        return [place[word] for word in words]


def padded(rows: Sequence[Sequence[int]], value: int = 0) -> Tensor:
    """Sequences side by side (time, batch), the shorter ones filled up at their end.

    Example:
        >>> padded([[1, 2], [3]]).tolist()
        [[1, 3], [2, 0]]
    """
    tensors = [torch.tensor(row) for row in rows]
    return nn.utils.rnn.pad_sequence(tensors, padding_value=value)


def train(
    network: nn.Module,
    loss: Callable[[Tensor], Tensor],
    examples: int,
    *,
    seed: int,
    iterations: int,
    batch_size: int = 64,
    learning_rate: float = 1e-2,
) -> None:
    """Draw the weights by the seed, then train with Adam, warm-up and half a cosine.

    Args:
        network: its weights are overwritten.
        loss: mean loss in nats of the examples with these indices (batch).
        examples: how many there are.
        seed: of the weights and of the order of examples; nothing global is touched.
        iterations: optimizer updates.
        batch_size: examples an iteration.
        learning_rate: its peak.
    """
    generator = torch.Generator().manual_seed(seed)
    _draw(network, generator)
    optimizer = torch.optim.Adam(network.parameters(), learning_rate)
    for iteration in range(iterations):
        share = 0.5 * (1 + math.cos(math.pi * iteration / iterations))
        optimizer.param_groups[0]["lr"] = learning_rate * min(1.0, (iteration + 1) / 20) * share
        optimizer.zero_grad()
        loss(torch.randint(examples, (batch_size,), generator=generator)).backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
    network.eval()


@torch.inference_mode()
def write(
    words: Words, embedding: nn.Embedding, gru: nn.GRU, out: nn.Linear, h: Tensor, most: int
) -> Reading:
    """Let a decoder write from the state h: each word it writes is the next it reads.

    Args:
        words: those it knows; it begins with <start> and ends with <end>.
        embedding: of the words.
        gru: of one layer.
        out: from h to logits (word).
        h: the state before (1, 1, unit).
        most: words at most.

    Example:
        >>> words, gru, out = Words(("<start>", "<end>")), nn.GRU(2, 2), nn.Linear(2, 2)
        >>> said = write(words, nn.Embedding(2, 2), gru, out, torch.zeros(1, 1, 2), most=3)
        >>> said.inputs[0], 1 <= len(said.outputs) <= 3
        ('<start>', True)
    """
    said = ["<start>"]
    states: list[Floats] = []
    sure: list[float] = []
    while len(states) < most and said[-1] != "<end>":
        _, h = gru(embedding(torch.tensor([words.ids(said[-1:])])), h)
        probability, best = out(h[0, 0]).softmax(-1).max(-1)
        states.append(h[0, 0].numpy())
        sure.append(float(probability))
        said.append(words.known[int(best)])
    return Reading(tuple(said[:-1]), tuple(said[1:]), np.stack(states), np.array(sure))


def controls(
    answers: Sequence[object], truth: Sequence[object], training: Sequence[object], seed: int
) -> dict[str, float]:
    """What answers reach that know nothing of their input, on the same held-out examples.

    Args:
        answers: the network's, one a held-out example.
        truth: what was right.
        training: what was right in training; the commonest is always answered as one control.
        seed: of the shuffles.

    Example:
        >>> controls("aaab", "aaab", "aab", seed=0)["always the commonest answer"]
        0.75
    """
    commonest = Counter(training).most_common(1)[0][0]
    generator = torch.Generator().manual_seed(seed)
    orders = [torch.randperm(len(truth), generator=generator) for _ in range(_SHUFFLES)]
    shuffled = [accuracy([answers[i] for i in order], truth) for order in orders]
    return {
        "always the commonest answer": accuracy([commonest] * len(truth), truth),
        "the network's own answers, shuffled among the examples": sum(shuffled) / _SHUFFLES,
    }


def accuracy(answers: Sequence[object], truth: Sequence[object]) -> float:
    """The share that is right.

    Example:
        >>> accuracy("abc", "abd") * 3
        2.0
    """
    return sum(a == b for a, b in zip(answers, truth, strict=True)) / len(truth)


def _draw(network: nn.Module, generator: torch.Generator) -> None:
    """Uniform in +-1/sqrt(columns); recurrent matrices orthogonal; biases zero."""
    with torch.no_grad():
        for name, weight in network.named_parameters():
            if weight.ndim == 1:
                weight.zero_()
                continue
            bound = weight[0].numel() ** -0.5
            weight.uniform_(-bound, bound, generator=generator)
            if "weight_hh" in name:
                for block in weight.split(weight.shape[1]):
                    nn.init.orthogonal_(block, generator=generator)
