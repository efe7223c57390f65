"""A character-level language model of one short word, small enough to show every number.

The word without its last character is read; at every timestep the next character is the target.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnnviz.lessons.by_hand.readout import softmax
from rnnviz.lessons.by_hand.small_rnn import SmallRNN
from rnnviz.notation import counted
from rnnviz.records import Array, Ids

SHORTEST, LONGEST = 2, 20


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
                f"the word has {counted(len(text), 'character')}; type {SHORTEST} to {LONGEST}, so "
                "that there is something to predict and it fits on the page."
            )
        return cls(text, tuple(dict.fromkeys(text)))

    @property
    def ids(self) -> Ids:
        """The id of each character (time + 1)."""
        return np.array([self.vocabulary.index(character) for character in self.text])

    @property
    def inputs(self) -> Ids:
        """What is read (time): all but the last."""
        return self.ids[:-1]

    @property
    def targets(self) -> Ids:
        """What should come next (time): all but the first."""
        return self.ids[1:]


def rows_that_fit(columns: Ids, most: int) -> tuple[int, Ids]:
    """Which characters get a row where the vocabulary is too large to give one to each.

    Every timestep needs its input, its target and its likeliest character; the others stay away.

    Args:
        columns: ids of what each timestep needs (time, any).
        most: rows, as long as one timestep does not need more.

    Returns:
        How many timesteps from the first fit, and the ids they need, each once, in order.

    Example:
        >>> rows_that_fit(np.array([[5, 1, 1], [1, 7, 5], [7, 9, 2]]), most=4)
        (2, array([1, 5, 7]))
    """
    fitting = 1
    while fitting < len(columns) and len(np.unique(columns[: fitting + 1])) <= most:
        fitting += 1
    return fitting, np.unique(columns[:fitting])


def draw_network(vocab_size: int, units: int, seed: int) -> SmallRNN:
    """The network before training: normal with a standard deviation of 0.5, biases zero.

    Example:
        >>> draw_network(4, 3, seed=0).w_xh.shape
        (3, 4)
    """
    generator = np.random.default_rng(seed)
    shapes = (units, vocab_size), (units, units), (vocab_size, units)
    w_xh, w_hh, w_hy = (generator.normal(0, 0.5, shape) for shape in shapes)
    return SmallRNN(w_xh, w_hh, w_hy, np.zeros(units), np.zeros(vocab_size))


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
    return float(-np.log(of_target).mean()) + 0.0  # so that no loss is -0


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

    ids: Ids
    probability: Array


def write(network: SmallRNN, first: int, length: int) -> Written:
    """Let the network write `length` characters after a first one, always the likeliest.

    Example:
        >>> still = SmallRNN(*(np.zeros(shape) for shape in [(3, 4), (3, 3), (4, 3), 3, 4]))
        >>> write(still, 2, 3).ids
        array([2, 0, 0, 0])
    """
    h, ids, probabilities = np.zeros_like(network.b_h), [first], []
    for _ in range(length):
        h = np.tanh(network.w_xh[:, ids[-1]] + network.w_hh @ h + network.b_h)
        logits = network.w_hy @ h + network.b_y
        ids.append(int(logits.argmax()))
        probabilities.append(float(softmax(logits)[ids[-1]]))
    return Written(np.array(ids), np.array(probabilities))
