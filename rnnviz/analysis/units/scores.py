"""How well each unit follows a hypothesis, from -1 to 1."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnviz.analysis.units.hypotheses.hypothesis import Labels
from rnnviz.analysis.units.ranks import Levels, exact_ranks, levels, ranks
from rnnviz.records import Array, Floats
from rnnviz.showing import Record


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Question(Record):
    """What units are asked: a yes/no, a counter, or one class against the rest.

    Attributes:
        name: the class, where it is of a class; else "".
        binary: whether its values are 0 and 1.
        values: (time), NaN where it says nothing.
    """

    name: str
    binary: bool
    values: Array

    @property
    def varies(self) -> bool:
        """Whether it has two values or more."""
        known = self.values[~np.isnan(self.values)]
        return bool(len(known)) and bool((known != known[0]).any())

    def part(self, places: slice) -> Question:
        """The same over a part of the text."""
        return Question(self.name, self.binary, self.values[places])


def questions(labels: Labels) -> list[Question]:
    """What is asked of a hypothesis: one question, of a class one for each of its kinds.

    Example:
        >>> labels = Labels("kind", "", "class", np.array([0.0, 2.0, 0.0]), ("a", "b", "c"))
        >>> [(one.name, one.values.tolist()) for one in questions(labels)]
        [('a', [1.0, 0.0, 1.0]), ('c', [0.0, 1.0, 0.0])]
    """
    values = labels.values
    if labels.kind != "class":
        return [Question("", labels.kind == "yes/no", values)]
    known = np.isnan(values)
    return [
        Question(labels.class_name(number), True, np.where(known, np.nan, values == number))
        for number in np.unique(values[~known])
    ]


def scores(own: Levels, asked: Sequence[Question]) -> Array:
    """The score of every unit for every question (question, unit).

    Of a yes/no it is the rank-biserial correlation, 2 AUC - 1: AUC is the chance that the unit is
    higher at a character where it holds than at one where it does not, ties counting half. Of a
    counter it is Spearman's rank correlation. It is 0 where unit or question does not vary.

    Args:
        own: of units over a text, as `ranks.levels` gives them (unit, time).
        asked: over the same text.

    Example:
        >>> own = levels(np.array([[0.1, 3.0], [0.9, 1.0], [0.8, 2.0], [0.3, 0.0]]))
        >>> scores(own, [Question("", True, np.array([0.0, 1.0, 1.0, 0.0]))]).round(2).tolist()
        [[1.0, 0.0]]
    """
    found = np.zeros((len(asked), len(own)))
    for these, known in alike(asked):
        kept = own if known.all() else own[:, known]
        ranked = ranks(kept)
        about = [Centred.of(asked[place], known) for place in these]
        numbers = np.stack([one.values for one in about], axis=1).astype(np.float32)
        spread = np.einsum("ut,ut->u", ranked, ranked, dtype=np.float64)
        for place, one, sums in zip(these, about, (ranked @ numbers).T, strict=True):
            found[place] = one.score(sums.astype(np.float64), spread)
    return found


def score_of(values: Floats, question: Question) -> float:
    """The score of one row of values (time).

    Example:
        >>> score_of(np.array([1.0, 4.0, 9.0]), Question("", False, np.array([3.0, 2.0, 1.0])))
        -1.0
    """
    return float(scores(levels(values[:, np.newaxis]), [question])[0, 0].round(6))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Centred(Record):
    """A question as numbers whose mean is 0, and what turns sums with ranks into scores.

    Attributes:
        values: the question less its mean, of a counter its ranks (known time).
        binary: whether it is a yes/no.
        pairs: of a yes/no, how many pairs of a character that has it and one that has not, by the
            number of characters squared; of a counter, the sum of the squares of `values`.
    """

    values: Array
    binary: bool
    pairs: float

    @classmethod
    def of(cls, question: Question, known: NDArray[np.bool_]) -> Centred:
        """Of the characters it says something of, which are known (time)."""
        values = question.values[known]
        if question.binary:
            share = float(values.mean()) if len(values) else 0.0
            return cls(values - share, True, share * (1 - share))
        ranked = exact_ranks(values)
        return cls(ranked, False, float(ranked @ ranked))

    def score(self, sums: Array, spread: Array) -> Array:
        """The scores (unit) from sums of ranks times `values`, and of squared ranks (unit)."""
        if self.binary:
            # The mean ranks of both kinds differ by sums / (n share (1 - share)).
            size = np.full(len(sums), self.pairs * len(self.values) / 2)
        else:
            size = np.sqrt(spread * self.pairs)
        found = np.divide(sums, size, out=np.zeros(len(sums)), where=size > 1e-9)
        return np.asarray(np.clip(found, -1, 1))  # sums are of single precision


def alike(asked: Sequence[Question]) -> Iterator[tuple[list[int], NDArray[np.bool_]]]:
    """Questions that say something of the same characters, by their places, and which these are."""
    known = [~np.isnan(question.values) for question in asked]
    groups: dict[bytes, list[int]] = {}
    for place, mask in enumerate(known):
        groups.setdefault(mask.tobytes(), []).append(place)
    for places in groups.values():
        yield places, known[places[0]]
