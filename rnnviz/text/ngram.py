"""The number to beat: a character n-gram model of the same text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rnnviz.arrays import np
from rnnviz.notation import loss_words
from rnnviz.records import Floats, Ids
from rnnviz.text.seen import Seen
from rnnviz.text.windows import FINAL_VALIDATION_CHARACTERS, Split, stretches

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_ORDER = 7
MOST_CHARACTERS = 2_000_000


@dataclass(frozen=True, slots=True)
class Baseline:
    """How well an n-gram model predicts the held-out characters.

    Attributes:
        order: n: a character is predicted from the n - 1 before it.
        loss: mean loss in nats per character, on the held-out characters that a network's final
            loss is measured on.
        characters: training characters it has counted.
        by_stretch: the mean of each stretch of them (stretch), see `stretches`; None where it was
            not kept.

    Example:
        >>> print(Baseline(order=5, loss=1.669, characters=1_000_000))
        5-gram: 2.408 bits/char (1.669 nats)
    """

    order: int
    loss: float
    characters: int
    by_stretch: Floats | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.name}: {loss_words(self.loss)}"

    def as_seen(self, seen: Seen) -> Baseline:
        """The same, its loss per character as a person sees it."""
        stretches = None if self.by_stretch is None else seen.loss(self.by_stretch)
        return replace(self, loss=seen.loss(self.loss), by_stretch=stretches)

    @property
    def name(self) -> str:
        """What the model is called, after its order."""
        return f"{self.order}-gram"


def ngram_baseline(ids: Ids, vocab_size: int) -> Baseline | None:
    """The best of the n-gram models of order 1 to 7; None where nothing is held out.

    See `ngram_probabilities` for the model. It counts the training part of the text, or the last
    2,000,000 characters of it.

    Args:
        ids: the whole text (time); its last tenth is held out, as for a network.
        vocab_size: how many characters there are.

    Example:
        >>> ngram_baseline(np.tile(np.arange(3, dtype=np.uint8), 5000), vocab_size=3).loss < 1e-6
        True
        >>> ngram_baseline(np.zeros(9_999, dtype=np.uint8), vocab_size=1) is None
        True
    """
    orders = baselines_by_order(ids, vocab_size)
    return min(orders, key=lambda baseline: baseline.loss, default=None)


def baselines_by_order(ids: Ids, vocab_size: int) -> Iterator[Baseline]:
    """The n-gram models of order 1, 2, ..., 7, one at a time; none where nothing is held out.

    See `ngram_baseline`, which takes the same ids (time).
    """
    begin = len(Split.of(ids).training)
    if begin == len(ids):
        return
    training = ids[max(0, begin - MOST_CHARACTERS) : begin]
    firsts, length = stretches(begin, len(ids), FINAL_VALIDATION_CHARACTERS)
    places = firsts[:, None] + np.arange(1 - MAX_ORDER, length)
    passages = ids[np.minimum(places, len(ids) - 1)]
    there = places[:, MAX_ORDER - 1 :] < len(ids)
    found = ngram_probabilities(training, passages, vocab_size)
    for order, probability in enumerate(found, start=1):
        losses = np.where(there, -np.log(probability), 0)
        by_stretch = losses.sum(1) / there.sum(1)
        yield Baseline(order, float(losses[there].mean()), len(training), by_stretch)


def ngram_probabilities(
    training: Ids, passages: Ids, vocab_size: int
) -> Iterator[NDArray[np.float64]]:
    """Probabilities under interpolated Witten-Bell n-gram models of order 1, 2, ..., 7.

    With h the n - 1 characters before c, h' the last n - 2 of them, C(hc) the times c followed h
    in training, C(h) the sum of it over c, and T(h) the number of different c that ever did,

        P_n(c | h) = (C(hc) + T(h) P_{n-1}(c | h')) / (C(h) + T(h)),    P_0(c) = 1 / vocab_size;

    where h was never followed by anything, P_n(c | h) = P_{n-1}(c | h'). T(h) / (C(h) + T(h))
    stands for the probability of something new after h (method C of Bell, Cleary & Witten, "Text
    Compression", 1990; Witten & Bell, "The zero-frequency problem", IEEE Transactions on
    Information Theory 37, 1991).

    Every string of n characters gets a number, its rank among the pairs (number of its first
    n - 1 characters, last character): one sort an order, so memory and time grow with the number
    of characters and not with that of the possible strings.

    Args:
        training: ids to count (time).
        passages: ids to predict, each with the characters before it (passage, time).
        vocab_size: all ids are below it.

    Yields:
        For each order, the probability of every character but the first 6 of its passage
        (passage, time - 6).

    Example:
        >>> training, passages = np.array([0, 1, 0, 1, 0]), np.array([[1, 0, 1, 0, 1, 0, 1]])
        >>> by_order = ngram_probabilities(training, passages, vocab_size=2)
        >>> float(next(by_order)[0, 0])  # (2 + 2 * 1/2) / (5 + 2)
        0.42857142857142855
        >>> float(next(by_order)[0, 0])  # (2 + 1 * 3/7) / (2 + 1)
        0.8095238095238094
    """
    read = np.concatenate([training, passages.ravel()]).astype(np.int64)
    counted, judged = len(training), _judged(len(training), passages.shape)
    probability = np.full(judged.shape, 1 / vocab_size)
    before = np.zeros(len(read), np.int64)  # the number of the string before each character
    for order in range(1, MAX_ORDER + 1):
        strings, number = np.unique(before * vocab_size + read, return_inverse=True)
        followed = strings // vocab_size
        times = np.bincount(number[order - 1 : counted], minlength=len(strings))
        total = np.bincount(followed, weights=times)
        different = np.bincount(followed[times > 0], minlength=len(total))
        c, h = times[number[judged]], before[judged]
        whole = total[h] + different[h]
        mixed = (c + different[h] * probability) / np.maximum(whole, 1)
        probability = np.where(whole > 0, mixed, probability)
        yield probability
        before[1:] = number[:-1]


def describe_counted(training: int) -> str | None:
    """One sentence if the baseline counts only a part of so many training characters, else None.

    Example:
        >>> describe_counted(3_000_000)
        'The n-gram baseline counts the last 2,000,000 of 3,000,000 training characters.'
    """
    if training <= MOST_CHARACTERS:
        return None
    return (
        f"The n-gram baseline counts the last {MOST_CHARACTERS:,} of {training:,} training "
        "characters."
    )


def _judged(first: int, shape: tuple[int, ...]) -> NDArray[np.int64]:
    """Where the characters to predict stand (passage, time - 6), the passages being in a row."""
    places = first + np.arange(shape[0] * shape[1]).reshape(shape)
    return places[:, MAX_ORDER - 1 :]
