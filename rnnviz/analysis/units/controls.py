"""What the characters alone explain of a hypothesis, without any network."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnnviz.analysis.units.ranks import exact_ranks
from rnnviz.analysis.units.scores import Question, score_of
from rnnviz.records import Array, Floats, Ids

_CALM = 1.0  # so many characters' worth of belief that the character before says nothing


def target(question: Question) -> Array:
    """What is predicted of a question: 0 or 1, of a counter its rank; NaN as before (time)."""
    if question.binary:
        return question.values
    found, known = question.values.copy(), ~np.isnan(question.values)
    found[known] = exact_ranks(found[known])
    return found


def by_character(fit_ids: Ids, fit: Question, ids: Ids, judged: Question) -> tuple[float, float]:
    """The scores of the best predictors from counts: by the current character, and by two.

    The first says of every character the mean that the hypothesis had with it; the second looks
    at the one before too, and where a pair is rare leans on the first.

    Args:
        fit_ids: characters whose labels are counted (time).
        fit: their labels.
        ids: characters whose labels are predicted (time).
        judged: their labels.

    Example:
        >>> ids = np.array([0, 1, 0, 1, 1, 1])
        >>> first = Question("", True, np.array([0.0, 1.0, 0.0, 1.0, 1.0, 1.0]))
        >>> by_character(ids, first, ids, first)
        (1.0, 1.0)
    """
    known = ~np.isnan(fit.values)
    aims = target(fit)
    distinct = int(max(fit_ids.max(), ids.max())) + 1
    overall = float(aims[known].mean())
    one = _means(fit_ids[known], aims[known], np.full(distinct, overall), 1e-9)
    pairs = _pairs(fit_ids, distinct)[known]
    two = _means(pairs, aims[known], np.tile(one, distinct + 1), _CALM)
    return score_of(one[ids], judged), score_of(two[_pairs(ids, distinct)], judged)


def within_character(values: Floats, ids: Ids, question: Question) -> float:
    """A unit's score among characters that are equal; NaN where these leave nothing open.

    Of a yes/no, over all pairs of equal characters of which one has it and one has not. Of a
    counter, the mean of the rank correlations at each character, weighted by how often it occurs.

    Args:
        values: of one unit (time).
        ids: the current characters (time).
        question: (time).

    Example:
        >>> ids, asked = np.array([0, 0, 1, 1]), Question("", True, np.array([0.0, 1.0, 1.0, 0.0]))
        >>> within_character(np.array([1.0, 2.0, 9.0, 8.0]), ids, asked)
        1.0
    """
    known = ~np.isnan(question.values) & np.isfinite(values)
    total, weight = 0.0, 0.0
    for one in np.unique(ids[known]):
        those = known & (ids == one)
        score, much = _score(exact_ranks(values[those]), question.values[those], question.binary)
        total, weight = total + score * much, weight + much
    return total / weight if weight else float("nan")


def _score(ranked: Array, labels: Array, binary: bool) -> tuple[float, float]:
    """The score among characters that are equal, and its weight."""
    if binary:
        count, holds = len(labels), float(labels.sum())
        pairs = holds * (count - holds)
        return (2 * count * float(ranked @ labels) / pairs, pairs) if pairs else (0.0, 0.0)
    other = exact_ranks(labels)
    size = float(np.sqrt((ranked @ ranked) * (other @ other)))
    return (float(ranked @ other) / size, len(labels)) if size > 0 else (0.0, 0.0)


def _means(groups: Ids, values: Array, calm: Array, weight: float) -> Array:
    """The mean of each group, moved towards `calm` as by so many values of that (group)."""
    often = np.bincount(groups, minlength=len(calm))
    total = np.bincount(groups, values, minlength=len(calm))
    return np.asarray((total + weight * calm) / (often + weight))


def _pairs(ids: Ids, distinct: int) -> NDArray[np.intp]:
    """The character before and the current one as one number; before the first stands none."""
    found = np.full(len(ids), distinct, np.intp)
    found[1:] = ids[:-1]
    found *= distinct
    found += ids
    return found
