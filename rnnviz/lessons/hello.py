"""A character-level language model of one short word, small enough to show every number.

h_t = tanh(W_xh x_t + W_hh h_{t-1} + b_h);  y_t = W_hy h_t + b_y;  p_t = softmax(y_t)

The word without its last character is read; at every timestep the next character is the target.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnviz.lessons.cell import Vector
from rnnviz.lessons.readout import softmax

SHORTEST, LONGEST = 2, 20

Weights = Mapping[str, Vector]


@dataclass(frozen=True, slots=True)
class Word:
    """A word as the network sees it.

    Attributes:
        text: what was typed.
        vocabulary: its distinct characters, in the order they appear.

    Raises:
        ValueError: it is shorter than 2 or longer than 20 characters.

    Example:
        >>> word = Word.of("hello")
        >>> "".join(word.vocabulary), word.inputs.tolist(), word.targets.tolist()
        ('helo', [0, 1, 2, 2], [1, 2, 2, 3])
    """

    text: str
    vocabulary: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Word:
        """The word and its vocabulary."""
        if not SHORTEST <= len(text) <= LONGEST:
            raise ValueError(
                f"the word has {len(text)} characters; type {SHORTEST} to {LONGEST}, so that "
                "there is something to predict and it fits on the page."
            )
        return cls(text, tuple(dict.fromkeys(text)))

    @property
    def ids(self) -> NDArray[np.intp]:
        """The id of each character (time + 1)."""
        return np.array([self.vocabulary.index(character) for character in self.text])

    @property
    def inputs(self) -> NDArray[np.intp]:
        """What is read (time): all but the last."""
        return self.ids[:-1]

    @property
    def targets(self) -> NDArray[np.intp]:
        """What should come next (time): all but the first."""
        return self.ids[1:]


@dataclass(frozen=True, slots=True, eq=False)
class Forward:
    """A network over a word, everything kept.

    Attributes:
        h: hidden states (time, unit).
        logits: y_t (time, vocab).
        probability: softmax of the logits (time, vocab).
        loss: -log of the target's probability in nats (time).
        right: whether the likeliest character is the target (time).
    """

    h: Vector
    logits: Vector
    probability: Vector
    loss: Vector
    right: NDArray[np.bool_]


def draw_weights(vocab_size: int, units: int, seed: int) -> Weights:
    """Weights before training: normal with a standard deviation of 0.5, biases zero.

    Example:
        >>> draw_weights(4, 3, seed=0)["W_xh"].shape
        (3, 4)
    """
    generator = np.random.default_rng(seed)
    shapes = {"W_xh": (units, vocab_size), "W_hh": (units, units), "W_hy": (vocab_size, units)}
    drawn = {name: generator.normal(0, 0.5, shape) for name, shape in shapes.items()}
    return drawn | {"b_h": np.zeros(units), "b_y": np.zeros(vocab_size)}


def forward(weights: Weights, inputs: NDArray[np.intp], targets: NDArray[np.intp]) -> Forward:
    """Read the inputs from the zero state (time).

    Example:
        >>> weights = {name: 0 * value for name, value in draw_weights(4, 3, 0).items()}
        >>> word = Word.of("hello")
        >>> bool(np.allclose(forward(weights, word.inputs, word.targets).loss, np.log(4)))
        True
    """
    h = np.zeros((len(inputs) + 1, len(weights["W_hh"])))
    for t, read in enumerate(inputs):
        h[t + 1] = np.tanh(weights["W_xh"][:, read] + weights["W_hh"] @ h[t] + weights["b_h"])
    logits = h[1:] @ weights["W_hy"].T + weights["b_y"]
    probability = softmax(logits)
    of_target = probability[np.arange(len(targets)), targets]
    loss = -np.log(np.maximum(of_target, np.finfo(np.float64).tiny))
    return Forward(h[1:], logits, probability, loss, logits.argmax(1) == targets)


def gradient(weights: Weights, inputs: NDArray[np.intp], targets: NDArray[np.intp]) -> Weights:
    """The gradient of the mean loss by every weight: backpropagation through time (Werbos 1990)."""
    made = forward(weights, inputs, targets)
    timesteps = len(inputs)
    before = np.vstack([np.zeros_like(made.h[:1]), made.h[:-1]])
    dy = made.probability.copy()
    dy[np.arange(timesteps), targets] -= 1
    dy /= timesteps
    dz = dy @ weights["W_hy"]
    for t in range(timesteps - 1, -1, -1):
        if t + 1 < timesteps:
            dz[t] += weights["W_hh"].T @ dz[t + 1]
        dz[t] *= 1 - made.h[t] ** 2
    d_input = np.zeros_like(weights["W_xh"])
    np.add.at(d_input.T, inputs, dz)
    return {
        "W_xh": d_input,
        "W_hh": dz.T @ before,
        "W_hy": dy.T @ made.h,
        "b_h": dz.sum(0),
        "b_y": dy.sum(0),
    }


def loss_without_memory(word: Word) -> float:
    """The lowest mean loss in nats that is possible when only the character just read is known.

    The best such network gives each next character its share among all that followed: for "hello"
    the l is followed once by l and once by o, which costs ln 2 at two of four timesteps.

    Example:
        >>> bool(np.isclose(loss_without_memory(Word.of("hello")), np.log(2) * 2 / 4))
        True
    """
    counts = np.zeros((len(word.vocabulary),) * 2)
    np.add.at(counts, (word.inputs, word.targets), 1)
    of_target = (counts / counts.sum(1, keepdims=True).clip(1))[word.inputs, word.targets]
    return float(-np.log(of_target).mean())


def right_without_memory(word: Word) -> int:
    """How many timesteps can be right at most when only the character just read is known.

    Example:
        >>> right_without_memory(Word.of("hello"))  # of 4
        3
    """
    counts = np.zeros((len(word.vocabulary),) * 2, dtype=int)
    np.add.at(counts, (word.inputs, word.targets), 1)
    return int(counts.max(1).sum())


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """A network writing: each output is the next input.

    Attributes:
        ids: the first character given, then each one written (time + 1).
        probability: of each character written (time).
    """

    ids: NDArray[np.intp]
    probability: Vector


def write(weights: Weights, first: int, length: int) -> Written:
    """Let the network write `length` characters after a first one, always the likeliest.

    Example:
        >>> write({name: 0 * w for name, w in draw_weights(4, 3, 0).items()}, 2, 3).ids
        array([2, 0, 0, 0])
    """
    h, ids, probabilities = np.zeros(len(weights["W_hh"])), [first], []
    for _ in range(length):
        h = np.tanh(weights["W_xh"][:, ids[-1]] + weights["W_hh"] @ h + weights["b_h"])
        logits = weights["W_hy"] @ h + weights["b_y"]
        ids.append(int(logits.argmax()))
        probabilities.append(float(softmax(logits)[ids[-1]]))
    return Written(np.array(ids), np.array(probabilities))
