"""Training the word's network, as slowly as a person wants to look."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnnviz.lessons import hello
from rnnviz.lessons.hello import Forward, Weights, Word

RATE = 0.03
MOST_ITERATIONS = 1000

_BETAS, _EPSILON = (0.9, 0.999), 1e-8


@dataclass(frozen=True, slots=True, eq=False)
class Learner:
    """A network and how far its training has come.

    Attributes:
        word: what it learns.
        memory: False where W_hh is held at zero: h_t then knows x_t alone.
        weights: as they are now.
        moments: Adam's running means of the gradient and of its square.
        losses: mean loss in nats before each iteration, and now (iteration + 1).
    """

    word: Word
    memory: bool
    weights: Weights
    moments: tuple[Weights, Weights]
    losses: tuple[float, ...]

    @property
    def iteration(self) -> int:
        """Updates made."""
        return len(self.losses) - 1

    @property
    def now(self) -> Forward:
        """The network over the word."""
        return hello.forward(self.weights, self.word.inputs, self.word.targets)

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
    weights = dict(hello.draw_weights(len(word.vocabulary), units, seed))
    if not memory:
        weights["W_hh"] = np.zeros((units, units))
    zero = {name: np.zeros_like(value) for name, value in weights.items()}
    learner = Learner(word, memory, weights, (zero, zero), ())
    return _with(learner, weights, (zero, zero))


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
    word, count = learner.word, learner.iteration + 1
    gradient = dict(hello.gradient(learner.weights, word.inputs, word.targets))
    if not learner.memory:
        gradient["W_hh"] = np.zeros_like(gradient["W_hh"])
    means, squares = (
        {n: beta * old[n] + (1 - beta) * gradient[n] ** power for n in gradient}
        for power, (beta, old) in enumerate(zip(_BETAS, learner.moments, strict=True), 1)
    )
    first, second = (1 - beta**count for beta in _BETAS)
    weights = {
        name: value - RATE * (means[name] / first) / (np.sqrt(squares[name] / second) + _EPSILON)
        for name, value in learner.weights.items()
    }
    return _with(learner, weights, (means, squares))


def _with(learner: Learner, weights: Weights, moments: tuple[Weights, Weights]) -> Learner:
    made = hello.forward(weights, learner.word.inputs, learner.word.targets)
    losses = (*learner.losses, float(made.loss.mean()))
    return Learner(learner.word, learner.memory, weights, moments, losses)
