"""What the networks of the sequence tasks share: how they train, read and write."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from rnnviz.lessons.tasks.words import Words
from rnnviz.records import Floats

_BETAS, _EPSILON = (0.9, 0.999), 1e-8
IGNORED = -100  # as a target: no output at this timestep


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

    @property
    def said(self) -> tuple[str, ...]:
        """What it answered, without marks such as <end>."""
        return tuple(word for word in self.outputs if word and not word.startswith("<"))


class AlignedNetwork(nn.Module):
    """A GRU whose every hidden state is asked.

    An input is one-hot: W_xh x is a column of W_xh.
    """

    def __init__(self, inputs: int, units: int, answers: int) -> None:
        super().__init__()
        self.input = nn.Embedding(inputs, units)
        self.gru = nn.GRU(units, units)
        self.out = nn.Linear(units, answers)

    def forward(self, ids: Tensor) -> tuple[Tensor, Tensor]:
        """Hidden states (time, batch, unit) and logits (time, batch, answer)."""
        h, _ = self.gru(self.input(ids))
        return h, self.out(h)


def padded(rows: Sequence[Sequence[int]], value: int = 0) -> Tensor:
    """Sequences side by side (time, batch), the shorter ones filled up at their end.

    Example:
        >>> padded([[1, 2], [3]]).tolist()
        [[1, 3], [2, 0]]
    """
    tensors = [torch.tensor(row) for row in rows]
    return nn.utils.rnn.pad_sequence(tensors, padding_value=value)


def loss_at_every_timestep(logits: Tensor, target: Tensor) -> Tensor:
    """Mean loss in nats of logits (time, batch, answer) for a target (time, batch).

    Places where the target is `IGNORED` are left out.

    Example:
        >>> target = torch.tensor([[0], [IGNORED]])
        >>> round(float(loss_at_every_timestep(torch.zeros(2, 1, 4), target)), 4)  # ln 4
        1.3863
    """
    return nn.functional.cross_entropy(logits.flatten(0, 1), target.flatten())


def to_write(words: Words, texts: Sequence[Sequence[str]]) -> tuple[Tensor, Tensor]:
    """What a decoder reads and what it should write, from <start> to <end> (time, batch).

    Example:
        >>> read, written = to_write(Words(("<start>", "<end>", "a", "b")), ["ab"])
        >>> read[:, 0].tolist(), written[:, 0].tolist()
        ([0, 2, 3], [2, 3, 1])
    """
    return (
        padded([words.ids(["<start>", *text]) for text in texts]),
        padded([words.ids([*text, "<end>"]) for text in texts], IGNORED),
    )


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
    optimizer = Adam(list(network.parameters()))
    for iteration in range(iterations):
        share = 0.5 * (1 + math.cos(math.pi * iteration / iterations))
        network.zero_grad()
        loss(torch.randint(examples, (batch_size,), generator=generator)).backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.update(learning_rate * min(1.0, (iteration + 1) / 20) * share)
    network.eval()


class Adam:
    """Adam (Kingma & Ba 2015), bit for bit as `torch.optim.Adam` computes it.

    That one takes a second and 70 MB to load; whoever opens a page would wait for it.

    Example:
        >>> weight = torch.zeros(2, requires_grad=True)
        >>> weight.grad = torch.tensor([0.1, -5.0])
        >>> Adam([weight]).update(0.5)  # the first update is the rate itself, against the sign
        >>> weight.tolist()
        [-0.5, 0.5]
    """

    def __init__(self, weights: Sequence[Tensor]) -> None:
        self._kept = [(each, torch.zeros_like(each), torch.zeros_like(each)) for each in weights]
        self._updates = 0

    @torch.no_grad()
    def update(self, rate: float) -> None:
        """Make one update."""
        self._updates += 1
        first, second = (1 - beta**self._updates for beta in _BETAS)
        for weight, mean, square in self._kept:
            if weight.grad is None:
                continue
            mean.lerp_(weight.grad, 1 - _BETAS[0])
            square.mul_(_BETAS[1]).addcmul_(weight.grad, weight.grad, value=1 - _BETAS[1])
            size = square.sqrt().div_(math.sqrt(second)).add_(_EPSILON)
            weight.addcdiv_(mean, size, value=-rate / first)


def answered(inputs: Sequence[str], h: Tensor, logits: Tensor, answers: Sequence[str]) -> Reading:
    """What a network says at every timestep.

    Args:
        inputs: what it read (time).
        h: hidden states (time, unit).
        logits: (time, answer).
        answers: what each is called.

    Example:
        >>> answered("a", torch.zeros(1, 2), torch.tensor([[0.0, 0.0, 9.0]]), "xyz").outputs
        ('z',)
    """
    sure, best = logits.softmax(-1).max(-1)
    said = tuple(answers[number] for number in best.tolist())
    return Reading(tuple(inputs), said, h.numpy(), sure.numpy())


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
