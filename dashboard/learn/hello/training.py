"""The two networks of the page about a word, trained side by side.

For how many iterations stands in the page's address: as many give the same networks again.
"""

from __future__ import annotations

from dataclasses import dataclass

from dashboard import state
from dashboard.address import Whole
from rnnviz.lessons.pages.hello.learner import MOST_ITERATIONS, Learner, begin, learn, learn_until
from rnnviz.lessons.pages.hello.word import Word

MOST_IN_ALL = 5000

_PAIR, _TRAINED = "networks of the word", "trained"
Settings = tuple[str, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """The same network with memory and without, after equally many iterations.

    Attributes:
        settings: word, units, seed.
        memory: the network.
        without: that whose W_hh is held at zero.
    """

    settings: Settings
    memory: Learner
    without: Learner


def pair_of(word: Word, units: int, seed: int) -> Pair:
    """The pair as far as it was trained; a new one for new settings."""
    settings = (word.text, units, seed)
    key = state.linked(_TRAINED, Whole(0, MOST_IN_ALL), 0, key=_key(settings))
    iterations, pair = int(state.value_of(key)), state.kept(_PAIR)
    is_it = isinstance(pair, Pair) and pair.settings == settings
    if not is_it or pair.memory.iteration > iterations:
        pair = Pair(settings, begin(word, units, seed), begin(word, units, seed, memory=False))
    return _kept(pair, learn(pair.memory, iterations - pair.memory.iteration))


def learned_hello() -> Learner:
    """The network with memory that has just learned “hello”, from where the page begins."""
    return learn_until(begin(Word.of("hello"), 3, 3))


def train(pair: Pair, iterations: int | None) -> None:
    """Train both for so many iterations, or until the one with memory has learned the word."""
    left = MOST_IN_ALL - pair.memory.iteration
    if iterations is None:
        memory = learn_until(pair.memory, min(MOST_ITERATIONS, left))
    else:
        memory = learn(pair.memory, min(iterations, left))
    _kept(pair, memory)
    state.put(_key(pair.settings), memory.iteration)


def start_again(pair: Pair) -> None:
    """Back to iteration 0."""
    state.forget(_key(pair.settings))


def _kept(pair: Pair, memory: Learner) -> Pair:
    """The pair once that with memory has come so far, and the other with it."""
    without = learn(pair.without, memory.iteration - pair.memory.iteration)
    found = Pair(pair.settings, memory, without)
    state.keep(_PAIR, found)
    return found


def _key(settings: Settings) -> str:
    return state.key_of(_TRAINED, settings)
