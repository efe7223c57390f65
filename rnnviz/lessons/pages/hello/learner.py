"""Training the word's network, as slowly as a person wants to look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from rnnviz.lessons.by_hand.small_rnn import WEIGHTS, Forward, SmallRNN, backward, forward
from rnnviz.lessons.pages.hello.word import Word, draw_network
from rnnviz.records import Array

RATE = 0.03
MOST_ITERATIONS = 1000

_BETAS, _EPSILON = (0.9, 0.999), 1e-8

Moments = Mapping[str, Array]


@dataclass(frozen=True, slots=True, eq=False)
class Learner:
    """A network and how far its training has come.

    Attributes:
        word: what it learns.
        memory: False where W_hh is held at zero: h_t then knows x_t alone.
        network: as it is now.
        moments: Adam's running means of the gradient and of its square.
        losses: mean loss in nats before each iteration, and now (iteration + 1).
    """

    word: Word
    memory: bool
    network: SmallRNN
    moments: tuple[Moments, Moments]
    losses: tuple[float, ...]

    @property
    def iteration(self) -> int:
        """Updates made."""
        return len(self.losses) - 1

    @property
    def now(self) -> Forward:
        """The network over the word."""
        return forward(self.network, self.word.ids)

    @property
    def learned(self) -> bool:
        """Whether every likeliest character is the target."""
        return bool(self.now.right.all())


def begin(word: Word, units: int, seed: int, *, memory: bool = True) -> Learner:
    """An untrained network.

    Example:
        >>> begin(Word.of("hello"), 3, seed=0).iteration
        0
    """
    network = draw_network(len(word.vocabulary), units, seed)
    if not memory:
        network = replace(network, w_hh=np.zeros((units, units)))
    zero = {name: np.zeros_like(getattr(network, name)) for name in WEIGHTS}
    return _with(Learner(word, memory, network, (zero, zero), ()), network, (zero, zero))


def learn(learner: Learner, iterations: int) -> Learner:
    """Make so many updates with Adam (Kingma & Ba 2015), the word being the whole batch.

    Example:
        >>> learn(begin(Word.of("hello"), 3, seed=0), 10).iteration
        10
    """
    for _ in range(iterations):
        learner = _iterate(learner)
    return learner


def learn_until(learner: Learner, most: int = MOST_ITERATIONS) -> Learner:
    """Train until every likeliest character is the target, or `most` updates were made.

    Example:
        >>> learn_until(begin(Word.of("hello"), 3, seed=0)).learned
        True
    """
    for _ in range(most):
        if learner.learned:
            break
        learner = _iterate(learner)
    return learner


def _iterate(learner: Learner) -> Learner:
    network, now, count = learner.network, learner.now, learner.iteration + 1
    mean = np.full(len(now.loss), 1 / len(now.loss))
    gradient = {n: terms.sum(0) for n, terms in backward(network, now, mean).terms.items()}
    if not learner.memory:
        gradient["w_hh"] = np.zeros_like(network.w_hh)
    means, squares = (
        {n: beta * old[n] + (1 - beta) * gradient[n] ** power for n in gradient}
        for power, (beta, old) in enumerate(zip(_BETAS, learner.moments, strict=True), 1)
    )
    first, second = (1 - beta**count for beta in _BETAS)
    updates = {n: (means[n] / first) / (np.sqrt(squares[n] / second) + _EPSILON) for n in gradient}
    weights = {n: getattr(network, n) - RATE * update for n, update in updates.items()}
    return _with(learner, SmallRNN(**weights), (means, squares))


def _with(learner: Learner, network: SmallRNN, moments: tuple[Moments, Moments]) -> Learner:
    loss = float(forward(network, learner.word.ids).loss.mean())
    return Learner(learner.word, learner.memory, network, moments, (*learner.losses, loss))
