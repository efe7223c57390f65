"""The two networks of the page about a word, trained side by side, kept for the session."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard import state
from rnnviz.lessons.pages.hello.learner import MOST_ITERATIONS, Learner, begin, learn, learn_until
from rnnviz.lessons.pages.hello.word import Word

_NAME = "networks of the word"


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """The same network with memory and without, after equally many iterations.

    Attributes:
        settings: word, units, seed.
        memory: the network.
        without: that whose W_hh is held at zero.
    """

    settings: tuple[str, int, int]
    memory: Learner
    without: Learner


def pair_of(word: Word, units: int, seed: int) -> Pair:
    """The pair as far as it was trained; a new one for new settings."""
    kept = state.kept(_NAME)
    settings = (word.text, units, seed)
    if isinstance(kept, Pair) and kept.settings == settings:
        return kept
    made = Pair(settings, begin(word, units, seed), begin(word, units, seed, memory=False))
    state.keep(_NAME, made)
    return made


def as_left() -> Learner:
    """The network with memory as the page was left; one for “hello” before there is any."""
    kept = state.kept(_NAME)
    return kept.memory if isinstance(kept, Pair) else begin(Word.of("hello"), 3, 3)


def train(pair: Pair, iterations: int | None) -> None:
    """Train both for so many iterations, or until the one with memory has learned the word."""
    if iterations is None:
        memory = learn_until(pair.memory, MOST_ITERATIONS)
    else:
        memory = learn(pair.memory, iterations)
    without = learn(pair.without, memory.iteration - pair.memory.iteration)
    state.keep(_NAME, Pair(pair.settings, memory, without))


def start_again() -> None:
    """Back to iteration 0."""
    state.keep(_NAME, None)
