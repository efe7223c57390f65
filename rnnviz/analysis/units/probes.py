"""Whether a property can be read from one unit, from several, or from any direction.

A linear probe is ridge regression, in closed form, fitted where units are chosen and scored where
they are judged. Its control is the same probe on a label drawn for each kind of character (Hewitt &
Liang 2019): what it reaches there, it reaches by knowing the character.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnviz.analysis.units.controls import target
from rnnviz.analysis.units.ranks import levels
from rnnviz.analysis.units.scores import Question, score_of, scores
from rnnviz.records import Array, Floats, Ids
from rnnviz.showing import Record

SIZES = (1, 2, 4, 8)
ROTATIONS = 5

_RIDGE = 1e-3  # of the mean variance of the units
_ROTATED = 8_000


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Split(Record):
    """States, or labels' characters, where units are chosen and where they are judged."""

    discovery: Floats
    confirmation: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A question where units are chosen and where they are judged."""

    discovery: Question
    confirmation: Question


class Probe:
    """Linear probes of one signal of one layer, for any number of questions.

    Example:
        >>> states = np.random.default_rng(0).normal(size=(400, 3))
        >>> asked = Question("", False, states[:, 0] - states[:, 2])
        >>> probe = Probe(Split(states, states))
        >>> scores = probe.scores(Asked(asked, asked))
        >>> scores["1"] < 0.8, round(scores["2"], 2), round(scores["all"], 2)
        (True, 1.0, 1.0)
    """

    def __init__(self, states: Split) -> None:
        self._states = Split(_sound(states.discovery), _sound(states.confirmation))
        self._grams: dict[bytes, tuple[Array, Array]] = {}

    def scores(self, asked: Asked, sizes: Sequence[int] = SIZES) -> dict[str, float]:
        """The scores of probes of so many units, chosen one after the other, and of all units."""
        known = ~np.isnan(asked.discovery.values)
        gram, mean = self._gram(known)
        aims = target(asked.discovery)[known]
        apart = self._states.discovery[known] - mean
        joint = (apart.T @ (aims - aims.mean()).astype(apart.dtype)).astype(np.float64) / len(aims)
        units = len(gram)
        order = _in_turn(gram, joint, min(max(sizes, default=0), units))
        chosen = {str(size): order[:size] for size in sizes if size < units}
        chosen["all"] = list(range(units))
        return {
            name: self._judge(gram, joint, which, asked.confirmation)
            for name, which in chosen.items()
        }

    def _judge(self, gram: Array, joint: Array, which: list[int], judged: Question) -> float:
        own = gram[np.ix_(which, which)]
        own = own + _RIDGE * max(float(np.diag(gram).mean()), 1e-12) * np.eye(len(which))
        weights = np.linalg.solve(own, joint[which])
        return score_of(self._states.confirmation[:, which] @ weights, judged)

    def _gram(self, known: NDArray[np.bool_]) -> tuple[Array, Array]:
        """Covariances of the units, and their means, over the characters that are known."""
        key = known.tobytes()
        if key not in self._grams:
            states = self._states.discovery[known]
            mean = states.mean(0)
            apart = states - mean
            gram = (apart.T @ apart).astype(np.float64) / max(1, len(states))
            self._grams[key] = gram, mean
        return self._grams[key]


def random_by_character(ids: Ids, question: Question, seed: int = 0) -> Question:
    """The control task: a label drawn for each kind of character, about as often 1 as the question.

    Of a counter, each kind of character gets a number.

    Args:
        ids: the characters (time).
        question: over the same characters.
        seed: of the draw.

    Example:
        >>> ids = np.array([0, 1, 2, 0, 1, 2])
        >>> random_by_character(ids, Question("", True, np.eye(6)[0]), seed=1).values.tolist()
        [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]
    """
    drawn = np.random.default_rng(seed).permutation(int(ids.max()) + 1).astype(np.float64)
    if question.binary:
        order = drawn.argsort()
        often = np.bincount(ids, minlength=len(drawn))[order]
        share = np.nanmean(question.values) * len(ids)
        enough = max(1, int(np.searchsorted(np.cumsum(often), share)))
        drawn = (drawn < drawn[order][min(enough, len(drawn) - 1)]).astype(np.float64)
    return Question("", question.binary, drawn[ids])


def rotated(states: Split, asked: Sequence[Asked], seed: int = 0) -> Array:
    """The best score over random rotations of the units, for each question (question).

    In each of five rotations of the space of all units every axis takes the place of a unit: the
    best is chosen where units are chosen, and judged where they are judged, on at most 8,000
    characters each, evenly spread.

    Args:
        states: of one signal of one layer.
        asked: questions.
        seed: of the rotations.
    """
    random = np.random.default_rng(seed)
    thin = [slice(None, None, -(-len(part) // _ROTATED)) for part in _both(states)]
    discovery, confirmation = (_sound(p)[t] for p, t in zip(_both(states), thin, strict=True))
    first = [one.discovery.part(thin[0]) for one in asked]
    second = [one.confirmation.part(thin[1]) for one in asked]
    best = np.zeros(len(asked))
    for _ in range(ROTATIONS):
        normal = random.normal(size=(discovery.shape[1],) * 2)
        turned = np.linalg.qr(normal)[0].astype(discovery.dtype)
        axis = np.abs(scores(levels(discovery @ turned), first)).argmax(1)
        judged = scores(levels(confirmation @ turned), second)
        best = np.maximum(best, np.abs(judged[np.arange(len(asked)), axis]))
    return best


def _both(states: Split) -> tuple[Floats, Floats]:
    return states.discovery, states.confirmation


def _sound(values: Floats) -> Floats:
    """The same with 0 in place of what is no finite number."""
    return np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)


def _in_turn(gram: Array, joint: Array, count: int) -> list[int]:
    """So many units, each the one that explains most of what those before it left."""
    gram, joint = gram.copy(), joint.copy()
    own, chosen = np.diag(gram).copy(), list[int]()
    for _ in range(count):
        left = np.diag(gram)
        gain = np.where(left > 1e-6 * own, joint**2 / np.maximum(left, 1e-30), -1.0)
        gain[chosen] = -2.0
        best = int(np.argmax(gain))
        chosen.append(best)
        if gain[best] > 0:
            row = gram[best] / gram[best, best]
            joint -= row * joint[best]
            gram -= np.outer(row, gram[best])
    return chosen
