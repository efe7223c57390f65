"""Histograms count every labelled character once, and a counter's ranges are its own."""

from __future__ import annotations

import numpy as np

from rnnviz.analysis.units.distribution import BINS, distribution
from rnnviz.analysis.units.scores import Question


def test_a_counter_is_parted_into_ranges_that_hold_all_of_it() -> None:
    count = np.array([0.0, 1, 2, 3, 4, 5, np.nan, 6, 7, 8])
    found = distribution(-np.nan_to_num(count), Question("", False, count))
    assert found.names == ("0 to 2", "3 to 5", "6 to 8")
    assert found.characters.tolist() == [3, 3, 3]
    assert found.shares.shape == (3, BINS)
    assert np.allclose(found.shares.sum(1), 1)
    assert found.edges[[0, -1]].tolist() == [-8, 0]
    assert found.shares[2, 0] > 0 == found.shares[0, 0]  # the unit falls


def test_what_has_few_values_has_as_many_ranges() -> None:
    depth = np.array([0.0] * 8 + [1.0] * 2)
    found = distribution(np.ones(10), Question("", False, depth))
    assert found.names == ("0", "1") and found.characters.tolist() == [8, 2]
    assert np.allclose(found.shares.sum(1), 1)  # a unit that never changes


def test_what_is_no_number_is_left_out() -> None:
    asked = Question("", True, np.array([0.0, 1.0, 1.0]))
    found = distribution(np.array([np.nan, 2.0, np.inf]), asked)
    assert found.names == ("holds",) and found.characters.tolist() == [1]
    assert distribution(np.full(3, np.nan), asked).names == ()
