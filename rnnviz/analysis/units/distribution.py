"""What values a unit takes where a property holds and where it does not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnnviz.analysis.units.scores import Question
from rnnviz.notation import significant
from rnnviz.records import Array
from rnnviz.showing import Record

BINS = 40
_PARTS = 3  # of a counter's values


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Distribution(Record):
    """Histograms of one unit, one for each label.

    Attributes:
        names: of the labels.
        edges: of the bins (bin + 1).
        shares: of each label's characters, how many have a value in each bin (label, bin).
        characters: of each label (label).
    """

    names: tuple[str, ...]
    edges: Array
    shares: Array
    characters: Array


def distribution(values: Array, asked: Question) -> Distribution:
    """How often a unit takes which values: where a property holds and where not.

    A counter's values are parted into three ranges with about as many characters each. What is no
    finite number is left out; where nothing is left, there is no label.

    Args:
        values: of the unit (time).
        asked: what it follows (time).

    Example:
        >>> found = distribution(np.array([0.0, 0.0, 1.0]), Question("", True, np.eye(3)[2]))
        >>> found.names, found.shares[:, [0, -1]].tolist(), found.characters.tolist()
        (('does not hold', 'holds'), [[1.0, 0.0], [0.0, 1.0]], [2, 1])
    """
    known = ~np.isnan(asked.values) & np.isfinite(values)
    if not known.any():
        return Distribution((), np.linspace(0, 1, BINS + 1), np.zeros((0, BINS)), np.zeros(0))
    values, labels = values[known], asked.values[known]
    groups = _yes_no(labels) if asked.binary else _ranges(labels)
    edges = np.linspace(values.min(), max(values.max(), values.min() + 1e-9), BINS + 1)
    counts = np.array([np.histogram(values[where], edges)[0] for where in groups.values()])
    characters = counts.sum(1)
    return Distribution(tuple(groups), edges, counts / characters[:, np.newaxis], characters)


def _yes_no(labels: Array) -> dict[str, Array]:
    found = {"does not hold": labels == 0, "holds": labels == 1}
    return {name: where for name, where in found.items() if where.any()}


def _ranges(labels: Array) -> dict[str, Array]:
    """Where a counter is low, in the middle, and high, by name; none is empty."""
    inner = np.quantile(labels, np.arange(1, _PARTS) / _PARTS, method="lower")
    part = np.searchsorted(np.unique(inner), labels, side="left")
    found = {}
    for number in np.unique(part):
        where = part == number
        low, high = (significant(float(end)) for end in (labels[where].min(), labels[where].max()))
        found[low if low == high else f"{low} to {high}"] = where
    return found
