"""Generators of text whose state every prefix determines, so that the true loss is exact."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

S = TypeVar("S", bound=Hashable)
Channel = NDArray[np.int16]

# Texts drawn side by side; more of them cost more surplus at the ends of short texts.
_WALKS = 256
_ALIKE = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class GeneratedText:
    """A text with what is true of it.

    Attributes:
        text: the characters; the text starts at the beginning of a unit of its language.
        truth: properties by name (time): what holds once text[t] has been read, as for h_t.
        nll: -ln P(text[t] | text[0], ..., text[t - 1]) in nats (time) under the generator that
            drew the text. Its mean over any part is the lowest loss that can be expected there.
    """

    text: str
    truth: Mapping[str, Channel]
    nll: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Automaton:
    r"""States, and from each the characters that may follow with their probabilities.

    No two arcs of a state have the same character, so the text so far determines the state, and
    the probability of a text is the product of its arcs'. State 0 is where a text starts and where
    it comes back to after every unit.

    Attributes:
        source: state each arc leaves (arc), ascending.
        target: state each arc leads to (arc).
        character: code point each arc writes (arc).
        probability: of each arc among those of its state (arc).
        channels: properties of a state by name (state).

    Example:
        >>> coin = Automaton.explore("", lambda s: [("h", 0.5, ""), ("t", 0.5, "")], {})
        >>> coin.generate(8, seed=1).text
        'tththhth'
        >>> round(coin.floor, 4)
        0.6931
    """

    source: NDArray[np.int64]
    target: NDArray[np.int64]
    character: NDArray[np.uint32]
    probability: NDArray[np.float64]
    channels: Mapping[str, Channel]

    @classmethod
    def explore(
        cls,
        start: S,
        follow: Callable[[S], Iterable[tuple[str, float, S]]],
        channels: Mapping[str, Callable[[S], int]],
    ) -> Automaton:
        """All states that can be reached.

        Args:
            start: state 0.
            follow: a state's arcs: character, probability, state after it.
            channels: properties by name, each a function of the state.

        Raises:
            ValueError: the probabilities of a state do not sum to one, one is not positive, or two
                arcs of a state have the same character.
        """
        number, waiting, arcs = {start: 0}, deque([start]), []
        while waiting:
            state = waiting.popleft()
            following = list(follow(state))
            _check(state, following)
            for character, probability, after in following:
                if after not in number:
                    number[after] = len(number)
                    waiting.append(after)
                arcs.append((number[state], number[after], ord(character), probability))
        source, target, character_codes, probabilities = zip(*arcs, strict=True)
        return cls(
            np.array(source),
            np.array(target),
            np.array(character_codes, np.uint32),
            np.array(probabilities, np.float64),
            {name: np.array([f(s) for s in number], np.int16) for name, f in channels.items()},
        )

    @property
    def states(self) -> int:
        """How many states there are."""
        return int(self.source[-1]) + 1

    @property
    def floor(self) -> float:
        """The lowest loss any predictor can have on an endless text, in nats per character.

        The entropy of each state's arcs, weighted by how often a unit of the language passes the
        state: the entropy rate (Shannon 1948).
        """
        entropy = np.bincount(self.source, -self.probability * np.log(self.probability))
        visits = self._visits()
        return float(visits @ entropy / visits.sum())

    def generate(self, characters: int, seed: int = 0) -> GeneratedText:
        """The first characters of an endless text; the same for the same seed and number.

        Args:
            characters: length of the text, at least 1.
            seed: of the draws.

        Raises:
            ValueError: fewer than 1 character is asked for.
        """
        if characters < 1:
            raise ValueError(f"characters is {characters}; at least 1 is needed.")
        arcs = self._walk(characters, np.random.Generator(np.random.PCG64(seed)))
        text = self.character[arcs].astype("<u4").tobytes().decode("utf-32-le")
        reached = self.target[arcs]
        truth = {name: values[reached] for name, values in self.channels.items()}
        return GeneratedText(text, truth, (0.0 - np.log(self.probability))[arcs])

    def _walk(self, characters: int, random: np.random.Generator) -> NDArray[np.int64]:
        """The arcs of a text: many walks at once, each cut where it comes back to the start.

        A walk stops at the first unit that ends after its share of the text, which does not
        depend on what would come next; so the walks joined are as likely as one long walk.
        """
        share = -(-characters // _WALKS)
        edges, last = self._edges()
        state, walking = np.zeros(_WALKS, np.int64), np.ones(_WALKS, np.bool_)
        rows: list[NDArray[Any]] = []
        while walking.any():
            drawn = np.searchsorted(edges, state + random.random(_WALKS), side="right")
            arc = np.minimum(drawn, last[state])
            rows.append(np.where(walking, arc, -1))
            state = self.target[arc]
            walking &= (len(rows) < share) | (state != 0)
        arcs = np.stack(rows, axis=1).ravel()
        return arcs[arcs >= 0][:characters]

    def _edges(self) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Where in [state, state + 1) each arc's share ends (arc), and each state's last arc."""
        total = np.cumsum(self.probability)
        last = np.flatnonzero(np.diff(self.source, append=self.states))
        before = np.concatenate([[0.0], total[last[:-1]]])
        return self.source + total - before[self.source], last

    def _visits(self) -> NDArray[np.float64]:
        """How often a unit is expected to pass each state (state)."""
        onward = np.where(self.target == 0, 0.0, self.probability)
        visits = np.zeros(self.states)
        mass = np.zeros(self.states)
        mass[0] = 1.0
        while mass.sum() > _ALIKE:
            visits += mass
            flow = mass[self.source] * onward
            mass = np.bincount(self.target, flow, minlength=self.states).astype(np.float64)
        return visits


def _check(state: Hashable, following: list[tuple[str, float, Any]]) -> None:
    characters = [character for character, _, _ in following]
    probabilities = [probability for _, probability, _ in following]
    if abs(sum(probabilities) - 1) > _ALIKE or min(probabilities, default=0) <= 0:
        raise ValueError(f"state {state!r} has probabilities {probabilities}; they must sum to 1.")
    if len(set(characters)) < len(characters):
        raise ValueError(f"state {state!r} has two arcs with one character: {characters}.")
